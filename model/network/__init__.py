"""The network: its settings, its table of layers, the CNN itself, and its checkpoint file."""
