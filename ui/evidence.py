"""The evidence for an answer: first the student's prediction, then four maps of it over the drawing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import streamlit as st

from model.config import CLASSES, ModelConfig
from model.explanation import PATCH, Attribution, Method, enlargement_error, explain, methods_for, prepare
from model.guess import Mask, Overlap, overlap
from model.network import DigitCNN
from model.preprocess import Float
from model.recognizer import Reading, Recognizer
from ui.components.evidence_painter import evidence_painter, guess_of
from ui.components.pictures import Picture, pictures
from ui.text import percent

ANSWER, NOTHING, RUNNER_UP = "the answer", "nothing", "the runner-up"
DIGITS = [str(digit) for digit in range(CLASSES)]
MAX_GUESSES = 50
"""Predictions that one session remembers."""

_PAINTER, _ROUND, _GUESSES = "evidence_painter", "evidence_round", "evidence_guesses"
_NAMES: dict[Method, str] = {
    "saliency": "Saliency",
    "integrated gradients": "Integrated gradients",
    "occlusion": "Occlusion",
    "grad-cam": "Grad-CAM",
}


@dataclass(frozen=True)
class Question:
    """Why `target`, or why `target` and not `versus`."""

    target: int
    versus: int | None

    @property
    def title(self) -> str:
        """As a student asks it."""
        return f"Why {self.target}?" if self.versus is None else f"Why {self.target} and not {self.versus}?"

    @property
    def subject(self) -> str:
        """What the evidence is for."""
        return f"the {self.target}" if self.versus is None else f"the {self.target} and against the {self.versus}"

    @property
    def logit(self) -> str:
        """What is explained."""
        less = "" if self.versus is None else f" less the {self.versus}'s"
        return f"the {self.target}'s logit{less}"


def evidence(recognizer: Recognizer, reading: Reading, answer: int) -> None:
    """Choose what to explain, predict, then see."""
    question = _question(reading, answer)
    if question.target == question.versus:
        st.info(f"There is nothing between {question.target} and {question.target}. Choose two different digits.")
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
    with st.spinner("Asking all methods …"):
        maps = _explained(
            recognizer.fingerprint, reading.image, question.target, question.versus, recognizer.network
        )  # fmt: skip
    scores: dict[Method, Overlap | None] = {}
    if painted is not None:
        scores = {each.method: overlap(each.values, painted, reading.image) for each in maps}
        _tell_score(painted, scores)
    with st.container(horizontal=True, gap="medium", key="evidence_maps"):
        for number, each in enumerate(maps):
            with st.container(key=f"map_{number}"):
                _show(each, reading.image, question, painted)
                if painted is not None:
                    st.markdown(f"Your score: {_written(scores[each.method])}")
                measures, misleads = _lesson(each, question, recognizer.network.config)
                st.markdown(f":small[**Measures:** {measures}]\n\n:small[**Misleads:** {misleads}]")
        if not recognizer.network.config.filters:
            with st.container(key=f"map_{len(maps)}"):
                st.markdown(
                    f":small[**{_NAMES['grad-cam']}** shows where the last convolution finds its evidence, and this "
                    "network has no convolution.]"
                )
    st.button("Predict again", icon=":material/replay:", on_click=_forget, args=(round_,), key="evidence_again")


def _question(reading: Reading, answer: int) -> Question:
    with st.container(horizontal=True, key="evidence_question"):
        wanted = st.selectbox("Why", [ANSWER, *DIGITS], key="evidence_target", persist_state="session", width=150)
        against = st.selectbox(
            "and not", [NOTHING, RUNNER_UP, *DIGITS], key="evidence_versus", persist_state="session", width=150
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
    st.markdown(f"**Predict first.** Paint where the network finds its evidence for {question.subject}, then compare.")
    evidence_painter(image, subject=question.subject, round_=round_, key=_PAINTER, on_guess=_take_guess)
    st.button(
        "Skip: show it without guessing", type="tertiary", on_click=_remember, args=(round_, None), key="evidence_skip"
    )


def _tell_score(painted: Mask, scores: dict[Method, Overlap | None]) -> None:
    """What the scores mean, and which was the best."""
    known = {method: score for method, score in scores.items() if score is not None}
    if not known:
        return
    best = max(known, key=lambda method: known[method].share - known[method].ink)
    verdict = (
        f"You came closest to what {best if best != 'grad-cam' else 'Grad-CAM'} finds."
        if known[best].share > known[best].ink
        else "Painting the ink at random would have done as well: see where the maps differ from your idea."
    )
    area = int(painted.sum())
    st.markdown(
        f"**Your prediction** is outlined and covers {area} of {painted.size} pixels. A score is the share of a map's "
        f"{area} strongest pixels that you painted; painting anywhere would get {percent(known[best].chance, 0)}, and "
        f"painting the ink at random what stands in brackets. {verdict}"
    )


def _written(score: Overlap | None) -> str:
    if score is None:
        return "the map holds no evidence to find"
    return f"**{percent(score.share, 0)}** (ink at random: {percent(score.ink, 0)})"


def _show(each: Attribution, image: Float, question: Question, painted: Mask | None) -> None:
    """One map over the faint drawing, with the ends of its scale."""
    unit = {"saliency": "logits per full ink", "grad-cam": "no unit"}.get(each.method, "logits")
    if not each.limit:
        scale = "zero everywhere"
    elif each.signed:
        scale = f"{-each.limit:.2g} (blue) to +{each.limit:.2g} (orange), {unit}"
    else:
        scale = f"0 to {each.limit:.2g} (orange), {unit}"
    name = _NAMES[each.method]
    pictures(
        [
            Picture(
                each.values, name, f"{name} for {question.subject}, over the drawing: {_places(each.values)}", scale,
                limit=each.limit or 1.0, under=image, outline=painted,
            )
        ],
        key=f"picture_{each.method}", size="min(100%, 17rem)",
    )  # fmt: skip


def _places(values: Float) -> str:
    """Where a map is strongest, in words, for those who do not see it."""

    def place(part: Float) -> str:
        """The ninth of the picture that holds the most."""
        sums = [[float(cell.sum()) for cell in np.array_split(band, 3, axis=1)] for band in np.array_split(part, 3)]
        row, column = divmod(int(np.argmax(sums)), 3)
        words = f"{('upper', 'middle', 'lower')[row]} {('left', 'centre', 'right')[column]}"
        return "the middle" if words == "middle centre" else words

    found = [f"most evidence in {place(values.clip(min=0))}"] if (values > 0).any() else ["no evidence"]
    if (values < 0).any():
        found.append(f"most against it in {place((-values).clip(min=0))}")
    return ", ".join(found)


def _lesson(each: Attribution, question: Question, config: ModelConfig) -> tuple[str, str]:
    """What a method measures and where it misleads, one sentence each."""
    if each.method == "saliency":
        return (
            f"how much {question.logit} moves when a pixel changes a little.",
            "it shows where the network is sensitive, not what its answer rests on, and never the direction.",
        )
    if each.method == "integrated gradients":
        return (
            f"what each pixel's ink adds to {question.logit} on the way from a black picture to this one; all pixels "
            f"together make {float(each.values.sum()):+.1f}.",
            "it starts from black, so a gap in the ink gets nothing, however much it matters.",
        )
    if each.method == "occlusion":
        return (
            f"how far {question.logit} falls when a black {PATCH}x{PATCH} square covers the pixel.",
            "where two strokes say the same, hiding one changes little, and no training digit had such holes.",
        )
    height, width = (1, 1) if each.coarse is None else each.coarse.shape
    return (
        f"where the last block's feature maps are active that raise {question.logit}.",
        "this network's last block keeps one number per filter, so there is no place left to show."
        if height * width == 1
        else f"this network's last block has {height}x{width} fields, and stretching them over the picture moves them "
        f"by up to {enlargement_error(config):.0f} pixels: trust the rough place, not the edges.",
    )
