"""Augmentation: variations of the student's digit, as training makes them of its pictures."""

from __future__ import annotations

import streamlit as st
import torch
from torch import Tensor

from model.data.augmentation import augment
from model.language import _
from model.network.train_config import TrainConfig
from model.recognizer import Recognizer
from ui.components.pictures import Picture, pictures
from ui.learn.controls import set_value, slide_number
from ui.learn.layout import side_by_side
from ui.learn.overfitting.state import OverfittingState
from ui.shared.formatting import percent
from ui.shared.state import state_of
from ui.train.settings.fields import GROUPS, bounds, help_of, label_of

SETTINGS = GROUPS["Augment"]
VARIATIONS = 12
STRONG = {
    "rotation": 25.0,
    "shift": 4.0,
    "scale": 0.25,
    "aspect": 0.25,
    "shear": 20.0,
    "elastic": 1.2,
    "thickness": 2.5,
}


@st.fragment
def augmentation(recognizer: Recognizer, image: Tensor) -> None:
    """The section: sliders, and twelve variations with the answers of the network. image: float32 (28, 28)."""
    st.markdown(
        _(
            "Augmentation makes more pictures from those you have: in each epoch every training picture is turned, "
            "moved, bent or thickened by a random amount. Its digit stays the same, so the network learns which "
            "changes do not matter."
        )
    )
    left, right = side_by_side("overfitting_sliders", "overfitting_samples", gap="large")
    with left:
        config = _choose_strengths()
    generator = torch.Generator().manual_seed(state_of(OverfittingState).augmentation.value)
    varied = augment(image[None, None].repeat(VARIATIONS, 1, 1, 1), config, generator)[:, 0].numpy()
    answer = int(recognizer.probabilities(image[None].numpy())[0].argmax())
    shares = recognizer.probabilities(varied)
    digits = shares.argmax(1).tolist()
    with right:
        st.markdown(
            _(
                "The network reads {count} of {all} variations like your digit, as a **{digit}**. The others have a "
                "frame.",
                count=digits.count(answer),
                all=VARIATIONS,
                digit=answer,
            )
        )
        pictures(
            [
                Picture(
                    picture,
                    str(digit),
                    _("A variation of the digit, read as {digit}", digit=digit),
                    note=percent(float(share[digit])),
                    marked=digit != answer,
                )
                for picture, share, digit in zip(varied, shares, digits, strict=True)
            ],
            key="overfitting_variations",
            size="6.8rem",
        )


def _choose_strengths() -> TrainConfig:
    """The strengths, within the bounds of TrainConfig; its defaults at first."""
    defaults = {name: TrainConfig.model_fields[name].default for name in SETTINGS}
    presets = ((_("None"), dict.fromkeys(SETTINGS, 0.0)), (_("As in training"), defaults), (_("Strong"), STRONG))
    with st.container(horizontal=True, gap="small"):
        for number, (label, strengths) in enumerate(presets):
            st.button(label, on_click=_use, args=(strengths,), key=f"overfitting_preset_{number}")
        seed = state_of(OverfittingState).augmentation
        st.button(_("Other variations"), icon=":material/casino:", on_click=seed.next_seed, key="overfitting_again")
    values = {}
    columns = st.columns(2)
    for number, name in enumerate(SETTINGS):
        low, high = bounds(TrainConfig.model_fields[name])
        with columns[number % 2]:
            values[name] = slide_number(
                label_of(name),
                low,
                high,
                key=_key(name),
                default=defaults[name],
                step=0.01 if high <= 1 else 0.1 if high <= 10 else 1.0,
                help=help_of(name),
            )
    return TrainConfig.model_validate({name: round(value, 6) for name, value in values.items()})


def _use(strengths: dict[str, float]) -> None:
    """Callback: set all sliders."""
    for name, value in strengths.items():
        set_value(_key(name), value)


def _key(name: str) -> str:
    return f"overfitting_{name}"
