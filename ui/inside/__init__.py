"""Parts of the section Inside."""
