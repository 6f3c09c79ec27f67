"""The core of Digit Lab: the network, its training, and how it reads a drawing. It contains no user interface.

These names are the public interface. Everything else may change.
"""

from model.data.picture_file import read_picture
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.recognizer import Recognizer
from model.runs.store import RunStore

__all__ = ["DigitCNN", "ModelConfig", "Recognizer", "RunStore", "TrainConfig", "read_picture"]
