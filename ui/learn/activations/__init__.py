"""Parts of the lesson on activations."""
