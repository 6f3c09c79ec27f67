"""The core of Digit Lab: the network, its training, and how it reads a drawing. It does not know the screen.

These names are the public interface. Everything else may change.
"""

import os

# GNU's OpenMP reads this once, when torch is loaded. By default a thread that waits for another keeps its core busy for
# so long that on a machine with other work to do a training step takes seven times as long; with this, twice, and alone
# on the machine it costs 6 %.
os.environ.setdefault("GOMP_SPINCOUNT", "10000")

from model.data.picture_file import read_picture
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.recognizer import Recognizer
from model.runs.store import RunStore

__all__ = ["DigitCNN", "ModelConfig", "Recognizer", "RunStore", "TrainConfig", "read_picture"]
