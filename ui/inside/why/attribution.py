"""The section Evidence: the student predicts where the evidence is, then sees four attribution maps."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from model.data.preprocess import Float
from model.inspection.attribution import Attribution, Method, explain, methods_for
from model.inspection.captum_import import import_in_background
from model.inspection.overlap import Mask, Overlap, overlap
from model.language import N_, _
from model.network.cnn import DigitCNN
from model.network.layers import CLASSES
from model.recognizer import Reading, Recognizer
from ui.components.evidence_painter import evidence_painter, guess_of
from ui.components.pictures import Picture, pictures
from ui.inside.why.texts import NAMES, AttributionTarget, about_method, places
from ui.shared.formatting import percent
from ui.shared.state import state_of

ANSWER, NOTHING, RUNNER_UP = N_("the answer"), N_("nothing"), N_("the runner-up")
DIGITS = [str(digit) for digit in range(CLASSES)]
MAX_PREDICTIONS = 50
"""Predictions that one session keeps."""

PAINTER = "evidence_painter"


@dataclass
class EvidenceState:
    """State of the section.

    task: the current drawing with its target. predictions: what the student painted, bool (28, 28), by task, the oldest
    first; None where the student skipped it.
    """

    task: str = ""
    predictions: dict[str, Mask | None] = field(default_factory=dict)


def evidence(recognizer: Recognizer, reading: Reading, answer: int) -> None:
    """The section: choose a target, predict, then see the maps. answer: the digit that the network reads."""
    target = _choose_target(reading, answer)
    if target.target == target.versus:
        st.info(_("A digit cannot be compared with itself. Choose two different digits."))
        return
    st.subheader(target.title, anchor=False)
    state = state_of(EvidenceState)
    picture = hashlib.sha256(reading.image.tobytes()).hexdigest()[:16]
    state.task = f"{picture} {target.target} {target.versus}"
    if state.task not in state.predictions:
        import_in_background()  # while the student paints
        _predict(reading.image, target, state.task)
        return
    painted = state.predictions[state.task]
    with st.spinner(_("Computing the maps …")):
        maps = _attributions(recognizer.fingerprint, reading.image, target.target, target.versus, recognizer.network)
    scores: dict[Method, Overlap | None] = {}
    if painted is not None:
        scores = {each.method: overlap(each.values, painted, reading.image) for each in maps}
        _show_result(painted, scores)
    with st.container(horizontal=True, gap="medium", key="evidence_maps"):
        for number, each in enumerate(maps):
            with st.container(key=f"map_{number}"):
                _show_map(each, reading.image, target, painted)
                if painted is not None:
                    st.markdown(_score_text(scores[each.method]))
                measures, misleads = about_method(each, target, recognizer.network.config)
                st.markdown(f":small[{measures}]\n\n:small[{misleads}]")
        if not recognizer.network.config.filters:
            with st.container(key=f"map_{len(maps)}"):
                none = _(
                    "**Grad-CAM** shows where the last convolution finds its evidence, and this network has no "
                    "convolution."
                )
                st.markdown(f":small[{none}]")
    st.button(_("Predict again"), icon=":material/replay:", on_click=_forget, args=(state.task,), key="evidence_again")


def _choose_target(reading: Reading, answer: int) -> AttributionTarget:
    with st.container(horizontal=True, key="evidence_question"):
        wanted = st.selectbox(
            _("Why"), [ANSWER, *DIGITS], format_func=_, key="evidence_target", persist_state="session", width=150
        )
        against = st.selectbox(
            _("and not"),
            [NOTHING, RUNNER_UP, *DIGITS],
            format_func=_,
            key="evidence_versus",
            persist_state="session",
            width=150,
        )
    target = answer if wanted == ANSWER else int(wanted)
    if against == NOTHING:
        return AttributionTarget(target, None)
    if against == RUNNER_UP:
        return AttributionTarget(target, int(np.argsort(reading.probabilities)[-2]))
    return AttributionTarget(target, int(against))


@st.cache_data(max_entries=256, show_spinner=False)
def _attributions(
    fingerprint: str, image: Float, target: int, versus: int | None, _network: DigitCNN
) -> list[Attribution]:
    """All maps, computed once for all sessions. The fingerprint identifies the network, which is not hashed."""
    return [explain(_network, image, target, method, versus) for method in methods_for(_network.config)]


def _keep(task: str, painted: Mask | None) -> None:
    """Callback: keep a prediction, or None for a skipped one; only the newest MAX_PREDICTIONS stay."""
    predictions = state_of(EvidenceState).predictions
    predictions[task] = painted
    while len(predictions) > MAX_PREDICTIONS:
        del predictions[next(iter(predictions))]


def _forget(task: str) -> None:
    """Callback: the student predicts again."""
    state_of(EvidenceState).predictions.pop(task, None)


def _keep_painted() -> None:
    """Callback of the painter. A painting of another task, which may arrive late, is ignored."""
    guess = guess_of(PAINTER)
    if guess is not None and guess[0] == state_of(EvidenceState).task:
        _keep(*guess)


def _predict(image: Float, target: AttributionTarget, task: str) -> None:
    """The painter, and a button to skip it."""
    st.markdown(
        _("**Predict first.** Paint where the network finds {evidence}, then compare.", evidence=target.evidence)
    )
    evidence_painter(image, evidence=target.evidence, task=task, key=PAINTER, on_guess=_keep_painted)
    st.button(
        _("Skip: show it without guessing"),
        type="tertiary",
        on_click=_keep,
        args=(task, None),
        key="evidence_skip",
    )


def _show_result(painted: Mask, scores: dict[Method, Overlap | None]) -> None:
    """The meaning of the scores, and the map with the best one."""
    known = {method: score for method, score in scores.items() if score is not None}
    if not known:
        return
    best = max(known, key=lambda method: known[method].share - known[method].ink)
    verdict = (
        _("Of these maps you came closest to {map}.", map=f"**{_(NAMES[best])}**")
        if known[best].share > known[best].ink
        else _(
            "Painting random pixels of the ink would have been at least as good. See where the maps differ from your "
            "painting."
        )
    )
    text = _(
        "**Your prediction** is outlined and covers {area} of {pixels} pixels. A score is the share of a map's {area} "
        "strongest pixels that you painted. Painting random pixels of the picture would score {chance}. Painting "
        "random pixels of the ink would score the number in brackets.",
        area=int(painted.sum()),
        pixels=painted.size,
        chance=percent(known[best].chance, 0),
    )
    st.markdown(f"{text} {verdict}")


def _score_text(score: Overlap | None) -> str:
    if score is None:
        return _("Your score: none, because this map shows no evidence")
    return _("Your score: **{share}** (random ink: {ink})", share=percent(score.share, 0), ink=percent(score.ink, 0))


def _show_map(each: Attribution, image: Float, target: AttributionTarget, painted: Mask | None) -> None:
    """One map over the faint drawing, with both ends of its scale."""
    unit = {"saliency": _("logits per full ink"), "grad-cam": _("no unit")}.get(each.method, _("logits"))
    if not each.limit:
        scale = _("zero everywhere")
    elif each.signed:
        scale = _("{least:.2g} (blue) to {most:+.2g} (orange), {unit}", least=-each.limit, most=each.limit, unit=unit)
    else:
        scale = _("0 to {most:.2g} (orange), {unit}", most=each.limit, unit=unit)
    name = _(NAMES[each.method])
    drawn = _("{map}: {evidence}, over the drawing.", map=name, evidence=target.evidence)
    pictures(
        [
            Picture(
                each.values,
                name,
                f"{drawn} {places(each.values)}",
                scale,
                limit=each.limit or 1.0,
                under=image,
                outline=painted,
            )
        ],
        key=f"picture_{each.method}",
        size="min(100%, 17rem)",
    )
