"""Lesson 2: convolution of curves, a kernel on the digit, channels, and a learned kernel."""
