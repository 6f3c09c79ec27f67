"""Three optimizers on a small loss surface; a press on the map chooses where they start."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from model.language import N_, _
from model.theory.overfitting.descent import SURFACES, Surface, stable_rate
from ui.components.descent import Choice, choice_of, descent
from ui.learn.controls import choose
from ui.learn.formulas import tex
from ui.learn.overfitting.state import OverfittingState
from ui.shared.state import state_of

NAMES = {"bowl": N_("A bowl"), "valley": N_("A long valley"), "saddle": N_("A saddle"), "two": N_("Two valleys")}

_MAP = "overfitting_descent"


@dataclass(frozen=True)
class OptimizerSettings:
    """What the student has set: the surface, and start, learning rate and momentum on it."""

    surface: Surface
    choice: Choice


def optimizers() -> OptimizerSettings:
    """The section: the surface, the map, and the rules of the optimizers."""
    st.markdown(
        _(
            "Imagine a network with only two weights. The map shows its loss for each pair of weights. An optimizer "
            "does not know the whole map, only the slope at its present point. Choose a start and see how far three "
            "optimizers get."
        )
    )
    keys = [surface.key for surface in SURFACES]
    key = choose(_("Surface"), keys, key="overfitting_surface", format_func=lambda each: _(NAMES[each]))
    surface = next(each for each in SURFACES if each.key == key)
    choice = state_of(OverfittingState).descents.get(key) or Choice(surface.start)
    st.latex(_formula(surface))
    descent(surface, choice, key=_MAP, on_choice=_keep_choice)
    _show_rules(surface)
    return OptimizerSettings(surface, choice)


def _keep_choice() -> None:
    """Callback: keep what the browser has sent, for the questions and for the next visit."""
    sent = choice_of(_MAP)
    if sent is None or sent[0] not in NAMES:
        return
    key, choice = sent
    state = state_of(OverfittingState)
    starts = {surface.key: state.descents.get(surface.key, Choice(surface.start)).start for surface in SURFACES}
    starts[key] = choice.start
    state.descents = {each: Choice(start, choice.rate, choice.momentum) for each, start in starts.items()}


def _show_rules(surface: Surface) -> None:
    with st.expander(_("The three rules"), icon=":material/functions:"):
        st.markdown(_("SGD goes straight down the slope g, in steps of the learning rate."))
        st.latex(r"w \leftarrow w - \eta\, g")
        st.markdown(_("Momentum works like a rolling ball: at each step it keeps a part µ of its speed."))
        st.latex(r"v \leftarrow \mu v + g \qquad w \leftarrow w - \eta\, v")
        st.markdown(_("Adam gives each weight its own step size: it divides each slope by its usual size."))
        st.latex(
            r"m \leftarrow \beta_1 m + (1 - \beta_1)\, g \qquad s \leftarrow \beta_2 s + (1 - \beta_2)\, g^2 \qquad "
            r"w \leftarrow w - \eta\, \frac{m / (1 - \beta_1^t)}{\sqrt{s / (1 - \beta_2^t)} + \varepsilon}"
        )
        st.caption(_("The training in this app uses Nesterov's form of momentum, which uses the slope one step ahead."))
    st.markdown(
        _(
            "The steeper the walls, the smaller the steps must be. Plain SGD stays at the lowest point of this "
            "surface only with a learning rate below **{rate}**.",
            rate=f"{stable_rate(surface):.3g}",
        ),
        help=_("Two divided by the largest second derivative there"),
    )


def _formula(surface: Surface) -> str:
    """LaTeX: the loss as a polynomial of x and y."""
    text = ""
    for factor, i, j in surface.terms:
        powers = "".join(name if power == 1 else f"{name}^{power}" for name, power in (("x", i), ("y", j)) if power)
        sign = ("-" if factor < 0 else "") if not text else (" - " if factor < 0 else " + ")
        text += f"{sign}{tex(abs(factor))}\\,{powers}"
    return f"L(x, y) = {text}"
