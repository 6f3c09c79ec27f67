"""Filter statistics against brute force, dead filters, and parts of large sets."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from model.data.datasets import to_float
from model.inspection.activations import activation_maps
from model.inspection.filter_statistics import STRONGEST, filter_statistics
from model.inspection.sampling import BATCH, sample
from model.network.config import ModelConfig
from tests.conftest import model_configs
from tests.model.inspection.helpers import FULL, assert_unchanged, frozen_network, state_of
from tests.networks import finish, random_pictures

ROUNDING = {"rtol": 1e-4, "atol": 1e-5}
"""Convolutions of other batch sizes and memory layouts round differently."""


@given(model_configs(), st.integers(1, BATCH + 10))
@settings(max_examples=20)
def test_the_statistics_are_those_of_brute_force(config: ModelConfig, count: int) -> None:
    network, pictures = frozen_network(config), random_pictures(count)
    found = finish(filter_statistics(network, pictures))
    assert found.count == count
    outputs = network.outputs(to_float(pictures.images))
    for number, block in enumerate(found.blocks, start=1):
        maps = outputs[f"activation{number}"]  # (N, filters, H, W)
        maxima = maps.amax((2, 3))
        torch.testing.assert_close(block.lowest, maps.amin((0, 2, 3)), **ROUNDING)
        torch.testing.assert_close(block.highest, maxima.amax(0), **ROUNDING)
        for digit in range(10):
            own = maxima[pictures.labels == digit]
            if len(own):
                torch.testing.assert_close(block.by_digit[digit], own.mean(0), **ROUNDING)
            else:
                assert block.by_digit[digit].isnan().all()
        for channel, peaks in enumerate(block.strongest):
            assert len({peak.picture for peak in peaks}) == len(peaks) == min(STRONGEST, count)
            best = maxima[:, channel].sort(descending=True).values[:STRONGEST]
            torch.testing.assert_close(torch.tensor([peak.value for peak in peaks]), best, **ROUNDING)
            for peak in peaks:  # the place is where that picture has that value
                value = maps[peak.picture, channel, peak.y, peak.x]
                torch.testing.assert_close(value, torch.tensor(peak.value), **ROUNDING)


def test_the_patch_of_a_peak_alone_gives_the_same_activation() -> None:
    config = ModelConfig(filters=(4, 5, 3), pooling="max", activation="tanh")
    network, pictures = frozen_network(config), random_pictures(40)
    for number, block in enumerate(finish(filter_statistics(network, pictures)).blocks):
        for channel, peaks in enumerate(block.strongest):
            peak = peaks[0]
            top, bottom, left, right = config.layer(f"activation{number + 1}").patch(peak.y, peak.x)
            patch = torch.zeros(28, 28)
            patch[top:bottom, left:right] = to_float(pictures.images[peak.picture, 0])[top:bottom, left:right]
            value = float(activation_maps(network, number, patch)[channel, peak.y, peak.x])
            assert value == pytest.approx(peak.value, abs=1e-5)


def test_a_filter_is_dead_when_its_activation_is_the_same_everywhere() -> None:
    network = frozen_network(ModelConfig(filters=(4, 6)))
    network.blocks[0].conv.bias[2] = -1e3
    network.blocks[1].conv.bias.fill_(10)
    network.blocks[1].conv.bias[[0, 5]] = -1e3
    found = finish(filter_statistics(network, random_pictures(20)))
    assert found.blocks[0].dead[2]
    assert found.blocks[1].dead.nonzero().flatten().tolist() == [0, 5]

    saturated = frozen_network(ModelConfig(filters=(3,), activation="tanh"))
    saturated.blocks[0].conv.bias[1] = 1e3
    found = finish(filter_statistics(saturated, random_pictures(12)))
    assert found.blocks[0].dead.tolist() == [False, True, False]


def test_pictures_of_a_part_keep_their_row_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model.inspection.filter_statistics.STATISTICS_SECONDS", 1e-9)
    network, pictures = frozen_network(ModelConfig(filters=(2,))), random_pictures(620)
    found = finish(filter_statistics(network, pictures))
    assert found.count == 500
    for peaks in found.blocks[0].strongest:
        for peak in peaks:
            maps = activation_maps(network, 0, to_float(pictures.images[peak.picture, 0]))
            assert float(maps.amax()) >= peak.value - 1e-5
            assert peak.picture in sample(620, 1).tolist()


def test_the_network_is_not_changed_even_if_the_work_stops_or_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    network = frozen_network(FULL)
    before = state_of(network)
    work = filter_statistics(network, random_pictures(2 * BATCH))
    next(work)
    assert_unchanged(network, before)  # between two steps, other work uses this thread
    work.close()
    work = filter_statistics(network, random_pictures(2 * BATCH))
    next(work)
    monkeypatch.setattr("model.inspection.filter_statistics.to_float", lambda _: torch.rand(1, 7, 5, 5))
    with pytest.raises(RuntimeError):
        next(work)
    assert_unchanged(network, before)


def test_an_empty_set_is_refused() -> None:
    with pytest.raises(ValueError, match="no pictures"):
        next(filter_statistics(frozen_network(FULL), random_pictures(0)))
