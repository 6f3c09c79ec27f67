"""Keeps the garbage collections of Streamlit short."""

from __future__ import annotations

import atexit
import gc
import sys

_modules = 0
atexit.register(gc.unfreeze)  # modules free their objects at the end of the process


def freeze_modules() -> None:
    """Exclude the objects of imported modules from garbage collection; call it at the end of a run.

    Streamlit collects all garbage after every run. With PyTorch, pandas and scikit-learn loaded, that visits 300,000
    objects that never become garbage: 100 ms for every stroke of every student, and all threads wait meanwhile.
    """
    global _modules  # noqa: PLW0603 - there is one garbage collector per process
    if len(sys.modules) == _modules:
        return
    _modules = len(sys.modules)
    gc.collect()
    gc.freeze()
