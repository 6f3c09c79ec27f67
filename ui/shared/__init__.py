"""Code that the pages of all sections use."""
