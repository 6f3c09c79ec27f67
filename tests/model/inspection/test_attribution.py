"""The four maps against plain PyTorch, on random networks of every shape, which stay as they are."""

from __future__ import annotations

import subprocess
import sys
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
from model.data.preprocess import Float
from model.inspection.attribution import METHODS, PATCH, Method, enlargement_error, explain, methods_for, private_copy
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.recognizer import Recognizer
from tests.conftest import ROOT, assert_one_sentence, model_configs

SOME = settings(max_examples=20)
DIGIT = st.integers(0, 9)


def random_network(config: ModelConfig, seed: int = 0) -> DigitCNN:
    """Untrained, in evaluation mode, with statistics in its batch norms as training leaves them."""
    generator = torch.Generator().manual_seed(seed)
    network = DigitCNN(config).eval().requires_grad_(False)
    for parameter in network.parameters():
        parameter.copy_(torch.randn(parameter.shape, generator=generator) * parameter[0].numel() ** -0.5)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            assert module.running_mean is not None
            assert module.running_var is not None
            module.running_mean.copy_(torch.randn(module.running_mean.shape, generator=generator) * 0.1)
            module.running_var.copy_(torch.rand(module.running_var.shape, generator=generator) + 0.5)
    return network


def random_image(seed: int = 0) -> Float:
    """Smooth blobs with black around them, as a digit is."""
    noise = torch.randn(1, 1, 7, 7, generator=torch.Generator().manual_seed(seed))
    image = F.interpolate(noise, (28, 28), mode="bicubic").clamp(0, 1)
    return image[0, 0].numpy()


def evidence(network: DigitCNN, pixels: Tensor, target: int, versus: int | None) -> Tensor:
    logits: Tensor = network(pixels)
    return logits[:, target] - (0 if versus is None else logits[:, versus])


def tensor(image: Float) -> Tensor:
    return torch.from_numpy(image)[None, None]


def contrasts() -> st.SearchStrategy[tuple[int, int | None]]:
    return st.tuples(DIGIT, st.none() | DIGIT).filter(lambda pair: pair[0] != pair[1])


@SOME
@given(model_configs(), contrasts(), st.integers(0, 99))
def test_saliency_is_the_size_of_the_gradient(config: ModelConfig, pair: tuple[int, int | None], seed: int) -> None:
    network, image = random_network(config, seed), random_image(seed)
    pixels = tensor(image).requires_grad_()
    (gradient,) = torch.autograd.grad(evidence(network, pixels, *pair).sum(), pixels)
    found = explain(network, image, pair[0], "saliency", pair[1])
    np.testing.assert_allclose(found.values, gradient[0, 0].abs().numpy(), rtol=1e-4, atol=1e-6)
    assert not found.signed
    assert found.values.dtype == np.float32


@SOME
@given(model_configs(), contrasts(), st.integers(0, 99))
def test_integrated_gradients_share_out_the_rise_of_the_logit(
    config: ModelConfig, pair: tuple[int, int | None], seed: int
) -> None:
    network, image = random_network(config, seed), random_image(seed)
    found = explain(network, image, pair[0], "integrated gradients", pair[1])
    pixels = tensor(image)
    rise = float(evidence(network, pixels, *pair) - evidence(network, torch.zeros_like(pixels), *pair))
    total = float(found.values.astype(np.float64).sum())
    assert total == pytest.approx(rise, abs=0.02 * float(np.abs(found.values).sum()) + 1e-4)
    assert found.delta == pytest.approx(total - rise, abs=1e-4)
    assert not found.values[image == 0].any()  # black pixels do not change on the way from black


def test_the_steps_suffice_for_the_shipped_network(digits: DataSet) -> None:
    network = Recognizer.load().network
    for image in (digits.test.images[:10, 0].numpy() / 255).astype(np.float32):
        found = explain(network, image, int(network(tensor(image)).argmax()), "integrated gradients")
        assert found.delta is not None
        assert abs(found.delta) < 0.015 * np.abs(found.values).sum()


@SOME
@given(model_configs(), st.permutations(range(10)), st.integers(0, 99))
def test_the_contrast_of_integrated_gradients_is_one_map_minus_the_other(
    config: ModelConfig, order: list[int], seed: int
) -> None:
    network, image = random_network(config, seed), random_image(seed)
    target, versus = order[:2]
    alone = [explain(network, image, digit, "integrated gradients").values for digit in (target, versus)]
    both = explain(network, image, target, "integrated gradients", versus).values
    np.testing.assert_allclose(both, alone[0] - alone[1], rtol=1e-3, atol=1e-5)


@settings(max_examples=10)
@given(model_configs(), contrasts(), st.integers(0, 99))
def test_occlusion_is_what_replacing_every_patch_costs(
    config: ModelConfig, pair: tuple[int, int | None], seed: int
) -> None:
    network, image = random_network(config, seed), random_image(seed)
    places = [(y, x) for y in range(28 - PATCH + 1) for x in range(28 - PATCH + 1)]
    covered = tensor(image).repeat(len(places), 1, 1, 1)
    for row, (y, x) in enumerate(places):
        covered[row, :, y : y + PATCH, x : x + PATCH] = 0
    losses = (evidence(network, tensor(image), *pair) - evidence(network, covered, *pair)).numpy()
    total, count = np.zeros((28, 28)), np.zeros((28, 28))
    for loss, (y, x) in zip(losses, places, strict=True):
        total[y : y + PATCH, x : x + PATCH] += loss
        count[y : y + PATCH, x : x + PATCH] += 1
    found = explain(network, image, pair[0], "occlusion", pair[1])
    np.testing.assert_allclose(found.values, total / count, rtol=1e-3, atol=2e-5)


def test_a_dense_network_has_no_grad_cam_and_all_other_maps() -> None:
    dense = ModelConfig(filters=(), dense_units=6)
    network, image = random_network(dense), random_image(0)
    assert methods_for(dense) == tuple(method for method in METHODS if method != "grad-cam")
    with pytest.raises(ValueError, match="no") as caught:
        explain(network, image, 3, "grad-cam")
    assert_one_sentence(caught.value)
    for method in methods_for(dense):
        assert explain(network, image, 3, method).values.shape == (28, 28)


@SOME
@given(model_configs(fewest_layers=1), contrasts(), st.integers(0, 99))
def test_grad_cam_is_its_formula(config: ModelConfig, pair: tuple[int, int | None], seed: int) -> None:
    network, image = random_network(config, seed), random_image(seed)
    maps = tensor(image)
    for block in network.blocks:
        maps = block(maps)
    maps.requires_grad_()
    logits = network.output(network.activation(network.dense(maps.flatten(1))))[0]
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


def state_of(network: DigitCNN) -> list[Any]:
    """Everything that explaining could leave behind."""
    kept: list[Any] = [(name, tensor.clone()) for name, tensor in network.state_dict().items()]
    for name, module in network.named_modules():
        hooks = {key: dict(value) for key, value in vars(module).items() if key.endswith("_hooks")}
        assert len(hooks) >= 4
        kept.append((name, module.training, hooks))
    kept.extend((name, each.requires_grad, each.grad) for name, each in network.named_parameters())
    return kept


def assert_untouched(network: DigitCNN, before: list[Any]) -> None:
    for old, new in zip(before, state_of(network), strict=True):
        assert old[0] == new[0]
        if isinstance(old[1], Tensor):
            assert torch.equal(old[1], new[1]), old[0]
        else:
            assert old[1:] == new[1:], old[0]


BUSY = ModelConfig(filters=(4, 6), dense_units=8, dropout=0.5, batch_norm=True, activation="tanh", pooling="average")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("training", [False, True])
def test_the_network_stays_as_it_is(method: Method, training: bool) -> None:
    network, image = random_network(BUSY), random_image()
    calm = explain(network, image, 4, method, 9).values
    network.train(training).requires_grad_(training)
    before = state_of(network)
    np.testing.assert_array_equal(explain(network, image, 4, method, 9).values, calm)
    assert_untouched(network, before)


@pytest.mark.parametrize("method", METHODS)
def test_the_network_stays_as_it_is_when_something_fails_midway(
    method: Method, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, image = random_network(BUSY), random_image()
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
    monkeypatch.undo()
    assert_untouched(network, before)
    assert torch.is_grad_enabled()


def test_the_private_copy_answers_alike_and_shares_nothing_but_weights() -> None:
    network = random_network(BUSY)
    private = private_copy(network)
    answers = [each(tensor(random_image())) for each in (private, network)]
    torch.testing.assert_close(*answers)
    assert private.dense.weight.data_ptr() == network.dense.weight.data_ptr()
    mine, theirs = set(map(id, private.parameters())), set(map(id, network.parameters()))
    assert not mine & theirs
    assert not set(map(id, private.modules())) & set(map(id, network.modules()))
    state = torch.random.get_rng_state()
    private_copy(network)
    assert torch.equal(torch.random.get_rng_state(), state), "copying used up random numbers"


def test_many_threads_on_one_network_see_what_one_sees() -> None:
    network = random_network(ModelConfig(filters=(8, 16), dense_units=32))
    jobs = [
        (random_image(seed), seed % 10, METHODS[seed % 4], None if seed % 3 else (seed + 1) % 10) for seed in range(32)
    ]
    alone = [explain(network, *job).values for job in jobs]
    before = state_of(network)
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda job: explain(network, *job).values, jobs))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one, other)
    assert_untouched(network, before)


def test_captum_waits_until_it_is_needed_and_then_comes_by_itself() -> None:
    code = (
        "import sys, time, model.inspection.attribution as e; assert not {'captum', 'matplotlib'} & set(sys.modules); "
        "[e.prepare() for _ in range(3)]; e._captum(); assert 'captum.attr' in sys.modules; e.prepare()"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)


def test_the_picture_is_not_changed_and_may_be_read_only() -> None:
    network, image = random_network(BUSY), random_image()
    image.setflags(write=False)
    kept = image.copy()
    for method in METHODS:
        explain(network, image, 1, method)
    np.testing.assert_array_equal(image, kept)


def test_what_cannot_be_explained_is_refused() -> None:
    network, image = random_network(BUSY), random_image()
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


def test_how_far_enlarging_grad_cams_map_moves_it() -> None:
    # Of the default network's 3x3 fields the last sees pixels 8 to 25; enlarged, it lies around pixel 23.3.
    assert enlargement_error(ModelConfig()) == pytest.approx(28 * 2.5 / 3 - 17)
    # One 1x1 kernel keeps every pixel where it is.
    assert enlargement_error(ModelConfig(filters=(4,), kernel_size=(1,), pooling="none", dense_units=8)) == 0
