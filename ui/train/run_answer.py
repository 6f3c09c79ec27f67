"""The answer of a run's present network for the digit of this session."""

from __future__ import annotations

import streamlit as st

from model.language import _
from model.network.checkpoint import CheckpointError
from model.recognizer import Reading, Recognizer
from model.runs.run import Run
from ui.components.bars import bars
from ui.components.pictures import Picture, pictures
from ui.shared.digit import current_digit
from ui.shared.formatting import percent
from ui.train.run_network import load_network


def run_answer(run: Run) -> None:
    """The digit as the network sees it, a sentence, and the probabilities as bars."""
    digit = current_digit()
    recognizer = _present_network(run)
    reading = recognizer.read(digit.pixels) if digit is not None and recognizer is not None else None
    st.markdown("##### " + _("Its answer for your digit"))
    with st.container(key="run_answer", horizontal=True, gap="medium"):
        with st.container(key="run_answer_digit", width=150):
            _picture(reading)
        with st.container(key="run_answer_bars"):
            st.markdown(_sentence(run, reading, drawn=digit is not None))
            has_digit = reading is not None and reading.digit is not None
            bars(
                reading.probabilities.tolist() if reading is not None and has_digit else None,
                winner=reading.digit if reading is not None else None,
                label=_("How sure this network is of each digit"),
                key="run_bars",
            )


def _present_network(run: Run) -> Recognizer | None:
    """The network of a moment ago, or the best one after the end; None where no file can be read now."""
    path = run.latest()
    try:
        return None if path is None else load_network(str(path), path.stat().st_mtime_ns)
    except (CheckpointError, OSError):  # the run replaced or removed the file just now
        return None


def _picture(reading: Reading | None) -> None:
    if reading is not None and reading.digit is not None:
        picture = Picture(reading.image, _("What it sees"), _("Your digit as the network sees it"))
        pictures([picture], key="run_seen")


def _sentence(run: Run, reading: Reading | None, *, drawn: bool) -> str:
    if not drawn:
        return _("Draw a digit below, and see the answer change while the network learns.")
    if reading is None:
        active = run.state.active
        return _("Its first answer appears after its first steps.") if active else _("This run has no network.")
    if reading.digit is None:
        return _("There is no ink to read.")
    share = percent(float(reading.probabilities[reading.digit]))
    return _("It reads **{digit}**, {share} sure.", digit=reading.digit, share=share)
