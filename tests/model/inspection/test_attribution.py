"""The four attribution methods against plain PyTorch, on random networks of every shape."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from model.data.datasets import DataSet
from model.inspection.attribution import METHODS, PATCH, Method, enlargement_error, explain, methods_for
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.recognizer import Recognizer
from tests.conftest import assert_one_sentence, model_configs
from tests.model.inspection.helpers import FULL, as_batch, assert_unchanged, frozen_network, random_image, state_of
from tests.networks import random_batch

SOME = settings(max_examples=12)
DIGIT = st.integers(0, 9)


def evidence(network: DigitCNN, pixels: Tensor, target: int, versus: int | None) -> Tensor:
    logits: Tensor = network(pixels)
    return logits[:, target] - (0 if versus is None else logits[:, versus])


def contrasts() -> st.SearchStrategy[tuple[int, int | None]]:
    return st.tuples(DIGIT, st.none() | DIGIT).filter(lambda pair: pair[0] != pair[1])


@SOME
@given(model_configs(), contrasts(), st.integers(0, 99))
def test_saliency_is_the_size_of_the_gradient(config: ModelConfig, pair: tuple[int, int | None], seed: int) -> None:
    network, image = frozen_network(config, seed), random_batch(1, seed)[0, 0].numpy()
    # Noise has no equal pixels: the gradient of max pooling may go to any of several equal ones.
    pixels = as_batch(image).requires_grad_()
    (gradient,) = torch.autograd.grad(evidence(network, pixels, *pair).sum(), pixels)
    found = explain(network, image, pair[0], "saliency", pair[1])
    np.testing.assert_allclose(found.values, gradient[0, 0].abs().numpy(), rtol=1e-4, atol=1e-6)
    assert not found.signed
    assert found.values.dtype == np.float32


@SOME
@given(model_configs(), contrasts(), st.integers(0, 99))
def test_the_sum_of_integrated_gradients_is_the_rise_of_the_logit(
    config: ModelConfig, pair: tuple[int, int | None], seed: int
) -> None:
    network, image = frozen_network(config, seed), random_image(seed)
    found = explain(network, image, pair[0], "integrated gradients", pair[1])
    pixels = as_batch(image)
    rise = float(evidence(network, pixels, *pair) - evidence(network, torch.zeros_like(pixels), *pair))
    total = float(found.values.astype(np.float64).sum())
    assert total == pytest.approx(rise, abs=0.02 * float(np.abs(found.values).sum()) + 1e-4)
    assert found.delta == pytest.approx(total - rise, abs=1e-4)
    assert not found.values[image == 0].any()  # black pixels do not change on the way from black


def test_there_are_enough_steps_for_the_shipped_network(digits: DataSet) -> None:
    network = Recognizer.load().network
    for image in (digits.test.images[:10, 0].numpy() / 255).astype(np.float32):
        found = explain(network, image, int(network(as_batch(image)).argmax()), "integrated gradients")
        assert found.delta is not None
        assert abs(found.delta) < 0.015 * np.abs(found.values).sum()


@SOME
@given(model_configs(), st.permutations(range(10)), st.integers(0, 99))
def test_the_contrast_of_integrated_gradients_is_one_map_minus_the_other(
    config: ModelConfig, order: list[int], seed: int
) -> None:
    network, image = frozen_network(config, seed), random_image(seed)
    target, versus = order[:2]
    alone = [explain(network, image, digit, "integrated gradients").values for digit in (target, versus)]
    both = explain(network, image, target, "integrated gradients", versus).values
    np.testing.assert_allclose(both, alone[0] - alone[1], rtol=1e-3, atol=1e-5)


@settings(max_examples=10)
@given(model_configs(), contrasts(), st.integers(0, 99))
def test_occlusion_is_the_mean_fall_of_the_logit_over_all_squares(
    config: ModelConfig, pair: tuple[int, int | None], seed: int
) -> None:
    network, image = frozen_network(config, seed), random_image(seed)
    places = [(y, x) for y in range(28 - PATCH + 1) for x in range(28 - PATCH + 1)]
    covered = as_batch(image).repeat(len(places), 1, 1, 1)
    for row, (y, x) in enumerate(places):
        covered[row, :, y : y + PATCH, x : x + PATCH] = 0
    losses = (evidence(network, as_batch(image), *pair) - evidence(network, covered, *pair)).numpy()
    total, count = np.zeros((28, 28)), np.zeros((28, 28))
    for loss, (y, x) in zip(losses, places, strict=True):
        total[y : y + PATCH, x : x + PATCH] += loss
        count[y : y + PATCH, x : x + PATCH] += 1
    found = explain(network, image, pair[0], "occlusion", pair[1])
    np.testing.assert_allclose(found.values, total / count, rtol=1e-3, atol=2e-5)


def test_a_dense_network_has_no_grad_cam_and_all_other_maps() -> None:
    dense = ModelConfig(filters=(), dense_units=6)
    network, image = frozen_network(dense), random_image(0)
    assert methods_for(dense) == tuple(method for method in METHODS if method != "grad-cam")
    with pytest.raises(ValueError, match="no") as caught:
        explain(network, image, 3, "grad-cam")
    assert_one_sentence(caught.value)
    for method in methods_for(dense):
        assert explain(network, image, 3, method).values.shape == (28, 28)


@SOME
@given(model_configs(fewest_layers=1), contrasts(), st.integers(0, 99))
def test_grad_cam_is_its_formula(config: ModelConfig, pair: tuple[int, int | None], seed: int) -> None:
    network, image = frozen_network(config, seed), random_image(seed)
    maps = as_batch(image)
    for block in network.blocks:
        maps = block(maps)
    maps.requires_grad_()
    logits = network.from_block(maps, len(network.blocks))[0]
    wanted = logits[pair[0]] - (0 if pair[1] is None else logits[pair[1]])
    (gradient,) = torch.autograd.grad(wanted, maps)
    coarse = (gradient.mean((2, 3), keepdim=True) * maps).sum(1, keepdim=True).detach()
    if pair[1] is None:
        coarse = coarse.clamp(min=0)
    found = explain(network, image, pair[0], "grad-cam", pair[1])
    assert found.coarse is not None
    np.testing.assert_allclose(found.coarse, coarse[0, 0].numpy(), rtol=1e-3, atol=1e-5)
    expected = F.interpolate(coarse, (28, 28), mode="bilinear", align_corners=False)[0, 0].numpy()
    np.testing.assert_allclose(found.values, expected, rtol=1e-3, atol=1e-5)
    assert found.signed is (pair[1] is not None)


def test_the_network_is_not_changed_in_either_mode() -> None:
    network, image = frozen_network(FULL), random_image()
    expected = {method: explain(network, image, 4, method, 9).values for method in METHODS}
    network.train().requires_grad_(True)
    before = state_of(network)
    for method in METHODS:
        found = explain(network, image, 4, method, 9).values
        np.testing.assert_allclose(found, expected[method], rtol=1e-5, atol=1e-7)
    assert_unchanged(network, before)


@pytest.mark.parametrize("method", METHODS)
def test_the_network_is_not_changed_if_a_method_fails_midway(method: Method, monkeypatch: pytest.MonkeyPatch) -> None:
    network, image = frozen_network(FULL), random_image()
    before = state_of(network)
    real, calls = nn.Linear.forward, []

    def fail_late(layer: nn.Linear, x: Tensor) -> Tensor:
        calls.append(len(x))
        if layer.out_features == 10 and (method != "occlusion" or len(calls) > 4):
            raise MemoryError("not enough memory")
        return real(layer, x)

    monkeypatch.setattr(nn.Linear, "forward", fail_late)
    with pytest.raises(MemoryError):
        explain(network, image, 4, method)
    assert calls
    assert_unchanged(network, before)


def test_many_threads_may_explain_one_network_at_once() -> None:
    network = frozen_network(ModelConfig(filters=(8, 16), dense_units=32))
    jobs = [
        (random_image(seed), seed % 10, METHODS[seed % 4], None if seed % 3 else (seed + 1) % 10) for seed in range(16)
    ]
    alone = [explain(network, *job).values for job in jobs]
    before = state_of(network)
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda job: explain(network, *job).values, jobs))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)  # another thread may round differently
    assert_unchanged(network, before)


def test_the_picture_is_not_changed_and_may_be_read_only() -> None:
    network, image = frozen_network(FULL), random_image()
    image.setflags(write=False)
    kept = image.copy()
    for method in METHODS:
        explain(network, image, 1, method)
    np.testing.assert_array_equal(image, kept)


def test_wrong_arguments_are_refused() -> None:
    network, image = frozen_network(FULL), random_image()
    refused: list[tuple[Any, ...]] = [
        (np.zeros((27, 28), np.float32), 1, "saliency"),
        (image, 10, "saliency"),
        (image, 1, "saliency", -1),
        (image, 3, "saliency", 3),
        (image, 3, "tea leaves"),
    ]
    for arguments in refused:
        with pytest.raises(ValueError, match=r"\.$") as caught:
            explain(network, *arguments)
        assert_one_sentence(caught.value)


def test_the_enlargement_error_of_grad_cam() -> None:
    # Of the default network's 3x3 fields the last sees pixels 8 to 25; enlarged, it lies around pixel 23.3.
    assert enlargement_error(ModelConfig()) == pytest.approx(28 * 2.5 / 3 - 17)
    # One 1x1 kernel keeps every pixel where it is.
    assert enlargement_error(ModelConfig(filters=(4,), kernel_size=(1,), pooling="none", dense_units=8)) == 0
