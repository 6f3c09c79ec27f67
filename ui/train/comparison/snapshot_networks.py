"""The networks in the snapshots of a run: loaded once for all sessions, with one colour scale for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import streamlit as st

from model.comparison.snapshot_network import Float, SnapshotNetwork, load_snapshot_network
from model.network.checkpoint import CheckpointError
from model.runs.folder import Snapshot

SHOWN = 32
"""Most pictures in a row; a larger layer is shown in part."""

_CACHED_BYTES = 4 * 2**20
"""Files up to this size stay in memory once they are loaded, so that walking through them again is quick."""

File = tuple[str, int]
"""A path, and when the file was last changed, in nanoseconds since 1970."""


def snapshot_files(snapshots: Sequence[Snapshot]) -> dict[int, tuple[File, int]]:
    """File and size in bytes of each snapshot, by its step. Snapshots that were just deleted are left out."""
    found = {}
    for snapshot in snapshots:
        try:
            stat = snapshot.path.stat()
        except OSError:
            continue
        found[snapshot.step] = ((str(snapshot.path), stat.st_mtime_ns), stat.st_size)
    return found


def snapshot_network(file: File, size: int) -> SnapshotNetwork:
    """The network in a file of this size in bytes. Raises CheckpointError where the file is missing or damaged."""
    return _cached(*file) if size <= _CACHED_BYTES else load_snapshot_network(Path(file[0]))


@st.cache_data(max_entries=256, show_spinner=False)
def color_limits(files: tuple[tuple[File, int], ...], image: Float | None) -> tuple[float, float]:
    """The largest absolute weight and activation of the first layer over all these snapshots, of the units shown.

    With one scale for all snapshots, a change of colour is a change of the network. image: float32 (28, 28) in [0, 1];
    without it the second limit is 0. Missing and damaged snapshots count as 0.
    """
    weights = activations = 0.0
    for file, size in files:
        try:
            network = snapshot_network(file, size)
        except CheckpointError:
            continue
        weights = max(weights, float(np.abs(network.first_weights[:SHOWN]).max()))
        if image is not None:
            activations = max(activations, float(np.abs(network.compute(image)[0][:SHOWN]).max()))
    return weights, activations


@st.cache_resource(max_entries=72, show_spinner=False)  # three runs of 24 snapshots
def _cached(path: str, changed: int) -> SnapshotNetwork:
    return load_snapshot_network(Path(path))
