"""A learned filter against the network's own layers."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from model.network.config import ModelConfig
from model.theory.convolution.learned_filter import learned_filter
from tests.networks import random_batch, random_network

ODD = {
    "plain": ModelConfig(),
    "soft": ModelConfig(filters=(5, 7), kernel_size=(1, 4), pooling="average", batch_norm=True, dropout=0.5),
    "deep": ModelConfig(filters=(3, 2, 4, 1), pooling="none", activation="tanh"),
}


@pytest.mark.parametrize("name", ODD)
def test_a_learned_filter_gives_the_output_of_the_network(name: str) -> None:
    config = ODD[name]
    network = random_network(config)
    image = random_batch(1, seed=4)[0, 0]
    with torch.inference_mode():
        outputs = network.outputs(image[None, None])
    for block, filters in enumerate(config.filters):
        expected = outputs[f"norm{block + 1}" if config.batch_norm else f"conv{block + 1}"][0]
        channels = (1, *config.filters)[block]
        for source in {0, channels - 1}:
            found = learned_filter(network, block, filters - 1, source, image)
            torch.testing.assert_close(found.output, expected[filters - 1], atol=1e-5, rtol=1e-5)
            part = F.conv2d(found.source[None, None], found.kernel[None, None])[0, 0]
            rest = torch.zeros_like(part) if found.others is None else found.others
            torch.testing.assert_close(part + rest + found.bias, found.output, atol=1e-5, rtol=1e-5)
            assert (found.others is None) == (channels == 1)
