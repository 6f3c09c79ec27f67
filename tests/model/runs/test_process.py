"""Records of processes: is the process of a record still alive?"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from model.runs.launchers import LocalLauncher
from model.runs.process import is_alive, record_of


def test_a_later_process_with_the_same_number_is_another_one() -> None:
    record = record_of(os.getpid())
    assert is_alive(record)
    assert not is_alive({**record, "created": record["created"] - 60})
    assert not is_alive({**record, "host": "another machine"})
    assert not is_alive({**record, "pid": 2**22 + 1})


@pytest.mark.parametrize(
    "spoil",
    [
        lambda record: {},
        lambda record: {**record, "pid": "1"},
        lambda record: {**record, "pid": -1},
        lambda record: {**record, "pid": 10**30},
        lambda record: {**record, "created": None},
        lambda record: {**record, "created": 10**400},
        lambda record: {**record, "created": float("nan")},
    ],
)
def test_a_damaged_record_is_not_alive(spoil: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    record = spoil(record_of(os.getpid()))
    assert not is_alive(record)
    assert not LocalLauncher(1).is_alive(record)
