"""Kernels, activations, receptive fields and the survey, against plain PyTorch on random networks."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, TypeVar

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from model.data.datasets import ImageSet, to_float
from model.inspection.activations import (
    BATCH,
    STRONGEST,
    activation_maps,
    kernels,
    layer_outputs,
    sample,
    seconds_per_picture,
    survey,
)
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from tests.conftest import model_configs

T = TypeVar("T")


def finish(work: Generator[float, None, T]) -> T:
    """The result of the work, whose progress must rise to 1."""
    shares = []
    while True:
        try:
            shares.append(next(work))
        except StopIteration as end:
            assert shares == sorted(shares)
            assert shares[-1] == 1
            return end.value


def random_network(config: ModelConfig, seed: int = 0) -> DigitCNN:
    """A network in evaluation mode; its running statistics, too, are not those of a fresh one."""
    torch.manual_seed(seed)
    network = DigitCNN(config)
    for block in network.blocks:
        if block.norm is not None:
            block.norm.running_mean.uniform_(-0.5, 0.5)
            block.norm.running_var.uniform_(0.5, 2)
            torch.nn.init.uniform_(block.norm.weight, -1.5, 1.5)
            torch.nn.init.uniform_(block.norm.bias, -0.5, 0.5)
    return network.eval().requires_grad_(False)


def random_pictures(count: int, seed: int = 0) -> ImageSet:
    generator = torch.Generator().manual_seed(seed)
    images = torch.randint(0, 256, (count, 1, 28, 28), generator=generator, dtype=torch.uint8)
    return ImageSet(images, torch.arange(count) % 10)


def state(network: DigitCNN) -> list[Any]:
    """Whatever an inspection might leave behind on a shared network."""
    return [
        [
            (
                name,
                module.training,
                len(module._forward_hooks),
                len(module._forward_pre_hooks),
                len(module._backward_hooks),
            )
            for name, module in network.named_modules()
        ],
        [(name, each.requires_grad, each.grad, each.is_inference()) for name, each in network.named_parameters()],
        [(name, each.clone().tolist(), each.stride()) for name, each in network.state_dict().items()],
    ]


def by_hand(network: DigitCNN, x: Tensor) -> dict[str, Tensor]:
    """Every convolutional layer's output from PyTorch's own modules, one after another."""
    outputs = {}
    for number, block in enumerate(network.blocks, start=1):
        for name in ("conv", "norm", "activation", "pool"):
            module = getattr(block, name)
            if module is not None:
                x = outputs[f"{name}{number}"] = module(x)
    return outputs


@given(model_configs())
def test_layer_outputs_are_those_of_the_modules_in_turn(config: ModelConfig) -> None:
    network, image = random_network(config), torch.rand(28, 28)
    outputs = layer_outputs(network, image)
    assert list(outputs) == [layer.name for layer in config.layers()]
    assert [tuple(output.shape) for output in outputs.values()] == [layer.output for layer in config.layers()]
    for name, expected in by_hand(network, image[None, None]).items():
        torch.testing.assert_close(outputs[name], expected[0])
    torch.testing.assert_close(outputs["output"], network(image[None, None])[0])


@given(model_configs())
def test_the_folded_kernel_is_the_convolution_with_its_norm(config: ModelConfig) -> None:
    network, x = random_network(config), torch.rand(2, 1, 28, 28)
    for number, block in enumerate(network.blocks):
        own = kernels(network, number)
        expected = block.conv(x) if block.norm is None else block.norm(block.conv(x))
        torch.testing.assert_close(torch.nn.functional.conv2d(x, own.weights, own.bias), expected, rtol=1e-4, atol=1e-4)
        torch.testing.assert_close(own.norms, own.weights.square().sum((1, 2, 3)).sqrt())
        x = block(x)


def test_kernels_are_a_copy() -> None:
    network = random_network(ModelConfig(filters=(2,)))
    before = state(network)
    kernels(network, 0).weights.zero_()
    assert state(network) == before


@given(model_configs(), st.integers(1, BATCH + 10))
@settings(max_examples=25)
def test_the_survey_finds_what_brute_force_finds(config: ModelConfig, count: int) -> None:
    network, pictures = random_network(config), random_pictures(count)
    found = finish(survey(network, pictures))
    assert found.count == count
    outputs = by_hand(network, to_float(pictures.images))
    for number, block in enumerate(found.blocks, start=1):
        maps = outputs[f"activation{number}"]  # (N, filters, H, W)
        maxima = maps.amax((2, 3))
        torch.testing.assert_close(block.lowest, maps.amin((0, 2, 3)), rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(block.highest, maxima.amax(0), rtol=1e-4, atol=1e-5)
        for digit in range(10):
            mine = maxima[pictures.labels == digit]
            if len(mine):
                torch.testing.assert_close(block.by_digit[digit], mine.mean(0), rtol=1e-4, atol=1e-5)
            else:
                assert block.by_digit[digit].isnan().all()
        for channel, hits in enumerate(block.strongest):
            assert len({hit.picture for hit in hits}) == len(hits) == min(STRONGEST, count)
            best = maxima[:, channel].sort(descending=True).values[:STRONGEST]
            torch.testing.assert_close(torch.tensor([hit.value for hit in hits]), best, rtol=1e-4, atol=1e-5)
            for hit in hits:  # the place is where that picture has that value
                value = maps[hit.picture, channel, hit.y, hit.x]
                torch.testing.assert_close(value, torch.tensor(hit.value), rtol=1e-4, atol=1e-5)


def test_the_patch_of_the_strongest_picture_alone_excites_the_filter_as_much() -> None:
    config = ModelConfig(filters=(4, 5, 3), pooling="max", activation="tanh")
    network, pictures = random_network(config), random_pictures(40)
    for number, block in enumerate(finish(survey(network, pictures)).blocks):
        for channel, hits in enumerate(block.strongest):
            hit = hits[0]
            top, bottom, left, right = config.layer(f"activation{number + 1}").patch(hit.y, hit.x)
            patch = torch.zeros(28, 28)
            patch[top:bottom, left:right] = to_float(pictures.images[hit.picture, 0])[top:bottom, left:right]
            assert float(activation_maps(network, number, patch)[channel, hit.y, hit.x]) == pytest.approx(
                hit.value, abs=1e-5
            )


@pytest.mark.parametrize("pooling", ["max", "average", "none"])
def test_a_filter_with_a_hopeless_bias_is_dead_and_the_others_are_not(pooling: str) -> None:
    network = random_network(ModelConfig(filters=(4, 6), pooling=pooling))
    network.blocks[0].conv.bias[2] = -1e3
    network.blocks[1].conv.bias.fill_(10)
    network.blocks[1].conv.bias[[0, 5]] = -1e3
    found = finish(survey(network, random_pictures(20)))
    assert found.blocks[0].dead[2]
    assert found.blocks[1].dead.nonzero().flatten().tolist() == [0, 5]


def test_a_saturated_filter_is_dead_too() -> None:
    network = random_network(ModelConfig(filters=(3,), activation="tanh"))
    network.blocks[0].conv.bias[1] = 1e3
    assert finish(survey(network, random_pictures(12))).blocks[0].dead.tolist() == [False, True, False]


def test_a_large_network_sees_the_same_part_every_time() -> None:
    large = ModelConfig(filters=(128,) * 4, kernel_size=(9, 3, 3, 3), pooling="none", dense_units=8)
    assert seconds_per_picture(large) > 20 * seconds_per_picture(ModelConfig())
    assert seconds_per_picture(large, start=3) < seconds_per_picture(large) / 2
    chosen = sample(60_000, 700)
    assert len(chosen) == len(chosen.unique()) == 700
    assert torch.equal(chosen, sample(60_000, 700))
    assert torch.equal(chosen, chosen.sort().values)
    assert torch.equal(sample(300, 1), torch.arange(300))


def test_pictures_of_a_part_keep_their_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.inspection.activations.SURVEY_SECONDS", 1e-9)
    network, pictures = random_network(ModelConfig(filters=(2,))), random_pictures(620)
    found = finish(survey(network, pictures))
    assert found.count == 500
    for hits in found.blocks[0].strongest:
        for hit in hits:
            maps = activation_maps(network, 0, to_float(pictures.images[hit.picture, 0]))
            assert float(maps.amax()) >= hit.value - 1e-5
            assert hit.picture in sample(620, 1).tolist()


@pytest.mark.parametrize(
    "use",
    [
        lambda network: layer_outputs(network, torch.rand(28, 28)),
        lambda network: activation_maps(network, 0, torch.rand(28, 28)),
        lambda network: kernels(network, 0),
        lambda network: finish(survey(network, random_pictures(5))),
    ],
)
def test_the_network_stays_as_it_was(use: Callable[[DigitCNN], object]) -> None:
    network = random_network(ModelConfig(filters=(3, 2), batch_norm=True, dropout=0.5))
    before = state(network)
    use(network)
    assert state(network) == before
    assert not torch.is_inference_mode_enabled()


def test_the_network_stays_as_it_was_after_an_exception_or_a_walk_out(monkeypatch: pytest.MonkeyPatch) -> None:
    network = random_network(ModelConfig(filters=(3, 2), batch_norm=True))
    before = state(network)
    work = survey(network, random_pictures(2 * BATCH))
    next(work)
    assert not torch.is_inference_mode_enabled()  # between two steps somebody else uses this thread
    work.close()
    assert state(network) == before

    work = survey(network, random_pictures(2 * BATCH))
    next(work)
    monkeypatch.setattr("model.inspection.activations.to_float", lambda _: torch.rand(1, 7, 5, 5))
    with pytest.raises(RuntimeError):
        next(work)
    assert state(network) == before
    assert not torch.is_inference_mode_enabled()


def test_a_network_in_training_mode_is_refused_and_left_alone() -> None:
    network = DigitCNN(ModelConfig(filters=(2,)))
    with pytest.raises(ValueError, match="evaluation mode"):
        layer_outputs(network, torch.rand(28, 28))
    assert network.training


def test_a_picture_of_another_size_and_an_empty_set_are_refused() -> None:
    network = random_network(ModelConfig(filters=(2,)))
    with pytest.raises(ValueError, match="28x28"):
        layer_outputs(network, torch.rand(1, 28, 28))
    with pytest.raises(ValueError, match="no pictures"):
        next(survey(network, random_pictures(0)))
