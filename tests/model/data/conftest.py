"""A data set of MNIST's form for the tests of this folder."""

from __future__ import annotations

import gzip
import hashlib
import math
from pathlib import Path

import pytest
from torchvision.datasets import MNIST

FILES = {
    "train-images-idx3-ubyte": (60_000, 28, 28),
    "train-labels-idx1-ubyte": (60_000,),
    "t10k-images-idx3-ubyte": (10_000, 28, 28),
    "t10k-labels-idx1-ubyte": (10_000,),
}


def write_blank_mnist(raw: Path) -> None:
    """Four files of zeros; they are sparse, so they need no disk space."""
    raw.mkdir(parents=True)
    for name, shape in FILES.items():
        header = bytes([0, 0, 8, len(shape)]) + b"".join(size.to_bytes(4, "big") for size in shape)
        (raw / name).write_bytes(header)
        with (raw / name).open("r+b") as file:
            file.truncate(len(header) + math.prod(shape))


@pytest.fixture
def blank_mnist(tmp_path: Path) -> Path:
    """A data folder with MNIST's four files, all of them blank."""
    write_blank_mnist(tmp_path / "MNIST" / "raw")
    return tmp_path


@pytest.fixture(scope="session")
def packed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The blank files as a mirror has them, by their path."""
    raw = tmp_path_factory.mktemp("blank") / "raw"
    write_blank_mnist(raw)
    return {f"/{name}.gz": gzip.compress((raw / name).read_bytes(), 1) for name in FILES}


@pytest.fixture
def checksums(packed: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Make the blank files the expected files of a mirror: (name, MD5) of each."""
    found = [(path[1:], hashlib.md5(content, usedforsecurity=False).hexdigest()) for path, content in packed.items()]
    monkeypatch.setattr(MNIST, "resources", found)
    return found


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MNIST, "mirrors", ["http://127.0.0.1:9/"])  # nothing listens on the discard port
