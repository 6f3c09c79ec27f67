"""Augmentation: the student's digit, varied as training varies its pictures."""

from __future__ import annotations

import streamlit as st
import torch
from torch import Tensor

from model.data.augmentation import augment
from model.language import _
from model.network.train_config import TrainConfig
from model.recognizer import Recognizer
from ui.components.pictures import Picture, pictures
from ui.learn.seeds import seed, throw
from ui.shared.formatting import percent
from ui.train.settings.fields import GROUPS, bounds, help_of, label_of

NAMES = GROUPS["Augment"]
SAMPLES = 12
STRONG = {
    "rotation": 25.0,
    "shift": 4.0,
    "scale": 0.25,
    "aspect": 0.25,
    "shear": 20.0,
    "elastic": 1.2,
    "thickness": 2.5,
}
_SEED = "overfitting_seed"


def _key(name: str) -> str:
    return f"overfitting_{name}"


@st.fragment
def augmentation(recognizer: Recognizer, image: Tensor) -> None:
    """The section: sliders, and twelve variations with what the network says to each."""
    st.markdown(
        _(
            "More pictures than one has: in each epoch every training picture comes turned, moved, bent or thickened "
            "by a random amount. Its digit stays what it was, so the network learns what does not matter."
        )
    )
    with st.container(horizontal=True, gap="large"):
        left, right = st.container(key="overfitting_sliders"), st.container(key="overfitting_samples")
    with left:
        config = _choose()
    generator = torch.Generator().manual_seed(seed(_SEED))
    varied = augment(image[None, None].repeat(SAMPLES, 1, 1, 1), config, generator)[:, 0].numpy()
    usual = int(recognizer.probabilities(image[None].numpy())[0].argmax())
    shares = recognizer.probabilities(varied)
    digits = shares.argmax(1).tolist()
    with right:
        st.markdown(
            _(
                "The network reads {count} of {all} variations as it reads your digit, a **{digit}**; the others have "
                "a frame.",
                count=digits.count(usual),
                all=SAMPLES,
                digit=usual,
            )
        )
        pictures(
            [
                Picture(
                    picture,
                    str(digit),
                    _("A variation of the digit, read as {digit}", digit=digit),
                    note=percent(float(share[digit])),
                    marked=digit != usual,
                )
                for picture, share, digit in zip(varied, shares, digits, strict=True)
            ],
            key="overfitting_variations",
            size="6.8rem",
        )


def _choose() -> TrainConfig:
    """The strengths, from TrainConfig's bounds; at first its defaults."""
    with st.container(horizontal=True, gap="small"):
        defaults = {name: TrainConfig.model_fields[name].default for name in NAMES}
        presets = ((_("None"), dict.fromkeys(NAMES, 0.0)), (_("As in training"), defaults), (_("Strong"), STRONG))
        for number, (label, strengths) in enumerate(presets):
            st.button(label, on_click=_use, args=(strengths,), key=f"overfitting_preset_{number}")
        st.button(_("Draw again"), icon=":material/casino:", on_click=throw, args=(_SEED,), key="overfitting_again")
    values: dict[str, float] = {}
    columns = st.columns(2)
    for number, name in enumerate(NAMES):
        field = TrainConfig.model_fields[name]
        low, high = bounds(field)
        kept = st.session_state.get(_key(name))
        if not isinstance(kept, int | float) or isinstance(kept, bool) or not low <= kept <= high:
            st.session_state[_key(name)] = float(field.default)
        values[name] = columns[number % 2].slider(
            label_of(name),
            low,
            high,
            step=0.01 if high <= 1 else 0.1 if high <= 10 else 1.0,
            key=_key(name),
            persist_state="session",
            help=help_of(name),
        )
    return TrainConfig.model_validate({name: round(value, 6) for name, value in values.items()})


def _use(strengths: dict[str, float]) -> None:
    for name, value in strengths.items():
        st.session_state[_key(name)] = value
