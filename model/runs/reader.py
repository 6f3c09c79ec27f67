"""Reads all runs of a folder: finds the state of each from its files."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from model.language import N_
from model.runs.folder import CONTROL, PROCESS, REPORT, RUN, Command, read_command, read_json, read_settings
from model.runs.launchers.base import Launcher
from model.runs.metrics import MetricsReader
from model.runs.queue import queue_places
from model.runs.report import read_report
from model.runs.run import Run, State

LAUNCH_SECONDS = 30.0
"""After the command RUN, a run without a process counts as running for this long."""

_OUTCOMES = {"finished": State.FINISHED, "stopped": State.STOPPED, "failed": State.FAILED}
_STATES = {
    Command.WAIT: State.WAITING,
    Command.RUN: State.RUNNING,
    Command.PAUSE: State.PAUSED,
    Command.STOP: State.STOPPING,
}
_INTERRUPTED = N_(
    "The process of this run ended too early; if an epoch was complete, its best network can still be used."
)
_DAMAGED = N_("A file of this run is damaged; its best network may still be usable.")
_DAMAGED_SETTINGS = N_("The settings of this run are damaged; delete it.")

_log = logging.getLogger("digit_lab.runs")


class RunReader:
    """The runs in a folder. Threads may share a reader."""

    def __init__(self, folder: Path, launcher: Launcher) -> None:
        self._folder = folder
        self._launcher = launcher
        self._lock = threading.Lock()
        self._metrics: dict[str, MetricsReader] = {}
        self._ended: dict[str, tuple[Run, int]] = {}
        self._active: set[str] = set()

    def runs(self) -> list[Run]:
        """All runs, the newest first. A folder without run.json is not a run."""
        try:
            folders = [path for path in self._folder.iterdir() if path.name[0] != "." and (path / RUN).exists()]
        except OSError:
            return []
        found = [self._run(folder) for folder in folders]
        self._forget_all_but(folders)
        self._log_ends(found)
        places = queue_places(found)
        found = [replace(run, place=places.get(run.id)) for run in found]
        return sorted(found, key=lambda run: (run.created, run.id), reverse=True)

    def _run(self, folder: Path) -> Run:
        """The run in this folder. An ended run is read again only if its report changes."""
        with suppress(OSError):
            ended, changed = self._ended.get(folder.name), (folder / REPORT).stat().st_mtime_ns
            if ended is None or ended[1] != changed:
                ended = self._ended[folder.name] = (self._read(folder), changed)
            return ended[0]
        return self._read(folder)

    def _read(self, folder: Path) -> Run:
        with self._lock:
            metrics = self._metrics.setdefault(folder.name, MetricsReader(folder))
        try:
            settings = read_settings(folder)
        except ValueError:
            return Run(folder.name, folder, State.DAMAGED, None, _DAMAGED_SETTINGS, None, metrics)
        state, message = self._state(folder)
        return Run(folder.name, folder, state, settings, message, None, metrics, _changed(folder / PROCESS))

    def _state(self, folder: Path) -> tuple[State, str]:
        """The state, and the message in English or ""."""
        try:
            report = read_report(folder)
            process = read_json(folder / PROCESS)
        except ValueError:
            return State.DAMAGED, _DAMAGED
        if report is not None:
            return _end(report)
        command = read_command(folder)
        if process is None:
            return _state_without_process(folder, command)
        if not self._launcher.is_alive(process):
            with suppress(ValueError):  # the process may have ended after the report was read
                report = read_report(folder)
            return _end(report) if report is not None else (State.INTERRUPTED, _INTERRUPTED)
        return _STATES[command], ""

    def _forget_all_but(self, folders: list[Path]) -> None:
        names = {folder.name for folder in folders}
        with self._lock:
            for name in self._metrics.keys() - names:
                del self._metrics[name]
                self._ended.pop(name, None)

    def _log_ends(self, runs: list[Run]) -> None:
        """Log each run that has ended since the last call."""
        with self._lock:
            for run in runs:
                if run.state.active:
                    self._active.add(run.id)
                elif run.id in self._active:
                    self._active.remove(run.id)
                    level = logging.INFO if run.state in (State.FINISHED, State.STOPPED) else logging.WARNING
                    _log.log(level, "run %s: %s", run.id, " ".join([run.state, run.stored_message]).strip())


def _end(report: dict[str, Any]) -> tuple[State, str]:
    return _OUTCOMES[report["outcome"]], report["message"]


def _state_without_process(folder: Path, command: Command) -> tuple[State, str]:
    if command is Command.WAIT:
        return State.WAITING, ""
    if time.time() - _changed(folder / CONTROL) < LAUNCH_SECONDS:
        return State.RUNNING, ""
    return State.INTERRUPTED, _INTERRUPTED


def _changed(path: Path) -> float:
    """When the file was last changed, in seconds since 1970; 0 if it is missing."""
    with suppress(OSError):
        return path.stat().st_mtime
    return 0.0
