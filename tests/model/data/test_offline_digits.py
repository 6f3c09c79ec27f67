"""The offline digits."""

from __future__ import annotations

import torch

from model.data.datasets import DataSet, load_data


def test_the_offline_digits_are_1797_images_framed_as_in_mnist(digits: DataSet) -> None:
    assert (digits.name, digits.notice) == ("digits", "")
    assert (len(digits.train), len(digits.test)) == (1437, 360)
    for images in (digits.train, digits.test):
        assert images.images.shape == (len(images), 1, 28, 28)
        assert images.images.dtype == torch.uint8
        assert images.labels.dtype == torch.int64
        assert torch.bincount(images.labels, minlength=10).min() >= 0.09 * len(images), "every digit is there"
        edge = torch.cat([images.images[..., :2].flatten(), images.images[..., :2, :].flatten()]).float()
        assert edge.mean() < 1
        assert 25 < images.images.float().mean() < 50


def test_no_test_image_is_a_training_image(digits: DataSet) -> None:
    train, test = ({picture.numpy().tobytes() for picture in part.images} for part in (digits.train, digits.test))
    assert len(train | test) == 1797
    assert not train & test


def test_the_offline_digits_are_the_same_every_time(digits: DataSet) -> None:
    again = load_data("digits")
    for one, other in ((digits.train, again.train), (digits.test, again.test)):
        assert torch.equal(one.images, other.images)
        assert torch.equal(one.labels, other.labels)
