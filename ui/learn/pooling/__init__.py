"""Lesson 3: pooling of numbers and of the digit, what a shift changes, and what is left."""
