"""The digit that all pages work on: the canvas, the test set, an upload, and the preprocessing steps."""
