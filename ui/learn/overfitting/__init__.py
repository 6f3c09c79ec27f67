"""Parts of the lesson on overfitting."""
