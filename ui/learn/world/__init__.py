"""Lesson 7: where CNNs are used, where they fail, what they cost, and three common questions."""
