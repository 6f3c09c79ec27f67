"""Augmentation of whole batches of images."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from model.data.augmentation import augment
from model.data.datasets import DataSet, to_float
from model.network.train_config import TrainConfig

STRENGTHS = {
    "rotation": 20.0,
    "shift": 3.0,
    "scale": 0.3,
    "aspect": 0.4,
    "shear": 20.0,
    "elastic": 1.0,
    "thickness": 2.0,
}

NO_AUGMENTATION = dict.fromkeys(STRENGTHS, 0.0)


def vary(images: Tensor, seed: int = 0, **strengths: float) -> Tensor:
    config = TrainConfig(**{**NO_AUGMENTATION, **strengths})  # type: ignore[arg-type]
    return augment(images, config, torch.Generator().manual_seed(seed))


@pytest.fixture(scope="module")
def batch(digits: DataSet) -> Tensor:
    return to_float(digits.train.images[:200])


def ink(images: Tensor) -> Tensor:
    return images.sum(dim=(1, 2, 3))


def centers(images: Tensor) -> Tensor:
    """(N, 2): x and y of the centre of mass."""
    at = torch.arange(28) + 0.5
    return torch.stack([(images[:, 0].sum(dim) * at).sum(1) / ink(images) for dim in (1, 2)], dim=1)


def test_without_augmentation_the_input_itself_is_returned(batch: Tensor) -> None:
    assert vary(batch) is batch


@pytest.mark.parametrize("strength", STRENGTHS)
def test_each_augmentation_changes_the_images_and_keeps_the_digits(batch: Tensor, strength: str) -> None:
    before = batch.clone()
    varied = vary(batch, **{strength: STRENGTHS[strength]})
    changed = (varied - batch).abs().amax(dim=(1, 2, 3)) > 0.02
    assert changed.float().mean() > 0.9
    assert torch.equal(batch, before), "the data set itself is not changed"
    assert_images(varied, batch)
    for one, other in zip(batch, varied, strict=True):
        assert np.corrcoef(one.flatten(), other.flatten())[0, 1] > 0.2, "it is still the same digit"


def test_the_strongest_augmentation_gives_valid_images(batch: Tensor) -> None:
    strongest = {name: TrainConfig.model_fields[name].metadata[1].le for name in STRENGTHS}
    assert_images(vary(batch, **strongest), batch)
    assert_images(vary(torch.ones_like(batch), **strongest), batch)
    blank = torch.zeros_like(batch)
    assert torch.equal(vary(blank, **strongest), blank)


def assert_images(varied: Tensor, like: Tensor) -> None:
    assert varied.shape == like.shape
    assert varied.dtype == torch.float32
    assert torch.isfinite(varied).all()
    assert varied.min() >= 0
    assert varied.max() <= 1 + 1e-6, "an interpolation rounds"


def test_the_seed_decides_the_variation(batch: Tensor) -> None:
    assert torch.equal(vary(batch, 1, **STRENGTHS), vary(batch, 1, **STRENGTHS))
    assert not torch.equal(vary(batch, 1, **STRENGTHS), vary(batch, 2, **STRENGTHS))


def test_each_image_of_a_batch_varies_differently(batch: Tensor) -> None:
    same = batch[:1].expand(50, -1, -1, -1)
    for strength, value in STRENGTHS.items():
        assert len(torch.unique(vary(same, **{strength: value}), dim=0)) > 30


def test_a_shift_moves_digits_up_to_its_limit(batch: Tensor) -> None:
    moved = (centers(vary(batch, shift=2.0)) - centers(batch)).abs()
    assert moved.max() < 2.05
    assert moved.max() > 1.8
    assert moved.mean().item() == pytest.approx(1, abs=0.15), "all shifts are equally likely"


def test_a_rotation_turns_digits_up_to_its_limit() -> None:
    bars = torch.zeros(200, 1, 28, 28)
    bars[:, :, 13:15, 4:24] = 1
    turned = vary(bars, rotation=30.0)
    at = torch.arange(28) - 13.5
    sxx = (turned[:, 0] * at[None, :] ** 2).sum((1, 2))
    syy = (turned[:, 0] * at[:, None] ** 2).sum((1, 2))
    sxy = (turned[:, 0] * at[:, None] * at[None, :]).sum((1, 2))
    angle = torch.rad2deg(torch.atan2(2 * sxy, sxx - syy) / 2)
    assert angle.abs().max() < 30.5
    assert angle.max() > 25
    assert angle.min() < -25


def test_a_scale_makes_digits_larger_and_smaller_up_to_its_limit() -> None:
    squares = torch.zeros(200, 1, 28, 28)
    squares[:, :, 9:19, 9:19] = 1
    side = ink(vary(squares, scale=0.2)).sqrt() / 10
    assert 0.8 < side.min() < 0.86
    assert 1.16 < side.max() < 1.24


def test_thickness_changes_the_amount_of_ink_and_moves_nothing(batch: Tensor) -> None:
    varied = vary(batch, thickness=2.0)
    change = ink(varied) / ink(batch)
    assert change.min() < 0.8
    assert change.max() > 1.3
    # Nothing moves: each pixel is between the thinnest and the thickest stroke.
    thicker, thinner = change > 1, change < 1
    assert (varied[thicker] >= batch[thicker] - 1e-6).all()
    assert (varied[thinner] <= batch[thinner] + 1e-6).all()
    assert 0.3 < thicker.float().mean() < 0.7


def test_thickness_widens_strokes_up_to_its_limit() -> None:
    bars = torch.zeros(300, 1, 28, 28)
    bars[:, :, 11:17] = 1
    for limit in (1.0, 2.0, 3.0):
        width = vary(bars, thickness=limit)[:, 0, :, 14].sum(1)
        assert width.max().item() == pytest.approx(6 + limit, abs=0.1)
        assert width.min() >= 6 - limit - 0.01
        assert width.min() < 5.6
