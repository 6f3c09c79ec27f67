"""Optimizers on a small surface that one can click."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from model.language import N_, _
from model.theory.overfitting.descent import SURFACES, Surface, stable_rate
from ui.components.descent import Choice, choice_of, descent
from ui.learn.choice import choose
from ui.learn.formulas import tex

NAMES = {"bowl": N_("A bowl"), "valley": N_("A long valley"), "saddle": N_("A saddle"), "two": N_("Two valleys")}

_SURFACE, _KEY, _CHOICES = "overfitting_surface", "overfitting_descent", "overfitting_choices"


@dataclass(frozen=True)
class Descent:
    """What the student has set: the surface, and start, rate and momentum on it."""

    surface: Surface
    choice: Choice


def optimizers() -> Descent:
    """The section: surface, rules and the map."""
    st.markdown(
        _(
            "Imagine a network with two weights only: the map is its loss for each pair of them. An optimizer knows no "
            "map, just the slope where it stands. Choose a start and see where three optimizers get to."
        )
    )
    keys = [surface.key for surface in SURFACES]
    key = choose(_("Surface"), keys, key=_SURFACE, written=lambda each: _(NAMES[each]))
    surface = next(each for each in SURFACES if each.key == key)
    choices = _choices()
    choice = choices.get(key) or Choice(surface.start)
    st.latex(_formula(surface))
    descent(surface, choice, key=_KEY, on_choice=_chosen)
    _rules(surface)
    return Descent(surface, choice)


def _choices() -> dict[str, Choice]:
    """Start by surface; rate and momentum are those of all."""
    kept = st.session_state.setdefault(_CHOICES, {})
    return kept if isinstance(kept, dict) else {}


def _chosen() -> None:
    """Callback: keep what the browser has sent, for the questions and for the next visit."""
    sent = choice_of(_KEY)
    if sent is None or sent[0] not in NAMES:
        return
    key, choice = sent
    kept = {surface.key: _choices().get(surface.key, Choice(surface.start)).start for surface in SURFACES}
    kept[key] = choice.start
    st.session_state[_CHOICES] = {each: Choice(start, choice.rate, choice.momentum) for each, start in kept.items()}


def _rules(surface: Surface) -> None:
    with st.expander(_("The three rules"), icon=":material/functions:"):
        st.markdown(_("SGD: straight down the slope g, in steps of the learning rate."))
        st.latex(r"w \leftarrow w - \eta\, g")
        st.markdown(_("Momentum: a ball that keeps the share of its speed that the momentum says."))
        st.latex(r"v \leftarrow \mu v + g \qquad w \leftarrow w - \eta\, v")
        st.markdown(
            _("Adam: each weight has a step of its own, for its slopes are divided by how large they usually are.")
        )
        st.latex(
            r"m \leftarrow \beta_1 m + (1 - \beta_1)\, g \qquad s \leftarrow \beta_2 s + (1 - \beta_2)\, g^2 \qquad "
            r"w \leftarrow w - \eta\, \frac{m / (1 - \beta_1^t)}{\sqrt{s / (1 - \beta_2^t)} + \varepsilon}"
        )
        st.caption(
            _("The training in this app uses Nesterov's form of momentum, which looks at the slope one step ahead.")
        )
    st.markdown(
        _(
            "The steeper the walls, the smaller the steps must be: at the lowest point of this surface plain SGD "
            "settles only with a learning rate below **{rate}**.",
            rate=f"{stable_rate(surface):.3g}",
        ),
        help=_("Two divided by the largest second derivative there"),
    )


def _formula(surface: Surface) -> str:
    """The loss as a polynomial of x and y."""
    text = ""
    for factor, i, j in surface.terms:
        powers = "".join(name if power == 1 else f"{name}^{power}" for name, power in (("x", i), ("y", j)) if power)
        sign = ("-" if factor < 0 else "") if not text else (" - " if factor < 0 else " + ")
        text += f"{sign}{tex(abs(factor))}\\,{powers}"
    return f"L(x, y) = {text}"
