"""Parts of the lesson on CNNs in the world."""
