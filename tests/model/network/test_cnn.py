"""The network: what it is made of, that its table tells the truth, and that its stages are its forward pass."""

from __future__ import annotations

from typing import get_args

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from model.network.activations import Activation
from model.network.cnn import DigitCNN, example_input
from model.network.config import ModelConfig
from tests.conftest import model_configs

ODD = [
    ModelConfig(filters=(3,)),
    ModelConfig(filters=(3, 4, 5, 6)),
    ModelConfig(filters=(3, 4), kernel_size=5),
    ModelConfig(filters=(3, 4), kernel_size=(9, 2)),
    ModelConfig(filters=(3, 4, 5), pooling="average"),
    ModelConfig(filters=(3, 4, 5), pooling="none"),
    ModelConfig(filters=(3, 4), batch_norm=True),
    ModelConfig(filters=(3, 4), dropout=0.5),
    ModelConfig(filters=(3, 4, 5), kernel_size=1, pooling="none", batch_norm=True, dropout=0.9, dense_units=1),
    *(ModelConfig(filters=(3, 4), activation=activation, batch_norm=True) for activation in get_args(Activation)),
]


def pictures(count: int, seed: int = 0) -> Tensor:
    return torch.rand(count, 1, 28, 28, generator=torch.Generator().manual_seed(seed))


def build(config: ModelConfig, seed: int = 0) -> DigitCNN:
    """A random network; its norms have means and variances of their own, as after a training."""
    generator = torch.Generator().manual_seed(seed)
    network = DigitCNN(config, generator)
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.running_mean, generator=generator)
            nn.init.uniform_(layer.running_var, 0.5, 2, generator=generator)
            nn.init.normal_(
                layer.weight, generator=generator
            )  # some negative: the order of norm and pooling matters then
            nn.init.normal_(layer.bias, generator=generator)
    return network


def assert_table_is_true(config: ModelConfig) -> None:
    network = build(config).eval()
    stages = [(name, tuple(output.shape)) for name, output in network.stages(pictures(2))]
    assert stages == [(layer.name, (2, *layer.output)) for layer in config.layers()]
    assert network.parameter_count == config.parameters


def test_the_default_network_has_93322_parameters() -> None:
    assert DigitCNN().parameter_count == 93_322
    assert sum(parameter.numel() for parameter in DigitCNN().parameters()) == 93_322


def test_the_default_network_gives_ten_logits_per_picture() -> None:
    assert DigitCNN()(example_input(3)).shape == (3, 10)
    assert DigitCNN()(example_input()).shape == (1, 10)


@pytest.mark.parametrize("config", [ModelConfig(), *ODD], ids=str)
def test_the_table_of_layers_is_what_the_network_computes(config: ModelConfig) -> None:
    assert_table_is_true(config)


@given(model_configs())
def test_the_table_of_layers_is_true_of_any_network(config: ModelConfig) -> None:
    assert_table_is_true(config)


@given(model_configs(), st.integers(0, 2**31 - 1))
def test_the_last_stage_is_the_logits(config: ModelConfig, seed: int) -> None:
    network = build(config, seed).eval()
    *_, (name, logits) = network.stages(pictures(3, seed))
    assert name == "output"
    torch.testing.assert_close(logits, network(pictures(3, seed)), rtol=1e-4, atol=1e-5)


@given(model_configs(), st.booleans())
def test_the_shortcut_through_pooling_has_the_gradients_of_the_plain_order(config: ModelConfig, train: bool) -> None:
    config = config.model_copy(update={"dropout": 0.0})
    gradients = []
    for plain in (False, True):
        network = build(config).double().train(train)
        batch = pictures(4).double()
        logits = list(network.stages(batch))[-1][1] if plain else network(batch)
        nn.functional.cross_entropy(logits, torch.arange(4)).backward()
        gradients.append({name: parameter.grad for name, parameter in network.named_parameters()})
    assert all(gradient is not None for gradient in gradients[0].values())
    torch.testing.assert_close(gradients[0], gradients[1], rtol=1e-9, atol=1e-12)


@given(model_configs(), st.integers(0, 4))
def test_the_network_can_start_at_any_block(config: ModelConfig, start: int) -> None:
    start = min(start, len(config.filters))
    network, batch = build(config).eval(), pictures(3)
    x = batch
    for block in network.blocks[:start]:
        x = block(x)
    outputs = network.outputs(batch)
    for features in (network.features(batch), network.features(x, start)):
        torch.testing.assert_close(features, outputs["dense_activation"], rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(network.classify(features), outputs["output"], rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(network.from_block(x, start), outputs["output"], rtol=1e-4, atol=1e-5)


def test_stages_of_the_default_network_are_what_their_names_say() -> None:
    network = build(ModelConfig()).eval()
    seen = dict(network.stages(pictures(1)))
    first = network.blocks[0]
    torch.testing.assert_close(seen["conv1"], nn.functional.conv2d(pictures(1), first.conv.weight, first.conv.bias))
    torch.testing.assert_close(seen["activation1"], seen["conv1"].clamp(min=0))
    torch.testing.assert_close(seen["pool1"], nn.functional.max_pool2d(seen["activation1"], 2))
    torch.testing.assert_close(seen["flatten"], seen["activation3"].flatten(1))
    assert (seen["activation1"] != seen["conv1"]).any(), "a feature map has something to cut off"


def test_looking_at_the_stages_changes_nothing() -> None:
    network = build(ModelConfig(filters=(3, 4), batch_norm=True, dropout=0.5)).eval()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    batch = pictures(2)
    kept = batch.clone()
    list(network.stages(batch))
    assert not network.training
    assert torch.equal(batch, kept)
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())


def test_a_stage_already_seen_is_not_overwritten_by_the_next() -> None:
    network = build(ModelConfig(filters=(3, 4), activation="elu", batch_norm=True)).eval()
    copies = [(output, output.clone()) for _, output in network.stages(pictures(2))]
    assert all(torch.equal(output, copy) for output, copy in copies)


def test_dropout_is_at_work_in_training_only() -> None:
    network = build(ModelConfig(filters=(3,), dropout=0.5))
    batch = pictures(2)
    network.train()
    assert not torch.equal(network(batch), network(batch))
    network.eval()
    assert torch.equal(network(batch), network(batch))


def test_a_network_is_independent_of_the_rest_of_its_batch() -> None:
    network = build(ModelConfig(filters=(3, 4), batch_norm=True)).eval()
    torch.testing.assert_close(network(pictures(5))[2:3], network(pictures(5)[2:3]), rtol=1e-4, atol=1e-5)


def test_two_networks_do_not_share_weights() -> None:
    one, other = DigitCNN(), DigitCNN()
    with torch.no_grad():
        one.output.weight.zero_()
    assert other.output.weight.abs().sum() > 0
