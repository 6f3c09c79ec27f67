"""The core of Digit Lab: the network, how it is trained, and how it reads a drawing. Knows no screen."""

import os

# GNU's OpenMP reads this once, when torch is loaded. By default a thread that waits for another keeps its core busy for
# so long that on a machine with other work to do a training step takes seven times as long; with this, twice, and alone
# on the machine it costs 6 %.
os.environ.setdefault("GOMP_SPINCOUNT", "10000")

from model.recognizer import Reading, Recognizer

__all__ = ["Reading", "Recognizer"]
