"""Helpers for the tests of the lessons: read a page, choose another network, reply to questions."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from model.network.checkpoint import Checkpoint, save_checkpoint
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from tests.networks import random_network

Open = Callable[..., AppTest]

OTHER_NETWORKS = {
    "dense": ModelConfig(filters=(), dense_units=13, dropout=0.5),
    "tiny": ModelConfig(filters=(1,), kernel_size=(9,), dense_units=1, pooling="none", activation="tanh"),
    "wide": ModelConfig(filters=(128, 4), kernel_size=(5, 2), dense_units=3, pooling="average", batch_norm=True),
    "deep": ModelConfig(filters=(3, 4, 5, 6), dense_units=7, activation="gelu", batch_norm=True, dropout=0.25),
}
"""One network of each kind that a student can train."""

FORGED = [-1, 10**9, None, "<b>", [1], 2.5, float("nan")]
"""Values that no control offers but a browser can send."""


def texts(app: AppTest) -> str:
    """All texts of the page."""
    parts = (*app.markdown, *app.caption, *app.subheader, *app.latex, *app.info, *app.success, *app.warning)
    return "\n".join(str(each.value) for each in parts)


def formulas(app: AppTest) -> list[str]:
    """All formulas of the page, as LaTeX."""
    return [latex.value.strip().strip("$").strip() for latex in app.latex]


def sent(app: AppTest, key: str) -> dict[str, Any]:
    """The data that the browser gets for one of our components."""
    (found,) = [part for part in app.get("bidi_component") if part.proto.id.endswith(f"-{key}")]
    data: dict[str, Any] = json.loads(found.proto.json)
    return data


def numbers(packed: str) -> NDArray[np.float32]:
    """Packed float32 numbers, as a flat array."""
    return np.frombuffer(base64.b64decode(packed), "<f4")


def set_state(app: AppTest, state: object) -> None:
    """Replace the state of a section, see `ui.shared.state`."""
    app.session_state[f"state:{type(state).__module__}.{type(state).__qualname__}"] = state


def save_networks(folder: Path, configs: dict[str, ModelConfig], monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks with random weights that can be chosen under these names."""
    for name, config in configs.items():
        checkpoint = Checkpoint(config, TrainConfig(), random_network(config).state_dict(), "digits")
        save_checkpoint(checkpoint, folder / f"{name}.safetensors")
    monkeypatch.setattr("ui.shared.network_choice.CHECKPOINTS", folder)


def choose_network(app: AppTest, name: str) -> None:
    """Choose one of the saved networks."""
    app.selectbox(key="network").select(name).run()
    assert not app.exception


def reply(app: AppTest, lesson: str, question: str, given: str | int) -> None:
    """Reply to a question with a text, or with the number of a choice, and have it checked."""
    key = f"reply_{lesson}_{question}"
    if key in [each.key for each in app.radio]:
        radio = app.radio(key=key)
        radio.set_value(radio.options[given] if isinstance(given, int) else given).run()
    else:
        app.text_input(key=key).set_value(str(given)).run()
    app.button(key=f"check_{lesson}_{question}").click().run()
    assert not app.exception


def choices(app: AppTest, lesson: str, question: str) -> Sequence[str]:
    """The choices of a question."""
    options: Sequence[str] = app.radio(key=f"reply_{lesson}_{question}").options
    return options
