"""The section Draw: the canvas, the test pictures, the upload, the preprocessing steps and the stroke replay."""
