"""Lesson 2: convolution, from two curves to a kernel that the chosen network has learned."""

from __future__ import annotations

import streamlit as st

from model.language import _
from ui.learn.convolution.channels import channels
from ui.learn.convolution.curves import two_curves
from ui.learn.convolution.kernel import one_kernel
from ui.learn.convolution.learned_kernel import learned_kernel
from ui.learn.convolution.questions import present_questions
from ui.learn.layout import lesson_title, section
from ui.learn.lesson_digit import lesson_picture
from ui.learn.questions import questions
from ui.shared.formatting import plain_markdown
from ui.shared.network_choice import chosen_name, shown_name

HERE = "pages/learn/convolution.py"


@st.fragment
def on_the_digit() -> None:
    """The sections that another drawing changes."""
    section(
        _("Pictures: a kernel slides over your digit"),
        _(
            "At every place each number of the kernel is multiplied by the pixel under it. The products add up to one "
            "number of the output. Point at a picture to move the window, press to hold it, or use the arrow keys."
        ),
    )
    image = lesson_picture()
    one_kernel(image)

    section(
        _("Channels: many kernels, one sum"),
        _(
            "An output channel has its own kernel for each input channel. The results are added up place by place, "
            "and a bias is added to the sum. Here the input channels are the outputs of ready-made kernels for your "
            "digit. The kernels of the layer are random, as in a network before training."
        ),
    )
    channels(image)

    section(
        _("A kernel that the network has learned"),
        _(
            "Training found these numbers; nobody typed them in. The network is **{name}**.",
            name=plain_markdown(shown_name(chosen_name())),
        ),
    )
    learned_kernel(image)


lesson_title(
    _("Convolution"),
    _("A small pattern slides over the data and is compared with it at every place. Here you move it yourself."),
)
section(_("One dimension: flip, slide, multiply, add up"))
st.latex(r"(f * g)(t) = \int_{-\infty}^{\infty} f(\tau)\, g(t - \tau)\, d\tau")
st.markdown(
    _(
        "Flip one curve, slide it over the other by $t$, and multiply the two. The area under the product is the value "
        "at $t$. Drag the dashed curve or the slider, use the arrow keys, or press Play."
    )
)
two_curves()
on_the_digit()
questions(HERE, present_questions)
