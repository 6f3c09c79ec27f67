"""Kernels on pictures against a plain loop, numpy and PyTorch."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from model.network.layers import output_size
from model.theory.convolution.kernels import KERNELS, flip, kernel, kernel_name, slide, symmetry, total


@settings(max_examples=60, deadline=None)
@given(
    shape=st.tuples(st.integers(5, 12), st.integers(5, 12)),
    size=st.sampled_from([1, 3, 5]),
    stride=st.integers(1, 5),
    padding=st.integers(0, 4),
    seed=st.integers(0, 99),
)
def test_sliding_is_the_sum_of_products_at_every_place(
    shape: tuple[int, int], size: int, stride: int, padding: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    image, weights = random.normal(size=shape), random.normal(size=(size, size))
    found = slide(image, weights, stride, padding)
    padded = np.pad(image, padding)
    rows, columns = (output_size(side, size, stride, padding) for side in shape)
    assert found.shape == (rows, columns)
    for row in range(rows):
        for column in range(columns):
            patch = padded[row * stride : row * stride + size, column * stride : column * stride + size]
            assert found[row, column] == pytest.approx((patch * weights).sum(), abs=1e-9)


def test_a_flipped_kernel_gives_the_mathematical_convolution() -> None:
    random = np.random.default_rng(0)
    row, weights = random.normal(size=(1, 20)), random.normal(size=(1, 5))
    found = F.conv2d(torch.from_numpy(row)[None, None], torch.from_numpy(flip(weights))[None, None])[0, 0, 0]
    np.testing.assert_allclose(found, np.convolve(row[0], weights[0], "valid"), atol=1e-12)
    image, weights = random.normal(size=(9, 9)), random.normal(size=(3, 3))
    swapped = slide(image[::-1, ::-1].copy(), weights)[::-1, ::-1]  # turning the picture instead is the same
    np.testing.assert_allclose(slide(image, flip(weights)), swapped, atol=1e-12)


@pytest.mark.parametrize("size", [3, 5])
def test_kernels_have_the_effects_of_their_names(size: int) -> None:
    ramp = np.tile(np.arange(12.0), (12, 1))  # grows to the right, so all its edges are vertical
    inner = (12 - size + 1,) * 2
    answers = {name: slide(ramp, kernel(name, size)) for name in KERNELS}
    middle = size // 2
    for same in ("identity", "mean", "blur", "sharpen"):  # a ramp is its own mean
        np.testing.assert_allclose(answers[same], ramp[middle:-middle, middle:-middle], atol=1e-12, err_msg=same)
    assert np.all(answers["vertical"] > 0)
    np.testing.assert_allclose(answers["horizontal"], np.zeros(inner), atol=1e-12)
    np.testing.assert_allclose(answers["laplacian"], np.zeros(inner), atol=1e-12)
    np.testing.assert_allclose(slide(ramp.T.copy(), kernel("horizontal", size)), answers["vertical"].T)
    row, column = np.mgrid[:12, :12].astype(float)
    assert np.abs(slide(row + column, kernel("falling", size))).max() == pytest.approx(0)  # constant along /
    assert np.all(slide(row + column, kernel("rising", size)) > 0)
    assert np.abs(slide(row - column, kernel("rising", size))).max() == pytest.approx(0)


@pytest.mark.parametrize("name", KERNELS)
def test_the_sum_is_the_result_on_a_bright_area(name: str) -> None:
    size = 5
    found = kernel(name, size)
    assert total(found) == pytest.approx(slide(np.ones((size, size)), found)[0, 0], abs=1e-12)
    expected = 0 if name in ("vertical", "horizontal", "rising", "falling", "laplacian") else 1
    assert total(found) == pytest.approx(expected, abs=1e-12)
    assert kernel_name(found) == name
    found[0, 0] += 0.5
    assert kernel_name(found) is None


def test_a_rounding_error_counts_as_zero() -> None:
    assert total(np.array([[0.1, 0.2, -0.3]])) == 0.0
    assert total(np.array([[1e-6]])) == 1e-6


@pytest.mark.parametrize("size", [3, 5])
def test_symmetry_describes_the_effect_of_flipping(size: int) -> None:
    image = np.random.default_rng(1).normal(size=(9, 9))
    found = {symmetry(kernel(name, size)) for name in KERNELS}
    assert found == {"same", "opposite", "other"}
    for name in KERNELS:
        numbers = kernel(name, size)
        plain, flipped = slide(image, numbers), slide(image, flip(numbers))
        same, opposite = np.allclose(plain, flipped), np.allclose(plain, -flipped)
        assert symmetry(numbers) == ("same" if same else "opposite" if opposite else "other")
    assert symmetry(np.zeros((3, 3))) == "same"
