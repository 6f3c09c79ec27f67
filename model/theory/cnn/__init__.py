"""The lesson on the whole CNN: the data set. Its layers are in `model.network.layers`."""
