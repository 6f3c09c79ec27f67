"""The pages of the section Inside."""
