"""The folder of training runs: start, watch, pause, stop, and a fair queue where a class shares one machine.

A run is a folder (`run_folder`), written by a process of its own (`train.py --run`). Nothing about it lives in the app,
so the app may be closed or doubled: whoever looks at the folder sees the same runs in the same states.
"""

from __future__ import annotations

import os
import secrets
import shutil
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

from filelock import FileLock

from model.language import N_, _, translate_stored_message
from model.network.checkpoint import CheckpointError
from model.network.config import ModelConfig, flags
from model.network.train_config import TrainConfig
from model.runs.folder import (
    CONTROL,
    MAX_TITLE,
    PROCESS,
    REPORT,
    RUN,
    Command,
    MetricsReader,
    RunSettings,
    read_command,
    read_json,
    read_report,
    read_settings,
    write_command,
    write_json,
)
from model.runs.launcher import MESSAGES, Launcher, LaunchError, default_launcher
from model.runs.run import _OUTCOMES, Run, RunError, State

RUNS_VARIABLE = "DIGIT_LAB_RUNS"
MAX_RUNS = 60
"""Runs that are kept; beyond that the oldest go, first those of whoever has most."""

MAX_BYTES = 4 * 2**30
"""Disk space that they may take together."""

MAX_WAITING = 12
"""Runs that one student may have in the queue."""

IN_USE_SECONDS = 24 * 3600.0
"""A run whose network was used so recently is not removed."""

_LAUNCH_SECONDS = 30.0
_USED = "used"


def runs_folder() -> Path:
    """$DIGIT_LAB_RUNS, else `runs/` in the working directory."""
    return Path(os.environ.get(RUNS_VARIABLE) or "runs")


class RunStore:
    """The runs in one folder. Safe to share between threads and between apps."""

    def __init__(self, folder: Path, launcher: Launcher | None = None) -> None:
        """Raises RunError where the folder cannot be made."""
        self.folder = folder.absolute()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.launcher = launcher or default_launcher()
        except OSError as error:
            problem = _("The folder {folder} of the runs cannot be made ({reason}).")
            raise RunError(problem.format(folder=folder, reason=error.strerror)) from None
        except LaunchError as error:
            raise RunError(translate_stored_message(str(error), *MESSAGES)) from None
        self._lock = FileLock(self.folder / ".lock")
        self._readers: dict[str, MetricsReader] = {}
        self._readers_lock = threading.Lock()
        self._over: dict[str, tuple[Run, int]] = {}

    def start(self, model: ModelConfig, train: TrainConfig, owner: str, title: str, experiment: str = "") -> Run:
        """Put a new run at the end of the queue. Raises RunError where that cannot be."""
        if self._waiting(owner) >= MAX_WAITING:
            problem = _("You have {count} runs waiting already; let one finish, or take one out of the queue.")
            raise RunError(problem.format(count=MAX_WAITING))
        settings = RunSettings(
            title=title.strip()[:MAX_TITLE], owner=owner, experiment=experiment, model=model, train=train
        )
        name = f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"
        unfinished = self.folder / f".new-{name}"
        try:
            unfinished.mkdir()
            write_json(unfinished / RUN, settings.model_dump(mode="json"))
            write_command(unfinished, Command.WAIT)
            unfinished.rename(self.folder / name)
        except (CheckpointError, OSError) as error:
            shutil.rmtree(unfinished, ignore_errors=True)
            reason = getattr(error, "strerror", None) or str(error)
            problem = _("The run cannot be written down, so it was not started: {reason}")
            raise RunError(problem.format(reason=reason)) from None
        self.dispatch()
        self.prune()
        run = self.get(name)
        if run is None:
            raise RunError(_("The run was removed as soon as it was there; start it again."))
        return run

    def runs(self, owner: str | None = None) -> list[Run]:
        """All runs, or those of one student, the newest first."""
        found = self._all()
        return [run for run in found if owner is None or run.owner == owner]

    def get(self, name: str) -> Run | None:
        """The run with this id, or None."""
        return next((run for run in self._all() if run.id == name), None)

    def pause(self, name: str, owner: str) -> None:
        """Have a run hold still and give its place on the machine to the next. Raises RunError."""
        self._tell(name, owner, State.RUNNING, Command.PAUSE)
        self.dispatch()

    def resume(self, name: str, owner: str) -> None:
        """Have a paused run go on as soon as there is room for it. Raises RunError."""
        self._tell(name, owner, State.PAUSED, Command.WAIT)
        self.dispatch()

    def stop(self, name: str, owner: str) -> None:
        """End a run, keeping its best epoch; one that never began leaves the queue for good. Raises RunError."""
        with self._lock:
            run = self._own(name, owner)
            if run.state is State.WAITING and not (run.folder / PROCESS).exists():
                self._remove(run.folder)
            elif run.state.active:
                self._tell(name, owner, run.state, Command.STOP)

    def delete(self, name: str, owner: str) -> None:
        """Remove a run that is over. Raises RunError."""
        run = self._own(name, owner)
        if run.state.active:
            raise RunError(_("This run is still going on; stop it first."))
        self._remove(run.folder)

    def keep(self, name: str) -> None:
        """Mark a run as used now, so that it is not pruned within a day."""
        with suppress(OSError):
            if (self.folder / name / RUN).exists():
                (self.folder / name / _USED).touch()

    def dispatch(self) -> None:
        """Start, or wake, as many waiting runs as there is room for, in their turn."""
        with self._lock:
            found = self._all()
            room = self._room(found)
            for run in sorted((run for run in found if run.place), key=lambda run: run.place or 0)[:room]:
                if run.settings:
                    self._let_run(run, run.settings)

    def prepare(self) -> None:
        """Make the next start quick, unless a run is going on: to load PyTorch beside it would hold it up for 3 s."""
        if not any(run.state.active for run in self._all()):
            with suppress(LaunchError):
                self.launcher.prepare()

    def prune(self) -> None:
        """Remove runs beyond MAX_RUNS and MAX_BYTES, never one that is active or in use."""
        with self._lock:
            found = self._all()
            sizes = {run.id: _size(run.folder) for run in found}
            owned = Counter(run.owner for run in found)
            spare = [run for run in found if not run.state.active and not _in_use(run.folder)]
            while spare and (len(found) > MAX_RUNS or sum(sizes[run.id] for run in found) > MAX_BYTES):
                victim = min(spare, key=lambda run: (-owned[run.owner], run.created))
                self._remove(victim.folder)
                owned[victim.owner] -= 1
                spare.remove(victim)
                found.remove(victim)
            for left in (*self.folder.glob(".new-*"), *self.folder.glob(".gone-*")):
                with suppress(OSError):  # whoever made it may be removing it now
                    if time.time() - left.stat().st_mtime > 3600:
                        shutil.rmtree(left, ignore_errors=True)

    # --- how it is done -----------------------------------------------------------------------------------------------

    def _room(self, found: list[Run]) -> int:
        if self.launcher.slots is None:
            return len(found)
        busy = sum(run.state in (State.RUNNING, State.STOPPING) for run in found)
        return max(0, self.launcher.slots - busy)

    def _waiting(self, owner: str) -> int:
        return sum(run.state is State.WAITING for run in self.runs(owner))

    def _let_run(self, run: Run, settings: RunSettings) -> None:
        try:
            if not (run.folder / PROCESS).exists():
                arguments = [*flags(settings.model, settings.train), "--run", str(run.folder)]
                self.launcher.launch(run.id, arguments, lambda record: write_json(run.folder / PROCESS, record))
            write_command(run.folder, Command.RUN)
        except (LaunchError, CheckpointError) as error:
            with suppress(CheckpointError):
                write_json(run.folder / REPORT, {"outcome": "failed", "message": str(error)})

    def _tell(self, name: str, owner: str, state: State, wanted: Command) -> None:
        """Write down what is wanted of a run that is in this state; of one in another, nothing is."""
        with self._lock:
            try:
                if self._own(name, owner).state is state:
                    write_command(self.folder / name, wanted)
            except CheckpointError as error:
                raise RunError(str(error)) from None

    def _own(self, name: str, owner: str) -> Run:
        run = self.get(name)
        if run is None:
            raise RunError(_("This run is gone; somebody removed it."))
        if run.settings and run.owner != owner:  # whose a damaged one was is not known: anybody may delete it
            raise RunError(_("This is another student's run; only its owner can do that."))
        return run

    def _remove(self, folder: Path) -> None:
        """Out of sight at once, then file by file."""
        gone = folder.with_name(f".gone-{folder.name}")
        with suppress(OSError):
            folder.rename(gone)
            shutil.rmtree(gone, ignore_errors=True)

    def _all(self) -> list[Run]:
        try:
            # Somebody may keep other folders here, such as TensorBoard's: they are not runs, and must not be pruned.
            folders = [path for path in self.folder.iterdir() if path.name[0] != "." and (path / RUN).exists()]
        except OSError:
            return []
        found = [self._look(folder) for folder in folders]
        places = _places(found)
        self._forget(folders)
        return sorted(
            (Run(**{**vars(run), "place": places.get(run.id)}) for run in found),
            key=lambda run: (run.created, run.id),
            reverse=True,
        )

    def _look(self, folder: Path) -> Run:
        """The run in this folder; one that is over is read once."""
        with suppress(OSError):
            over, changed = self._over.get(folder.name), (folder / REPORT).stat().st_mtime_ns
            if over is None or over[1] != changed:
                over = self._over[folder.name] = (self._read(folder), changed)
            return over[0]
        return self._read(folder)

    def _read(self, folder: Path) -> Run:
        with self._readers_lock:
            reader = self._readers.setdefault(folder.name, MetricsReader(folder))
        try:
            settings = read_settings(folder)
        except ValueError:
            message = N_("The settings of this run are damaged; delete it.")
            return Run(folder.name, folder, State.DAMAGED, None, message, None, reader)
        state, message = self._state(folder)
        return Run(folder.name, folder, state, settings, message, None, reader, _changed(folder / PROCESS))

    def _state(self, folder: Path) -> tuple[State, str]:
        try:
            report = read_report(folder)
            process = read_json(folder / PROCESS)
        except ValueError:
            return State.DAMAGED, N_("A file of this run is damaged; its best network may still be usable.")
        if report is not None:
            return _ended(report)
        wanted = read_command(folder)
        if process is None:
            return self._not_begun(folder, wanted)
        if not self.launcher.is_alive(process):
            with suppress(ValueError):  # it may have ended while we looked
                report = read_report(folder)
            return _ended(report) if report is not None else (State.INTERRUPTED, _INTERRUPTED)
        return {
            Command.WAIT: (State.WAITING, ""),
            Command.RUN: (State.RUNNING, ""),
            Command.PAUSE: (State.PAUSED, ""),
            Command.STOP: (State.STOPPING, ""),
        }[wanted]

    def _not_begun(self, folder: Path, wanted: Command) -> tuple[State, str]:
        if wanted is Command.WAIT:
            return State.WAITING, ""
        with suppress(OSError):
            if time.time() - (folder / CONTROL).stat().st_mtime < _LAUNCH_SECONDS:
                return State.RUNNING, ""
        return State.INTERRUPTED, _INTERRUPTED

    def _forget(self, folders: list[Path]) -> None:
        names = {folder.name for folder in folders}
        with self._readers_lock:
            for name in self._readers.keys() - names:
                del self._readers[name]
                self._over.pop(name, None)


_INTERRUPTED = N_("The process of this run ended before its time; its best epoch, if one was over, can still be used.")


def _ended(report: dict[str, Any]) -> tuple[State, str]:
    return _OUTCOMES[report["outcome"]], report["message"]


def _places(runs: list[Run]) -> dict[str, int]:
    """The place of each waiting run, from 1: everybody's first run comes before anybody's second.

    Those that are computed now count as first ones. Among equals, whoever has had no turn for longest comes first:
    else a student with many old runs would go before all others again whenever one of them ends.
    """
    busy = Counter(run.owner for run in runs if run.state in (State.RUNNING, State.STOPPING))
    turn: dict[str, float] = {}
    for run in runs:
        turn[run.owner] = max(turn.get(run.owner, 0.0), run.began)
    first: dict[str, tuple[float, str]] = {}
    ahead: Counter[str] = Counter()
    ranked = []
    for created, name, owner in sorted((run.created, run.id, run.owner) for run in runs if run.state is State.WAITING):
        since = first.setdefault(owner, (created, name))
        ranked.append((busy[owner] + ahead[owner], ahead[owner], turn[owner], since, name))
        ahead[owner] += 1
    return {name: place for place, (*_rank, name) in enumerate(sorted(ranked), start=1)}


def _changed(path: Path) -> float:
    with suppress(OSError):
        return path.stat().st_mtime
    return 0.0


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            total += path.stat().st_size
    return total


def _in_use(folder: Path) -> bool:
    return time.time() - _changed(folder / _USED) < IN_USE_SECONDS
