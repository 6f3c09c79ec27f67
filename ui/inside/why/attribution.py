"""The evidence for an answer: first the student's prediction, then four maps of it over the drawing."""

from __future__ import annotations

import hashlib
from typing import Any, cast

import numpy as np
import streamlit as st

from model.data.preprocess import Float
from model.inspection.attribution import Attribution, Method, explain, methods_for, prepare
from model.inspection.overlap import Mask, Overlap, overlap
from model.language import N_, _
from model.network.cnn import DigitCNN
from model.network.layers import CLASSES
from model.recognizer import Reading, Recognizer
from ui.components.evidence_painter import evidence_painter, guess_of
from ui.components.pictures import Picture, pictures
from ui.inside.why.texts import NAMES, Question, lesson, places
from ui.shared.formatting import percent

ANSWER, NOTHING, RUNNER_UP = N_("the answer"), N_("nothing"), N_("the runner-up")
DIGITS = [str(digit) for digit in range(CLASSES)]
MAX_GUESSES = 50
"""Predictions that one session remembers."""

_PAINTER, _ROUND, _GUESSES = "evidence_painter", "evidence_round", "evidence_guesses"


def evidence(recognizer: Recognizer, reading: Reading, answer: int) -> None:
    """Choose what to explain, predict, then see."""
    question = _question(reading, answer)
    if question.target == question.versus:
        st.info(_("There is nothing between {digit} and {digit}. Choose two different digits.", digit=question.target))
        return
    st.subheader(question.title, anchor=False)
    picture = hashlib.sha256(reading.image.tobytes()).hexdigest()[:16]
    round_ = f"{picture} {question.target} {question.versus}"
    st.session_state[_ROUND] = round_
    guesses = _guesses()
    if round_ not in guesses:
        prepare()  # while the student paints
        _predict(reading.image, question, round_)
        return
    painted = guesses[round_]
    with st.spinner(_("Asking all methods …")):
        maps = _explained(recognizer.fingerprint, reading.image, question.target, question.versus, recognizer.network)
    scores: dict[Method, Overlap | None] = {}
    if painted is not None:
        scores = {each.method: overlap(each.values, painted, reading.image) for each in maps}
        _tell_score(painted, scores)
    with st.container(horizontal=True, gap="medium", key="evidence_maps"):
        for number, each in enumerate(maps):
            with st.container(key=f"map_{number}"):
                _show(each, reading.image, question, painted)
                if painted is not None:
                    st.markdown(_written(scores[each.method]))
                measures, misleads = lesson(each, question, recognizer.network.config)
                st.markdown(f":small[{measures}]\n\n:small[{misleads}]")
        if not recognizer.network.config.filters:
            with st.container(key=f"map_{len(maps)}"):
                none = _(
                    "**Grad-CAM** shows where the last convolution finds its evidence, and this network has no "
                    "convolution."
                )
                st.markdown(f":small[{none}]")
    st.button(_("Predict again"), icon=":material/replay:", on_click=_forget, args=(round_,), key="evidence_again")


def _question(reading: Reading, answer: int) -> Question:
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
        return Question(target, None)
    return Question(target, int(np.argsort(reading.probabilities)[-2]) if against == RUNNER_UP else int(against))


@st.cache_data(max_entries=256, show_spinner=False)
def _explained(
    fingerprint: str, image: Float, target: int, versus: int | None, _network: DigitCNN
) -> list[Attribution]:
    """All maps, once for all sessions; the fingerprint stands for the network, which is not hashed."""
    return [explain(_network, image, target, method, versus) for method in methods_for(_network.config)]


def _guesses() -> dict[str, Mask | None]:
    """What was painted, by round: a drawing with a question. None where the student did not want to guess."""
    state: Any = st.session_state
    return cast("dict[str, Mask | None]", state.setdefault(_GUESSES, {}))


def _remember(round_: str, painted: Mask | None) -> None:
    guesses = _guesses()
    guesses[round_] = painted
    while len(guesses) > MAX_GUESSES:
        del guesses[next(iter(guesses))]


def _forget(round_: str) -> None:
    _guesses().pop(round_, None)


def _take_guess() -> None:
    guess = guess_of(_PAINTER)
    if guess is not None and guess[0] == st.session_state.get(_ROUND):
        _remember(*guess)


def _predict(image: Float, question: Question, round_: str) -> None:
    """The painter, and the way past it."""
    st.markdown(
        _("**Predict first.** Paint where the network finds {evidence}, then compare.", evidence=question.evidence)
    )
    evidence_painter(image, evidence=question.evidence, round_=round_, key=_PAINTER, on_guess=_take_guess)
    st.button(
        _("Skip: show it without guessing"),
        type="tertiary",
        on_click=_remember,
        args=(round_, None),
        key="evidence_skip",
    )


def _tell_score(painted: Mask, scores: dict[Method, Overlap | None]) -> None:
    """What the scores mean, and which was the best."""
    known = {method: score for method, score in scores.items() if score is not None}
    if not known:
        return
    best = max(known, key=lambda method: known[method].share - known[method].ink)
    verdict = (
        _("Of these maps you came closest to {map}.", map=f"**{_(NAMES[best])}**")
        if known[best].share > known[best].ink
        else _("Painting the ink at random would have done as well: see where the maps differ from your idea.")
    )
    told = _(
        "**Your prediction** is outlined and covers {area} of {pixels} pixels. A score is the share of a map's "
        "{area} strongest pixels that you painted; painting anywhere would get {chance}, and painting the ink at "
        "random what stands in brackets.",
        area=int(painted.sum()),
        pixels=painted.size,
        chance=percent(known[best].chance, 0),
    )
    st.markdown(f"{told} {verdict}")


def _written(score: Overlap | None) -> str:
    if score is None:
        return _("Your score: the map holds no evidence to find")
    return _("Your score: **{share}** (ink at random: {ink})", share=percent(score.share, 0), ink=percent(score.ink, 0))


def _show(each: Attribution, image: Float, question: Question, painted: Mask | None) -> None:
    """One map over the faint drawing, with the ends of its scale."""
    unit = {"saliency": _("logits per full ink"), "grad-cam": _("no unit")}.get(each.method, _("logits"))
    if not each.limit:
        scale = _("zero everywhere")
    elif each.signed:
        scale = _("{least:.2g} (blue) to {most:+.2g} (orange), {unit}", least=-each.limit, most=each.limit, unit=unit)
    else:
        scale = _("0 to {most:.2g} (orange), {unit}", most=each.limit, unit=unit)
    name = _(NAMES[each.method])
    drawn = _("{map}: {evidence}, over the drawing.", map=name, evidence=question.evidence)
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
