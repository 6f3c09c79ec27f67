"""Runs of real processes: their files, their reactions to commands, and causes that end them."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path

import psutil
import pytest
import torch

from model.data.datasets import DataSet
from model.network.checkpoint import load_checkpoint
from model.runs.folder import BEST, METRICS
from model.runs.launchers.base import SaveRecord
from model.runs.process import ProcessRecord
from model.runs.run import Run, State
from model.runs.store import RunStore
from model.training.evaluation import compute_logits, score
from tests.conftest import assert_one_sentence
from tests.model.runs.helpers import ANNA, BEN, OVER, UNIX, epochs_of, start
from tests.runs import ENDLESS, TINY, ForkLauncher, launcher, now, pid_of, recipe, wait_for, wait_until

# --- A run that finishes ---------------------------------------------------------------------------------------------


def test_a_finished_run_has_its_settings(finished: Run) -> None:
    assert finished.state is State.FINISHED, finished.message
    assert (finished.title, finished.owner, finished.message, finished.place) == ("My network", ANNA, "", None)
    assert finished.settings is not None
    assert finished.settings.experiment == "widths"
    assert (finished.settings.model, finished.settings.train) == (TINY, recipe(epochs=4, train_images=1000))
    assert 0 <= time.time() - finished.created < 600


def test_the_report_agrees_with_the_best_network(finished: Run, digits: DataSet) -> None:
    report, best = finished.report(), finished.best()
    assert report is not None
    assert best is not None
    kept = load_checkpoint(best)
    logits = compute_logits(kept.build(), digits.test.images)
    answers, labels = logits.argmax(1), digits.test.labels
    assert report["test_accuracy"] == score(logits, labels).accuracy == kept.metrics["test_accuracy"]
    for digit in range(10):
        for answer in range(10):
            assert report["confusion"][digit][answer] == int(((labels == digit) & (answers == answer)).sum())
    worst = report["mistakes"][0]
    assert worst["label"] == int(labels[worst["number"]])
    assert worst["digit"] == int(answers[worst["number"]]) != worst["label"]
    assert worst["share"] == pytest.approx(float(logits[worst["number"]].softmax(0).max()), abs=1e-5)
    assert report["gap"] == pytest.approx(report["training_accuracy"] - report["test_accuracy"])
    assert (report["outcome"], report["epochs"], report["seed"], report["data"]) == ("finished", 4, 0, "digits")
    assert report["parameters"] == TINY.parameters
    assert report["train_seconds"] > 0


def test_the_records_agree_with_the_report(finished: Run) -> None:
    metrics, report = finished.metrics(), finished.report()
    assert report is not None
    assert metrics.start is not None
    assert metrics.start["parameters"] == TINY.parameters
    assert (metrics.start["images"], metrics.start["validation_images"]) == (950, 50)
    assert [epoch["epoch"] for epoch in metrics.epochs] == [1, 2, 3, 4]
    for record, epoch in zip(metrics.epochs, report["history"], strict=True):
        assert {name: record[name] for name in epoch} == epoch
    last = 4 * metrics.start["steps_per_epoch"]
    assert metrics.steps[-1]["step"] == metrics.epochs[-1]["step"] == last
    assert metrics.steps[-1]["loss"] < metrics.steps[0]["loss"]
    times = [record["elapsed"] for record in (metrics.start, *metrics.steps)]
    assert times == sorted(times)
    assert times[0] < 1, "seconds of the training, not of reading the pictures"
    assert all(check["epoch"] < 1 for check in metrics.checks), "validation within the first epoch"


def test_the_snapshots_can_be_loaded_and_get_better(finished: Run, digits: DataSet) -> None:
    snapshots = finished.snapshots()
    assert [snapshot.step for snapshot in snapshots] == sorted({snapshot.step for snapshot in snapshots})
    assert (snapshots[0].step, snapshots[0].epoch, snapshots[-1].epoch) == (0, 0.0, 4.0)
    assert sum(0 < snapshot.epoch < 1 for snapshot in snapshots) >= 3
    networks = [load_checkpoint(snapshot.path).build() for snapshot in snapshots]
    losses = [score(compute_logits(network, digits.test.images), digits.test.labels).loss for network in networks]
    assert losses[-1] < losses[0]
    assert finished.latest() == finished.best(), "the file of the present network is deleted at the end"


# --- pause and stop ---------------------------------------------------------------------------------------------------


def test_a_paused_run_does_nothing_and_the_next_one_gets_its_slot(store: RunStore) -> None:
    first = start(store, epochs=ENDLESS)
    second = start(store, BEN, epochs=ENDLESS)
    assert (first.state, second.state, second.place) == (State.RUNNING, State.WAITING, 1)
    wait_until(lambda: epochs_of(first) > 1)
    store.pause(first.id, ANNA)
    assert (now(store, first).state, now(store, second).state) == (State.PAUSED, State.RUNNING)
    wait_until(lambda: epochs_of(second) > 1)
    held = epochs_of(first)
    wait_until(lambda: epochs_of(second) > 6)
    assert epochs_of(first) == held

    store.resume(first.id, ANNA)
    assert (now(store, first).state, now(store, first).place) == (State.WAITING, 1)
    store.stop(second.id, BEN)
    wait_for(store, second, State.STOPPED)
    wait_for(store, first, State.RUNNING)
    wait_until(lambda: epochs_of(first) > held)


def test_a_pause_changes_only_the_time(folder: Path) -> None:
    store = RunStore(folder, launcher(2))
    paused, plain = start(store, epochs=6, elastic=0.5), start(store, epochs=6, elastic=0.5)
    store.pause(paused.id, ANNA)  # before its first step is over
    wait_until(lambda: paused.metrics().steps)
    wait_for(store, plain, State.FINISHED)
    assert now(store, paused).state is State.PAUSED
    assert not paused.metrics().epochs
    store.resume(paused.id, ANNA)
    wait_for(store, paused, State.FINISHED)
    one, other = (load_checkpoint(run.folder / BEST) for run in (paused, plain))
    assert all(torch.equal(one.weights[name], other.weights[name]) for name in other.weights)
    assert one.metrics["test_loss"] == other.metrics["test_loss"]


def test_a_stopped_run_keeps_its_best_epoch(store: RunStore, digits: DataSet) -> None:
    run = start(store, epochs=ENDLESS)
    wait_until(lambda: epochs_of(run) >= 3)
    store.stop(run.id, ANNA)
    assert now(store, run).state in (State.STOPPING, State.STOPPED)
    run = wait_for(store, run, State.STOPPED)
    report = run.report()
    assert report is not None
    assert report["outcome"] == "stopped"
    ranks = [(epoch["validation_accuracy"], -epoch["validation_loss"]) for epoch in run.metrics().epochs]
    assert report["best_epoch"] == ranks.index(max(ranks)) + 1
    assert report["epochs"] == len(ranks) < ENDLESS
    kept = load_checkpoint(run.folder / BEST)
    assert (
        score(compute_logits(kept.build(), digits.test.images), digits.test.labels).accuracy == report["test_accuracy"]
    )


def test_a_run_that_is_stopped_in_its_first_epoch_keeps_its_network(store: RunStore) -> None:
    run = start(store, epochs=ENDLESS, train_images=60_000, batch_size=8)
    store.pause(run.id, ANNA)  # so that the epoch does not end before the stop
    wait_until(lambda: run.metrics().steps)
    store.stop(run.id, ANNA)
    run = wait_for(store, run, *OVER)
    metrics, report = run.metrics(), run.report()
    assert run.state is State.STOPPED, run.message
    assert report is not None
    assert metrics.start is not None
    assert (report["epochs"], report["best_epoch"]) == (1, 1)
    assert metrics.epochs[0]["step"] == metrics.steps[-1]["step"] < metrics.start["steps_per_epoch"]
    assert load_checkpoint(run.folder / BEST).metrics["test_accuracy"] == report["test_accuracy"]


# --- what goes wrong --------------------------------------------------------------------------------------------------


@UNIX
def test_a_killed_run_is_interrupted_and_the_next_one_starts(store: RunStore, folder: Path) -> None:
    run, following = start(store, epochs=ENDLESS), start(store, BEN, epochs=ENDLESS)
    wait_until(lambda: epochs_of(run) >= 2)
    os.kill(pid_of(run), signal.SIGKILL)
    run = wait_for(store, run, *OVER)
    assert run.state is State.INTERRUPTED
    assert_one_sentence(run.message)
    wait_for(store, following, State.RUNNING)

    before = len(run.metrics().steps)
    with (run.folder / METRICS).open("ab") as file:
        file.write(b'{"kind": "step", "step": 1')
    for seen in (run, now(RunStore(folder, launcher()), run)):
        assert seen.state is State.INTERRUPTED
        assert seen.report() is None
        assert len(seen.metrics().steps) == before
        assert seen.snapshots()[0].step == 0
        assert load_checkpoint(seen.best() or "").metrics["best_epoch"] <= epochs_of(seen)
    store.delete(run.id, ANNA)
    assert store.get(run.id) is None


class FullDisk(ForkLauncher):
    """The first run has a disk that seems full: none of its files may grow beyond `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(2)
        self.limit: int | None = limit

    def launch(self, folder: Path, save_record: SaveRecord) -> None:
        limit, self.limit = self.limit, None

        def limited(record: ProcessRecord) -> None:
            save_record(record)
            if limit is not None:
                psutil.Process(record["pid"]).rlimit(psutil.RLIMIT_FSIZE, (limit, limit))

        super().launch(folder, limited)


@pytest.mark.skipif(not hasattr(psutil, "RLIMIT_FSIZE"), reason="only Linux limits another process")
@pytest.mark.parametrize(("limit", "saved"), [(10_000, False), (26_000, True)])
def test_a_full_disk_ends_one_run_with_one_sentence_and_no_other_run(folder: Path, limit: int, saved: bool) -> None:
    store = RunStore(folder, FullDisk(limit))
    run, other = start(store, epochs=ENDLESS), start(store, BEN, epochs=ENDLESS)
    run = wait_for(store, run, *OVER)
    assert run.state is State.FAILED
    assert_one_sentence(run.message)
    assert "written" in run.message
    assert run.report() == {"outcome": "failed", "message": run.message}
    assert (run.best() is not None) == saved
    if saved:
        assert load_checkpoint(run.folder / BEST).metrics["best_epoch"] <= epochs_of(run)
    assert not list(run.folder.rglob("*.part"))
    reached = epochs_of(other)
    wait_until(lambda: epochs_of(other) > reached)
    assert now(store, other).state is State.RUNNING


def test_a_run_whose_training_fails_has_the_reason(store: RunStore) -> None:
    elu = TINY.model_copy(update={"activation": "elu"})
    wild = recipe(optimizer="sgd", learning_rate=100.0, schedule="constant", momentum=0.0, epochs=20)
    run = wait_for(store, store.start(elu, wild, ANNA, ""), *OVER)
    assert run.state is State.FAILED
    assert_one_sentence(run.message)
    assert "learning rate" in run.message


def test_a_run_whose_folder_is_deleted_ends_and_does_not_make_the_folder_again(store: RunStore) -> None:
    run = start(store, epochs=ENDLESS)
    wait_until(lambda: epochs_of(run) >= 1)
    process = psutil.Process(pid_of(run))
    shutil.move(run.folder, run.folder.parent.parent / "trash")
    wait_until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)
    assert store.runs() == []
    assert not run.folder.exists()


# --- several apps, and an app that comes again ------------------------------------------------------------------------


def test_two_apps_with_one_folder_share_its_slot_and_see_the_same_runs(folder: Path) -> None:
    stores = [RunStore(folder, launcher()) for _ in range(2)]
    started = [start(stores[number % 2], owner) for number, owner in enumerate((ANNA, BEN, ANNA))]
    most = 0

    def all_over() -> bool:
        nonlocal most
        for store in stores:
            store.dispatch()
            found = store.runs()
            most = max(most, sum(run.state in (State.RUNNING, State.STOPPING) for run in found))
        return all(run.state in OVER for run in found)

    wait_until(all_over)
    assert most == 1
    for store in stores:
        assert {run.id: run.state for run in store.runs()} == {run.id: State.FINISHED for run in started}


@UNIX
def test_a_restarted_app_finds_all_runs_and_continues_the_queue(folder: Path, finished: Run) -> None:
    before = RunStore(folder, launcher())
    killed, waiting = start(before, epochs=ENDLESS), start(before)
    shutil.copytree(finished.folder, folder / finished.id)
    os.kill(pid_of(killed), signal.SIGKILL)

    after = RunStore(folder, launcher())
    wait_until(lambda: now(after, killed).state is State.INTERRUPTED)
    assert now(after, waiting).state is State.WAITING
    assert now(after, finished).report() == finished.report()
    wait_for(after, waiting, State.FINISHED)
    assert [run.id for run in after.runs()] == [waiting.id, killed.id, finished.id], "the newest first"
