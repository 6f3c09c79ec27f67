"""The folder of training runs: start, list, pause, stop and delete them.

Each run has its own folder (model.runs.folder), and its own process writes it (`train.py --run`). The app stores
nothing about a run in memory. So apps may end, restart, or share the folder, and all show the same runs in the same
states.
"""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path

from filelock import FileLock

from model.language import _, translate_stored_message
from model.network.checkpoint import CheckpointError
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.runs.folder import MAX_TITLE, PROCESS, RUN, Command, RunSettings, write_command, write_json
from model.runs.launchers import MESSAGES, default_launcher
from model.runs.launchers.base import Launcher, LaunchError
from model.runs.pruning import mark_as_used, prune, remove
from model.runs.queue import start_waiting_runs
from model.runs.reader import RunReader
from model.runs.run import Run, RunError, State

RUNS_VARIABLE = "DIGIT_LAB_RUNS"
MAX_WAITING = 12
"""How many runs of one student may wait in the queue."""

_log = logging.getLogger("digit_lab.runs")


def runs_folder() -> Path:
    """$DIGIT_LAB_RUNS, else `runs/` in the working directory."""
    return Path(os.environ.get(RUNS_VARIABLE) or "runs")


class RunStore:
    """The runs in one folder. Threads may share a store, and several apps may use the folder."""

    def __init__(self, folder: Path, launcher: Launcher | None = None) -> None:
        """Raises RunError if the folder cannot be made, or where the launcher cannot be used."""
        self.folder = folder.absolute()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.launcher = launcher or default_launcher()
        except OSError as error:
            raise RunError(
                _("The folder {folder} of the runs cannot be made ({reason}).", folder=folder, reason=error.strerror)
            ) from None
        except LaunchError as error:
            raise RunError(translate_stored_message(str(error), *MESSAGES)) from None
        self._lock = FileLock(self.folder / ".lock")
        self._reader = RunReader(self.folder, self.launcher)

    def start(self, model: ModelConfig, train: TrainConfig, owner: str, title: str, experiment: str = "") -> Run:
        """Put a new run at the end of the queue.

        Raises RunError if the student has too many waiting runs, or where the run cannot be written.
        """
        if sum(run.state is State.WAITING for run in self.runs(owner)) >= MAX_WAITING:
            problem = _("You already have {count} waiting runs; wait until one finishes, or take one out of the queue.")
            raise RunError(problem.format(count=MAX_WAITING))
        name = self._write_new_run(
            RunSettings(title=title.strip()[:MAX_TITLE], owner=owner, experiment=experiment, model=model, train=train)
        )
        _log.info("run %s: queued", name)
        self.dispatch()
        self.prune()
        run = self.get(name)
        if run is None:
            raise RunError(_("The run was removed right after its start; start it again."))
        return run

    def runs(self, owner: str | None = None) -> list[Run]:
        """All runs, or those of one student, the newest first."""
        return [run for run in self._reader.runs() if owner is None or run.owner == owner]

    def get(self, name: str) -> Run | None:
        """The run with this id; None if there is none."""
        return next((run for run in self.runs() if run.id == name), None)

    def pause(self, name: str, owner: str) -> None:
        """Pause a running run. Its slot becomes free for the next one. Raises RunError."""
        self._command(name, owner, State.RUNNING, Command.PAUSE)
        self.dispatch()

    def resume(self, name: str, owner: str) -> None:
        """Put a paused run back into the queue; it continues as soon as a slot is free. Raises RunError."""
        self._command(name, owner, State.PAUSED, Command.WAIT)
        self.dispatch()

    def stop(self, name: str, owner: str) -> None:
        """End a run and keep its best epoch; a run that has not started is deleted. Raises RunError."""
        with self._lock:
            run = self._owned(name, owner)
            if run.state is State.WAITING and not (run.folder / PROCESS).exists():
                _log.info("run %s: taken out of the queue", name)
                remove(run.folder)
            elif run.state.active:
                self._command(name, owner, run.state, Command.STOP)

    def delete(self, name: str, owner: str) -> None:
        """Delete a run that has ended. Raises RunError if it is active."""
        run = self._owned(name, owner)
        if run.state.active:
            raise RunError(_("This run is still active; stop it first."))
        _log.info("run %s: deleted", name)
        remove(run.folder)

    def protect(self, name: str) -> None:
        """Protect a run from pruning for a day, because its network is in use."""
        mark_as_used(self.folder / name)

    def dispatch(self) -> None:
        """Start as many waiting runs as there are free slots."""
        with self._lock:
            start_waiting_runs(self._reader.runs(), self.launcher)

    def prepare(self) -> None:
        """Make the next start faster. Not while a run is active: loading PyTorch would slow it down for 3 s."""
        if not any(run.state.active for run in self.runs()):
            with suppress(LaunchError):
                self.launcher.prepare()

    def prune(self) -> None:
        """Remove old runs, see model.runs.pruning."""
        with self._lock:
            prune(self.folder, self._reader.runs())

    def _write_new_run(self, settings: RunSettings) -> str:
        """The id of the new run. Its folder gets its name only when it is complete."""
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
            problem = _("The run could not be saved, so it was not started: {reason}", reason=reason)
            raise RunError(problem) from None
        return name

    def _command(self, name: str, owner: str, state: State, command: Command) -> None:
        """Write the command for a run in this state. A run in another state keeps its command. Raises RunError."""
        with self._lock:
            try:
                if self._owned(name, owner).state is state:
                    write_command(self.folder / name, command)
                    _log.info("run %s: command %s", name, command)
            except CheckpointError as error:
                raise RunError(str(error)) from None

    def _owned(self, name: str, owner: str) -> Run:
        """The run with this id. Raises RunError if it no longer exists or belongs to another student."""
        run = self.get(name)
        if run is None:
            raise RunError(_("This run no longer exists; it was deleted."))
        if run.settings and run.owner != owner:  # the owner of a damaged run is unknown, so everybody may delete it
            raise RunError(_("This is another student's run; only its owner can do that."))
        return run
