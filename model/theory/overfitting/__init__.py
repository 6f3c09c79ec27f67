"""What the lesson on overfitting computes."""
