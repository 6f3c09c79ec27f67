"""Training runs: their folders, their processes and the queue of a class."""
