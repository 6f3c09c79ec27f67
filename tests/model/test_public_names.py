"""The public interface of the core: its names, and a quick import."""

from __future__ import annotations

import subprocess
import sys

import model
from model import DigitCNN, ModelConfig, Recognizer, RunStore, TrainConfig, read_picture
from tests.conftest import ROOT

SLOW = {"sklearn", "captum", "pandas", "scipy", "matplotlib", "ray", "tensorboard", "streamlit", "torchvision"}


def test_the_public_names_are_these_six() -> None:
    assert set(model.__all__) == {"DigitCNN", "ModelConfig", "Recognizer", "RunStore", "TrainConfig", "read_picture"}
    for name, public in zip(
        ("DigitCNN", "ModelConfig", "Recognizer", "RunStore", "TrainConfig", "read_picture"),
        (DigitCNN, ModelConfig, Recognizer, RunStore, TrainConfig, read_picture),
        strict=True,
    ):
        assert public.__name__ == name


def test_the_import_loads_none_of_the_slow_libraries() -> None:
    code = "import sys, model; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "torch" in loaded.split()
    assert not (SLOW | {"ui", "pages"}) & set(loaded.split())
