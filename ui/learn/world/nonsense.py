"""Pictures without a digit: the network must give an answer to them too."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st
import torch
from torch import Tensor

from model.language import _
from model.recognizer import Recognizer
from model.theory.world.perturbation import pictures_without_digit
from ui.components.pictures import Picture, pictures
from ui.learn.seeds import Seed
from ui.shared.formatting import percent
from ui.shared.state import state_of


@dataclass
class WorldState:
    """nonsense: the seed of the pictures without a digit."""

    nonsense: Seed = field(default_factory=Seed)


@st.fragment
def read_nonsense(recognizer: Recognizer, image: Tensor) -> None:
    """Six pictures without a digit, and the answers of the network. image: float32 (28, 28)."""
    st.markdown(
        _(
            "None of these pictures shows a digit. But the shares of the ten digits always add up to 1: the network "
            "cannot answer “I do not know”."
        )
    )
    seed = state_of(WorldState).nonsense
    images = pictures_without_digit(image, seed.value)
    shares = recognizer.probabilities(torch.stack(images).numpy())
    digits = shares.argmax(1).tolist()
    names = (
        _("Noise"),
        _("Your pixels, shuffled"),
        _("A checkerboard"),
        _("A square"),
        _("Stripes"),
        _("Dots"),
    )
    pictures(
        [
            Picture(
                picture.numpy(),
                _("{digit}, {share}", digit=digit, share=percent(float(share[digit]))),
                _("{name}, read as {digit}", name=name, digit=digit),
                note=name,
            )
            for picture, share, digit, name in zip(images, shares, digits, names, strict=True)
        ],
        key="world_nonsense",
        size="8.5rem",
    )
    surest = int(shares.max(1).argmax())
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.button(_("Other pictures"), icon=":material/casino:", on_click=seed.next_seed, key="world_others")
        st.markdown(
            _(
                "The network is surest of this one: {name}, a **{digit}** with {share}.",
                name=names[surest],
                digit=digits[surest],
                share=percent(float(shares[surest].max())),
            ),
            width="content",
        )
