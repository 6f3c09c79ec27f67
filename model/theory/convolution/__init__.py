"""The lesson on convolution: two curves, a kernel on a picture, the channels of a layer, a learned filter."""
