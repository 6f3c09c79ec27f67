"""Feature visualization reaches high activations and does not change the checkpoint."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings

from model.data.datasets import DataSet
from model.inspection.activations import activation_maps, activation_name
from model.inspection.feature_visualization import visualize_feature
from model.inspection.filter_statistics import filter_statistics
from model.inspection.filters import kernels
from model.network.checkpoint import Checkpoint
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from tests.conftest import model_configs
from tests.model.inspection.helpers import frozen_network
from tests.networks import finish


def checkpoint_of(config: ModelConfig, seed: int = 0) -> Checkpoint:
    return Checkpoint(config, TrainConfig(), frozen_network(config, seed).state_dict(), "digits")


def test_in_the_first_layer_it_comes_close_to_the_best_there_can_be(small_checkpoint: Checkpoint) -> None:
    own = kernels(small_checkpoint.build(), 0)
    for channel in range(4):
        found = visualize_feature(small_checkpoint, 0, channel)
        most = float((own.weights[channel].clamp(min=0).sum() + own.bias[channel]).relu())  # white where positive
        assert 0.9 * most <= found.value <= most + 1e-4


def test_most_pictures_exceed_the_highest_activation_in_the_data_set(
    small_checkpoint: Checkpoint, digits: DataSet
) -> None:
    known = finish(filter_statistics(small_checkpoint.build(), digits.train)).blocks[1]
    alive = (~known.dead).nonzero().flatten().tolist()[:8]
    exceeded = [
        visualize_feature(small_checkpoint, 1, channel).value > float(known.highest[channel]) for channel in alive
    ]
    assert sum(exceeded) >= 0.75 * len(alive)


@given(model_configs(fewest_layers=1))
@settings(max_examples=8)
def test_every_network_gets_a_picture_with_its_value_and_field(config: ModelConfig) -> None:
    checkpoint = checkpoint_of(config)
    block = len(config.filters) - 1
    found = visualize_feature(checkpoint, block, 0)
    assert found.image.shape == (28, 28)
    assert found.image.dtype == torch.float32
    assert found.image.min() >= 0
    assert found.image.max() <= 1
    answer = activation_maps(checkpoint.build(), block, found.image)[0]
    assert float(answer.max()) == pytest.approx(found.value) == pytest.approx(float(answer[found.y, found.x]))
    assert found.field == config.layer(activation_name(block)).patch(found.y, found.x)


def test_the_same_seed_gives_the_same_picture_and_another_seed_another(small_checkpoint: Checkpoint) -> None:
    first = visualize_feature(small_checkpoint, 1, 0)
    assert torch.equal(first.image, visualize_feature(small_checkpoint, 1, 0).image)
    assert not torch.equal(first.image, visualize_feature(small_checkpoint, 1, 0, seed=1).image)


def test_it_works_where_the_activation_function_has_no_gradient() -> None:
    checkpoint = checkpoint_of(ModelConfig(filters=(3,)))
    checkpoint.weights["blocks.0.conv.bias"].fill_(-1e3)
    found = visualize_feature(checkpoint, 0, 0)
    assert found.found
    assert found.value == 0  # no picture makes this ReLU's input positive
    assert found.image.max() > 0.5


def test_a_filter_that_no_pixel_reaches_is_not_found() -> None:
    checkpoint = checkpoint_of(ModelConfig(filters=(3, 2)))
    checkpoint.weights["blocks.1.conv.weight"].zero_()
    found = visualize_feature(checkpoint, 1, 1)
    assert not found.found
    assert not found.image.any()


def test_it_works_inside_inference_mode_and_leaves_the_weights_alone(small_checkpoint: Checkpoint) -> None:
    before = {name: tensor.clone() for name, tensor in small_checkpoint.weights.items()}
    with torch.inference_mode():
        visualize_feature(small_checkpoint, 1, 2)
    assert all(torch.equal(tensor, before[name]) for name, tensor in small_checkpoint.weights.items())
    assert not any(tensor.requires_grad for tensor in small_checkpoint.weights.values())


@pytest.mark.parametrize(("block", "channel"), [(0, 8), (2, 0), (-1, 0), (1, -1)])
def test_a_filter_that_is_not_there_is_refused(small_checkpoint: Checkpoint, block: int, channel: int) -> None:
    with pytest.raises(ValueError, match="has no filter"):
        visualize_feature(small_checkpoint, block, channel)


def test_a_dense_network_has_no_filters() -> None:
    with pytest.raises(ValueError, match="has no filter"):
        visualize_feature(checkpoint_of(ModelConfig(filters=())), 0, 0)
