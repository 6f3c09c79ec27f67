"""The time machine of the Compare page: the walk through the snapshots of one run."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from model.runs.folder import Snapshot
from model.runs.store import RunStore
from tests.pages.conftest import four
from tests.pages.train.conftest import Make, OpenCompare, texts
from ui.train.comparison.snapshot_networks import color_limits, snapshot_files, snapshot_network
from ui.train.comparison.snapshots import step_name


def moment(app: AppTest) -> str:
    """The position of the time machine."""
    (found,) = [str(each.value) for each in app.markdown if " after " in each.value]
    return found


def test_the_slider_walks_from_the_start_to_the_last_epoch(make_run: Make, open_compare: OpenCompare) -> None:
    folder = make_run("one")
    app = open_compare("one", pixels=four())
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


def test_without_a_drawing_there_is_an_invitation(make_run: Make, open_compare: OpenCompare) -> None:
    make_run("one")
    app = open_compare("one")
    assert "Draw a digit to see what the network answered at that moment." in texts(app)
    assert "Kernels of the first layer" in texts(app)
    assert "feature maps for your digit" not in texts(app)


def test_play_goes_to_the_end_and_then_stops(
    make_run: Make, open_compare: OpenCompare, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.train.comparison.snapshot_player.TICK_SECONDS", 0.0)  # each run of the page is a tick
    make_run("one")
    app = open_compare("one")
    app.button(key="machine_play").click().run()
    assert app.button(key="machine_play").label == "Stop"
    steps = list(range(len(app.select_slider(key="machine_at").options)))
    seen = [moment(app)]
    while app.button(key="machine_play").label == "Stop":
        app.run()
        assert not app.exception
        seen.append(moment(app))
        assert len(seen) < 3 * len(steps)
    assert seen[0].startswith("**Start**")
    assert len(dict.fromkeys(seen)) == len(steps)
    assert seen[-1].startswith("**Epoch 2**")
    app.button(key="machine_play").click().run()  # from the end it begins again
    assert moment(app).startswith("**Start**")


def test_deleted_snapshots_are_left_out_and_damaged_ones_named(make_run: Make, open_compare: OpenCompare) -> None:
    folder = make_run("one")
    app = open_compare("one", pixels=four())
    files = sorted((folder / "snapshots").iterdir())
    files[0].unlink()
    app.run()
    assert not app.exception
    assert moment(app).startswith("**1/")  # the first that is left
    files[-1].write_bytes(b"nonsense")
    app.select_slider(key="machine_at").set_value(int(files[-1].stem)).run()
    assert not app.exception
    assert any("damaged" in each.value for each in app.warning)


def test_a_network_without_convolutions_shows_the_weights_of_its_units(
    make_run: Make, open_compare: OpenCompare
) -> None:
    make_run("dense", {"filters": ()})
    app = open_compare("dense", pixels=four())
    assert "Weights of the first dense units" in texts(app)
    assert "This network has no convolution" in texts(app)
    assert "feature maps for your digit" not in texts(app)


def test_one_of_several_runs_is_chosen(make_run: Make, open_compare: OpenCompare) -> None:
    make_run("one")
    make_run("two", {"filters": (40,)}, epochs=3)
    app = open_compare("one", "two")
    app.selectbox(key="machine_run").set_value("two").run()
    assert not app.exception
    assert app.select_slider(key="machine_at").options[-1] == "epoch 3"
    assert "The first 32 of 40." in texts(app)


def test_one_scale_holds_for_all_snapshots(make_run: Make, idle_store: RunStore) -> None:
    make_run("one")
    (run,) = idle_store.runs()
    files = snapshot_files(run.snapshots())
    image = np.zeros((28, 28), np.float32)
    image[8:20, 12:16] = 1
    weights, activations = color_limits(tuple(files.values()), image)
    networks = [snapshot_network(*file) for file in files.values()]
    assert weights == max(float(np.abs(each.first_weights).max()) for each in networks)
    assert activations == max(float(np.abs(each.compute(image)[0]).max()) for each in networks)


def test_a_snapshot_that_was_just_deleted_is_left_out(tmp_path: Path) -> None:
    assert snapshot_files([Snapshot(0, 0.0, tmp_path / "gone.safetensors")]) == {}


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
def test_the_name_of_a_snapshot_says_when_it_was_saved(step: int, per_epoch: int, name: str) -> None:
    assert step_name(step, per_epoch) == name
