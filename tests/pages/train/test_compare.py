"""The Compare page: which runs are picked, what is said of them, and the walk through the snapshots of one."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import ui.train.comparison.snapshots
from model.data.datasets import DataSet
from model.network.checkpoint import load_checkpoint
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.runs.folder import REPORT, RUN, RunSettings, Snapshot, write_json
from model.runs.launchers.base import SaveRecord
from model.runs.recorder import Recorder
from model.runs.store import RunStore
from model.training.events import EpochEnd, Finished
from model.training.loop import train
from tests.conftest import QUICK
from tests.pages.conftest import four
from train import report_of
from ui.train.comparison.page import ago

PAGE = "pages/train/compare.py"
TOKEN = "c" * 32
ME, OTHER = hashlib.sha256(TOKEN.encode()).hexdigest()[:16], "somebody"
NETWORK: dict[str, Any] = {"filters": (4,), "dense_units": 8}
RECIPE: dict[str, Any] = {**QUICK, "train_images": 200, "epochs": 2, "validation_share": 0.2}

Open = Callable[..., AppTest]
Make = Callable[..., Path]


class Stage:
    """A launcher that starts nothing, and knows of nobody who still computes, unless the record says so."""

    slots: int | None = 1

    def prepare(self) -> None: ...

    def launch(self, folder: Path, save_record: SaveRecord) -> None:
        save_record({"alive": False})

    def is_alive(self, record: dict[str, Any]) -> bool:
        return bool(record.get("alive"))


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    store = RunStore(tmp_path / "runs", Stage())
    monkeypatch.setattr("ui.train.run_store.run_store", lambda: store)
    return store


@pytest.fixture
def make(store: RunStore, digits: DataSet) -> Make:
    """Trains a run and writes it down. going_on: it stops after an epoch, as if its process were still at work."""
    made = 0

    def run(
        name: str,
        network: dict[str, Any] | None = None,
        *,
        title: str = "",
        owner: str = ME,
        going_on: bool = False,
        **recipe: Any,
    ) -> Path:
        nonlocal made
        made += 1
        settings = RunSettings(
            title=title or name,
            owner=owner,
            created=1e9 + made,
            model=ModelConfig(**NETWORK | (network or {})),
            train=TrainConfig(**{**RECIPE, **recipe}),
        )
        folder = store.folder / name
        recorder = Recorder(folder, settings)
        write_json(folder / "process.json", {"alive": going_on})
        for event in train(settings.model, settings.train, digits, snapshots=8):
            recorder.record(event)
            if going_on and isinstance(event, EpochEnd):
                break
            if isinstance(event, Finished):
                recorder.finish(event, digits, report_of(event))
        return folder

    return run


@pytest.fixture
def open_page(open_app: Open, store: RunStore) -> Open:
    """Opens the page as a student, by a link to these runs where there are any."""

    def run(*runs: str, pixels: object = None) -> AppTest:
        app = open_app(pixels)
        app.session_state["student_token"] = TOKEN
        if runs:
            app.query_params["runs"] = ",".join(runs)
        app.switch_page(PAGE).run()
        assert not app.exception
        assert app.title[0].value == "Compare runs"
        return app

    return run


def address(app: AppTest) -> str:
    found = app.query_params["runs"]
    return found if isinstance(found, str) else found[0]


def texts(app: AppTest) -> str:
    return "\n".join(str(each.value) for each in (*app.markdown, *app.caption, *app.warning, *app.info))


def table(app: AppTest) -> pd.DataFrame:
    """The comparison: a row per setting or figure, a column per run."""
    return app.table[0].value


def moment(app: AppTest) -> str:
    """Where the time machine is."""
    (found,) = [str(each.value) for each in app.markdown if " after " in each.value]
    return found


def rerun(app: AppTest) -> None:
    app.run()
    assert not app.exception


# --- Which runs -------------------------------------------------------------------------------------------------------


def test_without_any_run_it_says_where_they_come_from(open_page: Open) -> None:
    app = open_page()
    assert "There are no runs yet" in app.info[0].value
    assert not app.multiselect


def test_the_own_runs_come_first_and_the_newest_two_are_picked(make: Make, open_page: Open) -> None:
    make("old")
    make("new")
    make("newest")
    make("theirs", owner=OTHER)
    app = open_page()
    picker = app.multiselect(key="compare_runs")
    assert [option.split(" · ")[0] for option in picker.options] == ["newest", "new", "old", "theirs"]
    assert [option.endswith("not yours") for option in picker.options] == [False, False, False, True]
    assert "finished" in picker.options[0]
    assert f"{100 * json.loads((make('x') / REPORT).read_text())['test_accuracy']:.2f}%" in picker.options[0]
    assert picker.value == ["newest", "new"]
    assert address(app) == "newest,new"


def test_a_link_picks_its_runs_and_the_address_follows_the_choice(make: Make, open_page: Open) -> None:
    for name in ("one", "two", "three"):
        make(name)
    app = open_page("three", "one")
    assert app.multiselect(key="compare_runs").value == ["three", "one"]
    app.multiselect(key="compare_runs").set_value(["three", "one", "two"]).run()
    assert not app.exception
    assert address(app) == "three,one,two"
    app.multiselect(key="compare_runs").set_value([]).run()
    assert "runs" not in app.query_params
    assert "Pick one run" in app.info[0].value
    app.query_params["runs"] = "two"  # a link on another page
    rerun(app)
    assert app.multiselect(key="compare_runs").value == ["two"]


def test_a_link_to_runs_that_are_gone_or_too_many_says_so(make: Make, open_page: Open) -> None:
    names = [f"run{number}" for number in range(7)]
    for name in names:
        make(name, epochs=1)
    app = open_page("run1", "never", "run2")
    assert app.multiselect(key="compare_runs").value == ["run1", "run2"]
    assert app.warning[0].value.startswith("One run of this link is not here")
    app = open_page(*names)
    assert app.multiselect(key="compare_runs").value == names[:6]
    assert "more than 6 runs" in app.warning[0].value


def test_a_run_that_is_deleted_meanwhile_leaves_the_choice(make: Make, open_page: Open) -> None:
    make("stays")
    gone = make("goes")
    app = open_page("stays", "goes")
    shutil.rmtree(gone)
    rerun(app)
    assert app.multiselect(key="compare_runs").value == ["stays"]
    assert address(app) == "stays"


def test_two_runs_of_the_same_name_can_be_told_apart(make: Make, open_page: Open) -> None:
    make("20261124-080000-aaaaaa", title="Same")
    make("20261124-080000-bbbbbb", title="Same")
    app = open_page()
    options = app.multiselect(key="compare_runs").options
    assert len({*options}) == 2
    assert len(app.multiselect(key="compare_runs").value) == 2


@pytest.mark.parametrize(
    ("passed", "said"), [(5, "just now"), (125, "2 min ago"), (7300, "2 h ago"), (200_000, "2 d ago")]
)
def test_how_long_ago(passed: float, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.train.comparison.page.time.time", lambda: 1e9 + passed)
    assert ago(1e9) == said
    assert ago(0.0) == ""


# --- The comparison ---------------------------------------------------------------------------------------------------


def test_what_differs_is_bold_and_the_best_has_a_star(make: Make, open_page: Open) -> None:
    make("one")
    make("two", {"dense_units": 16})
    app = open_page("one", "two")
    found = table(app)
    assert list(found.columns) == ["A · one", "B · two"]
    assert list(found.loc["Dense units"]) == ["**8**", "**16**"]
    assert list(found.index).index("Dense units") < list(found.index).index("Test accuracy")
    assert "Dropout" not in found.index
    assert found.loc["Parameters", "A · one"].endswith("★")
    assert not found.loc["Parameters", "B · two"].endswith("★")
    same = app.table[1].value
    assert same.loc["Dropout"].item() == "0"
    assert "Dense units" not in same.index
    assert "As fair as can be: only one setting differs (dense units)" in texts(app)
    assert "B begins with the same weights as A in conv1" in texts(app)
    assert "They see the same batches in the same order." in texts(app)
    assert "On 360 test pictures a difference below" in texts(app)


def test_a_single_run_is_shown_without_a_comparison(make: Make, open_page: Open) -> None:
    make("one")
    app = open_page("one")
    assert list(table(app).columns) == ["A · one"]
    assert "fair" not in texts(app)
    assert "★" not in texts(app)
    assert len(app.get("vega_lite_chart")) == 1


def test_failed_interrupted_and_damaged_runs_are_told_and_do_no_harm(
    make: Make, open_page: Open, store: RunStore
) -> None:
    make("good")
    failed = make("failed")
    write_json(failed / REPORT, {"outcome": "failed", "message": "The loss is no longer a number."})
    (make("cut") / REPORT).unlink()
    damaged = make("damaged")
    (damaged / RUN).write_text("{oops")
    app = open_page("good", "failed", "cut", "damaged")
    told = "\n".join(each.value for each in app.warning)
    assert "**failed** (failed): The loss is no longer a number\\." in told
    assert "**cut** (interrupted): The process of this run ended" in told
    assert "**damaged** (damaged): The settings of this run are damaged" in told
    found = table(app)
    assert list(found.columns) == ["A · good", "B · failed", "C · cut"]
    assert found.loc["Test accuracy", "C · cut"] == "\u2013"
    assert found.loc["Best validation accuracy", "C · cut"] != "\u2013"


def test_only_a_damaged_run_leaves_its_message(make: Make, open_page: Open) -> None:
    (make("damaged") / RUN).write_text("{oops")
    app = open_page("damaged")
    assert "damaged" in app.warning[0].value
    assert not app.table


def test_a_run_that_goes_on_is_compared_as_far_as_it_is(make: Make, open_page: Open) -> None:
    make("done")
    make("going", {"dropout": 0.5}, going_on=True)
    app = open_page("done", "going")
    found = table(app)
    assert list(found.loc["State"]) == ["finished", "running"]
    assert list(found.loc["Epochs done"]) == ["2 of 2", "1 of 2"]
    assert "A fair experiment: only one setting differs (dropout)." in texts(app)


def test_titles_are_shown_letter_by_letter(make: Make, open_page: Open) -> None:
    make("one", title="**fat** :red[x] $a$ :smile:")
    app = open_page("one")
    (head,) = table(app).columns
    assert head == r"A · \*\*fat\*\* " + "\\:\u2060red\\[x\\] \\$a\\$ \\:\u2060smile\\:"


def test_every_view_can_be_drawn(make: Make, open_page: Open) -> None:
    make("one")
    make("two", validation_share=0.0)
    app = open_page("one", "two")
    for measure in ("Error", "Loss", "Accuracy"):
        for logarithmic in (False, True):
            app.segmented_control(key="compare_measure").set_value(measure)
            app.segmented_control(key="compare_against").set_value("Seconds" if logarithmic else "Epochs")
            app.toggle(key="compare_log").set_value(logarithmic)
            app.toggle(key="compare_training").set_value(logarithmic).run()
            assert not app.exception
            assert len(app.get("vega_lite_chart")) == 1
    assert "Without validation pictures: B." in texts(app)


def _with_labels() -> None:
    from ui.train.comparison.page import show_comparison
    from ui.train.run_store import store_or_stop

    runs = [run for name in ("two", "one") if (run := store_or_stop().get(name))]
    show_comparison(runs, {"one": "ReLU *", "two": "Tanh"})


def test_other_pages_can_name_the_runs(make: Make, store: RunStore) -> None:
    make("one")
    make("two", {"activation": "tanh"})
    app = AppTest.from_function(_with_labels, default_timeout=60).run()
    assert not app.exception
    assert list(table(app).columns) == ["A · Tanh", "B · ReLU \\*"]


# --- The time machine -------------------------------------------------------------------------------------------------


def test_the_slider_walks_from_the_start_to_the_last_epoch(make: Make, open_page: Open) -> None:
    folder = make("one")
    app = open_page("one", pixels=four())
    slider = app.select_slider(key="machine_at")
    assert slider.options[0] == "start"
    assert slider.options[-2:] == ["epoch 1", "epoch 2"]
    assert any(option.endswith("epoch") for option in slider.options)
    records = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    (first,) = [each for each in records if each["kind"] == "check" and each["step"] == 0]
    assert moment(app) == f"**Start**, after 0 steps: {100 * first['accuracy']:.1f}% of the validation pictures right"
    last = [each for each in records if each["kind"] == "epoch"][-1]
    app.select_slider(key="machine_at").set_value(last["step"]).run()
    assert not app.exception
    assert moment(app).startswith("**Epoch 2**")
    assert f"{100 * last['validation_accuracy']:.1f}%" in moment(app)
    assert "Their feature maps for your digit" in texts(app)


def test_without_a_drawing_it_invites(make: Make, open_page: Open) -> None:
    make("one")
    app = open_page("one")
    assert "Draw a digit, and see what the network made of it then." in texts(app)
    assert "Kernels of the first layer" in texts(app)
    assert "feature maps for your digit" not in texts(app)


def test_play_goes_to_the_end_and_then_stops(make: Make, open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ui.train.comparison.snapshots, "TICK_SECONDS", 0.0)  # each run of the page is a tick
    make("one")
    app = open_page("one")
    app.button(key="machine_play").click().run()
    assert app.button(key="machine_play").label == "Stop"
    steps = list(range(len(app.select_slider(key="machine_at").options)))
    seen = [moment(app)]
    while app.button(key="machine_play").label == "Stop":
        rerun(app)
        seen.append(moment(app))
        assert len(seen) < 3 * len(steps)
    assert seen[0].startswith("**Start**")
    assert len(dict.fromkeys(seen)) == len(steps)
    assert seen[-1].startswith("**Epoch 2**")
    app.button(key="machine_play").click().run()  # from the end it begins again
    assert moment(app).startswith("**Start**")


def test_snapshots_that_are_deleted_or_damaged_are_told(make: Make, open_page: Open) -> None:
    folder = make("one")
    app = open_page("one", pixels=four())
    files = sorted((folder / "snapshots").iterdir())
    files[0].unlink()
    rerun(app)
    assert moment(app).startswith("**1/")  # the first that is left
    files[-1].write_bytes(b"nonsense")
    app.select_slider(key="machine_at").set_value(int(files[-1].stem)).run()
    assert not app.exception
    assert any("damaged" in each.value for each in app.warning)


def test_a_network_without_convolutions_shows_what_its_units_weigh(make: Make, open_page: Open) -> None:
    make("dense", {"filters": ()})
    app = open_page("dense", pixels=four())
    assert "Weights of the first dense units" in texts(app)
    assert "This network has no convolution" in texts(app)
    assert "feature maps for your digit" not in texts(app)


def test_one_of_several_runs_is_chosen(make: Make, open_page: Open) -> None:
    make("one")
    make("two", {"filters": (40,)}, epochs=3)
    app = open_page("one", "two")
    app.selectbox(key="machine_run").set_value("two").run()
    assert not app.exception
    assert app.select_slider(key="machine_at").options[-1] == "epoch 3"
    assert "The first 32 of 40." in texts(app)


def test_one_scale_holds_for_all_snapshots(make: Make, store: RunStore) -> None:
    make("one")
    (run,) = store.runs()
    files = ui.train.comparison.snapshots.files_of(run.snapshots())
    image = np.zeros((28, 28), np.float32)
    image[8:20, 12:16] = 1
    weights, answers = ui.train.comparison.snapshots.scales(tuple(files.values()), image)
    moments = [ui.train.comparison.snapshots.moment_of(*file) for file in files.values()]
    assert weights == max(float(np.abs(each.first).max()) for each in moments)
    maps = [ui.train.comparison.snapshots.first_answers(each, image)[0] for each in moments]
    assert answers == max(float(np.abs(each).max()) for each in maps)
    kernel = load_checkpoint(run.snapshots()[-1].path).weights["blocks.0.conv.weight"]
    assert np.array_equal(moments[-1].first, kernel[:, 0].numpy())


def test_a_snapshot_that_vanishes_while_it_is_looked_at_is_left_out(tmp_path: Path) -> None:
    assert ui.train.comparison.snapshots.files_of([Snapshot(0, 0.0, tmp_path / "gone.safetensors")]) == {}


@pytest.mark.parametrize(
    ("step", "per_epoch", "name"),
    [
        (0, 900, "start"),
        (14, 900, "1/64 epoch"),
        (450, 900, "1/2 epoch"),
        (900, 900, "epoch 1"),
        (2700, 900, "epoch 3"),
        (2, 5, "step 2"),
        (3, 5, "step 3"),
        (7, 0, "step 7"),
    ],
)
def test_when_a_snapshot_was_made_in_words(step: int, per_epoch: int, name: str) -> None:
    assert ui.train.comparison.snapshots.moment_name(step, per_epoch) == name
