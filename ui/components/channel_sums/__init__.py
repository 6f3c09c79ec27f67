"""How the channels of a convolutional layer add up: every kernel between its input and its output, and the sums."""

from __future__ import annotations

from model.theory.convolution.channels import ChannelSums
from ui.components import register
from ui.components.packing import packed

SHOWN = 4
"""Channels that are shown on either side; the others are told by their number."""

_component = register(__file__, "shared/palette", "shared/paint", "shared/matrices", "shared/packing")


def channel_sums(layer: ChannelSums, *, key: str) -> None:
    """Show the first channels of a layer (`outputs` of SHOWN or fewer filters), one filter of which can be opened.

    The browser works out what each shown channel adds; what the others add together comes from PyTorch.
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
