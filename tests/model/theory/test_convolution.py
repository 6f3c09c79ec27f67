"""Convolution against PyTorch, numpy and the closed forms of mathematics."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from model.network.config import ModelConfig
from model.theory import convolution as theory
from model.theory.convolution import (
    CURVES,
    KERNELS,
    STEP,
    convolve,
    curve,
    fresh_layer,
    kernel,
    learned_filter,
    output_size,
    parameter_count,
    shifts,
    slide,
)
from tests.model.inspection.test_activations import random_network

T = shifts()


def closed(one: str, other: str) -> np.ndarray:
    return convolve(curve(one), curve(other))


def test_two_boxes_make_a_triangle() -> None:
    np.testing.assert_allclose(closed("box", "box"), np.maximum(0, 1 - np.abs(T)), atol=1e-9)


def test_two_gaussians_make_a_wider_one() -> None:
    np.testing.assert_allclose(closed("gaussian", "gaussian"), np.exp(-np.pi * T**2 / 2) / math.sqrt(2), atol=1e-9)


def test_two_decays_and_a_decay_after_a_box() -> None:
    np.testing.assert_allclose(closed("decay", "decay"), np.where(T > 0, T * np.exp(-T), 0), atol=1e-4)
    since = np.clip(T + 0.5, 0, None), np.clip(T - 0.5, 0, None)
    np.testing.assert_allclose(closed("box", "decay"), np.exp(-since[1]) - np.exp(-since[0]), atol=1e-4)
    assert closed("decay", "box")[T < -0.51].max() == pytest.approx(0, abs=1e-12)  # not the other way round


@pytest.mark.parametrize("f", CURVES)
@pytest.mark.parametrize("g", CURVES)
def test_convolution_is_what_torch_computes_with_a_flipped_curve(f: str, g: str) -> None:
    x, weight = (torch.from_numpy(curve(name).copy())[None, None] for name in (f, g))
    whole = F.conv1d(x, weight.flip(2), padding=len(curve(g)) - 1)[0, 0].numpy() * STEP
    middle = len(whole) // 2
    travel = len(T) // 2
    np.testing.assert_allclose(closed(f, g), whole[middle - travel : middle + travel + 1], atol=1e-10)
    np.testing.assert_allclose(closed(f, g), closed(g, f), atol=1e-12)


def test_curves_have_area_one_but_for_the_sine() -> None:
    areas = {name: curve(name).sum() * STEP for name in CURVES}
    assert areas.pop("sine") == pytest.approx(0, abs=1e-9)
    assert areas.pop("decay") == pytest.approx(1 - math.exp(-theory.REACH), abs=1e-3)
    assert list(areas.values()) == pytest.approx([1] * len(areas), abs=2e-3)


def test_curves_of_other_samples_are_refused() -> None:
    with pytest.raises(ValueError, match="500 samples"):
        convolve(curve("box"), curve("box")[:-1])


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


def test_a_flipped_kernel_is_a_convolution_in_the_sense_of_mathematics() -> None:
    random = np.random.default_rng(0)
    row, weights = random.normal(size=(1, 20)), random.normal(size=(1, 5))
    found = F.conv2d(torch.from_numpy(row)[None, None], torch.from_numpy(theory.flip(weights))[None, None])[0, 0, 0]
    np.testing.assert_allclose(found, np.convolve(row[0], weights[0], "valid"), atol=1e-12)
    image, weights = random.normal(size=(9, 9)), random.normal(size=(3, 3))
    swapped = slide(image[::-1, ::-1].copy(), weights)[::-1, ::-1]  # turning the picture instead is the same
    np.testing.assert_allclose(slide(image, theory.flip(weights)), swapped, atol=1e-12)


@given(size=st.integers(1, 60), side=st.integers(1, 9), stride=st.integers(1, 6), padding=st.integers(0, 5))
@settings(max_examples=80, deadline=None)
def test_output_size_is_that_of_torch(size: int, side: int, stride: int, padding: int) -> None:
    if side > size + 2 * padding:
        with pytest.raises(ValueError, match="does not fit"):
            output_size(size, side, stride, padding)
        return
    layer = F.conv2d(torch.zeros(1, 1, side, size), torch.zeros(1, 1, 1, side), stride=stride, padding=(0, padding))
    assert output_size(size, side, stride, padding) == layer.shape[3]


@pytest.mark.parametrize("wrong", [(0, 3, 1, 0), (28, 0, 1, 0), (28, 3, 0, 0), (28, 3, 1, -1)])
def test_sizes_that_make_no_sense_are_refused(wrong: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="at least"):
        output_size(*wrong)


@pytest.mark.parametrize("size", [3, 5])
def test_kernels_do_what_they_are_called(size: int) -> None:
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


@pytest.mark.parametrize("size", [3, 5])
@pytest.mark.parametrize("name", KERNELS)
def test_the_sum_is_the_answer_to_a_flat_area(name: str, size: int) -> None:
    found = kernel(name, size)
    assert theory.total(found) == pytest.approx(slide(np.ones((size, size)), found)[0, 0], abs=1e-12)
    expected = 0 if name in ("vertical", "horizontal", "rising", "falling", "laplacian") else 1
    assert theory.total(found) == pytest.approx(expected, abs=1e-12)
    assert theory.kernel_name(found) == name
    found[0, 0] += 0.5
    assert theory.kernel_name(found) is None


def test_what_rounding_leaves_of_a_sum_is_nothing() -> None:
    assert theory.total(np.array([[0.1, 0.2, -0.3]])) == 0.0
    assert theory.total(np.array([[1e-6]])) == 1e-6


@pytest.mark.parametrize("size", [3, 5])
def test_symmetry_says_what_flipping_does(size: int) -> None:
    image = np.random.default_rng(1).normal(size=(9, 9))
    found = {theory.symmetry(kernel(name, size)) for name in KERNELS}
    assert found == {"same", "opposite", "other"}
    for name in KERNELS:
        numbers = kernel(name, size)
        plain, flipped = slide(image, numbers), slide(image, theory.flip(numbers))
        same, opposite = np.allclose(plain, flipped), np.allclose(plain, -flipped)
        assert theory.symmetry(numbers) == ("same" if same else "opposite" if opposite else "other")
    assert theory.symmetry(np.zeros((3, 3))) == "same"


@pytest.mark.parametrize(("size", "before", "after"), [(1, 1, 1), (3, 1, 32), (3, 32, 64), (5, 7, 3), (7, 128, 128)])
def test_parameters_are_those_of_torch(size: int, before: int, after: int) -> None:
    layer = nn.Conv2d(before, after, size)
    assert parameter_count(size, before, after) == sum(parameter.numel() for parameter in layer.parameters())
    picture = np.random.default_rng(0).random((28, 28)).astype(np.float32)
    assert fresh_layer(picture, size, before, after, 1).parameters == parameter_count(size, before, after)


def test_a_fresh_layer_is_one_of_torch_and_its_parts_add_up() -> None:
    picture = np.random.default_rng(0).random((28, 28)).astype(np.float32)
    state = torch.random.get_rng_state()
    found = fresh_layer(picture, 5, 12, 6, 4)
    assert torch.equal(state, torch.random.get_rng_state())  # nobody else's random numbers are touched
    torch.manual_seed(theory.SEED)
    layer = nn.Conv2d(12, 6, 5)
    assert torch.equal(found.weights, layer.weight)
    assert torch.equal(found.bias, layer.bias)
    assert found.inputs.shape == (12, 28, 28)
    assert found.parts.shape == (4, 12, 24, 24)
    torch.testing.assert_close(found.outputs, layer(found.inputs[None])[0, :4].detach())
    torch.testing.assert_close(found.parts.sum(1) + found.bias[:4, None, None], found.outputs)
    first = F.conv2d(found.inputs[None, 2:3], layer.weight[1:2, 2:3])[0, 0].detach()
    torch.testing.assert_close(found.parts[1, 2], first)
    assert torch.equal(found.inputs[9], found.inputs[0])  # the kernels come round again
    alone = fresh_layer(picture, 3, 1, 2, 2)
    assert torch.equal(alone.inputs[0], torch.from_numpy(picture))


ODD = {
    "plain": ModelConfig(),
    "soft": ModelConfig(filters=(5, 7), kernel_size=(1, 4), pooling="average", batch_norm=True, dropout=0.5),
    "deep": ModelConfig(filters=(3, 2, 4, 1), pooling="none", activation="tanh"),
}


@pytest.mark.parametrize("name", ODD)
def test_a_learned_filter_gives_what_the_network_gives(name: str) -> None:
    config = ODD[name]
    network = random_network(config)
    image = torch.rand(28, 28, generator=torch.Generator().manual_seed(4))
    with torch.inference_mode():
        stages = {key: value[0] for key, value in network.stages(image[None, None])}
    for block, filters in enumerate(config.filters):
        expected = stages[f"norm{block + 1}" if config.batch_norm else f"conv{block + 1}"]
        channels = (1, *config.filters)[block]
        for source in {0, channels - 1}:
            found = learned_filter(network, block, filters - 1, source, image)
            torch.testing.assert_close(found.output, expected[filters - 1], atol=1e-5, rtol=1e-5)
            part = F.conv2d(found.source[None, None], found.kernel[None, None])[0, 0]
            rest = torch.zeros_like(part) if found.others is None else found.others
            torch.testing.assert_close(part + rest + found.bias, found.output, atol=1e-5, rtol=1e-5)
            assert (found.others is None) == (channels == 1)
