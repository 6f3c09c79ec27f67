"""The core of Digit Lab: the network, how it is trained, and how it reads a drawing. Knows no screen."""

from model.recognizer import Reading, Recognizer

__all__ = ["Reading", "Recognizer"]
