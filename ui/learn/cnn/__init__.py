"""Parts of the lesson on the whole CNN."""
