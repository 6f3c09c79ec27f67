"""Comparison of training runs: settings, results, curves, initial weights and fairness, without screen texts."""
