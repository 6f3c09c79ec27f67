"""The computations of the lessons: small functions on arrays and tensors. One file or folder per lesson."""
