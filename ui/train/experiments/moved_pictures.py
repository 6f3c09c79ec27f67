"""Accuracies of the networks of a trial on moved test pictures: measured once for all sessions, and their chart."""

from __future__ import annotations

from collections.abc import Generator, Mapping

import streamlit as st
import torch

from model.data.datasets import DataError, load_data
from model.experiments.cnn_or_dense import SHIFTS
from model.experiments.experiment import Data, Outcomes
from model.language import _
from model.network.checkpoint import CheckpointError, load_checkpoint
from model.runs.run import Run
from model.training.evaluation import shifted_accuracy
from ui.shared.charts import category, layer, quantity, show
from ui.shared.data_set import data_set
from ui.shared.formatting import plain_markdown
from ui.shared.shared_work import SharedWork

_PICTURES = 2_000
"""Test pictures that are moved: about 1 s of work for each network."""


def moved_accuracies(run: Run, data: Data) -> tuple[float, ...]:
    """The accuracy of the run's best network for each of SHIFTS; () where there is no network or no data."""
    path = run.best()
    if path is None:
        return ()
    try:
        return _measurement(str(path), path.stat().st_mtime_ns, data).finish(_("Moving the test pictures …"))
    except (CheckpointError, DataError, OSError) as error:
        st.error(plain_markdown(str(error)))
        return ()


@st.cache_resource(max_entries=64, show_spinner=False)
def _measurement(path: str, changed: int, data: Data) -> SharedWork[tuple[float, ...]]:
    def work() -> Generator[float, None, tuple[float, ...]]:
        network = load_checkpoint(path).build()
        known = data_set()
        images = (known if known.name == data else load_data(data)).test
        order = torch.randperm(len(images), generator=torch.Generator().manual_seed(0))[:_PICTURES]
        found = []
        for number, pixels in enumerate(SHIFTS, start=1):
            found.append(shifted_accuracy(network, images[order], pixels))
            yield number / len(SHIFTS)
        return tuple(found)

    return SharedWork(work)


def show_moved_chart(outcomes: Outcomes, labels: Mapping[str, str]) -> None:
    """One line for each network: accuracy in percent against pixels."""
    rows = [
        {"network": labels[key], "pixels": pixels, "accuracy": 100 * accuracy}
        for key, outcome in outcomes.items()
        for pixels, accuracy in zip(SHIFTS, outcome.shifted, strict=True)
    ]
    lines = layer(
        {"type": "line", "point": True},
        rows,
        x=category("pixels", _("Moved by, pixels"), type="ordinal", axis={"labelAngle": 0}),
        y=quantity("accuracy", _("Read right, %"), scale={"domain": [0, 100]}),
        color=category("network", legend={"orient": "top"}),
        strokeDash=category("network", legend=None),
        tooltip=[
            category("network", _("network")),
            quantity("pixels", _("pixels")),
            quantity("accuracy", _("accuracy, %"), format=".1f"),
        ],
    )
    show([lines], height=260, alt=_("Share of moved test pictures that each network reads right"))
