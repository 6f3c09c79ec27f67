"""The loss of one picture against the formula and against PyTorch."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from model.theory.overfitting.loss import losses

LOGITS = st.lists(st.floats(-60, 60, width=32), min_size=10, max_size=10)


@given(LOGITS, st.integers(0, 9), st.floats(0, 0.5))
def test_the_loss_is_minus_the_logarithm_of_the_share(logits: list[float], label: int, smoothing: float) -> None:
    given_ = torch.tensor(logits)
    found = losses(given_, label, smoothing)
    shares = given_.double().softmax(0)
    assert found.probability == pytest.approx(float(shares[label]), rel=1e-9, abs=1e-300)
    assert found.loss == pytest.approx(-float(given_.double().log_softmax(0)[label]), abs=1e-9)
    target = torch.full((10,), found.rest, dtype=torch.float64)
    target[label] = found.target
    assert float(target.sum()) == pytest.approx(1)
    assert found.smoothed == pytest.approx(-float((target * given_.double().log_softmax(0)).sum()), abs=1e-6)
    torchs = F.cross_entropy(given_[None], torch.tensor([label]), label_smoothing=smoothing)
    assert found.smoothed == pytest.approx(float(torchs), rel=1e-3, abs=1e-4)


def test_a_share_too_small_for_float32_still_has_a_loss() -> None:
    logits = torch.zeros(10)
    logits[3] = 200.0
    assert losses(logits, 4, 0.0).loss == pytest.approx(200.0)
    assert math.isfinite(losses(logits, 4, 0.5).smoothed)


def test_without_smoothing_both_losses_are_the_same() -> None:
    found = losses(torch.arange(10.0), 7, 0.0)
    assert found.loss == found.smoothed
    assert (found.target, found.rest) == (1.0, 0.0)
