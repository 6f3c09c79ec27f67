"""The network's page shows the content of the checkpoint."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from model.network.checkpoint import Checkpoint, read_checkpoint, save_checkpoint
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.recognizer import Recognizer
from tests.browser_parts import parts_named
from tests.networks import random_network
from ui.shared.network_choice import OwnNetworks
from ui.shared.state import state_key

PAGE = "pages/inside/network.py"
SMALL = ModelConfig(filters=(4,), dense_units=8)


def test_the_table_holds_every_layer_and_all_parameters(open_app: Callable[..., AppTest]) -> None:
    app = open_app()
    app.switch_page(PAGE).run()
    assert not app.exception
    table = app.dataframe[0].value
    assert table["Output"].iloc[0] == "32x26x26"
    assert table["Parameters"].sum() == ModelConfig().parameters
    assert "93,322" in [metric.value for metric in app.metric]


def test_the_table_of_a_dense_network_starts_with_its_pixels(
    open_app: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = ModelConfig(filters=(), dense_units=12, dropout=0.5)
    checkpoint = Checkpoint(config, TrainConfig(), random_network(config).state_dict(), "digits")
    save_checkpoint(checkpoint, tmp_path / "dense.safetensors")
    monkeypatch.setattr("ui.shared.network_choice.CHECKPOINTS", tmp_path)
    app = open_app()
    app.switch_page(PAGE).run()
    app.selectbox(key="network").select("dense").run()
    assert not app.exception
    table = app.dataframe[0].value
    assert table["Kind"].tolist() == ["flatten", "dropout", "dense", "activation", "dropout", "dense"]
    assert table["Output"].tolist() == ["784", "784", "12", "12", "12", "10"]
    assert table["Parameters"].sum() == config.parameters


def own_network(**metrics: Any) -> Recognizer:
    """A small network with these figures, as if read from a file."""
    saved = Checkpoint(SMALL, TrainConfig(), DigitCNN(SMALL).state_dict(), "digits", metrics)
    return Recognizer(read_checkpoint(saved.content(), "Mine"))


@pytest.fixture
def open_with(open_app: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Any]:
    """Opens a page in a session that has chosen a network of its own with these figures."""
    monkeypatch.setattr("ui.shared.network_choice.CHECKPOINTS", tmp_path)

    def start(page: str, **metrics: Any) -> AppTest:
        app = open_app()
        app.session_state[state_key(OwnNetworks)] = OwnNetworks({"Mine": own_network(**metrics)})
        app.session_state["network"] = "Mine"
        app.switch_page(page).run()
        assert not app.exception
        assert not app.error
        return app

    return start


EPOCH = {"epoch": 1, "train_accuracy": 0.9, "validation_accuracy": None}
ODD: dict[str, dict[str, Any]] = {
    "none": {},
    "no history": {"history": []},
    "accuracies that nobody knows": {"test_accuracy": None, "history": [{**EPOCH, "train_accuracy": None}]},
    "no accuracies": {"history": [{"epoch": 1}, {"epoch": 2, "train_loss": 1.0}]},
    "accuracies of some epochs": {"history": [EPOCH, {"epoch": 2}, {"epoch": 3, "validation_accuracy": 1.0}]},
    "nothing held out": {"test_accuracy": 0.0, "history": [EPOCH, {**EPOCH, "epoch": 2}]},
    "epochs in disorder": {"history": [{**EPOCH, "epoch": 300}, {**EPOCH, "epoch": 0}, EPOCH, EPOCH]},
    "the ends of every range": {
        "test_accuracy": 1.0,
        "test_loss": 1e38,
        "train_seconds": 0,
        "epochs": 300,
        "parameters": 10**12,
        "history": [{"epoch": 0, "train_accuracy": 1, "validation_accuracy": 0, "train_loss": 1e38}] * 300,
    },
}


@pytest.mark.parametrize("metrics", ODD.values(), ids=ODD)
def test_any_figures_that_a_file_may_hold_are_shown(open_with: Callable[..., AppTest], metrics: dict[str, Any]) -> None:
    app = open_with(PAGE, **metrics)
    known = metrics.get("test_accuracy")
    told = {metric.label: metric.value for metric in app.metric}
    assert told["Test accuracy"] == ("unknown" if known is None else f"{known:.2%}")
    drawn = any(
        record.get(name) is not None
        for record in metrics.get("history", [])
        for name in ("train_accuracy", "validation_accuracy")
    )
    assert len(app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart")) == drawn
    assert any("no history" in caption.value for caption in app.caption) is not drawn
    assert app.dataframe[0].value["Parameters"].sum() == SMALL.parameters


@pytest.mark.usefixtures("offline_data")
@pytest.mark.parametrize("page", ["draw/draw", "inside/feature_maps", "inside/filters", "inside/why", "inside/network"])
def test_every_page_uses_the_chosen_network_file(open_with: Callable[..., AppTest], page: str) -> None:
    app = open_with(f"pages/{page}.py", test_accuracy=0.5)
    assert app.selectbox(key="network").value == "Mine"
    (engine,) = parts_named(app, "engine")
    assert len(engine.bytes) < 30_000 < len(Recognizer.load().checkpoint.content()), "the browser has it too"
    app.sidebar.button(key="network_shipped").click().run()
    assert not app.exception
    assert app.selectbox(key="network").value == "Shipped network"
