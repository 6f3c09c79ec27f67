"""Steps as the training counts them, and gradients of batches against autograd."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

import model.theory.overfitting.batches
from model.data.datasets import DataSet, ImageSet, to_float
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.theory.overfitting.batches import SIZES, Noise, agreement, fresh_network, gradient_noise, steps_per_epoch
from model.training.loop import _batches


@given(st.integers(1, 3000), st.integers(1, 600))
def test_steps_are_those_of_the_training(pictures: int, batch: int) -> None:
    if batch > 1:
        assert steps_per_epoch(pictures, batch) == len(_batches(torch.arange(pictures), batch))


def test_a_batch_larger_than_the_set_is_one_step() -> None:
    assert steps_per_epoch(100, 4096) == 1
    assert steps_per_epoch(60_000, 64) == 938


def run(network: DigitCNN, images: ImageSet, smoothing: float = 0.0) -> Noise:
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
def test_the_cosines_are_those_of_autograds_gradients(
    monkeypatch: pytest.MonkeyPatch, digits: DataSet, smoothing: float
) -> None:
    monkeypatch.setattr(model.theory.overfitting.batches, "SIZES", (8, 40))
    monkeypatch.setattr(model.theory.overfitting.batches, "BATCHES", 3)
    network = fresh_network(ModelConfig(filters=(4,), dense_units=7))
    some = digits.train[:120]
    pictures = to_float(some.images)

    def gradient(index: torch.Tensor) -> torch.Tensor:
        network.zero_grad()
        F.cross_entropy(network(pictures[index]), some.labels[index], label_smoothing=smoothing).backward()
        weight, bias = network.output.weight.grad, network.output.bias.grad
        assert weight is not None
        assert bias is not None
        return torch.cat([weight, bias[:, None]], dim=1).flatten().clone()

    features = dict(network.stages(pictures))["dense_activation"].detach()
    found = agreement(features, network, some.labels, smoothing)
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
    network = fresh_network(config)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    noise = run(network, digits.train)
    assert noise.fresh == noise.trained  # it is the fresh network
    assert [each.size for each in noise.fresh] == list(SIZES)
    means = [each.mean for each in noise.fresh]
    assert means[-1] > means[0]
    assert all(-1 <= each.low <= each.high <= 1 for each in noise.fresh)
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())
    assert all(parameter.grad is None for parameter in network.parameters())


def test_too_few_pictures_are_refused(digits: DataSet) -> None:
    with pytest.raises(ValueError, match="At least 512 pictures"):
        next(gradient_noise(fresh_network(ModelConfig()), digits.train[:100]))
