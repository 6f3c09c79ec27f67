"""The guided experiments on their page."""
