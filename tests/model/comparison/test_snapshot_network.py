"""The networks in snapshots."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from model.comparison.snapshot_network import load_snapshot_network
from model.network.checkpoint import CheckpointError, load_checkpoint
from tests.model.comparison.conftest import Make

IMAGE = np.zeros((28, 28), np.float32)
IMAGE[8:20, 12:16] = 1


def test_a_convolution_shows_its_kernels_and_feature_maps(make: Make) -> None:
    path = make("one").run.snapshots()[-1].path
    found = load_snapshot_network(path)
    assert not found.dense
    assert np.array_equal(found.first_weights, load_checkpoint(path).weights["blocks.0.conv.weight"][:, 0].numpy())
    activations, probabilities = found.compute(IMAGE)
    assert activations.shape == (4, 26, 26)
    assert probabilities.shape == (10,)
    assert probabilities.sum() == pytest.approx(1, abs=1e-5)


def test_a_dense_layer_shows_the_weights_of_each_unit(make: Make) -> None:
    path = make("one", {"filters": ()}).run.snapshots()[-1].path
    found = load_snapshot_network(path)
    assert found.dense
    assert np.array_equal(found.first_weights.reshape(8, -1), load_checkpoint(path).weights["dense.weight"].numpy())
    assert found.compute(IMAGE)[0].shape == (8,)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError):
        load_snapshot_network(tmp_path / "gone.safetensors")
