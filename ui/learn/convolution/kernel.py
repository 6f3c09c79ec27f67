"""A kernel that slides over the student's digit: every number in it can be changed."""

from __future__ import annotations

import numpy as np
import streamlit as st
from torch import Tensor

from model.language import N_, _
from model.network.layers import IMAGE_SIZE
from model.theory.convolution.curves import Floats
from model.theory.convolution.kernels import KERNELS, SIZES, kernel, kernel_name, slide, total
from ui.components.sliding_kernel import sliding_kernel
from ui.learn.controls import choose, set_value, value_of
from ui.learn.convolution.settings import ConvolutionState, KernelSettings
from ui.learn.layout import side_by_side
from ui.shared.formatting import short_number
from ui.shared.number_input import number_grid, set_grid
from ui.shared.state import state_of

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
"""The names of the kernels of `model.theory.convolution.kernels`."""

STRIDES, PADDINGS = (1, 2, 3, 4), (0, 1, 2, 3, 4)
_SIZE, _PRESET = "convolution_size", "convolution_preset"


@st.fragment
def one_kernel(image: Tensor) -> None:
    """The controls, the kernel on the picture with its output, and what size and sum of the kernel mean.

    image: float32 (28, 28).
    """
    left, right = side_by_side(395, "convolution_view")
    with left:
        settings = _choose_kernel()
    pixels = image.numpy()
    with right:
        sliding_kernel(
            pixels,
            settings.applied,
            slide(pixels, settings.applied, settings.stride, settings.padding),
            stride=settings.stride,
            padding=settings.padding,
            flipped=settings.flipped,
            names=(_("The digit"), _("Output")),
            key="convolution_kernel_view",
        )
    left, right = side_by_side("convolution_output_size", "convolution_kernel_sum")
    with left:
        st.markdown(_("**Output size**, for $n$ pixels, padding $p$, kernel size $k$ and stride $s$:"))
        st.latex(
            r"\left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1 = " + output_size_formula(settings, settings.stride)
        )
    with right:
        st.markdown(_("**The sum of the kernel.**") + " " + _meaning_of_sum(settings.numbers))
        st.markdown(
            _(
                "**Flipped or not.** In mathematics a convolution flips the kernel first, like $g$ above. Deep "
                "learning computes cross-correlation, which does not flip, and still calls it convolution. This makes "
                "no difference, because training finds the numbers of its kernels."
            )
        )


def output_size_formula(settings: KernelSettings, stride: int) -> str:
    """LaTeX: the output size at a stride, with the present numbers."""
    side, padding = len(settings.numbers), settings.padding
    return (
        rf"\left\lfloor \frac{{{IMAGE_SIZE} + 2 \cdot {padding} - {side}}}{{{stride}}} \right\rfloor + 1"
        rf" = {settings.columns(stride)}"
    )


def written_side(side: int) -> str:
    """The size of a kernel: 3 x 3."""
    return f"{side} \N{MULTIPLICATION SIGN} {side}"


def _choose_kernel() -> KernelSettings:
    """All controls of the kernel, one below the other; the questions of the lesson use them too."""
    presets = st.container()  # they are shown above the grid, but depend on its numbers
    with presets:
        size = choose(_("Kernel"), SIZES, key=_SIZE, format_func=written_side, on_change=_take_preset_along)
    numbers = number_grid(_("Kernel"), kernel("vertical", size), key=_grid(size))
    set_value(_PRESET, kernel_name(numbers))  # none of them for the student's own numbers
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
        stride = choose(
            _("Stride"), STRIDES, key="convolution_stride", help=_("How many pixels the window moves at a time")
        )
        padding = choose(
            _("Padding"),
            PADDINGS,
            key="convolution_padding",
            help=_("How many rows and columns of zeros are put around the picture"),
        )
    names = {False: _("As it is: cross-correlation"), True: _("Flipped: convolution")}
    flipped = choose(
        _("How the kernel is applied"), list(names), key="convolution_flipped", format_func=names.__getitem__
    )
    state = state_of(ConvolutionState)
    state.numbers[size] = numbers
    state.kernel = KernelSettings(numbers, stride, padding, flipped)
    return state.kernel


def _take_preset() -> None:
    """Callback: write the chosen ready-made kernel, if any, into the grid."""
    name, size = value_of(_PRESET), value_of(_SIZE)
    if name in list(KERNELS) and size in list(SIZES):
        set_grid(_grid(size), kernel(name, size))


def _take_preset_along() -> None:
    """Callback: use the same ready-made kernel in another size, unless that size holds the student's own numbers."""
    numbers = state_of(ConvolutionState).numbers.get(value_of(_SIZE))
    if numbers is None or kernel_name(numbers):
        _take_preset()


def _grid(size: int) -> str:
    return f"convolution_grid_{size}"


def _meaning_of_sum(numbers: Floats) -> str:
    """What the kernel does to flat areas, which its sum decides."""
    found, level = total(numbers), 0.5
    flat = short_number(float(slide(np.full(numbers.shape, level), numbers)[0, 0])) if found else "0"
    text = _("The numbers of this kernel add up to {total}.", total=short_number(found))
    if found == 0:
        meaning = _("Where all pixels under it are equal, the output is 0: flat areas disappear, and changes remain.")
    elif abs(found - 1) < 1e-9:
        meaning = _("Flat areas keep their value: where all pixels under it are {level}, the output is {flat}.")
    elif found < 0:
        meaning = _("Flat areas change their sign: where all pixels under it are {level}, the output is {flat}.")
    elif found > 1:
        meaning = _("Flat areas get stronger: where all pixels under it are {level}, the output is {flat}.")
    else:
        meaning = _("Flat areas get weaker: where all pixels under it are {level}, the output is {flat}.")
    return f"{text} {meaning.format(level=short_number(level), flat=flat)}"
