"""The network: its parameters, and that its named outputs agree with its forward pass."""

from __future__ import annotations

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from model.network.cnn import DigitCNN, example_input
from model.network.config import ModelConfig
from tests.conftest import model_configs
from tests.networks import random_batch, random_network


def test_the_default_network_has_93322_parameters() -> None:
    assert DigitCNN().parameter_count == 93_322


def test_the_default_network_gives_ten_logits_per_picture() -> None:
    assert DigitCNN()(example_input(3)).shape == (3, 10)
    assert DigitCNN()(example_input()).shape == (1, 10)


@given(model_configs(), st.integers(0, 2**31 - 1))
def test_the_last_named_output_is_the_logits(config: ModelConfig, seed: int) -> None:
    network = random_network(config, seed)
    *_, (name, logits) = network.named_outputs(random_batch(3, seed))
    assert name == "output"
    torch.testing.assert_close(logits, network(random_batch(3, seed)), rtol=1e-4, atol=1e-5)


@given(model_configs(), st.booleans())
def test_pooling_before_the_activation_gives_the_same_gradients(config: ModelConfig, train: bool) -> None:
    config = config.model_copy(update={"dropout": 0.0})
    gradients = []
    for plain in (False, True):
        network = random_network(config).double().train(train)
        batch = random_batch(4).double()
        logits = list(network.named_outputs(batch))[-1][1] if plain else network(batch)
        nn.functional.cross_entropy(logits, torch.arange(4)).backward()
        gradients.append({name: parameter.grad for name, parameter in network.named_parameters()})
    assert all(gradient is not None for gradient in gradients[0].values())
    torch.testing.assert_close(gradients[0], gradients[1], rtol=1e-9, atol=1e-12)


@given(model_configs(), st.integers(0, 4))
def test_the_network_can_start_at_any_block(config: ModelConfig, start: int) -> None:
    start = min(start, len(config.filters))
    network, batch = random_network(config), random_batch(3)
    x = batch
    for block in network.blocks[:start]:
        x = block(x)
    outputs = network.outputs(batch)
    for features in (network.features(batch), network.features(x, start)):
        torch.testing.assert_close(features, outputs["dense_activation"], rtol=1e-4, atol=1e-5)
        torch.testing.assert_close(network.classify(features), outputs["output"], rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(network.from_block(x, start), outputs["output"], rtol=1e-4, atol=1e-5)


def test_the_outputs_of_the_default_network_fit_their_names() -> None:
    network = random_network(ModelConfig())
    seen = network.outputs(random_batch(1))
    first = network.blocks[0]
    torch.testing.assert_close(seen["conv1"], nn.functional.conv2d(random_batch(1), first.conv.weight, first.conv.bias))
    torch.testing.assert_close(seen["activation1"], seen["conv1"].clamp(min=0))
    torch.testing.assert_close(seen["pool1"], nn.functional.max_pool2d(seen["activation1"], 2))
    torch.testing.assert_close(seen["flatten"], seen["activation3"].flatten(1))
    assert (seen["activation1"] != seen["conv1"]).any(), "a feature map has something to cut off"


def test_reading_the_named_outputs_changes_nothing() -> None:
    network = random_network(ModelConfig(filters=(3, 4), batch_norm=True, dropout=0.5))
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    batch = random_batch(2)
    kept = batch.clone()
    list(network.named_outputs(batch))
    assert not network.training
    assert torch.equal(batch, kept)
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())


def test_no_named_output_is_overwritten_by_a_later_one() -> None:
    network = random_network(ModelConfig(filters=(3, 4), activation="elu", batch_norm=True))
    copies = [(output, output.clone()) for _, output in network.named_outputs(random_batch(2))]
    assert all(torch.equal(output, copy) for output, copy in copies)


def test_dropout_works_in_training_mode_only() -> None:
    network = random_network(ModelConfig(filters=(3,), dropout=0.5))
    batch = random_batch(2)
    network.train()
    assert not torch.equal(network(batch), network(batch))
    network.eval()
    assert torch.equal(network(batch), network(batch))


def test_the_logits_of_a_picture_do_not_depend_on_the_rest_of_its_batch() -> None:
    network = random_network(ModelConfig(filters=(3, 4), batch_norm=True))
    torch.testing.assert_close(network(random_batch(5))[2:3], network(random_batch(5)[2:3]), rtol=1e-4, atol=1e-5)
