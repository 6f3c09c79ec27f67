"""Training: the loop as a stream of events, the evaluation of networks, and the estimated time."""
