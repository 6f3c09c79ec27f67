"""What the lesson on neurons computes."""
