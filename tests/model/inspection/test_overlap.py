"""The score of a painting, and the expected scores of random painting."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from model.inspection.overlap import overlap

SIDE = 6
UNIT = st.floats(0, 1, width=32)


def picture(elements: st.SearchStrategy[float]) -> st.SearchStrategy[np.ndarray]:
    return arrays.arrays(np.float32, (SIDE, SIDE), elements=elements)


def line(row: int) -> np.ndarray:
    image = np.zeros((SIDE, SIDE), np.float32)
    image[row] = 1
    return image


def test_painting_exactly_the_evidence_gives_the_best_score() -> None:
    score = overlap(line(2), line(2) > 0, line(2))
    assert score is not None
    assert score.share == 1
    assert score.chance == pytest.approx(1 / SIDE)
    assert score.ink == 1  # all the ink is evidence here


def test_painting_outside_the_evidence_gives_a_score_of_zero() -> None:
    score = overlap(line(2), line(3) > 0, line(2) + line(3))
    assert score is not None
    assert score.share == 0
    assert score.ink == pytest.approx(0.5)


def test_negative_values_are_not_evidence() -> None:
    assert overlap(-line(2), line(2) > 0, line(2)) is None
    values = line(2) - line(3)
    score = overlap(values, (line(2) + line(3)) > 0, line(2) + line(3))
    assert score is not None
    assert score.count == SIDE  # only that many are positive, though twice as many were painted
    assert score.share == 1


def test_without_paint_there_is_no_score() -> None:
    assert overlap(line(2), np.zeros((SIDE, SIDE), bool), line(2)) is None


@given(picture(st.floats(-1, 1, width=32)), arrays.arrays(bool, (SIDE, SIDE)), picture(UNIT))
def test_every_share_is_from_0_to_1(values: np.ndarray, painted: np.ndarray, image: np.ndarray) -> None:
    score = overlap(values, painted, image)
    if score is not None:
        for share in (score.share, score.chance, score.ink):
            assert 0 <= share <= 1 + 1e-9
        assert 1 <= score.count <= painted.sum()


def test_the_expected_scores_are_those_of_random_paintings() -> None:
    generator = np.random.default_rng(0)
    values = generator.normal(size=(SIDE, SIDE)).astype(np.float32) + 1
    image = (generator.random((SIDE, SIDE)) < 0.4).astype(np.float32)
    ink, rest = np.flatnonzero(image), np.flatnonzero(image == 0)
    for area in (4, len(ink) + 5):
        anywhere, on_ink = [], []
        for _ in range(3000):
            order = np.concatenate((generator.permutation(ink), generator.permutation(rest)))
            for chosen, scores in ((generator.permutation(SIDE**2), anywhere), (order, on_ink)):
                painted = np.zeros(SIDE**2, bool)
                painted[chosen[:area]] = True
                score = overlap(values, painted.reshape(SIDE, SIDE), image)
                assert score is not None
                scores.append(score.share)
        assert np.mean(anywhere) == pytest.approx(score.chance, abs=0.02)
        assert np.mean(on_ink) == pytest.approx(score.ink, abs=0.02)
