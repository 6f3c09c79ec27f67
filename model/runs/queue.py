"""The fair queue of a class that shares one machine: which run is next, and how it starts."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

from model.network.checkpoint import CheckpointError
from model.runs.folder import PROCESS, Command, write_command, write_json
from model.runs.launchers.base import Launcher, LaunchError
from model.runs.report import write_failure
from model.runs.run import Run, State

_log = logging.getLogger("digit_lab.runs")


def queue_places(runs: Sequence[Run]) -> dict[str, int]:
    """The place in the queue of each waiting run by its id, from 1.

    The first run of every student comes before the second run of any student; a run that is computed now counts as the
    first. Among equals, the student whose last run started earliest comes first. Without this rule, a student with many
    old waiting runs would come first each time a run ends.
    """
    computed = Counter(run.owner for run in runs if run.state in (State.RUNNING, State.STOPPING))
    last_start: dict[str, float] = {}
    for run in runs:
        last_start[run.owner] = max(last_start.get(run.owner, 0.0), run.began)
    first: dict[str, tuple[float, str]] = {}
    earlier: Counter[str] = Counter()
    ranks = []
    for created, name, owner in sorted((run.created, run.id, run.owner) for run in runs if run.state is State.WAITING):
        oldest = first.setdefault(owner, (created, name))
        ranks.append((computed[owner] + earlier[owner], earlier[owner], last_start[owner], oldest, name))
        earlier[owner] += 1
    return {name: place for place, (*_rank, name) in enumerate(sorted(ranks), start=1)}


def start_waiting_runs(runs: Sequence[Run], launcher: Launcher) -> None:
    """Start, or resume, as many waiting runs as there are free slots, in the order of their places.

    A run that cannot start gets a report with the reason.
    """
    waiting = sorted((run for run in runs if run.place), key=lambda run: run.place or 0)
    chosen = waiting[: _free_slots(runs, launcher)]
    for run in chosen:
        _start(run, launcher)
    if chosen:
        _log.info("queue: %d of %d waiting runs may start", len(chosen), len(waiting))


def _free_slots(runs: Sequence[Run], launcher: Launcher) -> int:
    if launcher.slots is None:
        return len(runs)
    return max(0, launcher.slots - sum(run.state in (State.RUNNING, State.STOPPING) for run in runs))


def _start(run: Run, launcher: Launcher) -> None:
    try:
        if (run.folder / PROCESS).exists():
            _log.info("run %s: resumed", run.id)
        else:
            launcher.launch(run.folder, lambda record: write_json(run.folder / PROCESS, record))
            _log.info("run %s: started", run.id)
        write_command(run.folder, Command.RUN)
    except (LaunchError, CheckpointError) as error:
        _log.error("run %s: cannot start: %s", run.id, error)
        with suppress(CheckpointError):
            write_failure(run.folder, str(error))
