"""Objects of imported modules are excluded from garbage collection; garbage is still collected."""

from __future__ import annotations

import gc
import sys
import types
import weakref
from collections.abc import Iterator

import pytest

from ui.shared import garbage_collection as memory


class Node:
    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_a_collection_skips_the_objects_of_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_modules", 0)
    memory.freeze_modules()
    assert gc.get_freeze_count() > 10_000
    assert len(gc.get_objects()) < gc.get_freeze_count()


def test_modules_are_frozen_again_only_when_more_are_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    memory.freeze_modules()
    gc.unfreeze()
    memory.freeze_modules()
    assert gc.get_freeze_count() == 0
    monkeypatch.setitem(sys.modules, "loaded_later", types.ModuleType("loaded_later"))
    memory.freeze_modules()
    assert gc.get_freeze_count() > 0


def test_later_garbage_is_still_collected() -> None:
    memory.freeze_modules()
    node = Node()
    gone = weakref.ref(node)
    del node
    gc.collect()
    assert gone() is None
