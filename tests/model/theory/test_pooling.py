"""Pooling against a plain loop and PyTorch's layers, and maps that move."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from model.network.layers import output_size
from model.theory.pooling import (
    PoolingKind,
    grown_and_shrunk,
    is_equivariant,
    map_change,
    pool,
    uncovered_count,
    window_at,
)
from model.training.evaluation import shift_images

KINDS = st.sampled_from(["max", "average"])
SIZES = st.integers(1, 5)


def numbers(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@given(KINDS, SIZES, SIZES, st.integers(5, 12), st.integers(5, 12))
def test_each_number_is_the_largest_or_the_mean_of_its_window(
    kind: PoolingKind, window: int, stride: int, height: int, width: int
) -> None:
    maps = numbers(2, height, width)
    pooled = pool(maps, kind, window, stride)
    assert pooled.shape == (2, output_size(height, window, stride), output_size(width, window, stride))
    for channel in range(2):
        for row in range(pooled.shape[1]):
            for column in range(pooled.shape[2]):
                seen = window_at(maps[channel], window, stride, row, column)
                assert seen.shape == (window, window)
                expected = seen.max() if kind == "max" else seen.mean()
                assert float(pooled[channel, row, column]) == pytest.approx(float(expected), abs=1e-6)


@pytest.mark.parametrize(("kind", "layer"), [("max", nn.MaxPool2d(2)), ("average", nn.AvgPool2d(2))])
def test_it_is_the_pooling_of_the_network(kind: PoolingKind, layer: nn.Module) -> None:
    maps = numbers(1, 3, 13, 13)
    assert torch.equal(pool(maps, kind, 2, 2), layer(maps))


@given(st.integers(1, 30), SIZES, SIZES)
def test_the_last_rows_may_fill_no_window(side: int, window: int, stride: int) -> None:
    if window > side:
        return
    left = uncovered_count(side, window, stride)
    assert 0 <= left < stride
    bright = torch.zeros(1, side, side)
    bright[..., side - left :] = 1
    assert not pool(bright, "max", window, stride).any()


@pytest.mark.parametrize(("window", "stride"), [(0, 1), (2, 0), (-1, 1), (9, 1)])
def test_an_impossible_pooling_is_refused(window: int, stride: int) -> None:
    with pytest.raises(ValueError, match=r"at least|fit"):
        pool(torch.zeros(8, 8), "max", window, stride)


def test_a_moved_picture_loses_what_leaves_it() -> None:
    picture = torch.arange(9.0).reshape(3, 3)
    assert shift_images(picture, 1, 0).tolist() == [[0, 0, 1], [0, 3, 4], [0, 6, 7]]
    assert shift_images(picture, -1, 0).tolist() == [[1, 2, 0], [4, 5, 0], [7, 8, 0]]
    assert shift_images(picture, 0, 1).tolist() == [[0, 0, 0], [0, 1, 2], [3, 4, 5]]
    assert shift_images(picture, 0, -1).tolist() == [[3, 4, 5], [6, 7, 8], [0, 0, 0]]
    assert not shift_images(picture, 3, 0).any()


def test_a_change_counts_the_visible_differences() -> None:
    before = torch.tensor([1.0, 2.0, 3.0, 10.0])
    found = map_change(before, torch.tensor([1.0, 2.05, 5.0, 10.0]))  # 0.05 is less than a hundredth of ten
    assert found.share == pytest.approx(0.25)
    assert found.mean == pytest.approx(2.05 / 4)
    assert found.relative == pytest.approx(2.05 / 16)


def test_grown_and_shrunk_numbers_are_counted() -> None:
    assert grown_and_shrunk(torch.tensor([1.0, 2, 3, 4]), torch.tensor([2.0, 3, 1, 4.01])) == (2, 1)


def test_equal_maps_have_no_change() -> None:
    for values in (numbers(4, 4), torch.zeros(4, 4)):
        found = map_change(values, values.clone())
        assert (found.share, found.mean, found.relative) == (0, 0, 0)
    assert map_change(torch.zeros(2, 2), torch.ones(2, 2)).share == 1


@given(KINDS, st.integers(2, 4), st.integers(1, 4), st.integers(1, 4))
def test_pooling_is_equivariant_for_multiples_of_the_stride_only(
    kind: PoolingKind, window: int, stride: int, pixels: int
) -> None:
    assert is_equivariant(numbers(20, 20), kind, window, stride, pixels) == (pixels % stride == 0)


def test_pooling_of_equal_numbers_is_equivariant() -> None:
    assert is_equivariant(torch.zeros(6, 6), "max", 2, 2, 1)
