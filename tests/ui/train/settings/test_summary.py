"""The summary: parameters, time, and the table of layers."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from model.network.config import ModelConfig
from model.training.time_estimate import estimate
from tests.ui.train.settings.helpers import (
    DEFAULTS,
    got,
    move,
    show,
)
from ui.shared.formatting import duration
from ui.train.settings.summary import layer_text


def test_the_summary_follows_the_sliders(app: AppTest) -> None:
    assert "93,322 parameters" in app.markdown[-1].value
    assert duration(estimate(*DEFAULTS).rounded_seconds) in app.markdown[-1].value
    move(app, "filters_2", 10)
    move(app, "epochs", 100)
    chosen = got(app)
    assert f"{chosen[0].parameters:,} parameters" in app.markdown[-1].value
    assert duration(estimate(*chosen).rounded_seconds) in app.markdown[-1].value
    assert "10x11x11" in app.code[-1].value
    move(app, "kernel_size_2", 9)
    assert "cannot be built" in app.markdown[-1].value


def test_the_table_has_the_shape_of_every_layer() -> None:
    config = ModelConfig(filters=(8, 16), batch_norm=True, dropout=0.5, pooling="average", activation="leaky_relu")
    table = layer_text(config)
    lines = {line.split("  ")[0]: line for line in table.splitlines()}
    for layer in config.layers():
        assert any("x".join(map(str, layer.output)) in line.split() for line in lines.values())
    assert lines["conv1 norm leaky_relu"].split()[-2:] == ["8x26x26", "96"]  # 80 of the convolution, 16 of the norm
    assert "flatten dropout" in lines
    assert len(set(map(len, table.splitlines()[:1] + table.splitlines()[-1:]))) == 1
    assert "input" in layer_text(ModelConfig(filters=()))


def test_a_device_that_this_machine_lacks_is_explained(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    show(app, "Run")
    move(app, "device", "cuda")
    assert "this machine has no cuda" in app.markdown[-1].value
