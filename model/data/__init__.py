"""Data: data sets, batches, augmentation, preprocessing, pen strokes and uploaded pictures."""
