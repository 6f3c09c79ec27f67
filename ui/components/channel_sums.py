"""How the channels of a convolutional layer add up: the kernels between inputs and outputs, and the sums."""

from __future__ import annotations

from model.theory.convolution.channels import ChannelSums
from ui.components import register
from ui.components.packing import packed

SHOWN = 4
"""How many input and output channels are shown; of the others only their number is written."""

_component = register("channel_sums")


def channel_sums(layer: ChannelSums, *, key: str) -> None:
    """Show how an output of a layer adds up from its first channels. `layer.outputs` has at most SHOWN channels.

    The browser computes what each shown input channel adds; PyTorch has computed the sum of the others.
    """
    channels_out, channels_in, side, _side = layer.weights.shape
    inputs, shown = layer.inputs[:SHOWN], layer.outputs.shape[0]
    data = {
        "channels": [channels_in, channels_out],
        "side": side,
        "inputs": packed(inputs.numpy()),
        "shape": list(inputs.shape),
        "weights": packed(layer.weights[:shown, :SHOWN].numpy()),
        "bias": packed(layer.bias[:shown].numpy()),
        "others": packed(layer.parts[:, SHOWN:].sum(1).numpy()) if channels_in > SHOWN else None,
        "outputs": list(layer.outputs.shape),
    }
    _component(data=data, key=key)
