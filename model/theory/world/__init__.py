"""What the lesson on CNNs in the world computes."""
