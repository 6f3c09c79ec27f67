"""The parts of the lesson about pooling."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.inspection.activations import activation_name
from model.language import N_, _, ngettext
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.network.layers import output_size
from model.theory.pooling import CHANGED, MapChange, PoolingKind, grown_and_shrunk, map_change, moved, pool, unseen
from ui.components.pictures import Picture, pictures
from ui.components.pooling import sliding_window
from ui.learn.choice import choose
from ui.shared.formatting import percent, written
from ui.shared.number_input import number_grid, set_grid

KINDS: dict[PoolingKind, str] = {"max": N_("Maximum"), "average": N_("Average")}
WINDOWS, STRIDES, GRIDS, PIXELS = (2, 3, 4), (1, 2, 3, 4), (4, 6), (1, 2, 3, 4)

DIRECTIONS = {"right": (1, 0), "left": (-1, 0), "down": (0, 1), "up": (0, -1)}
"""Steps to the right and down."""

_DIRECTION_NAMES = {"right": N_("Right"), "left": N_("Left"), "down": N_("Down"), "up": N_("Up")}
_PICKABLE = 8
_MAP, _MAPS_SHOWN = "pooling_map", "pooling_maps"

_START = {
    4: [[1, 3, 2, 0], [4, 6, 1, 1], [0, 2, 9, 7], [1, 1, 3, 5]],
    6: [
        [0, 1, 8, 9, 2, 0],
        [0, 3, 9, 4, 0, 0],
        [1, 7, 5, 0, 1, 0],
        [2, 9, 6, 8, 3, 0],
        [1, 8, 2, 1, 9, 1],
        [0, 3, 9, 8, 4, 0],
    ],
}


@dataclass(frozen=True)
class Pooling:
    """kind, window and stride as the student has set them."""

    kind: PoolingKind
    window: int
    stride: int

    def __call__(self, maps: Tensor) -> Tensor:
        """float32 (..., H, W) pooled, see `model.theory.pooling.pool`."""
        return pool(maps, self.kind, self.window, self.stride)

    def side(self, side: int) -> int:
        """Numbers along one side of the pooled map."""
        return output_size(side, self.window, self.stride)


def choose_pooling() -> Pooling:
    """The settings of the whole lesson, in one row."""
    with st.container(horizontal=True, gap="medium", key="pooling_settings"):
        kind = choose(_("What is kept"), tuple(KINDS), key="pooling_kind", written=lambda kind: _(KINDS[kind]))
        window = choose(_("Window"), WINDOWS, key="pooling_window", written="{0}x{0}".format)
        stride = choose(_("Stride"), STRIDES, key="pooling_stride", default=2)
    return Pooling(kind, window, stride)


# --- A grid of numbers ------------------------------------------------------------------------------------------------


def grid_to_pool(pooling: Pooling) -> Tensor:
    """A window that slides over a grid, in which every number can be typed over; float32 (side, side)."""
    above = st.container()  # the window comes first, but it needs the numbers
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        side = choose(_("Grid"), GRIDS, key="pooling_grid_side", default=6, written="{0}x{0}".format)
        key = f"pooling_grid_{side}"
        st.button(
            _("Random numbers"), icon=":material/casino:", on_click=_random, args=(key, side), key="pooling_random"
        )
        st.button(
            _("Move right"),
            icon=":material/arrow_forward:",
            on_click=_push,
            args=(key, side),
            key="pooling_push",
            help=_("All columns move one place to the right, and zeros come in"),
        )
    numbers = number_grid(_("Grid to pool"), np.array(_START[side], np.float64), key=key)
    st.session_state[_GRID] = numbers
    values = torch.from_numpy(numbers.astype(np.float32))
    with above:
        sliding_window(
            values, pooling.kind, pooling.window, pooling.stride, label=_("The grid"), key="pooling_grid_window"
        )
    return values


_GRID = "pooling_grid_numbers"


def _random(key: str, side: int) -> None:
    set_grid(key, np.random.default_rng().integers(0, 10, (side, side)).astype(np.float64))


def _push(key: str, side: int) -> None:
    """Move the numbers that were shown last one place to the right."""
    shown = st.session_state.get(_GRID)
    numbers = shown if isinstance(shown, np.ndarray) and shown.shape == (side, side) else np.array(_START[side], float)
    set_grid(key, np.pad(numbers, ((0, 0), (1, 0)))[:, :side])


# --- The drawing and its feature maps ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Source:
    """What of the drawing is pooled. maps: float32 (C, H, W), all of the layer. chosen: which of them is shown.

    grey: whether it is the drawing itself, which no network has changed.
    """

    network: DigitCNN
    image: Tensor
    maps: Tensor
    chosen: int
    grey: bool

    @property
    def map(self) -> Tensor:
        """float32 (H, W)."""
        return self.maps[self.chosen]

    @property
    def name(self) -> str:
        """What the map is called."""
        return _("Your digit") if self.grey else _("Feature map {number}", number=self.chosen + 1)

    def after_a_move(self, right: int, down: int) -> Tensor:
        """float32 (C, H, W): the same maps, of the drawing moved by so many pixels."""
        image = moved(self.image, right, down)
        return image[None] if self.grey else first_maps(self.network, image)


@torch.inference_mode()
def first_maps(network: DigitCNN, image: Tensor) -> Tensor:
    """float32 (C, H, W): what the first convolution and its activation make of float32 (28, 28)."""
    stages = network.stages(image[None, None])
    return next(output[0] for name, output in stages if name == activation_name(0))


def choose_source(network: DigitCNN, image: NDArray[np.float32]) -> Source:
    """The drawing itself, or one of the maps of the network's first convolution."""
    picture = torch.from_numpy(np.ascontiguousarray(image))
    if not network.config.filters:
        st.markdown(_("The chosen network is dense: it has no feature maps, so the drawing itself is pooled here."))
        return Source(network, picture, picture[None], 0, grey=True)
    maps = first_maps(network, picture)
    order = maps.flatten(1).std(1).argsort(descending=True, stable=True).tolist()  # a map with nothing on it comes last
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        what = choose(
            _("What is pooled"),
            ("maps", "drawing"),
            key="pooling_source",
            written=lambda what: _("A feature map") if what == "maps" else _("Your digit itself"),
        )
        if what == "drawing":
            return Source(network, picture, picture[None], 0, grey=True)
        chosen = _choose_map(len(maps), order[0])
    _pickable(maps, order[:_PICKABLE], chosen)
    return Source(network, picture, maps, chosen, grey=False)


def _choose_map(count: int, strongest: int) -> int:
    kept = st.session_state.get(_MAP)
    if not isinstance(kept, int) or not 1 <= kept <= count:
        st.session_state[_MAP] = strongest + 1
    number = st.number_input(
        _("Map, 1 to {count}", count=count), 1, count, step=1, key=_MAP, persist_state="session", width=160
    )
    return int(number or 1) - 1


def _pickable(maps: Tensor, order: list[int], chosen: int) -> None:
    limit = float(maps.abs().max())
    st.caption(_("The maps of the first convolution in which your digit leaves most; press one."))
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
        key=_MAPS_SHOWN,
        size="4.5rem",
        on_pick=partial(_pick, order),
    )


def _pick(order: list[int]) -> None:
    index = getattr(st.session_state.get(_MAPS_SHOWN), "picked", None)
    if isinstance(index, int) and 0 <= index < len(order):
        st.session_state[_MAP] = order[index] + 1


def pool_source(source: Source, pooling: Pooling) -> None:
    """The window over the chosen map, then the map beside its maximum and its average."""
    sliding_window(
        source.map,
        pooling.kind,
        pooling.window,
        pooling.stride,
        label=source.name,
        key="pooling_map_window",
        grey=source.grey,
        full=True,
    )
    side, after = source.map.shape[0], pooling.side(source.map.shape[0])
    kinds = [(kind, pool(source.map, kind, pooling.window, pooling.stride)) for kind in KINDS]
    st.markdown(_("Both kinds of pooling, enlarged to the same size:"))
    pictures(
        [
            _picture(source, source.map, source.name, _("Before pooling"), f"{side}x{side}"),
            *(
                _picture(
                    source,
                    pooled,
                    _(KINDS[kind]),
                    _("After pooling: {kind}", kind=_(KINDS[kind])),
                    f"{after}x{after}",
                    marked=kind == pooling.kind,
                )
                for kind, pooled in kinds
            ),
        ],
        key="pooling_kinds",
        size="9rem",
    )
    largest = {kind: float(pooled.max()) for kind, pooled in kinds}
    st.caption(
        _(
            "The maximum keeps strong numbers as they are, here up to {largest:.2f}. The average thins them out, to "
            "{mean:.2f} at most, because it counts the blank around them.",
            largest=largest["max"],
            mean=largest["average"],
        )
    )


def what_the_network_does(config: ModelConfig) -> str:
    """One sentence: the pooling of the chosen network."""
    if not config.filters:
        return _("The chosen network has no convolution, and so no pooling.")
    if config.pooling == "none":
        return _("The chosen network does not pool at all.")
    if config.pooling == "max":
        return _("The chosen network itself keeps the maximum of each 2x2 window, with stride 2.")
    return _("The chosen network itself keeps the average of each 2x2 window, with stride 2.")


def _picture(source: Source, values: Tensor, title: str, alt: str, note: str, *, marked: bool = False) -> Picture:
    limit = None if source.grey else float(source.maps.abs().max())
    return Picture(values.contiguous().numpy(), title, alt, note, marked=marked, limit=limit)


# --- A shift ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shift:
    """A move of the drawing and what it changes. before, after: pooling."""

    before: MapChange
    after: MapChange


def shift(still: Tensor, gone: Tensor, pooling: Pooling) -> Shift:
    """What differs between the maps of the digit in its place and of the digit that has moved."""
    return Shift(map_change(still, gone), map_change(pooling(still), pooling(gone)))


@st.fragment
def show_shift(source: Source, pooling: Pooling) -> None:
    """Pictures before and after pooling, the figures of all four directions, and what they say."""
    direction, pixels = _choose_shift()
    gone = {name: source.after_a_move(pixels * right, pixels * down) for name, (right, down) in DIRECTIONS.items()}
    still, moved_map = source.map, gone[direction][source.chosen]
    with st.container(horizontal=True, gap="large"):
        for key, title, first, second in (
            ("before", _("Before pooling"), still, moved_map),
            ("after", _("After pooling"), pooling(still), pooling(moved_map)),
        ):
            with st.container(key=f"pooling_shift_{key}"):
                st.markdown(f"**{title}**")
                _three(source, first, second, key)
    shifts = {name: shift(still, maps[source.chosen], pooling) for name, maps in gone.items()}
    st.dataframe(
        pd.DataFrame([_row(_(_DIRECTION_NAMES[name]), each) for name, each in shifts.items()]),
        hide_index=True,
        height="content",
        alt=_("What a move in each direction changes, before and after pooling"),
    )
    st.caption(
        _(
            "Changed: the share of the numbers that differ by more than {least} of the largest. Relative: the mean "
            "change as a share of the mean number.",
            least=_percent(CHANGED, 0),
        )
    )
    st.markdown(_verdict(shifts[direction]))
    if len(source.maps) > 1:
        everywhere = shift(source.maps, gone[direction], pooling)
        st.caption(
            _(
                "Over all {count} maps of the layer the relative change is {before} before pooling and {after} "
                "after it.",
                count=len(source.maps),
                before=_percent(everywhere.before.relative, 0),
                after=_percent(everywhere.after.relative, 0),
            )
        )


def _choose_shift() -> tuple[str, int]:
    """Direction and pixels of the move that is shown."""
    with st.container(horizontal=True, gap="medium"):
        direction = choose(
            _("The digit moves"),
            tuple(DIRECTIONS),
            key="pooling_direction",
            written=lambda direction: _(_DIRECTION_NAMES[direction]),
        )
        pixels = choose(_("By how many pixels"), PIXELS, key="pooling_pixels")
    return direction, pixels


def _three(source: Source, first: Tensor, second: Tensor, key: str) -> None:
    difference = (second - first).contiguous()
    limit = float(source.maps.abs().max())
    up, down = grown_and_shrunk(first, second)
    pictures(
        [
            _picture(source, first, _("In place"), _("The map of the digit in its place"), ""),
            _picture(source, second, _("Moved"), _("The map of the digit that has moved"), ""),
            Picture(
                difference.numpy(),
                _("Difference"),
                _("What has changed: {up} numbers have grown, {down} have shrunk", up=up, down=down),
                _("{up} up, {down} down", up=up, down=down),
                limit=limit,
            ),
        ],
        key=f"pooling_shift_{key}_pictures",
        size="7.5rem",
    )


def _percent(share: float, digits: int = 1) -> str:
    """A share, which may be more than the whole."""
    return percent(share, digits, counted=True)


def _row(name: str, move: Shift) -> dict[str, Any]:
    return {
        _("Move"): name,
        _("Changed before"): _percent(move.before.share),
        _("Changed after"): _percent(move.after.share),
        _("Mean change before"): written(move.before.mean, 3),
        _("Mean change after"): written(move.after.mean, 3),
        _("Relative before"): _percent(move.before.relative),
        _("Relative after"): _percent(move.after.relative),
    }


def _verdict(move: Shift) -> str:
    """What the figures of one move say about pooling."""
    before, after = move.before.relative, move.after.relative
    figures = {"before": _percent(before), "after": _percent(after)}
    if not move.before.mean:
        return _("Nothing changes: in this map there is nothing to move.")
    if after < 0.95 * before:
        return _(
            "Compared with the size of the numbers, the move changes {before} before pooling and {after} after it: "
            "pooling makes the network less sensitive to where exactly a stroke lies.",
            **figures,
        )
    if after <= 1.05 * before:
        return _(
            "Compared with the size of the numbers, the move changes about as much before pooling, {before}, as after "
            "it, {after}: here it forgives next to nothing.",
            **figures,
        )
    return _(
        "Compared with the size of the numbers, the move changes {before} before pooling and even {after} after it: "
        "strokes have crossed the borders of windows. Pooling forgives a move within a window only.",
        **figures,
    )


# --- What is left -----------------------------------------------------------------------------------------------------


def what_is_left(source: Source, pooling: Pooling, config: ModelConfig) -> None:
    """The formula of the size, filled in, and how many numbers there are before and after."""
    count, side, _width = source.maps.shape
    after = pooling.side(side)
    st.latex(size_formula(side, pooling.window, pooling.stride))
    before_all, after_all = count * side**2, count * after**2
    st.latex(
        rf"{count} \cdot {side} \cdot {side} = {_latex(before_all)} \;\longrightarrow\; "
        rf"{count} \cdot {after} \cdot {after} = {_latex(after_all)}"
    )
    st.markdown(
        _(
            "$n$ is the side of the map, $w$ of the window, $s$ the stride. Of the numbers {share} are left. Pooling "
            "has no parameters of its own: there is nothing to learn in it.",
            share=_percent(after_all / before_all),
        )
    )
    if lost := unseen(side, pooling.window, pooling.stride):
        st.markdown(
            ngettext(
                "The last row and the last column of each map are in no window: nobody sees them.",
                "The last {count} rows and columns of each map are in no window: nobody sees them.",
                lost,
            )
        )
    without = _without_pooling(config)
    if without:
        st.markdown(
            _(
                "What it saves comes behind it: the chosen network has {parameters:,} parameters, and without its "
                "pooling it would have {without:,}.",
                parameters=config.parameters,
                without=without,
            )
        )


def _without_pooling(config: ModelConfig) -> int | None:
    """The parameters that the network would have, None where it does not pool or would be too large to be built."""
    if not config.filters or config.pooling == "none":
        return None
    try:
        return ModelConfig(**{**config.model_dump(), "pooling": "none"}).parameters
    except ValueError:
        return None


def size_formula(side: int, window: int, stride: int) -> str:
    """LaTeX: the size of the pooled map, filled in."""
    result = output_size(side, window, stride)
    return (
        r"\left\lfloor \frac{n - w}{s} \right\rfloor + 1 = "
        rf"\left\lfloor \frac{{{side} - {window}}}{{{stride}}} \right\rfloor + 1 = {result}"
    )


def _latex(number: int) -> str:
    return f"{number:,}".replace(",", "{,}")
