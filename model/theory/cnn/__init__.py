"""What the lesson on the whole CNN computes."""
