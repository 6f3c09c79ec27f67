"""Fixtures for the tests of the section Inside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st

from model.data.datasets import DataError, DataSet
from model.network.checkpoint import Checkpoint, save_checkpoint
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from tests.networks import random_network

DAMAGED = "The MNIST files in a_b*c are damaged; delete that folder and start again."
"""The message of a data set that cannot be read. Its folder has a name that Markdown would change."""


@pytest.fixture
def damaged_data(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A data set that cannot be read."""

    def damaged() -> DataSet:
        raise DataError(DAMAGED)

    st.cache_resource.clear()
    monkeypatch.setattr("ui.shared.data_set.load_data", damaged)
    yield
    st.cache_resource.clear()


@pytest.fixture
def save_networks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """Saves random networks by name where the app looks for networks. data: the data set in their headers."""

    def save(networks: dict[str, ModelConfig], train: TrainConfig | None = None, data: str = "mnist") -> None:
        monkeypatch.setattr("ui.shared.network_choice.CHECKPOINTS", tmp_path)
        for name, config in networks.items():
            weights = random_network(config).state_dict()
            save_checkpoint(Checkpoint(config, train or TrainConfig(), weights, data), tmp_path / f"{name}.safetensors")

    return save
