"""Lesson 5: the whole CNN layer by layer, and the pictures that it learns from."""
