"""Comparison of training runs: settings, results, curves, initial weights and fairness, as values without screen
texts."""
