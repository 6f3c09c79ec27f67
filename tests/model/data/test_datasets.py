"""Data sets: their content, their replacement if MNIST is missing, and their split."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor

from model.data.datasets import DATA_VARIABLE, DataError, DataSet, ImageSet, data_folder, load_data, split, to_float
from model.data.preprocess import preprocess
from tests.conftest import assert_one_sentence


def center_of_mass(images: Tensor) -> Tensor:
    """(N, 2): x and y."""
    at = torch.arange(28) + 0.5
    return torch.stack([(images[:, 0].sum(dim) * at).sum(1) / images.sum((1, 2, 3)) for dim in (1, 2)], dim=1)


@pytest.mark.mnist
def test_mnist_is_60000_and_10000_labelled_pictures(mnist: DataSet) -> None:
    assert (mnist.name, mnist.notice) == ("mnist", "")
    for images, count in ((mnist.train, 60_000), (mnist.test, 10_000)):
        assert len(images) == count
        assert images.images.shape == (count, 1, 28, 28)
        assert images.images.dtype == torch.uint8
        assert images.labels.shape == (count,)
        assert images.labels.dtype == torch.int64
        assert set(images.labels.tolist()) == set(range(10))
        assert 25 < images.images.float().mean() < 45, "light ink on dark"


@pytest.mark.mnist
def test_preprocess_frames_digits_as_mnist_does(mnist: DataSet) -> None:
    pictures = mnist.test.images[:100]
    again = torch.stack([torch.from_numpy(preprocess(picture[0].numpy()).image)[None] for picture in pictures])
    # MNIST moved its digits by whole pixels, so the centres differ by up to a pixel.
    assert (center_of_mass(again) - center_of_mass(to_float(pictures))).abs().max() < 1.1
    assert (again.sum((1, 2, 3)) / to_float(pictures).sum((1, 2, 3))).median().item() == pytest.approx(1, abs=0.05)


def test_the_data_folder_is_the_argument_then_the_variable_then_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATA_VARIABLE, "/of/the/variable")
    assert data_folder("/of/the/argument") == Path("/of/the/argument")
    assert data_folder() == Path("/of/the/variable")
    monkeypatch.delenv(DATA_VARIABLE)
    assert data_folder() == Path("data")


def test_complete_files_are_read_without_a_notice(blank_mnist: Path, offline: None) -> None:
    data = load_data("mnist", blank_mnist)
    assert (data.name, data.notice) == ("mnist", "")
    assert (len(data.train), len(data.test)) == (60_000, 10_000)


def assert_offline(data: DataSet, folder: Path) -> None:
    assert data.name == "digits"
    assert len(data.train) + len(data.test) == 1797
    assert_one_sentence(data.notice)
    assert str(folder) in data.notice
    assert "1,797" in data.notice


def test_offline_the_small_digits_replace_mnist_with_a_notice(
    tmp_path: Path, offline: None, capfd: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert_offline(load_data("mnist", tmp_path / "data"), tmp_path / "data")
    assert capfd.readouterr() == ("", "")


def test_missing_files_do_not_count_as_damaged(blank_mnist: Path, offline: None) -> None:
    (blank_mnist / "MNIST" / "raw" / "t10k-labels-idx1-ubyte").unlink()
    assert_offline(load_data("mnist", blank_mnist), blank_mnist)
    assert (blank_mnist / "MNIST" / "raw" / "train-images-idx3-ubyte").is_file(), "the other files stay"


def test_a_folder_that_cannot_be_written_gives_the_small_digits(tmp_path: Path, offline: None) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    assert_offline(load_data("mnist", tmp_path / "data"), tmp_path / "data")
    assert (tmp_path / "data").read_text() == "a file where the folder should be"


def numbered(count: int) -> ImageSet:
    """Blank images, labelled with their index."""
    return ImageSet(torch.zeros(count, 1, 28, 28, dtype=torch.uint8), torch.arange(count))


@pytest.mark.parametrize(
    ("count", "share", "training", "validation"),
    [(1000, 0.0, 1000, 0), (1000, 0.05, 950, 50), (1000, 0.5, 500, 500), (300, 0.1, 270, 30), (9999, 0.2, 800, 200)],
)
def test_the_split_has_the_given_sizes_and_no_image_twice(
    count: int, share: float, training: int, validation: int
) -> None:
    train, held_out = split(numbered(1000), count, share, seed=0)
    assert (len(train), len(held_out)) == (training, validation)
    chosen = train.labels.tolist() + held_out.labels.tolist()
    assert len(set(chosen)) == len(chosen) == min(count, 1000)


def test_the_seed_decides_the_split() -> None:
    one, again, other = (split(numbered(1000), 500, 0.1, seed) for seed in (1, 1, 2))
    for part in (0, 1):
        assert torch.equal(one[part].labels, again[part].labels)
        assert not torch.equal(one[part].labels, other[part].labels)


def test_the_split_takes_random_images_of_the_whole_set() -> None:
    train, _ = split(numbered(1000), 500, 0.0, seed=0)
    assert (train.labels < 500).sum().item() == pytest.approx(250, abs=50)


def test_images_keep_their_labels_in_the_split(digits: DataSet) -> None:
    label_of = {
        picture.numpy().tobytes(): label
        for picture, label in zip(digits.train.images, digits.train.labels, strict=True)
    }
    for part in split(digits.train, 500, 0.2, seed=3):
        assert all(
            label_of[picture.numpy().tobytes()] == label
            for picture, label in zip(part.images, part.labels, strict=True)
        )


def test_a_set_has_a_length_and_takes_slices_and_indices() -> None:
    images = numbered(10)
    assert len(images) == 10
    assert images[2:5].labels.tolist() == [2, 3, 4]
    assert images[torch.tensor([7, 0])].labels.tolist() == [7, 0]


def test_to_float_maps_0_to_255_to_0_to_1_and_does_not_change_its_input() -> None:
    images = torch.tensor([0, 51, 255], dtype=torch.uint8)
    assert to_float(images).tolist() == [0.0, pytest.approx(0.2), 1.0]
    assert images.tolist() == [0, 51, 255]


def test_a_damaged_file_gives_one_sentence_and_not_the_small_digits(blank_mnist: Path, offline: None) -> None:
    (blank_mnist / "MNIST" / "raw" / "t10k-images-idx3-ubyte").write_bytes(b"half")
    with pytest.raises(DataError) as caught:
        load_data("mnist", blank_mnist)
    assert_one_sentence(caught.value)
    assert str(blank_mnist / "MNIST" / "raw") in str(caught.value)
    assert "damaged" in str(caught.value)
