"""Lesson 2: convolution, from two curves to a kernel that the chosen network has learned."""

import streamlit as st
import torch

from model.data.preprocess import Float
from model.language import _, ngettext
from model.theory.convolution.channels import fresh_layer
from model.theory.convolution.curves import convolve, curve
from model.theory.convolution.kernels import slide
from model.theory.convolution.learned_filter import learned_filter
from ui.components.channel_sums import SHOWN, channel_sums
from ui.components.sliding_curves import sliding_curves
from ui.components.sliding_kernel import sliding_kernel
from ui.learn.convolution import (
    CURVE_NAMES,
    ask,
    choose_curve,
    choose_kernel,
    choose_layer_settings,
    choose_learned,
    output_size_formula,
    parameter_formula,
    told_by_the_sum,
)
from ui.learn.lesson import lesson_picture
from ui.learn.questions import questions
from ui.shared.network_choice import chosen_name, chosen_network, shown_name

HERE = "pages/learn/convolution.py"


@st.fragment
def one_dimension() -> None:
    """Two curves, one of which slides."""
    st.subheader(_("One dimension: flip, slide, multiply, add up"), anchor=False)
    st.latex(r"(f * g)(t) = \int_{-\infty}^{\infty} f(\tau)\, g(t - \tau)\, d\tau")
    st.markdown(
        _(
            "Flip one curve, slide it over the other by $t$, and multiply the two. The area under the product is the "
            "value at $t$. Drag the dashed curve or the slider, use the arrow keys, or press Play."
        )
    )
    with st.container(horizontal=True, gap="medium"):
        f = choose_curve(_("f, which stays"), "convolution_f")
        g = choose_curve(_("g, which is flipped and slides"), "convolution_g")
    sliding_curves(
        curve(f),
        curve(g),
        convolve(curve(f), curve(g)),
        names=(_(CURVE_NAMES[f]), _(CURVE_NAMES[g])),
        key="convolution_curves",
    )


@st.fragment
def one_kernel(image: Float) -> None:
    """A kernel with every number to be changed, on the picture."""
    with st.container(horizontal=True, gap="medium"):
        left, right = st.container(width=395), st.container(key="convolution_view")
    with left:
        settings = choose_kernel()
    with right:
        output = slide(image, settings.applied, settings.stride, settings.padding)
        sliding_kernel(
            image,
            settings.applied,
            output,
            stride=settings.stride,
            padding=settings.padding,
            flipped=settings.flipped,
            names=(_("The digit"), _("Output")),
            key="convolution_kernel_view",
        )
    with st.container(horizontal=True, gap="medium"):
        left, right = st.container(key="convolution_size_told"), st.container(key="convolution_sum_told")
    with left:
        st.markdown(_("**Output size**, for $n$ pixels, padding $p$, kernel size $k$ and stride $s$:"))
        st.latex(r"\left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1 = " + output_size_formula(settings))
    with right:
        st.markdown(_("**The sum of the kernel.**") + " " + told_by_the_sum(settings.numbers))
        st.markdown(
            _(
                "**Flipped or not.** Mathematics flips the kernel first, as $g$ above: a convolution. Deep "
                "learning computes cross-correlation, which does not flip, and calls it convolution all the same: "
                "its kernels are learned, so they come out the right way round."
            )
        )


@st.fragment
def channels(image: Float) -> None:
    """A layer of several channels, and what it costs."""
    with st.container(horizontal=True, gap="medium"):
        left, right = st.container(width=300), st.container(key="convolution_channels")
    with left:
        settings = choose_layer_settings()
        st.markdown(
            _("**Parameters**: $k \\cdot k$ weights for each input channel and one bias, for each output channel.")
        )
        st.latex(r"(k \cdot k \cdot c_\mathrm{in} + 1) \cdot c_\mathrm{out}")
        st.latex("= " + parameter_formula(settings.size, settings.channels_in, settings.channels_out))
    with right:
        shown = min(SHOWN, settings.channels_out)
        layer = fresh_layer(image, settings.size, settings.channels_in, settings.channels_out, shown)
        channel_sums(layer, key="convolution_sums")


@st.fragment
def learned(image: Float) -> None:
    """A kernel of the chosen network on the picture."""
    recognizer = chosen_network()
    config = recognizer.checkpoint.model
    if not config.filters:
        st.info(
            _(
                "This network is a dense one: it has no convolutions, and so has learned no kernels. Choose another in "
                "the sidebar."
            )
        )
        return
    with st.container(horizontal=True, gap="medium"):
        left, right = st.container(width=300), st.container(key="convolution_learned")
    with left:
        block, channel, source = choose_learned(config)
    size, channels_in = config.kernel_size[block], (1, *config.filters)[block]
    found = learned_filter(recognizer.network, block, channel, source, torch.from_numpy(image))
    with left:
        st.markdown(
            ngettext(
                "Filter {number} has {count} kernel and a bias of {bias:.3f}.",
                "Filter {number} has {count} kernels, one for each map of layer {before}, and a bias of {bias:.3f}.",
                channels_in,
                number=channel + 1,
                before=block,
                bias=found.bias,
            )
        )
        if config.batch_norm:
            st.caption(_("Batch normalisation is folded into these numbers."))
        st.markdown(_("Parameters of layer {number}:", number=block + 1))
        st.latex(parameter_formula(size, channels_in, config.filters[block]))
    with right:
        before = _("The digit") if block == 0 else _("Layer {layer}, map {map}", layer=block, map=source + 1)
        after = _("Filter {number}, before the activation", number=channel + 1)
        sliding_kernel(
            found.source.numpy(),
            found.kernel.numpy(),
            found.output.numpy(),
            grey=block == 0,
            bias=found.bias,
            others=None if found.others is None else found.others.numpy(),
            names=(before, after),
            key="convolution_learned_view",
        )


@st.fragment
def on_the_digit() -> None:
    """Everything that another drawing changes."""
    st.subheader(_("Pictures: a kernel slides over your digit"), anchor=False)
    st.markdown(
        _(
            "At every place each number of the kernel is multiplied with the pixel under it. The products add up "
            "to one number of the output. Point at a picture to move the window, press to hold it, or use the arrow "
            "keys."
        )
    )
    image = lesson_picture()
    one_kernel(image)
    st.subheader(_("Channels: many kernels, one sum"), anchor=False)
    st.markdown(
        _(
            "An output channel has a kernel of its own for each input channel. What they give is added up place by "
            "place, and its bias is added to all of it. Here the inputs are what ready-made kernels make of your "
            "digit; the kernels are random, as in a network before training."
        )
    )
    channels(image)
    st.subheader(_("A kernel that the network has learned"), anchor=False)
    st.markdown(
        _(
            "Nobody typed in these numbers: training found them. The network is **{name}**.",
            name=shown_name(chosen_name()),
        )
    )
    learned(image)


st.title(_("Convolution"), anchor=False)
st.markdown(
    _("A small pattern slides over the data and asks at every place how well it fits. Here you move it yourself.")
)
one_dimension()
on_the_digit()
questions(HERE, ask)
