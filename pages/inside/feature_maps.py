"""The output of every layer for the current digit, from the whole network to the arithmetic of one number."""

import streamlit as st

from model.data.preprocess import Steps
from model.language import _
from ui.components.current_reading import share_reading
from ui.components.network_view import network_view
from ui.draw.canvas import SIDE
from ui.draw.source import digit_source
from ui.shared.formatting import plain_markdown
from ui.shared.network_choice import chosen_name, chosen_network, shown_name


@st.fragment
def source() -> None:
    """Everything that a new stroke changes on the server; the network view updates itself in the browser."""
    digit = digit_source()
    steps = Steps()
    reading = chosen_network().read(digit.pixels, steps) if digit else None
    share_reading(reading, steps)


st.title(_("Feature maps"), anchor=False)
st.markdown(
    _(
        "How **{network}** reads your digit, from the picture to the ten outputs. Blue numbers are below zero, orange "
        "numbers are above.",
        network=plain_markdown(shown_name(chosen_name())),
    )
)
with st.container(horizontal=True, gap="medium"):
    left, right = st.container(width=SIDE), st.container(key="network_view")
with left:
    source()
with right:
    network_view()
