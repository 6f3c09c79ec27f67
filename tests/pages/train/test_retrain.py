"""The Retrain page: runs in every state, what their buttons do, and whose they are.

No process is started: the test itself plays the trainer, step by step, with the real recorder.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from model.data.datasets import DataSet
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.recognizer import Recognizer
from model.runs.folder import BEST, METRICS, REPORT, RUN, write_json
from model.runs.launcher import Claim
from model.runs.process import this_process
from model.runs.recorder import Recorder
from model.runs.run import Run, RunError, State
from model.runs.store import MAX_WAITING, RunStore
from model.training.events import EpochEnd, Event, Finished, Progress
from model.training.loop import train
from tests.conftest import assert_one_sentence
from tests.pages.conftest import four
from tests.runs import TINY, now, recipe
from train import report_of
from ui.shared.formatting import percent

PAGE = "pages/train/retrain.py"
TOKEN, OTHER_TOKEN = "a" * 32, "b" * 32
ME, OTHER = (hashlib.sha256(token.encode()).hexdigest()[:16] for token in (TOKEN, OTHER_TOKEN))
DEAD: dict[str, Any] = {"pid": 1, "created": 0.0, "host": "a machine that was switched off"}

Open = Callable[..., AppTest]


class Stage:
    """A launcher that starts nothing. `process` is what it says of whoever computes the next run."""

    slots: int | None = 1

    def __init__(self) -> None:
        self.process = this_process()

    def prepare(self) -> None: ...

    def launch(self, run: str, arguments: list[str], claim: Claim) -> None:
        claim(self.process)

    def is_alive(self, record: dict[str, Any]) -> bool:
        return record == this_process()


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest.fixture
def store(tmp_path: Path, stage: Stage, digits: DataSet, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    store = RunStore(tmp_path / "runs", stage)
    monkeypatch.setattr("ui.train.run_store.run_store", lambda: store)
    monkeypatch.setattr("ui.train.report.data_set", lambda: digits)
    monkeypatch.setattr("ui.shared.network_choice.CHECKPOINTS", tmp_path / "checkpoints")
    return store


@pytest.fixture
def open_page(open_app: Open, store: RunStore) -> Open:
    """Opens the page as a student; the same token is the same browser."""

    def run(pixels: object = None, token: str = TOKEN, **state: object) -> AppTest:
        app = open_app(pixels)
        app.session_state["student_token"] = token
        for key, value in state.items():
            app.session_state[key] = value
        app.switch_page(PAGE).run()
        assert not app.exception
        assert app.title[0].value == "Retrain"
        return app

    return run


class Play:
    """A training that is written down in the folder of its run, as far as the test wants."""

    def __init__(self, run: Run, data: DataSet) -> None:
        assert run.settings is not None
        self.data = data
        self.recorder = Recorder(run.folder, run.settings)
        self.events = train(run.settings.model, run.settings.train, data, snapshots=8, stop=self.recorder.stop)

    def until(self, kind: type[Event]) -> None:
        for event in self.events:
            self._write(event)
            if isinstance(event, kind):
                return

    def to_the_end(self) -> None:
        for event in self.events:
            self._write(event)

    def _write(self, event: Event) -> None:
        self.recorder.record(event)
        if isinstance(event, Finished):
            self.recorder.finish(event, self.data, report_of(event))


def start(store: RunStore, owner: str = ME, title: str = "mine", **values: Any) -> Run:
    return store.start(TINY, recipe(**values), owner, title)


def finished(store: RunStore, digits: DataSet, **values: Any) -> Run:
    run = start(store, **values)
    Play(run, digits).to_the_end()
    return now(store, run)


def state_line(app: AppTest) -> str:
    return str(app.container(key="training_progress").markdown[0].value)


def texts(app: AppTest) -> str:
    return "\n".join(str(each.value) for each in (*app.markdown, *app.caption, *app.subheader))


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def curve(app: AppTest, number: int = 0) -> pd.DataFrame:
    """The data of a chart, as the browser gets it."""
    content = app.get("vega_lite_chart")[number].proto.data.data
    return pa.ipc.open_stream(io.BytesIO(content)).read_pandas()


# --- start ------------------------------------------------------------------------------------------------------------


def test_start_begins_a_run_with_the_settings_of_the_form(open_page: Open, store: RunStore) -> None:
    app = open_page(setting_epochs=3, setting_data="digits", setting_layers=1, setting_filters_1=7)
    assert "training_progress" not in str(app)
    app.text_input(key="retrain_title").set_value("Seven *filters*").run()
    app.button(key="start").click().run()
    assert not app.exception
    (run,) = store.runs()
    assert run.settings is not None
    assert (run.owner, run.title) == (ME, "Seven *filters*")
    assert run.settings.model == ModelConfig(filters=(7,))
    assert run.settings.train == TrainConfig(epochs=3, data="digits")
    assert state_line(app).startswith("**Running**")
    assert r"Seven \*filters\*" in texts(app)  # a name is text, not Markdown


def test_a_run_without_a_name_is_called_by_its_settings(open_page: Open, store: RunStore) -> None:
    app = open_page(setting_epochs=1, setting_layers=0)
    app.button(key="start").click().run()
    (run,) = store.runs()
    assert run.title == "no convolution, 1 epoch"


def test_settings_that_cannot_be_built_cannot_be_started(open_page: Open, store: RunStore) -> None:
    app = open_page(setting_layers=4, **{f"setting_kernel_size_{layer}": 9 for layer in range(1, 5)})
    assert app.button(key="start").disabled
    assert len(app.error) == 1
    assert not store.runs()


def test_a_full_queue_is_said_in_one_sentence(open_page: Open, store: RunStore) -> None:
    for _ in range(MAX_WAITING + 1):  # one of them runs
        start(store)
    app = open_page()
    app.button(key="start").click().run()
    assert not app.exception
    (error,) = app.error
    assert_one_sentence(error.value.split("; ")[0])
    assert len(store.runs()) == MAX_WAITING + 1


def test_a_folder_that_cannot_be_made_ends_the_page_with_a_sentence(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> RunStore:
        raise RunError("The folder runs of the runs cannot be made (Read-only file system).")

    monkeypatch.setattr("ui.train.run_store.run_store", broken)
    app = open_page_without_title(open_page)
    assert [error.value for error in app.error] == [
        "The folder runs of the runs cannot be made (Read-only file system)."
    ]


def open_page_without_title(open_page: Open) -> AppTest:
    try:
        return open_page()
    except IndexError:
        raise AssertionError("the page has lost its title") from None


# --- while it goes on -------------------------------------------------------------------------------------------------


def test_the_curve_grows_with_the_run(open_page: Open, store: RunStore, digits: DataSet) -> None:
    run = start(store)
    app = open_page()
    assert state_line(app) == "**Running** · the pictures are being loaded"
    assert len(curve(app)) == 0
    play = Play(run, digits)
    play.until(Progress)
    app.run()
    line = state_line(app)
    assert line.startswith("**Running** · epoch 1 of 2 · ")
    assert " left · " in line
    assert line.endswith(" images/s")
    early = curve(app)
    assert {"training", "validation"} == set(early["pictures"])
    play.until(EpochEnd)
    app.run()
    assert len(curve(app)) > len(early)
    assert len(curve(app, 1)) == len(curve(app))
    assert "Test accuracy" not in [metric.label for metric in app.metric]


def sentence_of(network: Path) -> str:
    reading = Recognizer.load(network).read(four())
    return f"It reads **{reading.digit}**, {percent(float(reading.probabilities.max()))} sure."


def test_the_answer_to_the_drawing_changes_as_the_network_learns(
    open_page: Open, store: RunStore, digits: DataSet
) -> None:
    run = start(store)
    play = Play(run, digits)
    app = open_page(four())
    assert "Its first answer comes with its first steps." in texts(app)
    play.until(Progress)
    app.run()
    early = sentence_of(run.folder / "latest.safetensors")
    assert early in texts(app)
    play.to_the_end()
    app.run()
    late = sentence_of(run.folder / "best.safetensors")
    assert late in texts(app)
    assert early not in texts(app)


def test_without_a_drawing_the_page_asks_for_one_and_offers_the_canvas(
    open_page: Open, store: RunStore, digits: DataSet
) -> None:
    Play(start(store), digits).until(Progress)
    app = open_page()
    assert "Draw a digit below" in texts(app)
    app.segmented_control(key="source").set_value("Test picture").run()
    app.run()  # as the refresh does
    assert "It reads **" in texts(app)


def test_pause_and_resume(open_page: Open, store: RunStore, digits: DataSet) -> None:
    run = start(store)
    Play(run, digits).until(Progress)
    app = open_page()
    app.button(key="run_pause").click().run()
    assert now(store, run).state is State.PAUSED
    assert state_line(app).startswith("**Paused** · epoch 1 of 2")
    app.button(key="run_play_arrow").click().run()
    assert now(store, run).state is State.RUNNING
    assert state_line(app).startswith("**Running**")


def test_stop_keeps_the_best_epoch(open_page: Open, store: RunStore, digits: DataSet) -> None:
    run = start(store, epochs=50)
    play = Play(run, digits)
    play.until(EpochEnd)
    app = open_page()
    app.button(key="run_stop").click().run()
    assert state_line(app).startswith("**Stopping**")
    assert app.button(key="run_stop").disabled
    play.to_the_end()
    app.run()
    assert state_line(app).startswith("**Stopped** · ")
    assert re.search(r" · 1 epoch in \d(\.\d)? secs? · epoch 1 is kept$", state_line(app))
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


def test_a_network_file_that_is_damaged_at_this_moment_costs_no_more_than_the_answer(
    open_page: Open, store: RunStore, digits: DataSet
) -> None:
    run = start(store)
    Play(run, digits).until(Progress)
    (run.folder / "latest.safetensors").write_bytes(b"half")
    app = open_page(four())
    assert state_line(app).startswith("**Running**")
    assert not app.error


# --- coming back ------------------------------------------------------------------------------------------------------


def test_leaving_and_reloading_show_the_run_again(open_page: Open, store: RunStore, digits: DataSet) -> None:
    finished(store, digits, title="old")
    Play(start(store, title="new"), digits).until(Progress)
    app = open_page()
    assert state_line(app).startswith("**Running**")
    app.switch_page("pages/inside/network.py").run()
    app.switch_page(PAGE).run()
    assert state_line(app).startswith("**Running**")
    again = open_page()  # a new session of the same browser
    assert state_line(again).startswith("**Running**")
    assert again.selectbox(key="chosen_run").value == app.selectbox(key="chosen_run").value
    assert "training_progress" not in str(open_page(token=OTHER_TOKEN))


def test_an_older_run_can_be_chosen_and_start_shows_the_new_one(
    open_page: Open, store: RunStore, digits: DataSet
) -> None:
    old = finished(store, digits, title="old")
    new = finished(store, digits, title="new")
    app = open_page()
    assert app.selectbox(key="chosen_run").value == new.id
    app.selectbox(key="chosen_run").set_value(old.id).run()
    assert app.selectbox(key="chosen_run").value == old.id
    app.button(key="start").click().run()
    assert state_line(app).startswith("**Running**")
    assert app.selectbox(key="chosen_run").value == store.runs(ME)[0].id


@pytest.mark.parametrize("value", ["../..", 7, None, ["x"]])
def test_a_forged_choice_is_ignored(open_page: Open, store: RunStore, digits: DataSet, value: object) -> None:
    finished(store, digits)
    assert state_line(open_page(chosen_run=value)).startswith("**Finished**")


# --- over -------------------------------------------------------------------------------------------------------------


def test_the_report_has_figures_confusion_and_mistakes(open_page: Open, store: RunStore, digits: DataSet) -> None:
    run = finished(store, digits)
    report = run.report()
    assert report is not None
    app = open_page()
    figures = {metric.label: metric.value for metric in app.container(key="run_figures").metric}
    assert figures["Test accuracy"] == f"{report['test_accuracy']:.2%}"
    assert figures["Generalisation gap"] == f"{100 * report['gap']:+.2f} points"
    assert figures["Parameters"] == f"{TINY.parameters:,}"
    assert "Which digits it takes for which" in texts(app)
    assert "The mistakes of which it was surest" in texts(app)
    assert not {"Pause", "Stop"} & set(labels(app))


def test_the_estimated_time_goes_by_what_trainings_took_here(open_page: Open, store: RunStore, digits: DataSet) -> None:
    assert " h " not in app_summary(open_page())
    run = finished(store, digits)
    report = json.loads((run.folder / REPORT).read_text())
    for epoch in report["history"]:
        epoch["seconds"] = 3600.0
    write_json(run.folder / REPORT, report)
    assert " h " in app_summary(open_page())
    write_json(run.folder / REPORT, {"outcome": "failed", "message": "It broke."})
    assert " h " not in app_summary(open_page())


def app_summary(app: AppTest) -> str:
    return str(app.container(key="network_summary").markdown[0].value)


def test_its_network_can_be_used_and_left_with_one_click(open_page: Open, store: RunStore, digits: DataSet) -> None:
    run = finished(store, digits, title="My net")
    app = open_page(four())
    app.button(key="run_use").click().run()
    assert app.sidebar.selectbox(key="network").value == "My net"
    assert (run.folder / "used").exists()  # so it is not pruned under the student's hands
    app.switch_page("pages/inside/network.py").run()
    assert "My net" in [metric.value for metric in app.metric]
    app.switch_page(PAGE).run()
    app.button(key="run_shipped").click().run()
    assert app.sidebar.selectbox(key="network").value == "Shipped network"
    assert "Use this network" in labels(app)


def test_a_run_is_deleted_for_good(open_page: Open, store: RunStore, digits: DataSet) -> None:
    run = finished(store, digits)
    app = open_page()
    app.button(key="run_delete").click().run()
    assert not app.exception
    assert not run.folder.exists()
    assert not app.get("vega_lite_chart")


def test_a_run_that_diverged_says_what_to_change(open_page: Open, store: RunStore) -> None:
    run = start(store)
    assert run.settings is not None
    Recorder(run.folder, run.settings).fail(
        "The loss is no longer a number (epoch 1, step 3); try a learning rate below 100, such as 10."
    )
    app = open_page()
    assert state_line(app) == "**Failed**"
    assert "try a learning rate below 100" in app.error[0].value
    assert "Test accuracy" not in [metric.label for metric in app.metric]


@pytest.mark.parametrize("epochs", [0, 1])
def test_a_run_whose_process_died_is_interrupted_and_its_best_epoch_usable(
    open_page: Open, store: RunStore, stage: Stage, digits: DataSet, epochs: int
) -> None:
    run = start(store)
    Play(run, digits).until(EpochEnd if epochs else Progress)
    write_json(run.folder / "process.json", DEAD)
    app = open_page(four())
    assert state_line(app).startswith("**Interrupted** · after ")
    assert "ended before its time" in app.warning[0].value
    assert ("Use this network" in labels(app)) == bool(epochs)
    assert len(curve(app)) > 0
    if epochs:
        app.button(key="run_use").click().run()
        assert app.sidebar.selectbox(key="network").value == "mine"


def damage_settings(folder: Path) -> None:
    (folder / RUN).write_text("{")


def damage_report(folder: Path) -> None:
    (folder / REPORT).write_text(json.dumps({"outcome": "finished", "confusion": 3}))


def damage_network(folder: Path) -> None:
    (folder / BEST).write_bytes(b"\0" * 50)


def lose_metrics(folder: Path) -> None:
    (folder / METRICS).unlink()


def fill_metrics(folder: Path) -> None:
    with (folder / METRICS).open("ab") as file:
        file.write(b'{"kind": "epoch"}\nnonsense\n{"kind": "step", "step": NaN}\n\xff\n')


@pytest.fixture(params=[damage_settings, damage_report, damage_network, lose_metrics, fill_metrics])
def damaged(request: pytest.FixtureRequest, store: RunStore, digits: DataSet) -> Iterator[Run]:
    run = finished(store, digits)
    request.param(run.folder)
    yield run


def test_a_damaged_folder_never_breaks_the_page(open_page: Open, store: RunStore, damaged: Run) -> None:
    store._over.clear()  # as after a restart of the app
    store._readers.clear()
    app = open_page(four())
    for each in (*app.error, *app.warning):
        assert "Traceback" not in each.value
    if now(store, damaged).state is State.DAMAGED and now(store, damaged).settings:
        assert state_line(app).startswith("**Damaged**")
        assert app.error
