"""Slow work that many sessions need: it is done once, step by step, by the sessions that wait for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from typing import Generic, TypeVar

import streamlit as st

T = TypeVar("T")
_SHOWN_STEPS = 50


class SharedWork(Generic[T]):
    """A generator that is run once for all sessions. It yields the finished share, 0 to 1, and returns its result.

    Keep it in `st.cache_resource`. The sessions that wait for the result take turns at its steps, so thirty of them do
    the work once. When one of them leaves, by a click or by closing the page, the finished steps are kept.
    """

    def __init__(self, start: Callable[[], Generator[float, None, T]]) -> None:
        self._start = start
        self._running: Generator[float, None, T] | None = None
        self._lock = threading.Lock()
        self._share = 0.0
        self._result: tuple[T] | None = None

    @property
    def result(self) -> T | None:
        """The result, or None before the work is finished."""
        return self._result[0] if self._result else None

    def step(self) -> float:
        """Do the next step and return the finished share, 1 at the end.

        Raises the errors of the work; the next step then starts it again.
        """
        with self._lock:
            if self._result is None:
                try:
                    self._running = self._running or self._start()
                    self._share = next(self._running)
                except StopIteration as end:
                    self._result, self._running, self._share = (end.value,), None, 1.0
                except BaseException:
                    self._running, self._share = None, 0.0
                    raise
            return self._share

    def finish(self, text: str) -> T:
        """Do all remaining steps and return the result. A progress bar with this text shows the share."""
        bar, shown = st.empty(), -1.0
        while self._result is None:
            if abs(self._share - shown) >= 1 / _SHOWN_STEPS:
                shown = self._share
                bar.progress(shown, text)
            self.step()
        bar.empty()
        return self._result[0]
