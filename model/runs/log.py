"""The log of a run, log.txt: everything that its process writes to stdout and stderr, of limited size."""

from __future__ import annotations

import faulthandler
import os
import sys
from contextlib import suppress
from pathlib import Path

from model.runs.folder import LOG

MAX_LOG_BYTES = 2**20
"""A longer log is cut to its last half. The lines of 300 epochs take 25 kB."""


def redirect_output(folder: Path) -> None:
    """Send the stdout and stderr of this process to the run's log.txt, and a traceback too where Python crashes.

    The two file descriptors themselves are replaced, so output of C libraries is kept as well. Raises OSError.
    """
    log = os.open(folder / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        os.dup2(log, stream.fileno())
    os.close(log)
    faulthandler.enable()


def limit_log(folder: Path) -> None:
    """Cut a log that is longer than MAX_LOG_BYTES to its last half.

    The process that writes the log can continue, because it appends. If the log cannot be cut, it stays unchanged.
    """
    with suppress(OSError), (folder / LOG).open("r+b") as file:
        if file.seek(0, os.SEEK_END) <= MAX_LOG_BYTES:
            return
        file.seek(-MAX_LOG_BYTES // 2, os.SEEK_END)
        last_half = file.read()
        file.seek(0)
        file.write(b"(The start of this log was cut.)\n" + last_half)
        file.truncate()
