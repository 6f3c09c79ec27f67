"""Guided experiments: the runs of each one, and the finding that is computed from their results. No screen texts."""
