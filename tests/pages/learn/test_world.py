"""The lesson on CNNs in the world: perturbations that change the answer, computing costs, and the questions."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import torch

from model.experiments.activation import ACTIVATION
from model.network.config import ModelConfig
from model.network.layers import layer_table
from model.recognizer import Recognizer
from model.runs.store import RunStore
from model.theory.world.perturbation import perturbed_series
from tests.pages.conftest import four
from tests.pages.learn.helpers import FORGED, Open, choose_network, reply, texts
from tests.trained_runs import IdleLauncher, TrainedRuns

PAGE, TITLE = "pages/learn/world.py", "CNNs in the world, and questions"
OWNER = "somebody"


def multiplications(height: int = 28, width: int = 28) -> int:
    """Those of the default network for one picture."""
    return sum(layer.multiplications for layer in layer_table(ModelConfig(), height, width))


@pytest.fixture(autouse=True)
def no_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty folder for runs, and a student whose identity the browser need not store."""
    monkeypatch.setenv("DIGIT_LAB_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr("ui.shared.identity.student", lambda: OWNER)
    return tmp_path / "runs"


def moved(way: str) -> int:
    """The largest move to which the shipped network still gives the same answer, pixel by pixel."""
    recognizer = Recognizer.load()
    image = torch.from_numpy(recognizer.read(four()).image)
    digits = recognizer.probabilities(perturbed_series(image, way).numpy()).argmax(1)  # type: ignore[arg-type]
    return int(np.flatnonzero(digits != digits[0])[0]) - 1


def test_the_page_shows_uses_limits_and_answers_with_their_links(open_page: Open) -> None:
    app = open_page(four())
    told = texts(app)
    for study in ("Buolamwini & Gebru 2018", "Zech et al. 2018", "Szegedy et al. 2014"):
        assert study in told
    assert "Still **4**" in told
    assert "The network is surest of this one" in told
    assert f"needs {multiplications() / 1e6:.1f} million multiplications" in told
    assert not app.error
    asked = {link.proto.query_string for link in app.get("page_link")}
    assert {f"experiment={key}" for key in ("cnn", "activation", "overfitting", "labels", "pooling")} <= asked
    assert "What your own runs found" not in told
    assert "16,959,488" not in told  # the dense layer has biases too
    assert f"{785 * 32 * 26 * 26:,}" in told


def test_a_perturbation_changes_the_answer_where_the_curve_says(open_page: Open) -> None:
    app = open_page(four(), world_kind="left")
    last = moved("left")
    assert "The answer first changes at" not in texts(app)
    app.select_slider(key="world_strength_left").set_value(float(last)).run()
    assert "Still **4**" in texts(app)
    app.select_slider(key="world_strength_left").set_value(float(last + 1)).run()
    assert "before it was 4" in texts(app)
    app.toggle(key="world_curve").set_value(True).run()
    assert f"The answer first changes at {last + 1}, to " in texts(app)


def test_other_nonsense_and_other_costs(open_page: Open) -> None:
    app = open_page(four())
    (before,) = re.findall(r"surest of this one: .*", texts(app))
    app.button(key="world_others").click().run()
    assert re.findall(r"surest of this one: .*", texts(app)) != [before]

    metrics = {metric.label: metric.value for metric in app.metric}
    assert metrics["Multiplications per picture"] == f"{multiplications(1080, 1920) / 1e9:,.1f} billion"
    assert metrics["Multiplications per second"] == f"{30 * multiplications(1080, 1920) / 1e9:,.1f} billion"
    app.segmented_control(key="world_size").set_value((28, 28)).run()
    app.number_input(key="world_frames").set_value(1).run()
    app.number_input(key="world_cameras").set_value(2).run()
    metrics = {metric.label: metric.value for metric in app.metric}
    assert metrics["Parameters for that size"] == f"{ModelConfig().parameters:,}"
    assert metrics["Multiplications per second"] == f"{2 * multiplications() / 1e6:,.1f} million"


def test_a_reply_is_marked_as_right_or_wrong(open_page: Open) -> None:
    app = open_page(four())
    last = moved("right")
    reply(app, "world", "move", str(last + 1))
    assert app.success
    reply(app, "world", "move", str(last + 3))
    assert app.warning[0].value == f"Not quite: your answer is {last + 3}, but the right answer is {last}."
    assert f"Moved by {last} pixels it is still read as 4" in texts(app)
    app.segmented_control(key="world_kind").set_value("up").run()
    assert not app.warning  # another direction is another question
    assert "“Move up”" in texts(app)

    recognizer = Recognizer.load()
    negative = 1 - recognizer.read(four()).image
    still = int(recognizer.probabilities(negative[None]).argmax()) == 4
    reply(app, "world", "negative", 0 if still else 1)
    assert app.success
    reply(app, "world", "work", 0)
    assert app.warning
    reply(app, "world", "work", 1)
    assert f"conv2 {18432 * 11 * 11:,}" in texts(app)
    assert len(app.success) == 2


def test_a_forged_choice_is_ignored(open_page: Open) -> None:
    for value in FORGED:
        app = open_page(**{f"world_{key}": value for key in ("kind", "strength_right", "size", "frames", "cameras")})
        assert "The network is surest of this one" in texts(app)


@pytest.mark.usefixtures("other_networks")
def test_a_network_without_convolutions(open_page: Open) -> None:
    app = open_page(four())
    choose_network(app, "dense")
    assert app.radio(key="reply_world_work").options == ["dense", "output"]
    reply(app, "world", "work", 0)
    assert app.success
    metrics = {metric.label: metric.value for metric in app.metric}
    assert metrics["Multiplications per picture"] == f"{(1080 * 1920 * 13 + 130) / 1e6:,.1f} million"


def test_the_finding_of_the_students_own_runs_stands_with_the_answer(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, no_runs: Path, trained_runs: TrainedRuns
) -> None:
    store = RunStore(no_runs, IdleLauncher(slots=0))
    for user in ("ui.train.run_store", "ui.learn.world.answers"):  # the app itself too, which would let the runs begin
        monkeypatch.setattr(f"{user}.run_store", lambda: store)
    for variant in ACTIVATION.variants("digits"):
        name = f"activation/1/digits/20260101-000000/{variant.key}"
        store.start(variant.model, variant.train, OWNER, variant.key, name)
    assert "your own runs" not in texts(open_page(four()))  # nothing is found as long as they wait
    trained_runs.complete(store)
    app = open_page(four())
    told = texts(app)
    assert "What your own runs found:" in told
    for run in store.runs():
        assert f"{100 * (run.report() or {})['test_accuracy']:.1f}%" in told
    assert "Open the experiment again" in [link.label for link in app.get("page_link")]
