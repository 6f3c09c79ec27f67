"""Guided experiments: one file per question, with its variants and the finding computed from the results."""
