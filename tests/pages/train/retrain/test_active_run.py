"""The page Retrain while a run is active: its state, curves, answer and buttons."""

from __future__ import annotations

import re
from pathlib import Path

from model.data.datasets import DataSet
from model.recognizer import Recognizer
from model.runs.run import State
from model.runs.store import RunStore
from model.training.events import EpochEnd, Progress
from tests.pages.conftest import four
from tests.pages.train.retrain.helpers import (
    OTHER,
    Open,
    RecordedTraining,
    curve,
    labels,
    start,
    state_line,
    texts,
)
from tests.runs import now
from ui.shared.formatting import percent


def test_the_curve_grows_with_the_run(open_page: Open, store: RunStore, digits: DataSet) -> None:
    run = start(store)
    app = open_page()
    assert state_line(app) == "**Running** · loading the pictures"
    assert len(curve(app)) == 0
    training = RecordedTraining(run, digits)
    training.until(Progress)
    app.run()
    line = state_line(app)
    assert line.startswith("**Running** · epoch 1 of 2 · ")
    assert " left · " in line
    assert line.endswith(" images/s")
    early = curve(app)
    assert {"training", "validation"} == set(early["pictures"])
    training.until(EpochEnd)
    app.run()
    assert len(curve(app)) > len(early)
    assert len(curve(app, 1)) == len(curve(app))
    assert "Test accuracy" not in [metric.label for metric in app.metric]


def sentence_of(network: Path) -> str:
    reading = Recognizer.load(network).read(four())
    return f"It reads **{reading.digit}**, {percent(float(reading.probabilities.max()))} sure."


def test_the_answer_changes_while_the_network_learns(open_page: Open, store: RunStore, digits: DataSet) -> None:
    run = start(store)
    training = RecordedTraining(run, digits)
    app = open_page(four())
    assert "Its first answer appears after its first steps." in texts(app)
    training.until(Progress)
    app.run()
    early = sentence_of(run.folder / "latest.safetensors")
    assert early in texts(app)
    training.to_the_end()
    app.run()
    late = sentence_of(run.folder / "best.safetensors")
    assert late in texts(app)
    assert early not in texts(app)


def test_without_a_drawing_the_page_asks_for_one(open_page: Open, store: RunStore, digits: DataSet) -> None:
    RecordedTraining(start(store), digits).until(Progress)
    app = open_page()
    assert "Draw a digit below" in texts(app)
    app.segmented_control(key="source").set_value("Test picture").run()
    app.run()  # as the refresh does
    assert "It reads **" in texts(app)


def test_pause_and_resume(open_page: Open, store: RunStore, digits: DataSet) -> None:
    run = start(store)
    RecordedTraining(run, digits).until(Progress)
    app = open_page()
    app.button(key="run_pause").click().run()
    assert now(store, run).state is State.PAUSED
    assert state_line(app).startswith("**Paused** · epoch 1 of 2")
    app.button(key="run_play_arrow").click().run()
    assert now(store, run).state is State.RUNNING
    assert state_line(app).startswith("**Running**")


def test_stop_keeps_the_best_epoch(open_page: Open, store: RunStore, digits: DataSet) -> None:
    run = start(store, epochs=50)
    training = RecordedTraining(run, digits)
    training.until(EpochEnd)
    app = open_page()
    app.button(key="run_stop").click().run()
    assert state_line(app).startswith("**Stopping**")
    assert app.button(key="run_stop").disabled
    training.to_the_end()
    app.run()
    assert state_line(app).startswith("**Stopped** · ")
    assert re.search(r" · 1 epoch in [\d.]+ secs? · epoch 1 is kept$", state_line(app))
    assert "Test accuracy" in [metric.label for metric in app.metric]


def test_a_waiting_run_shows_its_place_and_can_leave_the_queue(open_page: Open, store: RunStore) -> None:
    start(store, OTHER)
    start(store)
    app = open_page()
    assert state_line(app) == "**Waiting** · place 1 in the queue"
    assert "Pause" not in labels(app)
    app.button(key="run_stop").click().run()
    assert not app.exception
    assert [run.owner for run in store.runs()] == [OTHER]
    assert not app.get("vega_lite_chart")


def test_the_page_shows_nothing_of_another_students_runs(open_page: Open, store: RunStore) -> None:
    run = start(store, OTHER, "private")
    app = open_page()
    assert "private" not in texts(app)
    assert not {"Stop", "Pause", "Delete this run"} & set(labels(app))
    assert now(store, run).state is State.RUNNING


def test_with_a_damaged_network_file_only_the_answer_is_missing(
    open_page: Open, store: RunStore, digits: DataSet
) -> None:
    run = start(store)
    RecordedTraining(run, digits).until(Progress)
    (run.folder / "latest.safetensors").write_bytes(b"half")
    app = open_page(four())
    assert state_line(app).startswith("**Running**")
    assert not app.error
