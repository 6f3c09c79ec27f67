"""The lesson on neurons: one neuron, a small dense network, and one of its weights."""
