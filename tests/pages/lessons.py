"""What the tests of the lessons share: reading a page, choosing another network, replying to questions."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
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

OTHER_NETWORKS = {
    "dense": ModelConfig(filters=(), dense_units=12, dropout=0.5),
    "tiny": ModelConfig(filters=(1,), kernel_size=(9,), dense_units=1, pooling="none", activation="tanh"),
    "wide": ModelConfig(filters=(128, 4), kernel_size=(5, 2), dense_units=3, pooling="average", batch_norm=True),
    "deep": ModelConfig(filters=(3, 4, 5, 6), dense_units=7, activation="gelu", batch_norm=True, dropout=0.25),
}
"""One of each kind that a student may have made."""


def texts(app: AppTest) -> str:
    """Everything that is written on the page."""
    parts = (*app.markdown, *app.caption, *app.subheader, *app.latex, *app.info, *app.success, *app.warning)
    return "\n".join(str(each.value) for each in parts)


def sent(app: AppTest, key: str) -> dict[str, Any]:
    """What the browser gets for a component of ours."""
    (found,) = [part for part in app.get("bidi_component") if part.proto.id.endswith(f"-{key}")]
    data: dict[str, Any] = json.loads(found.proto.json)
    return data


def numbers(packed: str) -> NDArray[np.float32]:
    return np.frombuffer(base64.b64decode(packed), "<f4")


def save_network(folder: Path, config: ModelConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network of this architecture, with random weights, that can be chosen under the name `other`."""
    checkpoint = Checkpoint(config, TrainConfig(), random_network(config).state_dict(), "digits")
    save_checkpoint(checkpoint, folder / "other.safetensors")
    monkeypatch.setattr("ui.shared.network_choice.CHECKPOINTS", folder)


def reply(app: AppTest, lesson: str, question: str, given: str) -> None:
    """Answer a question of a lesson, by typing or by choosing, and have it checked."""
    key = f"reply_{lesson}_{question}"
    if key in [each.key for each in app.radio]:
        app.radio(key=key).set_value(given).run()
    else:
        app.text_input(key=key).set_value(given).run()
    app.button(key=f"check_{lesson}_{question}").click().run()
    assert not app.exception


def choices(app: AppTest, lesson: str, question: str) -> Sequence[str]:
    return app.radio(key=f"reply_{lesson}_{question}").options
