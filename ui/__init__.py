"""The user interface: everything that the pages show."""
