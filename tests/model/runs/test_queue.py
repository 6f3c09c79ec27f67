"""The order of the queue of a class. Without processes."""

from __future__ import annotations

import os
import threading
from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from model.runs.folder import PROCESS, RunSettings
from model.runs.metrics import MetricsReader
from model.runs.queue import queue_places
from model.runs.run import Run, State
from model.runs.store import RunStore
from tests.model.runs.helpers import ANNA, BEN, CARL, FakeLauncher, end_run, start
from tests.runs import TINY, recipe


def test_the_first_run_of_each_student_comes_before_any_second_run(queue: RunStore, fake: FakeLauncher) -> None:
    names: dict[str, str] = {}
    for name, owner in (("a1", ANNA), ("a2", ANNA), ("a3", ANNA), ("a4", ANNA), ("b1", BEN), ("b2", BEN), ("c1", CARL)):
        names[start(queue, owner, name).id] = name
    expected = ["a1", "b1", "c1", "a2", "b2", "a3", "a4"]
    waiting = sorted((run for run in queue.runs() if run.place), key=lambda run: run.place or 0)
    assert [run.place for run in waiting] == [1, 2, 3, 4, 5, 6]
    assert [names[run.id] for run in waiting] == expected[1:], "the places that the students see"
    for count in range(1, len(expected) + 1):
        current = fake.launched[-1]
        os.utime(queue.folder / current / PROCESS, (count, count))  # it started later than the one before
        end_run(queue, fake, current)
        queue.dispatch()
    assert [names[name] for name in fake.launched] == expected, "the order of the starts"
    assert fake.most == 1


def waiting_run(number: int, owner: str, state: State, created: float, began: float) -> Run:
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
    runs = [waiting_run(number, *values) for number, values in enumerate(drawn)]
    places = queue_places(runs)
    waiting = [run for run in runs if run.state is State.WAITING]
    assert places.keys() == {run.id for run in waiting}
    assert sorted(places.values()) == list(range(1, len(waiting) + 1))
    turns = Counter(run.owner for run in runs if run.state is State.RUNNING)
    served = {run.owner: max(each.began for each in runs if each.owner == run.owner) for run in runs}
    previous, first_turns = 0, []
    for run in sorted(waiting, key=lambda run: places[run.id]):
        turns[run.owner] += 1
        assert turns[run.owner] >= previous, "the first run of each student comes before any second run"
        previous = turns[run.owner]
        if previous == 1:
            first_turns.append(served[run.owner])
    assert first_turns == sorted(first_turns), "the student who has waited longest comes first"
    for run in waiting:
        for other in waiting:
            if run.owner == other.owner and run.created < other.created:
                assert places[run.id] < places[other.id]


def test_threads_and_apps_together_start_each_run_once_and_fill_the_slots(folder: Path) -> None:
    fake = FakeLauncher(slots=3)
    stores = [RunStore(folder, fake) for _ in range(3)]
    for number in range(9):
        start(stores[number % 3], str(number % 4))
    errors: list[Exception] = []

    def work(store: RunStore) -> None:
        try:
            while len(fake.launched) < 9 or fake.alive:
                store.dispatch()
                with store._lock:
                    for name in fake.alive[:1]:
                        end_run(store, fake, name)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(store,)) for store in stores * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not errors
    assert len(fake.launched) == len(set(fake.launched)) == 9
    assert fake.most == 3


def test_a_cluster_gets_all_runs_at_once(folder: Path) -> None:
    fake = FakeLauncher(slots=None)
    store = RunStore(folder, fake)
    assert [start(store).state for _ in range(5)] == [State.RUNNING] * 5
