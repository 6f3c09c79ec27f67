"""Guided experiments: the runs of each, and what their results support, as values without wording."""
