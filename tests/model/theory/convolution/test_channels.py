"""The sums of a convolution, channel by channel, against PyTorch."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from model.theory.convolution.channels import SEED, untrained_layer


def test_an_untrained_layer_has_the_weights_of_pytorch_and_its_parts_add_up() -> None:
    picture = np.random.default_rng(0).random((28, 28)).astype(np.float32)
    found = untrained_layer(picture, 5, 12, 6, 4)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        layer = nn.Conv2d(12, 6, 5)
    assert torch.equal(found.weights, layer.weight)
    assert torch.equal(found.bias, layer.bias)
    assert found.inputs.shape == (12, 28, 28)
    assert found.parts.shape == (4, 12, 24, 24)
    torch.testing.assert_close(found.outputs, layer(found.inputs[None])[0, :4].detach())
    torch.testing.assert_close(found.parts.sum(1) + found.bias[:4, None, None], found.outputs)
    first = F.conv2d(found.inputs[None, 2:3], layer.weight[1:2, 2:3])[0, 0].detach()
    torch.testing.assert_close(found.parts[1, 2], first)
    assert found.parameters == sum(parameter.numel() for parameter in layer.parameters())
    assert torch.equal(found.inputs[9], found.inputs[0])  # the kernels repeat
    alone = untrained_layer(picture, 3, 1, 2, 2)
    assert torch.equal(alone.inputs[0], torch.from_numpy(picture))
