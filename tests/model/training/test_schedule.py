"""The learning rate of each step, and the steps with a snapshot."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.network.train_config import TrainConfig
from model.training.schedule import MAX_SNAPSHOTS, learning_rate_at, snapshot_steps


def rates(schedule: str) -> list[float]:
    """The learning rate at 1,001 steps, where the full rate is 0.5."""
    config = TrainConfig(schedule=schedule, learning_rate=0.5)  # type: ignore[arg-type]
    return [learning_rate_at(config, step / 1000) for step in range(1001)]


def test_the_constant_schedule_keeps_the_full_rate() -> None:
    assert set(rates("constant")) == {0.5}


def test_the_cosine_schedule_falls_from_the_full_rate_to_zero() -> None:
    cosine = rates("cosine")
    assert cosine == sorted(cosine, reverse=True)
    assert (cosine[0], cosine[500], cosine[-1]) == pytest.approx((0.5, 0.25, 0.0), abs=1e-9)


def test_the_one_cycle_schedule_rises_for_a_quarter_and_then_falls() -> None:
    one_cycle = rates("one-cycle")
    assert one_cycle[:251] == sorted(one_cycle[:251])
    assert one_cycle[250:] == sorted(one_cycle[250:], reverse=True)
    assert (one_cycle[0], one_cycle[250], one_cycle[-1]) == pytest.approx((0.05, 0.5, 0.0))


@pytest.mark.parametrize("schedule", ["one-cycle", "cosine", "constant"])
def test_the_learning_rate_stays_between_zero_and_the_full_rate_without_jumps(schedule: str) -> None:
    curve = rates(schedule)
    assert 0 <= min(curve) <= max(curve) <= 0.5 * (1 + 1e-12)
    assert max(abs(later - earlier) for earlier, later in pairwise(curve)) < 0.005


@given(st.integers(1, 8000), st.integers(1, 300), st.integers(4, MAX_SNAPSHOTS))
def test_snapshots_begin_at_the_start_and_end_at_the_end(steps: int, epochs: int, most: int) -> None:
    chosen = sorted(snapshot_steps(steps, epochs, most))
    assert (chosen[0], chosen[-1]) == (0, steps * epochs)
    assert len(chosen) <= most
    assert all(step <= steps or step % steps == 0 for step in chosen), "within the first epoch, or at the end of one"
    assert snapshot_steps(steps, epochs, 0) == frozenset()


@given(st.integers(64, 8000), st.integers(1, 300))
def test_snapshots_are_close_together_in_the_first_epoch_and_evenly_spaced_later(steps: int, epochs: int) -> None:
    chosen = sorted(snapshot_steps(steps, epochs))
    assert sum(0 < step < steps for step in chosen) >= 5
    ends = [step // steps for step in chosen if step >= steps]
    gaps = [later - earlier for earlier, later in pairwise(ends)]
    assert ends[0] == 1
    assert not gaps or max(gaps) - min(gaps) <= 1
    if epochs <= 12:
        assert ends == list(range(1, epochs + 1))
