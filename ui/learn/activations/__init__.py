"""Lesson 4: activation functions, vanishing gradients, and dead ReLU units."""
