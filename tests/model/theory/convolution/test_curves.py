"""One-dimensional convolution against PyTorch and known integrals."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from model.theory.convolution.curves import CURVES, REACH, STEP, convolve, curve, shifts

T = shifts()


def convolution_of(one: str, other: str) -> np.ndarray:
    return convolve(curve(one), curve(other))


def test_two_boxes_make_a_triangle() -> None:
    np.testing.assert_allclose(convolution_of("box", "box"), np.maximum(0, 1 - np.abs(T)), atol=1e-9)


def test_two_gaussians_make_a_wider_one() -> None:
    np.testing.assert_allclose(
        convolution_of("gaussian", "gaussian"), np.exp(-np.pi * T**2 / 2) / math.sqrt(2), atol=1e-9
    )


def test_two_decays_and_a_box_with_a_decay() -> None:
    np.testing.assert_allclose(convolution_of("decay", "decay"), np.where(T > 0, T * np.exp(-T), 0), atol=1e-4)
    since = np.clip(T + 0.5, 0, None), np.clip(T - 0.5, 0, None)
    np.testing.assert_allclose(convolution_of("box", "decay"), np.exp(-since[1]) - np.exp(-since[0]), atol=1e-4)
    assert convolution_of("decay", "box")[T < -0.51].max() == pytest.approx(0, abs=1e-12)  # not the other way round


@pytest.mark.parametrize(("f", "g"), [*pairwise(CURVES), ("box", "box"), ("decay", "sine")])
def test_convolution_is_what_pytorch_computes_with_a_flipped_curve(f: str, g: str) -> None:
    x, weight = (torch.from_numpy(curve(name).copy())[None, None] for name in (f, g))
    whole = F.conv1d(x, weight.flip(2), padding=len(curve(g)) - 1)[0, 0].numpy() * STEP
    middle = len(whole) // 2
    travel = len(T) // 2
    np.testing.assert_allclose(convolution_of(f, g), whole[middle - travel : middle + travel + 1], atol=1e-10)
    np.testing.assert_allclose(convolution_of(f, g), convolution_of(g, f), atol=1e-12)


def test_curves_have_area_one_but_for_the_sine() -> None:
    areas = {name: curve(name).sum() * STEP for name in CURVES}
    assert areas.pop("sine") == pytest.approx(0, abs=1e-9)
    assert areas.pop("decay") == pytest.approx(1 - math.exp(-REACH), abs=1e-3)
    assert list(areas.values()) == pytest.approx([1] * len(areas), abs=2e-3)


def test_curves_with_another_number_of_samples_are_refused() -> None:
    with pytest.raises(ValueError, match="500 samples"):
        convolve(curve("box"), curve("box")[:-1])
