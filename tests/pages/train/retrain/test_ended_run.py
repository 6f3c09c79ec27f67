"""The page Retrain after a run: its report, its network, failures and damaged folders."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from model.data.datasets import DataSet
from model.runs.folder import BEST, METRICS, REPORT, RUN, write_json
from model.runs.recorder import Recorder
from model.runs.run import Run, State
from model.runs.store import RunStore
from model.training.events import EpochEnd, Progress
from tests.pages.conftest import four
from tests.pages.train.retrain.helpers import (
    DEAD,
    PAGE,
    FakeLauncher,
    Open,
    RecordedTraining,
    curve,
    finished,
    labels,
    start,
    state_line,
    texts,
)
from tests.runs import TINY, now


def test_the_report_has_figures_confusion_and_mistakes(open_page: Open, store: RunStore, digits: DataSet) -> None:
    run = finished(store, digits)
    report = run.report()
    assert report is not None
    app = open_page()
    figures = {metric.label: metric.value for metric in app.container(key="run_figures").metric}
    assert figures["Test accuracy"] == f"{report['test_accuracy']:.2%}"
    assert figures["Generalisation gap"] == f"{100 * report['gap']:+.2f} points"
    assert figures["Parameters"] == f"{TINY.parameters:,}"
    assert "Which digits it confuses" in texts(app)
    assert "The wrong answers with the highest probabilities" in texts(app)
    assert not {"Pause", "Stop"} & set(labels(app))


def test_the_estimate_uses_the_times_of_earlier_runs(open_page: Open, store: RunStore, digits: DataSet) -> None:
    assert " hrs " not in app_summary(open_page())
    run = finished(store, digits)
    report = json.loads((run.folder / REPORT).read_text())
    for epoch in report["history"]:
        epoch["seconds"] = 3600.0
    write_json(run.folder / REPORT, report)
    assert " hrs " in app_summary(open_page())
    write_json(run.folder / REPORT, {"outcome": "failed", "message": "It broke."})
    assert " hrs " not in app_summary(open_page())


def app_summary(app: AppTest) -> str:
    return str(app.container(key="network_summary").markdown[0].value)


def test_one_click_uses_the_network_and_another_goes_back(open_page: Open, store: RunStore, digits: DataSet) -> None:
    run = finished(store, digits, title="My net")
    app = open_page(four())
    app.button(key="run_use").click().run()
    assert app.sidebar.selectbox(key="network").value == "My net"
    assert (run.folder / "used").exists()  # a run in use is not pruned
    app.switch_page("pages/inside/network.py").run()
    assert "My net" in [metric.value for metric in app.metric]
    app.switch_page(PAGE).run()
    app.button(key="run_shipped").click().run()
    assert app.sidebar.selectbox(key="network").value == "Shipped network"
    assert "Use this network" in labels(app)


def test_a_run_can_be_deleted(open_page: Open, store: RunStore, digits: DataSet) -> None:
    run = finished(store, digits)
    app = open_page()
    app.button(key="run_delete").click().run()
    assert not app.exception
    assert not run.folder.exists()
    assert not app.get("vega_lite_chart")


def test_a_run_that_diverged_shows_what_to_change(open_page: Open, store: RunStore) -> None:
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
    open_page: Open, store: RunStore, fake: FakeLauncher, digits: DataSet, epochs: int
) -> None:
    run = start(store)
    RecordedTraining(run, digits).until(EpochEnd if epochs else Progress)
    write_json(run.folder / "process.json", DEAD)
    app = open_page(four())
    assert state_line(app).startswith("**Interrupted** · after ")
    assert "ended too early" in app.warning[0].value
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


def delete_metrics(folder: Path) -> None:
    (folder / METRICS).unlink()


def add_damaged_metrics(folder: Path) -> None:
    with (folder / METRICS).open("ab") as file:
        file.write(b'{"kind": "epoch"}\nnonsense\n{"kind": "step", "step": NaN}\n\xff\n')


@pytest.fixture(params=[damage_settings, damage_report, damage_network, delete_metrics, add_damaged_metrics])
def damaged(request: pytest.FixtureRequest, store: RunStore, digits: DataSet) -> Iterator[Run]:
    run = finished(store, digits)
    request.param(run.folder)
    yield run


def test_a_damaged_folder_never_breaks_the_page(
    open_page: Open, store: RunStore, damaged: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RunStore(store.folder, store.launcher)  # an app that has just started
    monkeypatch.setattr("ui.train.run_store.run_store", lambda: store)
    app = open_page(four())
    for each in (*app.error, *app.warning):
        assert "Traceback" not in each.value
    if now(store, damaged).state is State.DAMAGED and now(store, damaged).settings:
        assert state_line(app).startswith("**Damaged**")
        assert app.error
