"""Training runs: real processes on the offline digits, the queue that they wait in, and folders in any state."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from gettext import NullTranslations
from pathlib import Path
from typing import Any

import psutil
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from model.data.datasets import DataSet
from model.network.checkpoint import load_checkpoint
from model.runs import store as runs_module
from model.runs.folder import (
    BEST,
    CONTROL,
    METRICS,
    PROCESS,
    REPORT,
    RUN,
    SNAPSHOTS,
    MetricsReader,
    RunSettings,
    read_report,
    write_json,
)
from model.runs.launcher import Claim, LaunchError
from model.runs.run import Run, RunError, State
from model.runs.store import MAX_BYTES, MAX_RUNS, MAX_WAITING, RunStore, _places
from model.training.evaluation import predict, score
from model.training.events import DIVERGED
from tests.conftest import assert_one_sentence, json_values
from tests.runs import (
    ENDLESS,
    TINY,
    ForkLauncher,
    launcher,
    nothing_left_running,
    now,
    pid_of,
    recipe,
    wait_for,
    wait_until,
)

ANNA, BEN, CARL = "anna", "ben", "carl"
OVER = (State.FINISHED, State.STOPPED, State.FAILED, State.INTERRUPTED, State.DAMAGED)
UNIX = pytest.mark.skipif(os.name == "nt", reason="Windows ends processes in another way")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    with nothing_left_running(tmp_path):
        yield tmp_path / "runs"


@pytest.fixture
def store(folder: Path) -> RunStore:
    """Real processes, one at once."""
    return RunStore(folder, launcher())


def start(store: RunStore, owner: str = ANNA, title: str = "", **values: Any) -> Run:
    return store.start(TINY, recipe(**values), owner, title)


def epochs_of(run: Run) -> int:
    return len(run.metrics().epochs)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A run that has learned for four epochs."""
    folder = tmp_path_factory.mktemp("finished")
    with nothing_left_running(folder):
        store = RunStore(folder, launcher())
        run = store.start(TINY, recipe(epochs=4, train_images=1000), ANNA, "  My network ", "widths")
        yield wait_for(store, run, *OVER)


# --- a run that goes well ---------------------------------------------------------------------------------------------


def test_a_finished_run_is_what_was_asked_for(finished: Run) -> None:
    assert finished.state is State.FINISHED, finished.message
    assert (finished.title, finished.owner, finished.message, finished.place) == ("My network", ANNA, "", None)
    assert finished.settings is not None
    assert finished.settings.experiment == "widths"
    assert (finished.settings.model, finished.settings.train) == (TINY, recipe(epochs=4, train_images=1000))
    assert 0 <= time.time() - finished.created < 600


def test_the_report_tells_the_truth_about_the_kept_network(finished: Run, digits: DataSet) -> None:
    report, best = finished.report(), finished.best()
    assert report is not None
    assert best is not None
    kept = load_checkpoint(best)
    logits = predict(kept.build(), digits.test.images)
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


def test_the_records_tell_how_it_went(finished: Run) -> None:
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


def test_the_networks_on_the_way_can_be_loaded_and_get_better(finished: Run, digits: DataSet) -> None:
    way = finished.snapshots()
    assert [snapshot.step for snapshot in way] == sorted({snapshot.step for snapshot in way})
    assert (way[0].step, way[0].epoch, way[-1].epoch) == (0, 0.0, 4.0)
    assert sum(0 < snapshot.epoch < 1 for snapshot in way) >= 3
    networks = [load_checkpoint(snapshot.path).build() for snapshot in way]
    losses = [score(predict(network, digits.test.images), digits.test.labels).loss for network in networks]
    assert losses[-1] < losses[0]
    assert finished.latest() == finished.best(), "the copy of the present network goes at the end"


# --- pause and stop ---------------------------------------------------------------------------------------------------


def test_a_paused_run_holds_still_and_the_next_one_goes_on_in_its_place(store: RunStore) -> None:
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


def test_a_pause_changes_nothing_but_the_time(folder: Path) -> None:
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
    assert score(predict(kept.build(), digits.test.images), digits.test.labels).accuracy == report["test_accuracy"]


def test_a_run_stopped_in_its_first_epoch_keeps_what_it_has(store: RunStore) -> None:
    run = start(store, epochs=ENDLESS, train_images=60_000, batch_size=8)
    store.pause(run.id, ANNA)  # so that the epoch does not end meanwhile
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
def test_a_killed_run_is_interrupted_and_the_next_goes_on(store: RunStore, folder: Path) -> None:
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
    """To the first run the disk seems full: no file of its may grow beyond so many bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(2)
        self.limit: int | None = limit

    def launch(self, run: str, arguments: list[str], claim: Claim) -> None:
        limit, self.limit = self.limit, None

        def limited(record: dict[str, Any]) -> None:
            claim(record)
            if limit is not None:
                psutil.Process(record["pid"]).rlimit(psutil.RLIMIT_FSIZE, (limit, limit))

        super().launch(run, arguments, limited)


@pytest.mark.skipif(not hasattr(psutil, "RLIMIT_FSIZE"), reason="only Linux limits another process")
@pytest.mark.parametrize(("limit", "saved"), [(10_000, False), (26_000, True)])
def test_a_full_disk_ends_a_run_in_one_sentence_and_harms_no_other(folder: Path, limit: int, saved: bool) -> None:
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


def test_a_run_whose_training_fails_says_why(store: RunStore) -> None:
    elu = TINY.model_copy(update={"activation": "elu"})
    wild = recipe(optimizer="sgd", learning_rate=100.0, schedule="constant", momentum=0.0, epochs=20)
    run = wait_for(store, store.start(elu, wild, ANNA, ""), *OVER)
    assert run.state is State.FAILED
    assert_one_sentence(run.message)
    assert "learning rate" in run.message


def test_how_a_run_ended_is_told_in_the_language_of_whoever_reads_it(
    queue: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, stored = start(queue), DIVERGED.format(epoch=1, step=3, rate="100", less="10")
    write_json(run.folder / REPORT, {"outcome": "failed", "message": stored})
    run = now(queue, run)
    assert (run.state, run.message, run.notice) == (State.FAILED, stored, "")
    words = NullTranslations()
    monkeypatch.setattr(words, "gettext", lambda text: "{rate} {epoch}" if text == DIVERGED else text)
    monkeypatch.setattr("model.language.catalogue", lambda code: words)
    assert run.message == "100 1", "the run itself was read before"


def test_a_run_whose_folder_is_deleted_ends_and_does_not_make_it_anew(store: RunStore) -> None:
    run = start(store, epochs=ENDLESS)
    wait_until(lambda: epochs_of(run) >= 1)
    process = psutil.Process(pid_of(run))
    shutil.move(run.folder, run.folder.parent.parent / "trash")
    wait_until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)
    assert store.runs() == []
    assert not run.folder.exists()


# --- several apps, and an app that comes again ------------------------------------------------------------------------


def test_two_apps_on_one_folder_share_its_slot_and_see_the_same(folder: Path) -> None:
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
def test_an_app_that_starts_again_finds_everything_and_goes_on(folder: Path, finished: Run) -> None:
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


# --- the queue, without processes -------------------------------------------------------------------------------------


class Pretence:
    """A launcher whose processes exist on paper only, until the test ends them."""

    def __init__(self, slots: int | None = 1) -> None:
        self.slots = slots
        self.alive: list[str] = []
        self.launched: list[str] = []
        self.most = 0
        self.fails = False

    def prepare(self) -> None: ...

    def launch(self, run: str, arguments: list[str], claim: Claim) -> None:
        if self.fails:
            raise LaunchError("The machine took no process; try again.")
        claim({"run": run})
        self.launched.append(run)
        self.alive.append(run)
        self.most = max(self.most, len(self.alive))

    def is_alive(self, record: dict[str, Any]) -> bool:
        return record.get("run") in self.alive


def end(store: RunStore, pretence: Pretence, name: str) -> None:
    """The process of this run writes its report and is over."""
    write_json(store.folder / name / REPORT, {"outcome": "failed", "message": "Over."})
    pretence.alive.remove(name)


@pytest.fixture
def paper() -> Pretence:
    return Pretence()


@pytest.fixture
def queue(folder: Path, paper: Pretence) -> RunStore:
    return RunStore(folder, paper)


def test_everybody_has_a_first_turn_before_anybody_has_a_second(queue: RunStore, paper: Pretence) -> None:
    names: dict[str, str] = {}
    for name, owner in (("a1", ANNA), ("a2", ANNA), ("a3", ANNA), ("a4", ANNA), ("b1", BEN), ("b2", BEN), ("c1", CARL)):
        names[start(queue, owner, name).id] = name
    expected = ["a1", "b1", "c1", "a2", "b2", "a3", "a4"]
    waiting = sorted((run for run in queue.runs() if run.place), key=lambda run: run.place or 0)
    assert [run.place for run in waiting] == [1, 2, 3, 4, 5, 6]
    assert [names[run.id] for run in waiting] == expected[1:], "what is promised"
    for count in range(1, len(expected) + 1):
        current = paper.launched[-1]
        os.utime(queue.folder / current / PROCESS, (count, count))  # its turn came later than the one before
        end(queue, paper, current)
        queue.dispatch()
    assert [names[name] for name in paper.launched] == expected, "what is kept"
    assert paper.most == 1


def run_on_paper(number: int, owner: str, state: State, created: float, began: float) -> Run:
    settings = RunSettings(owner=owner, created=created, model=TINY, train=recipe())
    return Run(f"run-{number}", Path(), state, settings, "", None, MetricsReader(Path()), began)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([ANNA, BEN, CARL, ""]),
            st.sampled_from([State.WAITING, State.WAITING, State.RUNNING, State.PAUSED, State.FINISHED]),
            st.integers(0, 20).map(float),
            st.integers(0, 20).map(float),
        ),
        max_size=12,
    )
)
def test_places_are_fair(drawn: list[tuple[str, State, float, float]]) -> None:
    runs = [run_on_paper(number, *values) for number, values in enumerate(drawn)]
    places = _places(runs)
    waiting = [run for run in runs if run.state is State.WAITING]
    assert places.keys() == {run.id for run in waiting}
    assert sorted(places.values()) == list(range(1, len(waiting) + 1))
    turns = Counter(run.owner for run in runs if run.state is State.RUNNING)
    served = {run.owner: max(each.began for each in runs if each.owner == run.owner) for run in runs}
    previous, first_turns = 0, []
    for run in sorted(waiting, key=lambda run: places[run.id]):
        turns[run.owner] += 1
        assert turns[run.owner] >= previous, "nobody has a second turn before another's first"
        previous = turns[run.owner]
        if previous == 1:
            first_turns.append(served[run.owner])
    assert first_turns == sorted(first_turns), "whoever was served longest ago comes first"
    for run in waiting:
        for other in waiting:
            if run.owner == other.owner and run.created < other.created:
                assert places[run.id] < places[other.id]


def test_many_at_once_never_start_a_run_twice_or_too_many(folder: Path) -> None:
    paper = Pretence(slots=3)
    stores = [RunStore(folder, paper) for _ in range(3)]
    for number in range(9):
        start(stores[number % 3], str(number % 4))
    errors: list[Exception] = []

    def work(store: RunStore) -> None:
        try:
            while len(paper.launched) < 9 or paper.alive:
                store.dispatch()
                with store._lock:
                    for name in paper.alive[:1]:
                        end(store, paper, name)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(store,)) for store in stores * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not errors
    assert len(paper.launched) == len(set(paper.launched)) == 9
    assert paper.most == 3


def test_a_cluster_takes_all_runs_at_once(folder: Path) -> None:
    paper = Pretence(slots=None)
    store = RunStore(folder, paper)
    assert [start(store).state for _ in range(5)] == [State.RUNNING] * 5


def test_a_run_that_waits_is_taken_out_of_the_queue_by_stopping_it(queue: RunStore, paper: Pretence) -> None:
    first, second = start(queue), start(queue)
    queue.stop(second.id, ANNA)
    assert [run.id for run in queue.runs()] == [first.id]
    end(queue, paper, first.id)
    queue.dispatch()
    assert paper.launched == [first.id]


def test_a_resumed_run_that_waits_for_its_turn_again_can_be_stopped_with_what_it_has(queue: RunStore) -> None:
    first = start(queue)
    queue.pause(first.id, ANNA)
    start(queue, BEN)
    queue.resume(first.id, ANNA)
    assert now(queue, first).state is State.WAITING
    queue.stop(first.id, ANNA)
    assert now(queue, first).state is State.STOPPING


def test_only_its_owner_can_do_something_to_a_run(queue: RunStore) -> None:
    run = start(queue)
    for act in (queue.pause, queue.resume, queue.stop, queue.delete):
        with pytest.raises(RunError) as caught:
            act(run.id, BEN)
        assert_one_sentence(caught.value)
        assert now(queue, run) == run
        with pytest.raises(RunError) as caught:
            act("20260101-000000-abcdef", ANNA)
        assert_one_sentence(caught.value)
    with pytest.raises(RunError) as caught:
        queue.delete(run.id, ANNA)
    assert_one_sentence(caught.value)
    assert "stop it first" in str(caught.value)
    assert [each.id for each in queue.runs(ANNA)] == [run.id]
    assert queue.runs(BEN) == []


@pytest.mark.parametrize("act", ["pause", "resume", "stop"])
def test_a_run_that_is_over_stays_as_it_is(queue: RunStore, paper: Pretence, act: str) -> None:
    run = start(queue)
    end(queue, paper, run.id)
    getattr(queue, act)(run.id, ANNA)
    assert now(queue, run).state is State.FAILED
    assert json.loads((run.folder / CONTROL).read_text()) == {"wanted": "run"}


def test_one_student_cannot_fill_the_queue(queue: RunStore) -> None:
    for _ in range(1 + MAX_WAITING):
        start(queue)
    with pytest.raises(RunError) as caught:
        start(queue)
    assert_one_sentence(caught.value)
    assert start(queue, BEN).place == 1


def test_a_process_that_cannot_start_is_a_failed_run_with_the_reason(queue: RunStore, paper: Pretence) -> None:
    paper.fails = True
    run = start(queue)
    assert (run.state, run.message) == (State.FAILED, "The machine took no process; try again.")
    paper.fails = False
    assert start(queue).state is State.RUNNING


def test_what_cannot_be_written_is_not_started(queue: RunStore) -> None:
    shutil.rmtree(queue.folder)
    queue.folder.write_text("a file in its place")
    with pytest.raises(RunError) as caught:
        start(queue)
    assert_one_sentence(caught.value)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError) as caught:
        RunStore(tmp_path / "file" / "runs")
    assert_one_sentence(caught.value)
    assert str(tmp_path / "file" / "runs") in str(caught.value)


# --- pruning ----------------------------------------------------------------------------------------------------------


def over(queue: RunStore, paper: Pretence, owner: str, title: str) -> Run:
    run = start(queue, owner, title)
    end(queue, paper, run.id)
    return run


def titles(queue: RunStore) -> list[str]:
    return sorted(run.title for run in queue.runs())


def test_too_many_runs_are_pruned_first_of_whoever_has_most_and_first_the_oldest(
    queue: RunStore, paper: Pretence, monkeypatch: pytest.MonkeyPatch
) -> None:
    for owner, title in ((BEN, "b1"), (ANNA, "a1"), (ANNA, "a2"), (ANNA, "a3"), (BEN, "b2")):
        over(queue, paper, owner, title)
    monkeypatch.setattr(runs_module, "MAX_RUNS", 4)
    queue.prune()
    assert titles(queue) == ["a2", "a3", "b1", "b2"]
    monkeypatch.setattr(runs_module, "MAX_RUNS", 3)
    queue.prune()
    assert titles(queue) == ["a2", "a3", "b2"], "of equals the oldest"
    monkeypatch.setattr(runs_module, "MAX_RUNS", 1)
    queue.prune()
    assert titles(queue) == ["b2"], "the newest stays"
    assert not list(queue.folder.glob(".gone-*"))


def test_the_readme_names_the_limits() -> None:
    readme = " ".join((Path(__file__).parents[3] / "README.md").read_text().split())
    assert f"{MAX_RUNS} runs are kept, in at most {MAX_BYTES // 2**30} GiB" in readme
    assert f"a student may have {MAX_WAITING} waiting" in readme


def test_too_large_runs_are_pruned(queue: RunStore, paper: Pretence, monkeypatch: pytest.MonkeyPatch) -> None:
    for title in ("old", "new"):
        run = over(queue, paper, ANNA, title)
        (run.folder / SNAPSHOTS).mkdir()
        (run.folder / SNAPSHOTS / "00000001.safetensors").write_bytes(bytes(50_000))
    monkeypatch.setattr(runs_module, "MAX_BYTES", 110_000)
    queue.prune()
    assert titles(queue) == ["new", "old"]
    monkeypatch.setattr(runs_module, "MAX_BYTES", 60_000)
    queue.prune()
    assert titles(queue) == ["new"]


def test_what_is_active_or_in_use_is_not_pruned(
    queue: RunStore, paper: Pretence, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = over(queue, paper, ANNA, "used")
    over(queue, paper, ANNA, "spare")
    queue.keep(used.id)
    start(queue, ANNA, "running")
    start(queue, ANNA, "waiting")
    monkeypatch.setattr(runs_module, "MAX_RUNS", 1)
    queue.prune()
    assert titles(queue) == ["running", "used", "waiting"]
    monkeypatch.setattr(runs_module, "IN_USE_SECONDS", -1.0)
    queue.prune()
    assert titles(queue) == ["running", "waiting"], "used a day ago"
    queue.keep("gone")
    assert titles(queue) == ["running", "waiting"]


def test_starting_a_run_prunes(queue: RunStore, paper: Pretence, monkeypatch: pytest.MonkeyPatch) -> None:
    over(queue, paper, ANNA, "old")
    monkeypatch.setattr(runs_module, "MAX_RUNS", 1)
    start(queue, BEN, "new")
    assert titles(queue) == ["new"]


def test_other_folders_are_no_runs_and_are_never_pruned(queue: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    (queue.folder / "tensorboard").mkdir()
    (queue.folder / "tensorboard" / "events").write_text("mine")
    monkeypatch.setattr(runs_module, "MAX_RUNS", 0)
    queue.prune()
    assert queue.runs() == []
    assert (queue.folder / "tensorboard" / "events").read_text() == "mine"


# --- folders with anything in them ------------------------------------------------------------------------------------


def test_a_run_with_damaged_settings_is_shown_and_anybody_can_delete_it(queue: RunStore, paper: Pretence) -> None:
    run = over(queue, paper, ANNA, "mine")
    (run.folder / RUN).write_text('{"title": ')
    found = now(RunStore(queue.folder, paper), run)
    assert (found.state, found.settings, found.title) == (State.DAMAGED, None, run.id)
    assert_one_sentence(found.message)
    assert (found.created, found.owner) == (0.0, "")
    queue = RunStore(queue.folder, paper)
    queue.delete(run.id, BEN)
    assert queue.runs() == []


@pytest.mark.parametrize("name", [PROCESS, REPORT])
def test_a_run_with_another_damaged_file_is_shown_and_can_be_deleted(
    queue: RunStore, paper: Pretence, name: str
) -> None:
    run = start(queue, ANNA, "mine")
    (run.folder / name).write_bytes(b"\xff\x00")
    found = now(queue, run)
    assert (found.state, found.title) == (State.DAMAGED, "mine")
    assert_one_sentence(found.message)
    queue.delete(run.id, ANNA)
    assert queue.runs() == []


@pytest.fixture(scope="module")
def spoilt(finished: Run, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, bytes | None], Run]:
    """Puts a content, or a folder, in the place of one file of a finished run; gives what a new store makes of it."""
    folder = tmp_path_factory.mktemp("spoilt")
    whole = {name: (finished.folder / name).read_bytes() for name in (RUN, CONTROL, PROCESS, METRICS, REPORT)}

    def spoil(name: str, content: bytes | None) -> Run:
        place = folder / finished.id
        shutil.rmtree(place, ignore_errors=True)
        (place / SNAPSHOTS).mkdir(parents=True)
        for odd in ("00000007.safetensors", "x.safetensors", "1e3.safetensors"):
            (place / SNAPSHOTS / odd).touch()
        for each, value in whole.items():
            if each == name and content is None:
                (place / each).mkdir()
            elif not (name != REPORT and each == REPORT and name != RUN):  # a report says all there is to say
                (place / each).write_bytes(content if each == name and content is not None else value)
        (run,) = RunStore(folder, Pretence()).runs()
        return run

    return spoil


def look_at(run: Run) -> None:
    """Whatever the app asks of a run has an answer of the right kind."""
    assert run.state in State
    assert isinstance(run.message, str)
    assert isinstance(run.title, str)
    time.localtime(run.created)
    metrics = run.metrics()
    if metrics.start:
        assert metrics.start["steps_per_epoch"] + metrics.start["validation_images"] < 2e15
        assert isinstance(metrics.start["device"], str)
    for record in (*metrics.steps, *metrics.checks):
        assert all(record[name] + 0.0 == record[name] for name in ("step", "epoch", "loss", "accuracy", "elapsed"))
    for record in metrics.epochs:
        f"{record['train_loss']:.4f} {record['learning_rate']:g}"
        assert record["validation_loss"] is None or record["validation_loss"] + 0.0 == record["validation_loss"]
    report = run.report()
    if run.state in (State.FINISHED, State.STOPPED):
        assert report is not None
        f"{report['test_accuracy']:.2%} {report['gap']:.2%} {report['epochs']:d} {report['history'][:1]}"
        assert sum(sum(row) for row in report["confusion"]) >= 0
        assert all(0 <= mistake["label"] <= 9 for mistake in report["mistakes"])
    assert [snapshot.step for snapshot in run.snapshots()] == [7]
    assert run.snapshots()[0].epoch >= 0 or metrics.start
    assert run.best() is run.latest() is None


FILES = st.sampled_from([RUN, CONTROL, PROCESS, METRICS, REPORT])


@given(FILES, json_values().map(lambda value: json.dumps(value).encode()) | st.binary(max_size=50) | st.none())
def test_no_content_of_a_file_is_an_exception(
    spoilt: Callable[[str, bytes | None], Run], name: str, content: bytes | None
) -> None:
    look_at(spoilt(name, content))


@given(st.sampled_from([RUN, CONTROL, PROCESS, REPORT]), st.data())
def test_no_value_in_a_file_is_an_exception(
    spoilt: Callable[[str, bytes | None], Run], finished: Run, name: str, data: st.DataObject
) -> None:
    content = json.loads((finished.folder / name).read_bytes())
    part = content
    while isinstance(part, dict):
        key = data.draw(st.sampled_from(sorted(part)))
        if not isinstance(part[key], dict) or data.draw(st.booleans()):
            part[key] = data.draw(json_values())
            break
        part = part[key]
    look_at(spoilt(name, json.dumps(content).encode()))


@given(st.data())
def test_no_value_in_a_record_is_an_exception(
    spoilt: Callable[[str, bytes | None], Run], finished: Run, data: st.DataObject
) -> None:
    lines = (finished.folder / METRICS).read_bytes().splitlines()
    place = data.draw(st.integers(0, len(lines) - 1))
    record = json.loads(lines[place])
    record[data.draw(st.sampled_from(sorted(record)))] = data.draw(json_values())
    lines[place] = json.dumps(record).encode()
    look_at(spoilt(METRICS, b"\n".join(lines) + b"\n"))


@pytest.mark.parametrize("name", ["test_accuracy", "history", "confusion", "mistakes", "gap", "message", "outcome"])
def test_a_report_that_lacks_something_is_damaged(
    spoilt: Callable[[str, bytes | None], Run], finished: Run, name: str
) -> None:
    report = read_report(finished.folder)
    assert report is not None
    del report[name]
    run = spoilt(REPORT, json.dumps(report).encode())
    assert (run.state, run.report()) == (State.DAMAGED, None)
    assert_one_sentence(run.message)
