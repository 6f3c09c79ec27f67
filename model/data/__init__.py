"""Pictures: data sets, augmentation, preprocessing, pen strokes and uploaded files."""
