"""Samples within a time limit: the same part every time, and smaller for larger networks."""

from __future__ import annotations

import torch

from model.inspection.sampling import sample, seconds_per_picture
from model.network.config import ModelConfig


def test_a_sample_is_sorted_and_the_same_every_time() -> None:
    chosen = sample(60_000, 700)
    assert len(chosen) == len(chosen.unique()) == 700
    assert torch.equal(chosen, sample(60_000, 700))
    assert torch.equal(chosen, chosen.sort().values)


def test_a_sample_has_at_least_500_pictures_where_there_are_so_many() -> None:
    assert len(sample(60_000, 1)) == 500
    assert torch.equal(sample(300, 1), torch.arange(300))


def test_a_picture_takes_longer_in_a_larger_network_and_less_time_from_a_later_block() -> None:
    large = ModelConfig(filters=(128,) * 4, kernel_size=(9, 3, 3, 3), pooling="none", dense_units=8)
    assert seconds_per_picture(large) > 20 * seconds_per_picture(ModelConfig())
    assert seconds_per_picture(large, start=3) < seconds_per_picture(large) / 2
    assert 0 < seconds_per_picture(large, start=4) < seconds_per_picture(large, start=3)
