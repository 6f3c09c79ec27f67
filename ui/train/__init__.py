"""Parts of the section Train."""
