"""Processes that continue after the app has ended. A record identifies each of them."""

from __future__ import annotations

import contextlib
import socket
from typing import Any

import psutil

ProcessRecord = dict[str, Any]
"""JSON that identifies the process on a machine, or the job of a Ray cluster, that computes a run."""

_SAME_SECONDS = 2.0
"""The measured start time of a process can change by this much when the clock is set."""

_NICE = 10
"""Unix: beside an ordinary program, a process with this value gets a tenth of the processor time."""


def this_process() -> ProcessRecord:
    """The record of the calling process, for `is_alive`."""
    return record_of(psutil.Process().pid)


def record_of(pid: int) -> ProcessRecord:
    """The record of a process: its number, its start in seconds since 1970, and its machine.

    The start is included because the system reuses the numbers of ended processes.
    """
    created = 0.0
    with contextlib.suppress(psutil.Error):  # the process has ended
        created = psutil.Process(pid).create_time()
    return {"pid": pid, "created": created, "host": socket.gethostname()}


def is_alive(record: ProcessRecord) -> bool:
    """Whether the process still runs. False for a process of another machine and for a damaged record."""
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
    """Give the process a lower priority than other programs, so that drawing stays fast during a run."""
    with contextlib.suppress(psutil.Error, OSError):
        psutil.Process(pid).nice(getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", _NICE))
