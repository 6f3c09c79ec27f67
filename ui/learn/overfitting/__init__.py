"""Lesson 6: loss, optimizers and batches; overfitting, and what helps against it."""
