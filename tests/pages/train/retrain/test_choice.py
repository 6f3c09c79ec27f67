"""The page Retrain: which run it shows."""

from __future__ import annotations

import pytest

from model.data.datasets import DataSet
from model.runs.store import RunStore
from model.training.events import Progress
from tests.pages.train.retrain.helpers import (
    ME,
    OTHER_TOKEN,
    PAGE,
    Open,
    RecordedTraining,
    finished,
    start,
    state_line,
)


def test_the_run_is_shown_again_after_another_page_and_after_a_reload(
    open_page: Open, store: RunStore, digits: DataSet
) -> None:
    finished(store, digits, title="old")
    RecordedTraining(start(store, title="new"), digits).until(Progress)
    app = open_page()
    assert state_line(app).startswith("**Running**")
    app.switch_page("pages/inside/network.py").run()
    app.switch_page(PAGE).run()
    assert state_line(app).startswith("**Running**")
    again = open_page()  # a new session of the same student
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
