"""The page Retrain: a run starts with the settings of the form."""

from __future__ import annotations

import pytest

from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.runs.run import RunError
from model.runs.store import MAX_WAITING, RunStore
from tests.conftest import assert_one_sentence
from tests.pages.train.retrain.helpers import (
    ME,
    Open,
    start,
    state_line,
)
from ui.shared.formatting import plain_markdown


def test_start_queues_a_run_with_the_settings_of_the_form(open_page: Open, store: RunStore) -> None:
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


def test_a_run_without_a_title_is_named_by_its_settings(open_page: Open, store: RunStore) -> None:
    app = open_page(setting_epochs=1, setting_layers=0)
    app.button(key="start").click().run()
    (run,) = store.runs()
    assert run.title == "no convolution, 1 epoch"


def test_settings_that_cannot_be_built_cannot_be_started(open_page: Open, store: RunStore) -> None:
    app = open_page(setting_layers=4, **{f"setting_kernel_size_{layer}": 9 for layer in range(1, 5)})
    assert app.button(key="start").disabled
    assert len(app.error) == 1
    assert not store.runs()


def test_a_full_queue_is_explained_in_one_sentence(open_page: Open, store: RunStore) -> None:
    for _ in range(MAX_WAITING + 1):  # one of them runs
        start(store)
    app = open_page()
    app.button(key="start").click().run()
    assert not app.exception
    (error,) = app.error
    assert_one_sentence(error.value.split("; ")[0])
    assert len(store.runs()) == MAX_WAITING + 1


def test_a_folder_that_cannot_be_made_stops_the_page_with_one_sentence(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> RunStore:
        raise RunError("The folder runs of the runs cannot be made (Read-only file system).")

    monkeypatch.setattr("ui.train.run_store.run_store", broken)
    (error,) = open_page().error
    assert error.value == plain_markdown("The folder runs of the runs cannot be made (Read-only file system).")
