"""Training: the loop as a stream of events, evaluation, and how long a training takes."""
