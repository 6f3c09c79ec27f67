"""The division of a training set into batches."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from model.data.batches import batches, steps_per_epoch


@given(st.integers(1, 3000), st.integers(2, 600))
def test_each_picture_is_in_one_batch_and_no_batch_is_a_single_picture(count: int, size: int) -> None:
    order = torch.arange(count).flip(0)
    parts = batches(order, size)
    assert torch.equal(torch.cat(parts), order)
    assert all(len(part) == size for part in parts[:-1])
    assert count == 1 or len(parts[-1]) > 1
    assert len(parts) == steps_per_epoch(count, size)


@pytest.mark.parametrize(
    ("count", "size", "steps"), [(128, 64, 2), (129, 64, 2), (130, 64, 3), (100, 4096, 1), (1, 8, 1), (60_000, 64, 938)]
)
def test_the_steps_of_an_epoch(count: int, size: int, steps: int) -> None:
    assert steps_per_epoch(count, size) == steps
