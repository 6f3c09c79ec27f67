"""Perturbed pictures: the effect of each kind on the pixels, at every strength."""

from __future__ import annotations

from typing import get_args

import pytest
import torch

from model.data.datasets import ImageSet
from model.theory.world.perturbation import (
    RANGES,
    Perturbation,
    first_change,
    perturbed,
    perturbed_series,
    pictures_without_digit,
)
from model.training.evaluation import shift_images

IMAGE = torch.rand(28, 28, generator=torch.Generator().manual_seed(2))
KINDS: tuple[Perturbation, ...] = get_args(Perturbation)


@pytest.mark.parametrize("kind", KINDS)
def test_every_strength_is_a_picture_and_none_changes_the_original(kind: Perturbation) -> None:
    before = IMAGE.clone()
    found = perturbed_series(IMAGE, kind)
    strengths = RANGES[kind].strengths
    assert strengths[0] == 0
    assert strengths[-1] == RANGES[kind].most
    assert found.shape == (len(strengths), 28, 28)
    assert float(found.min()) >= 0
    assert float(found.max()) <= 1
    assert torch.equal(found[0], IMAGE)
    assert not torch.equal(found[-1], IMAGE)
    assert torch.equal(IMAGE, before)
    assert torch.equal(perturbed_series(IMAGE, kind), found)


@pytest.mark.parametrize(("kind", "right", "down"), [("right", 3, 0), ("left", -3, 0), ("down", 0, 3), ("up", 0, -3)])
def test_the_four_moves(kind: Perturbation, right: int, down: int) -> None:
    one = ImageSet(IMAGE[None, None], torch.tensor([0]))
    assert torch.equal(perturbed(IMAGE, kind, 3), shift_images(one.images, right, down)[0, 0])


def test_a_quarter_turn_is_that_of_torch_rot90() -> None:
    assert torch.allclose(perturbed(IMAGE, "turn", 90), torch.rot90(IMAGE), atol=1e-4)


def test_the_cover_is_black_and_in_the_middle() -> None:
    covered = perturbed(torch.ones(28, 28), "cover", 10)
    assert float(covered.sum()) == 28 * 28 - 100
    assert float(covered[9:19, 9:19].sum()) == 0


def test_the_full_negative_and_the_full_shuffle() -> None:
    assert torch.allclose(perturbed(IMAGE, "invert", 1), 1 - IMAGE)
    shuffled = perturbed(IMAGE, "shuffle", 1)
    assert torch.equal(shuffled.flatten().sort().values, IMAGE.flatten().sort().values)
    half = perturbed(IMAGE, "shuffle", 0.5)
    assert int((half != IMAGE).sum()) == 392


def test_noise_has_its_standard_deviation() -> None:
    noise = perturbed(torch.full((28, 28), 0.5), "noise", 0.1) - 0.5
    assert float(noise.std()) == pytest.approx(0.1, abs=0.01)


def test_the_first_changed_answer() -> None:
    assert first_change([4, 4, 9, 4, 7]) == 2
    assert first_change([4, 4, 4]) is None


def test_nonsense_is_six_pictures_that_depend_on_the_seed() -> None:
    for seed in range(40):
        made = pictures_without_digit(IMAGE, seed)
        assert [tuple(each.shape) for each in made] == [(28, 28)] * 6
        assert all(each.dtype == torch.float32 for each in made)
        assert all(float(each.min()) >= 0 and float(each.max()) <= 1 for each in made)
        assert all(float(each.std()) > 0 for each in made)
        assert torch.equal(made[1].flatten().sort().values, IMAGE.flatten().sort().values)
    assert not torch.equal(pictures_without_digit(IMAGE, 0)[0], pictures_without_digit(IMAGE, 1)[0])
