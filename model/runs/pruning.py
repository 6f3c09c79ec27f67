"""Removes old runs, so that the runs of a class do not fill the disk."""

from __future__ import annotations

import logging
import shutil
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from model.runs.folder import RUN
from model.runs.run import Run

MAX_RUNS = 60
"""The largest number of runs. If there are more, the oldest run of the student with the most runs is removed first."""

MAX_RUNS_BYTES = 4 * 2**30
"""The disk space of all runs together."""

IN_USE_SECONDS = 24 * 3600.0
"""A run whose network was used this recently is not removed."""

_USED = "used"
_REMOVED = ".gone-"
_LEFT_OVER_SECONDS = 3600.0
_log = logging.getLogger("digit_lab.runs")


def prune(folder: Path, runs: Sequence[Run]) -> None:
    """Remove runs beyond MAX_RUNS and MAX_RUNS_BYTES, except active or used ones, and leftovers of crashes."""
    kept = list(runs)
    sizes = {run.id: _size(run.folder) for run in kept}
    owned = Counter(run.owner for run in kept)
    removable = [run for run in kept if not run.state.active and not _in_use(run.folder)]
    while removable and (len(kept) > MAX_RUNS or sum(sizes[run.id] for run in kept) > MAX_RUNS_BYTES):
        oldest = min(removable, key=lambda run: (-owned[run.owner], run.created))
        _log.info("run %s: removed to make room", oldest.id)
        remove(oldest.folder)
        owned[oldest.owner] -= 1
        removable.remove(oldest)
        kept.remove(oldest)
    for left_over in (*folder.glob(".new-*"), *folder.glob(f"{_REMOVED}*")):
        with suppress(OSError):  # another process may remove it at the same time
            if time.time() - left_over.stat().st_mtime > _LEFT_OVER_SECONDS:
                shutil.rmtree(left_over, ignore_errors=True)


def remove(folder: Path) -> None:
    """Delete the folder of a run. It is renamed first, so that no reader sees an incomplete run."""
    renamed = folder.with_name(f"{_REMOVED}{folder.name}")
    with suppress(OSError):
        folder.rename(renamed)
        shutil.rmtree(renamed, ignore_errors=True)


def mark_as_used(folder: Path) -> None:
    """Protect a run from pruning for a day."""
    with suppress(OSError):
        if (folder / RUN).exists():
            (folder / _USED).touch()


def _in_use(folder: Path) -> bool:
    with suppress(OSError):
        return time.time() - (folder / _USED).stat().st_mtime < IN_USE_SECONDS
    return False


def _size(folder: Path) -> int:
    """Bytes of all files in the folder."""
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            total += path.stat().st_size
    return total
