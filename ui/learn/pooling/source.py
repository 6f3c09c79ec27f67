"""What the lesson pools: the drawing itself, or a feature map of the chosen network."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import streamlit as st
import torch
from torch import Tensor

from model.inspection.activations import activation_name
from model.language import _
from model.network.cnn import DigitCNN
from model.training.evaluation import shift_images
from ui.components.pictures import Picture, pictures
from ui.learn.controls import choose, pressed_picture, set_value, whole_number

_MAP, _MAP_PICTURES = "pooling_map", "pooling_maps"
_SHOWN = 8
"""Maps that are shown as pictures to press."""


@dataclass(frozen=True)
class Source:
    """What is pooled. image: float32 (28, 28), the drawing. maps: float32 (C, H, W), all maps of the layer.

    chosen: which of the maps is shown. grey: whether the drawing itself is pooled, so that `maps` holds only it.
    """

    network: DigitCNN
    image: Tensor
    maps: Tensor
    chosen: int
    grey: bool

    @property
    def map(self) -> Tensor:
        """float32 (H, W): the chosen map."""
        return self.maps[self.chosen]

    @property
    def name(self) -> str:
        """The name of the chosen map, for the screen."""
        return _("Your digit") if self.grey else _("Feature map {number}", number=self.chosen + 1)

    def maps_after_move(self, right: int, down: int) -> Tensor:
        """float32 (C, H, W): the same maps if the drawing is moved by so many pixels."""
        image = shift_images(self.image, right, down)
        return image[None] if self.grey else first_maps(self.network, image)

    def picture(self, values: Tensor, title: str, alt: str, note: str = "", *, marked: bool = False) -> Picture:
        """float32 (H, W) as a picture on the scale of all maps."""
        limit = None if self.grey else float(self.maps.abs().max())
        return Picture(values.contiguous().numpy(), title, alt, note, marked=marked, limit=limit)


@torch.inference_mode()
def first_maps(network: DigitCNN, image: Tensor) -> Tensor:
    """float32 (C, H, W): the output of the first convolution and its activation for float32 (28, 28)."""
    stages = network.named_outputs(image[None, None])
    return next(output[0] for name, output in stages if name == activation_name(0))


def choose_source(network: DigitCNN, image: Tensor) -> Source:
    """The controls; returns what they are set to. image: float32 (28, 28)."""
    drawing = Source(network, image, image[None], 0, grey=True)
    if not network.config.filters:
        st.markdown(_("The chosen network is dense: it has no feature maps, so the drawing itself is pooled here."))
        return drawing
    maps = first_maps(network, image)
    order = maps.flatten(1).std(1).argsort(descending=True, stable=True).tolist()  # empty maps come last
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        what = choose(
            _("What is pooled"),
            ("maps", "drawing"),
            key="pooling_source",
            format_func=lambda what: _("A feature map") if what == "maps" else _("Your digit itself"),
        )
        if what == "drawing":
            return drawing
        count = len(maps)
        number = whole_number(_("Map, 1 to {count}", count=count), count, key=_MAP, default=order[0] + 1, width=160)
    _show_maps(maps, order[:_SHOWN], number - 1)
    return Source(network, image, maps, number - 1, grey=False)


def _show_maps(maps: Tensor, order: list[int], chosen: int) -> None:
    """Some maps as pictures to press."""
    limit = float(maps.abs().max())
    st.caption(_("The maps of the first convolution that show most of your digit. Press one to choose it."))
    pictures(
        [
            Picture(
                maps[number].numpy(),
                str(number + 1),
                _("Feature map {number} of your digit", number=number + 1),
                marked=number == chosen,
                limit=limit,
            )
            for number in order
        ],
        key=_MAP_PICTURES,
        size="4.5rem",
        on_pick=partial(_press, order),
    )


def _press(order: list[int]) -> None:
    """Callback: the pressed map becomes the chosen one."""
    index = pressed_picture(_MAP_PICTURES, len(order))
    if index is not None:
        set_value(_MAP, order[index] + 1)
