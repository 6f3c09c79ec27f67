"""Parts of the lessons that are longer than a short script."""
