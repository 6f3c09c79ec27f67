"""Processes that outlive the app, told apart from others that later get the same number."""

from __future__ import annotations

import contextlib
import socket
from typing import Any

import psutil

_SAME_SECONDS = 2.0
"""How far the start of one process may seem to move when the clock is set."""

_NICE = 10
"""Unix: a tenth of the processor time that an ordinary program gets beside it."""


def this_process() -> dict[str, Any]:
    """The record of the calling process, for `is_alive`."""
    return record_of(psutil.Process().pid)


def record_of(pid: int) -> dict[str, Any]:
    """What tells this process from every other: number, start in seconds since 1970, machine."""
    created = 0.0
    with contextlib.suppress(psutil.Error):  # it is over already
        created = psutil.Process(pid).create_time()
    return {"pid": pid, "created": created, "host": socket.gethostname()}


def is_alive(record: dict[str, Any]) -> bool:
    """Whether the process still runs; one on another machine, or a record that is none, counts as dead."""
    pid, created = record.get("pid"), record.get("created")
    if record.get("host") != socket.gethostname() or not isinstance(pid, int) or not isinstance(created, int | float):
        return False
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - created) < _SAME_SECONDS
        return bool(same and process.status() != psutil.STATUS_ZOMBIE)
    except (psutil.Error, ValueError, OverflowError):
        return False


def lower_priority(pid: int) -> None:
    """Let every other program go first: a run must not be felt by those who draw."""
    with contextlib.suppress(psutil.Error, OSError):
        psutil.Process(pid).nice(getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", _NICE))
