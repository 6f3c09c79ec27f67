"""What the pages of all sections use."""
