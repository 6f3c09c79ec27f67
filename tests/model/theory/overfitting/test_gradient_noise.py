"""Gradients of batches against autograd, and their agreement with the gradient of all pictures."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

import model.theory.overfitting.gradient_noise
from model.data.datasets import DataSet, ImageSet, to_float
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.theory.overfitting.gradient_noise import (
    LEAST_PICTURES,
    SIZES,
    GradientNoise,
    gradient_agreement,
    gradient_noise,
)
from tests.networks import random_pictures


def run(network: DigitCNN, images: ImageSet, smoothing: float = 0.0) -> GradientNoise:
    work = gradient_noise(network, images, smoothing)
    shares = []
    while True:
        try:
            shares.append(next(work))
        except StopIteration as end:
            assert shares == sorted(shares)
            assert 0 < shares[0] <= shares[-1] <= 1
            return end.value  # type: ignore[no-any-return]


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_the_cosines_are_those_of_gradients_from_autograd(
    monkeypatch: pytest.MonkeyPatch, digits: DataSet, smoothing: float
) -> None:
    monkeypatch.setattr(model.theory.overfitting.gradient_noise, "SIZES", (8, 40))
    monkeypatch.setattr(model.theory.overfitting.gradient_noise, "BATCHES", 3)
    network = DigitCNN(ModelConfig(filters=(4,), dense_units=7)).eval()
    some = digits.train[:120]
    pictures = to_float(some.images)

    def gradient(index: torch.Tensor) -> torch.Tensor:
        network.zero_grad()
        F.cross_entropy(network(pictures[index]), some.labels[index], label_smoothing=smoothing).backward()
        weight, bias = network.output.weight.grad, network.output.bias.grad
        assert weight is not None
        assert bias is not None
        return torch.cat([weight, bias[:, None]], dim=1).flatten().clone()

    features = network.features(pictures).detach()
    found = gradient_agreement(features, network, some.labels, smoothing)
    whole = gradient(torch.arange(120))
    generator = torch.Generator().manual_seed(0)
    for each in found:
        wanted = [
            float(F.cosine_similarity(gradient(torch.randperm(120, generator=generator)[: each.size]), whole, dim=0))
            for _batch in range(3)
        ]
        assert each.mean == pytest.approx(sum(wanted) / 3, abs=1e-4)
        assert each.low <= each.mean <= each.high or each.low == pytest.approx(each.high, abs=0.1)


@pytest.mark.parametrize("config", [ModelConfig(), ModelConfig(filters=(), dense_units=3, dropout=0.5)])
def test_larger_batches_agree_more(digits: DataSet, config: ModelConfig) -> None:
    network = DigitCNN(config).eval()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    noise = run(network, digits.train)
    assert noise.untrained == noise.trained  # it is the fresh network
    assert [each.size for each in noise.untrained] == list(SIZES)
    means = [each.mean for each in noise.untrained]
    assert means[-1] > means[0]
    assert all(-1 <= each.low <= each.high <= 1 for each in noise.untrained)
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())
    assert all(parameter.grad is None for parameter in network.parameters())


@pytest.mark.parametrize("count", [100, 129, 1023])
def test_a_batch_is_at_most_half_of_the_pictures(count: int) -> None:
    noise = run(DigitCNN(ModelConfig(filters=(), dense_units=4)).eval(), random_pictures(count))
    assert noise.pictures == count
    assert [each.size for each in noise.untrained] == [size for size in SIZES if size <= count / 2]
    assert all(each.mean < 0.999 for each in noise.untrained), "no batch is all the pictures"


def test_a_slow_network_is_measured_on_enough_pictures(monkeypatch: pytest.MonkeyPatch, digits: DataSet) -> None:
    monkeypatch.setattr(model.theory.overfitting.gradient_noise, "seconds_per_picture", lambda _config: 1.0)
    noise = run(DigitCNN(ModelConfig(filters=(), dense_units=4)).eval(), digits.train)
    assert noise.pictures == LEAST_PICTURES
    assert [each.size for each in noise.untrained] == list(SIZES)


def test_too_few_pictures_are_refused(digits: DataSet) -> None:
    with pytest.raises(ValueError, match="At least 16 pictures"):
        next(gradient_noise(DigitCNN(ModelConfig()).eval(), digits.train[:15]))
