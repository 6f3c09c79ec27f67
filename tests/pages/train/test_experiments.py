"""The Experiments page: predict first, start all runs with one press, and find the finding again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import ui.shared.data_set
from model.data.datasets import DataSet
from model.experiments.all import EXPERIMENTS
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.runs.folder import Command, read_settings, write_command
from model.runs.launchers.base import SaveRecord
from model.runs.recorder import Recorder
from model.runs.run import State
from model.runs.store import MAX_WAITING, RunStore
from model.training.events import Finished
from model.training.loop import train
from tests.conftest import QUICK
from train import report_of

PAGE = "pages/train/experiments.py"
OWNER = "somebody"
Open = Callable[..., AppTest]


class Stage:
    """A launcher that starts nothing, and knows of nobody who still computes."""

    slots: int | None = 0

    def prepare(self) -> None: ...

    def launch(self, folder: Path, save_record: SaveRecord) -> None: ...

    def is_alive(self, record: dict[str, Any]) -> bool:
        return False


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, digits: DataSet) -> Iterator[RunStore]:
    store = RunStore(tmp_path / "runs", Stage())
    monkeypatch.setattr("ui.train.run_store.run_store", lambda: store)
    monkeypatch.setattr("ui.shared.identity.student", lambda: OWNER)
    ui.shared.data_set.data_set.clear()
    monkeypatch.setattr("ui.shared.data_set.load_data", lambda: digits)
    yield store
    ui.shared.data_set.data_set.clear()


@pytest.fixture
def open_page(open_app: Open, store: RunStore) -> Callable[[], AppTest]:
    def run() -> AppTest:
        app = open_app()
        app.switch_page(PAGE).run()
        assert not app.exception
        return app

    return run


def texts(app: AppTest) -> str:
    assert not app.exception
    return " ".join(part.value for part in (*app.markdown, *app.caption, *app.info, *app.error))


def compute(store: RunStore, digits: DataSet) -> None:
    """What the machine would do with every waiting run, only with tiny networks."""
    for run in store.runs():
        if run.state is not State.WAITING:
            continue
        settings = read_settings(run.folder)
        config = TrainConfig(**{**QUICK, "train_images": 200, "epochs": 1, "validation_share": 0.2})
        recorder = Recorder(run.folder, settings)
        recorder_go(recorder, run.folder, ModelConfig(filters=(2,), dense_units=4), config, digits)


def recorder_go(recorder: Recorder, folder: Path, model: ModelConfig, config: TrainConfig, digits: DataSet) -> None:
    write_command(folder, Command.RUN)
    for event in train(model, config, digits, snapshots=4):
        recorder.record(event)
        if isinstance(event, Finished):
            recorder.finish(event, digits, report_of(event))


def test_nothing_starts_without_a_prediction(open_page: Callable[[], AppTest], store: RunStore) -> None:
    app = open_page()
    assert app.button(key="experiment_start").disabled
    assert "Predict first" in texts(app)
    assert not store.runs()


def test_one_press_queues_all_runs_with_their_settings(open_page: Callable[[], AppTest], store: RunStore) -> None:
    app = open_page()
    app.radio(key="guess_cnn").set_value(0).run()
    app.button(key="experiment_start").click().run()
    runs = store.runs()
    variants = EXPERIMENTS[0].variants("digits")
    assert sorted(run.title for run in runs) == sorted(f"Why a CNN? {variant.label}" for variant in variants)
    assert {run.settings.model for run in runs if run.settings} == {variant.model for variant in variants}
    assert {run.owner for run in runs} == {OWNER}
    assert "place 1 in the queue" in " ".join(str(bar.proto) for bar in app.get("progress"))
    assert "You said" in texts(app)


def test_the_finding_is_computed_from_the_runs_and_found_again(
    open_page: Callable[[], AppTest], store: RunStore, digits: DataSet
) -> None:
    app = open_page()
    app.pills(key="experiment").set_value("activation").run()
    app.radio(key="guess_activation").set_value(1).run()
    app.button(key="experiment_start").click().run()
    compute(store, digits)
    again = open_page()
    again.pills(key="experiment").set_value("activation").run()
    shown = texts(again)
    accuracies = [(run.report() or {})["test_accuracy"] for run in store.runs()]
    for accuracy in accuracies:
        assert f"{100 * accuracy:.1f}%" in shown
    assert "Your prediction came true" in shown or "It came out otherwise" in shown
    again.button(key="experiment_repeat").click().run()
    assert again.button(key="experiment_start")
    assert len(store.runs()) == 3


def test_a_full_queue_is_said_in_one_sentence_and_nothing_stays(
    open_page: Callable[[], AppTest], store: RunStore
) -> None:
    for _ in range(MAX_WAITING - 1):
        store.start(ModelConfig(), TrainConfig(), OWNER, "another")
    app = open_page()
    app.radio(key="guess_cnn").set_value(1).run()
    app.button(key="experiment_start").click().run()
    assert "waiting already" in app.error[0].value
    assert len(store.runs()) == MAX_WAITING - 1


def test_stopping_takes_all_runs_out_of_the_queue(open_page: Callable[[], AppTest], store: RunStore) -> None:
    app = open_page()
    app.radio(key="guess_cnn").set_value(0).run()
    app.button(key="experiment_start").click().run()
    app.button(key="experiment_stop").click().run()
    assert not store.runs()
    assert app.button(key="experiment_start")


def test_every_experiment_opens(open_page: Callable[[], AppTest], store: RunStore) -> None:
    app = open_page()
    for experiment in EXPERIMENTS:
        app.pills(key="experiment").set_value(experiment.key).run()
        assert experiment.setup in texts(app)
        assert app.radio(key=f"guess_{experiment.key}").options == list(experiment.choices)
