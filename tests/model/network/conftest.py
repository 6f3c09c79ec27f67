"""Fixtures for the tests of checkpoints."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.network.checkpoint import save_checkpoint
from tests.model.network.checkpoints import some_checkpoint


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with a saved network."""
    file = tmp_path / "runs" / "net.safetensors"
    save_checkpoint(some_checkpoint(), file)
    return file
