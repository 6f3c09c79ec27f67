"""Keeps Streamlit's garbage collections short."""

from __future__ import annotations

import atexit
import gc
import sys

_modules = 0
atexit.register(gc.unfreeze)  # modules tidy up after themselves at the end


def freeze_modules() -> None:
    """Take what imported modules made out of garbage collection; call it at the end of a run.

    Streamlit collects all garbage after every run. With PyTorch, pandas and scikit-learn loaded that walks through
    300,000 objects that never become garbage: 100 ms, for every stroke of every student, in which no thread gets on.
    """
    global _modules  # noqa: PLW0603 - the garbage collector is the process's own too
    if len(sys.modules) == _modules:
        return
    _modules = len(sys.modules)
    gc.collect()
    gc.freeze()
