"""The Experiments page: predict first, start all runs with one click, and see the finding later."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

import ui.shared.data_set
from model.data.datasets import DataSet
from model.experiments.all_experiments import EXPERIMENTS
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.runs.store import MAX_WAITING, RunStore
from tests.pages.train.conftest import texts
from tests.trained_runs import TrainedRuns
from ui.train.experiments.all_texts import TEXTS

OWNER = "somebody"
OpenPage = Callable[[], AppTest]


@pytest.fixture
def store(idle_store: RunStore, monkeypatch: pytest.MonkeyPatch, digits: DataSet) -> Iterator[RunStore]:
    """A store that computes no run, without MNIST."""
    idle_store.launcher.slots = 0
    monkeypatch.setattr("ui.shared.identity.student", lambda: OWNER)
    ui.shared.data_set.data_set.clear()
    monkeypatch.setattr("ui.shared.data_set.load_data", lambda: digits)
    yield idle_store
    ui.shared.data_set.data_set.clear()


@pytest.fixture
def open_page(open_app: Callable[..., AppTest], store: RunStore) -> OpenPage:
    def run() -> AppTest:
        app = open_app()
        app.switch_page("pages/train/experiments.py").run()
        assert not app.exception
        return app

    return run


def predict(app: AppTest, experiment: str, choice: str) -> AppTest:
    """Choose an answer and start the runs."""
    app.radio(key=f"guess_{experiment}").set_value(choice).run()
    app.button(key="experiment_start").click().run()
    assert not app.exception
    return app


def test_nothing_starts_without_a_prediction(open_page: OpenPage, store: RunStore) -> None:
    app = open_page()
    assert app.button(key="experiment_start").disabled
    assert "Predict first" in texts(app)
    assert not store.runs()


def test_one_click_queues_all_runs_with_their_settings(open_page: OpenPage, store: RunStore) -> None:
    app = open_page()
    predict(app, "cnn", "dense")
    runs = store.runs()
    variants = EXPERIMENTS[0].variants("digits")
    assert sorted(run.title for run in runs) == sorted(
        f"Why a CNN? {label}" for label in TEXTS["cnn"].labels("digits").values()
    )
    assert {run.settings.model for run in runs if run.settings} == {variant.model for variant in variants}
    assert {run.owner for run in runs} == {OWNER}
    assert "place 1 in the queue" in " ".join(str(bar.proto) for bar in app.get("progress"))
    assert "Your prediction:" in texts(app)


def test_the_finding_is_computed_from_the_runs_and_found_again(
    open_page: OpenPage, store: RunStore, trained_runs: TrainedRuns
) -> None:
    app = open_page()
    app.pills(key="experiment").set_value("activation").run()
    predict(app, "activation", "sigmoid")
    trained_runs.complete(store)
    again = open_page()
    again.pills(key="experiment").set_value("activation").run()
    shown = texts(again)
    accuracies = [(run.report() or {})["test_accuracy"] for run in store.runs()]
    for accuracy in accuracies:
        assert f"{100 * accuracy:.1f}%" in shown
    assert "Your prediction was right" in shown or "The result was different" in shown
    again.button(key="experiment_repeat").click().run()
    assert again.button(key="experiment_start")
    assert len(store.runs()) == 3


def test_a_full_queue_is_one_sentence_and_no_run_stays(open_page: OpenPage, store: RunStore) -> None:
    for _ in range(MAX_WAITING - 1):
        store.start(ModelConfig(), TrainConfig(), OWNER, "another")
    app = open_page()
    predict(app, "cnn", "cnn")
    assert "already have" in app.error[0].value
    assert len(store.runs()) == MAX_WAITING - 1


def test_stopping_takes_all_runs_out_of_the_queue(open_page: OpenPage, store: RunStore) -> None:
    app = open_page()
    predict(app, "cnn", "dense")
    app.button(key="experiment_stop").click().run()
    assert not store.runs()
    assert app.button(key="experiment_start")


def test_every_experiment_opens(open_page: OpenPage, store: RunStore) -> None:
    app = open_page()
    for experiment in EXPERIMENTS:
        app.pills(key="experiment").set_value(experiment.key).run()
        assert TEXTS[experiment.key].setup in texts(app)
        assert app.radio(key=f"guess_{experiment.key}").options == list(TEXTS[experiment.key].choices.values())
