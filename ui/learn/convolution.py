"""What the lesson on convolution is set to: its curves, its kernel, its layer; and the questions about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import streamlit as st

from model.language import N_, _
from model.network.config import ModelConfig
from model.network.layers import IMAGE_SIZE, convolution_parameters, output_size
from model.theory.convolution.curves import Floats
from model.theory.convolution.kernels import KERNELS, SIZES, flip, kernel, kernel_name, slide, symmetry, total
from ui.learn.choice import choose
from ui.learn.questions import Question
from ui.shared.formatting import written
from ui.shared.number_input import number_grid, set_grid

CURVE_NAMES = {
    "box": N_("Box"),
    "triangle": N_("Triangle"),
    "gaussian": N_("Gaussian"),
    "decay": N_("Exponential decay"),
    "sine": N_("One sine wave"),
    "spikes": N_("Two spikes"),
}
"""The curves of `model.theory.convolution.curves` as people call them; and so the kernels."""

KERNEL_NAMES = {
    "identity": N_("Identity"),
    "vertical": N_("Vertical edges"),
    "horizontal": N_("Horizontal edges"),
    "rising": N_("Rising edges"),
    "falling": N_("Falling edges"),
    "mean": N_("Mean"),
    "blur": N_("Blur"),
    "sharpen": N_("Sharpen"),
    "emboss": N_("Emboss"),
    "laplacian": N_("Laplacian"),
}

STRIDES, PADDINGS = (1, 2, 3, 4), (0, 1, 2, 3, 4)
LAYER_SIZES = (1, 3, 5, 7)
MOST_CHANNELS = 128

_SIZE, _PRESET, _STRIDE, _PADDING, _FLIPPED = (
    f"convolution_{name}" for name in ("size", "preset", "stride", "padding", "flipped")
)
_FIRST = {"convolution_f": "box", "convolution_g": "decay"}
_SETTINGS, _LAYER = "convolution_kernel_settings", "convolution_layer_settings"


@dataclass(frozen=True)
class KernelSettings:
    """numbers: float64 (k, k), as typed. applied: the same, or turned by half a turn, as it lies on the picture."""

    numbers: Floats
    stride: int
    padding: int
    flipped: bool

    @property
    def applied(self) -> Floats:
        """What the picture is multiplied with."""
        return flip(self.numbers) if self.flipped else self.numbers

    def columns(self, stride: int) -> int:
        """Columns of the output on a picture, at a stride."""
        return output_size(IMAGE_SIZE, len(self.numbers), stride, self.padding)


@dataclass(frozen=True)
class LayerSettings:
    """Side of the kernels, and channels, of the layer that the lesson adds up."""

    size: int
    channels_in: int
    channels_out: int


# --- One dimension ----------------------------------------------------------------------------------------------------


def choose_curve(label: str, key: str) -> str:
    """The chooser of one of the curves; returns its name."""
    if st.session_state.get(key) not in list(CURVE_NAMES):
        st.session_state[key] = _FIRST[key]
    return st.selectbox(
        label,
        list(CURVE_NAMES),
        format_func=lambda name: _(CURVE_NAMES[name]),
        key=key,
        persist_state="session",
        width=230,
    )


# --- A kernel on a picture --------------------------------------------------------------------------------------------


def choose_kernel() -> KernelSettings:
    """Every control of the kernel, one below the other; returns what they are set to, also for the questions."""
    presets = st.container()
    with presets:
        size = choose(_("Kernel"), SIZES, key=_SIZE, written=_side, on_change=_take_along)
    numbers = number_grid(_("Kernel"), kernel("vertical", size), key=_grid(size))
    st.session_state[_numbers(size)] = numbers
    st.session_state[_PRESET] = kernel_name(numbers)  # none for numbers of the student's own
    with presets:
        st.pills(
            _("Ready-made kernels"),
            list(KERNELS),
            format_func=lambda name: _(KERNEL_NAMES[name]),
            key=_PRESET,
            on_change=_take_preset,
            label_visibility="collapsed",
        )
    with st.container(horizontal=True, gap="medium"):
        stride = choose(_("Stride"), STRIDES, key=_STRIDE, help=_("How many pixels the window moves at a time"))
        padding = choose(
            _("Padding"),
            PADDINGS,
            key=_PADDING,
            help=_("How many rows and columns of zeros are put around the picture"),
        )
    names = {False: _("As it is: cross-correlation"), True: _("Flipped: convolution")}
    flipped = choose(_("The kernel is laid on"), list(names), key=_FLIPPED, written=names.__getitem__)
    settings = KernelSettings(numbers, stride, padding, flipped)
    st.session_state[_SETTINGS] = settings
    return settings


def output_size_formula(settings: KernelSettings) -> str:
    """The formula of the output's size in LaTeX, with the present numbers."""
    return _filled_in(settings, settings.stride)


def told_by_the_sum(numbers: Floats) -> str:
    """What the kernel makes of flat areas, from a flat area that it slides over."""
    found, level = total(numbers), 0.5
    flat = written(float(slide(np.full(numbers.shape, level), numbers)[0, 0])) if found else "0"
    told = _("The numbers of this kernel add up to {total}.", total=written(found))
    if found == 0:
        meaning = _("Wherever all pixels under it are equal, the output is 0: flat areas vanish, and changes remain.")
    elif abs(found - 1) < 1e-9:
        meaning = _("Flat areas keep their value: where all pixels under it are {level}, the output is {flat}.")
    elif found < 0:
        meaning = _("Flat areas change their sign: where all pixels under it are {level}, the output is {flat}.")
    elif found > 1:
        meaning = _("Flat areas get stronger: where all pixels under it are {level}, the output is {flat}.")
    else:
        meaning = _("Flat areas get weaker: where all pixels under it are {level}, the output is {flat}.")
    return f"{told} {meaning.format(level=written(level), flat=flat)}"


def _filled_in(settings: KernelSettings, stride: int) -> str:
    side, padding = len(settings.numbers), settings.padding
    return (
        rf"\left\lfloor \frac{{{IMAGE_SIZE} + 2 \cdot {padding} - {side}}}{{{stride}}} \right\rfloor + 1"
        rf" = {settings.columns(stride)}"
    )


def _grid(size: int) -> str:
    return f"convolution_grid_{size}"


def _side(side: int) -> str:
    return f"{side} \N{MULTIPLICATION SIGN} {side}"


def _numbers(size: int) -> str:
    return f"convolution_numbers_{size}"


def _take_preset() -> None:
    """Callback: write the chosen ready-made kernel, if any, into the grid."""
    name, size = st.session_state.get(_PRESET), st.session_state.get(_SIZE)
    if name in list(KERNELS) and size in list(SIZES):
        set_grid(_grid(size), kernel(name, size))


def _take_along() -> None:
    """Callback: a ready-made kernel comes along to another size, unless the student's own numbers are there."""
    own = st.session_state.get(_numbers(cast("int", st.session_state.get(_SIZE))))
    if own is None or kernel_name(own):
        _take_preset()


# --- Channels ---------------------------------------------------------------------------------------------------------


def choose_layer_settings() -> LayerSettings:
    """The controls of a layer's channels; returns what they are set to, also for the questions."""
    count_in = _channels(_("Input channels"), "convolution_channels_in", 3)
    count_out = _channels(_("Output channels"), "convolution_channels_out", 2)
    size = choose(_("Kernel size"), LAYER_SIZES, key="convolution_layer_size", default=3, written=_side)
    settings = LayerSettings(size, count_in, count_out)
    st.session_state[_LAYER] = settings
    return settings


def parameter_formula(size: int, channels_in: int, channels_out: int) -> str:
    """The formula of a layer's parameters in LaTeX, with its numbers."""
    count = f"{convolution_parameters(channels_in, size, channels_out):,}".replace(",", "{,}")
    return rf"({size} \cdot {size} \cdot {channels_in} + 1) \cdot {channels_out} = {count}"


def _channels(label: str, key: str, first: int) -> int:
    return _number(label, key, MOST_CHANNELS, first)


def _number(label: str, key: str, most: int, first: int = 1) -> int:
    """A field for a whole number from 1; what another network or a browser left there is brought into its bounds."""
    kept = st.session_state.get(key)
    st.session_state[key] = min(max(kept, 1), most) if type(kept) is int else first
    return int(st.number_input(label, 1, most, step=1, key=key, persist_state="session", width=170) or 1)


# --- A learned kernel -------------------------------------------------------------------------------------------------


def choose_learned(config: ModelConfig) -> tuple[int, int, int]:
    """The choosers of a learned kernel; returns (block, filter, input channel), counted from 0."""
    layers = range(1, len(config.filters) + 1)
    layer = choose(_("Layer"), layers, key="convolution_learned_layer") if len(layers) > 1 else 1
    channel = _number(
        _("Filter, 1 to {count}", count=config.filters[layer - 1]),
        "convolution_learned_filter",
        config.filters[layer - 1],
    )
    if layer == 1:
        return 0, channel - 1, 0
    count = config.filters[layer - 2]
    source = _number(_("Input channel, 1 to {count}", count=count), "convolution_learned_source", count)
    return layer - 1, channel - 1, source - 1


# --- Questions --------------------------------------------------------------------------------------------------------


def ask() -> list[Question]:
    """The questions of the lesson, answered for what is set above."""
    settings = cast("KernelSettings", st.session_state[_SETTINGS])
    layer = cast("LayerSettings", st.session_state[_LAYER])
    return [_columns(settings), _flipping(settings.numbers), _parameters(layer)]


def _columns(settings: KernelSettings) -> Question:
    stride = settings.stride + 1
    return Question(
        "columns",
        _(
            "Leave kernel and padding of the sliding kernel as they are, and make its stride larger by 1. How many "
            "columns does the output have?"
        ),
        float(settings.columns(stride)),
        _("With that stride the formula says:") + f"\n\n${_filled_in(settings, stride)}$",
    )


def _flipping(numbers: Floats) -> Question:
    answers = {
        "same": _("The same output"),
        "opposite": _("The same output with all signs changed"),
        "other": _("Another output"),
    }
    found = symmetry(numbers)
    reasons = {
        "same": _("Turned by half a turn, this kernel is what it was: each number is that of the opposite place."),
        "opposite": _("Turned by half a turn, each number of this kernel changes its sign, and so does every sum."),
        "other": _("Turned by half a turn, this is another kernel, neither itself nor its negative."),
    }
    return Question(
        "flip",
        _("Flip the kernel whose numbers stand above. What comes out, compared with the kernel as it is?"),
        answers[found],
        f"{reasons[found]} {_opposites(numbers, found)}",
        tuple(answers.values()),
    )


def _opposites(numbers: Floats, found: str) -> str:
    """A number of the kernel and the one opposite it, which show what flipping does."""
    turned = flip(numbers)
    telling = (
        np.abs(numbers) + np.abs(turned)
        if found != "other"
        else np.minimum(np.abs(numbers - turned), np.abs(numbers + turned))
    )
    telling[len(numbers) // 2, len(numbers) // 2] = -1  # the middle is opposite itself
    row, column = np.unravel_index(int(telling.argmax()), numbers.shape)
    far = len(numbers) - 1
    return _(
        "In row {row}, column {column} stands {one}, and opposite, in row {far_row}, column {far_column}, {other}.",
        row=row + 1,
        column=column + 1,
        one=written(numbers[row, column]),
        far_row=far - row + 1,
        far_column=far - column + 1,
        other=written(turned[row, column]),
    )


def _parameters(layer: LayerSettings) -> Question:
    size, channels_in, channels_out = layer.size, layer.channels_in, 2 * layer.channels_out
    right = convolution_parameters(channels_in, size, channels_out)
    return Question(
        "parameters",
        _("The layer whose channels you chose gets twice as many output channels. How many parameters has it then?"),
        float(right),
        _("Twice the filters, each with its kernels and its bias:")
        + f"\n\n${parameter_formula(size, channels_in, channels_out)}$",
    )
