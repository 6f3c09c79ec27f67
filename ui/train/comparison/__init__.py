"""Comparison of runs: chooser, verdict, curves, table, and the networks of their snapshots."""
