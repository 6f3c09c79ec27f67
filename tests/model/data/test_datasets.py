"""Data sets: what they hold, what happens where they are damaged or out of reach, their split, and augmentation."""

from __future__ import annotations

import gzip
import hashlib
import math
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from torchvision.datasets import MNIST

from model.data.augmentation import augment
from model.data.datasets import DATA_VARIABLE, DataError, DataSet, ImageSet, data_folder, load_data, split, to_float
from model.data.preprocess import preprocess
from model.network.train_config import TrainConfig
from tests.conftest import assert_one_sentence

STRENGTHS = {
    "rotation": 20.0,
    "shift": 3.0,
    "scale": 0.3,
    "aspect": 0.4,
    "shear": 20.0,
    "elastic": 1.0,
    "thickness": 2.0,
}
NOTHING = dict.fromkeys(STRENGTHS, 0.0)

FILES = {
    "train-images-idx3-ubyte": (3, (60_000, 28, 28)),
    "train-labels-idx1-ubyte": (1, (60_000,)),
    "t10k-images-idx3-ubyte": (3, (10_000, 28, 28)),
    "t10k-labels-idx1-ubyte": (1, (10_000,)),
}


def header(dimensions: int, shape: tuple[int, ...], kind: int = 8) -> bytes:
    return bytes([0, 0, kind, dimensions]) + b"".join(size.to_bytes(4, "big") for size in shape)


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A folder with a data set of MNIST's form, all of it blank: sparse files, so it costs no disk."""
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name, (dimensions, shape) in FILES.items():
        start = header(dimensions, shape)
        (raw / name).write_bytes(start)
        with (raw / name).open("r+b") as file:
            file.truncate(len(start) + math.prod(shape))
    return tmp_path


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MNIST, "mirrors", ["http://127.0.0.1:9/"])  # nothing listens on the discard port


@contextmanager
def server(answer: Callable[[str], bytes]) -> Iterator[str]:
    """A web server on this machine; yields its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = answer(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=web.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{web.server_port}/"
    finally:
        web.shutdown()
        thread.join()
        web.server_close()


# --- MNIST ------------------------------------------------------------------------------------------------------------


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
def test_mnist_is_framed_as_preprocess_frames_a_drawing(mnist: DataSet) -> None:
    pictures = mnist.test.images[:100]
    again = torch.stack([torch.from_numpy(preprocess(picture[0].numpy()).image)[None] for picture in pictures])
    # MNIST moved its digits by whole pixels, so their centres lie up to a pixel apart.
    assert (centers(again) - centers(to_float(pictures))).abs().max() < 1.1
    assert (ink(again) / ink(to_float(pictures))).median().item() == pytest.approx(1, abs=0.05)


def test_the_data_folder_is_the_argument_then_the_variable_then_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATA_VARIABLE, "/of/the/variable")
    assert data_folder("/of/the/argument") == Path("/of/the/argument")
    assert data_folder() == Path("/of/the/variable")
    monkeypatch.delenv(DATA_VARIABLE)
    assert data_folder() == Path("data")


def test_whole_files_are_read_without_a_notice(whole: Path, no_network: None) -> None:
    data = load_data("mnist", whole)
    assert (data.name, data.notice) == ("mnist", "")
    assert (len(data.train), len(data.test)) == (60_000, 10_000)


def cut(size: int) -> Callable[[Path], None]:
    def damage(file: Path) -> None:
        with file.open("r+b") as handle:
            handle.truncate(file.stat().st_size + size if size < 0 else size)

    return damage


def put(start: int, content: bytes) -> Callable[[Path], None]:
    def damage(file: Path) -> None:
        with file.open("r+b") as handle:
            handle.seek(start)
            handle.write(content)

    return damage


def text(file: Path) -> None:
    file.write_text("<html>Please sign in to this network</html>")


DAMAGE = {
    "empty": cut(0),
    "cut in its header": cut(6),
    "cut after its header": cut(16),
    "cut near its start": cut(500),
    "cut by a byte": cut(-1),
    "other text": text,
    "numbers of another type": put(2, bytes([13])),
    "signed numbers": put(2, bytes([9])),
    "numbers of no type": put(2, bytes([10])),
    "no dimension": put(3, bytes([0])),
    "another dimension": put(3, bytes([2])),
    "too many dimensions": put(3, bytes([200])),
    "a count too large": put(4, b"\xff\xff\xff\xff"),
    "a count too small": put(4, (59).to_bytes(4, "big")),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
@pytest.mark.parametrize("name", ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"])
def test_a_damaged_file_is_reported_and_not_replaced_by_the_offline_digits(
    whole: Path, no_network: None, name: str, damage: Callable[[Path], None]
) -> None:
    file = whole / "MNIST" / "raw" / name
    damage(file)
    size = file.stat().st_size
    with pytest.raises(DataError) as caught:
        load_data("mnist", whole)
    assert_one_sentence(caught.value)
    assert str(file.parent) in str(caught.value)
    assert "damaged" in str(caught.value)
    assert file.stat().st_size == size
    assert {each.name for each in file.parent.iterdir()} == set(FILES)


def test_a_damaged_training_file_is_reported_too(whole: Path, no_network: None) -> None:
    cut(1_000_000)(whole / "MNIST" / "raw" / "train-images-idx3-ubyte")
    with pytest.raises(DataError):
        load_data("mnist", whole)


def test_labels_that_are_no_digits_are_reported_before_a_training_meets_them(whole: Path, no_network: None) -> None:
    put(5000, b"\xff")(whole / "MNIST" / "raw" / "t10k-labels-idx1-ubyte")
    with pytest.raises(DataError) as caught:
        load_data("mnist", whole)
    assert_one_sentence(caught.value)


# --- without a network ------------------------------------------------------------------------------------------------


def assert_offline(data: DataSet, folder: Path) -> None:
    assert data.name == "digits"
    assert len(data.train) + len(data.test) == 1797
    assert_one_sentence(data.notice)
    assert str(folder) in data.notice
    assert "1,797" in data.notice


def test_without_a_network_the_offline_digits_step_in_and_say_so(
    tmp_path: Path, no_network: None, capfd: pytest.CaptureFixture[str]
) -> None:
    before = socket.getdefaulttimeout()
    for _ in range(2):  # what the first attempt leaves must not trip the second
        assert_offline(load_data("mnist", tmp_path / "data"), tmp_path / "data")
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert capfd.readouterr() == ("", "")
    assert socket.getdefaulttimeout() == before


def test_files_that_are_missing_are_no_damage(whole: Path, no_network: None) -> None:
    (whole / "MNIST" / "raw" / "t10k-labels-idx1-ubyte").unlink()
    assert_offline(load_data("mnist", whole), whole)
    assert (whole / "MNIST" / "raw" / "train-images-idx3-ubyte").is_file(), "what was there is left alone"


def test_a_hotel_that_answers_every_address_with_its_sign_in_page_is_no_data_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server(lambda path: b"<html>Please sign in</html>") as address:
        monkeypatch.setattr(MNIST, "mirrors", [address])
        assert_offline(load_data("mnist", tmp_path), tmp_path)
    assert_offline(load_data("mnist", tmp_path), tmp_path)


def test_a_folder_that_cannot_be_written_is_no_crash(tmp_path: Path, no_network: None) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    assert_offline(load_data("mnist", tmp_path / "data"), tmp_path / "data")
    assert (tmp_path / "data").read_text() == "a file where the folder should be"


def test_missing_files_are_downloaded_once_and_checked(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    packed = {f"/{name}.gz": gzip.compress((whole / "MNIST" / "raw" / name).read_bytes(), 1) for name in FILES}
    sums = [(path[1:], hashlib.md5(content, usedforsecurity=False).hexdigest()) for path, content in packed.items()]
    monkeypatch.setattr(MNIST, "resources", sums)
    with server(packed.__getitem__) as address:
        monkeypatch.setattr(MNIST, "mirrors", [address])
        data = load_data("mnist", tmp_path / "new")
    assert (data.name, data.notice, len(data.train)) == ("mnist", "", 60_000)
    assert load_data("mnist", tmp_path / "new").name == "mnist", "the server is gone and not needed"
    assert capfd.readouterr().out == ""

    wrong = {**packed, "/t10k-labels-idx1-ubyte.gz": gzip.compress(b"something else")}
    with server(wrong.__getitem__) as address:
        monkeypatch.setattr(MNIST, "mirrors", [address])
        assert_offline(load_data("mnist", tmp_path / "other"), tmp_path / "other")


# --- the offline digits -----------------------------------------------------------------------------------------------


def test_the_offline_digits_are_1797_pictures_like_mnists(digits: DataSet) -> None:
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


def test_no_test_picture_is_among_the_training_pictures(digits: DataSet) -> None:
    train, test = ({picture.numpy().tobytes() for picture in part.images} for part in (digits.train, digits.test))
    assert len(train | test) == 1797
    assert not train & test


def test_the_offline_digits_are_the_same_every_time(digits: DataSet) -> None:
    again = load_data("digits")
    for one, other in ((digits.train, again.train), (digits.test, again.test)):
        assert torch.equal(one.images, other.images)
        assert torch.equal(one.labels, other.labels)


# --- split ------------------------------------------------------------------------------------------------------------


def numbered(count: int) -> ImageSet:
    """Blank pictures whose label is their place."""
    return ImageSet(torch.zeros(count, 1, 28, 28, dtype=torch.uint8), torch.arange(count))


@pytest.mark.parametrize(
    ("count", "share", "training", "validation"),
    [(1000, 0.0, 1000, 0), (1000, 0.05, 950, 50), (1000, 0.5, 500, 500), (300, 0.1, 270, 30), (9999, 0.2, 800, 200)],
)
def test_the_split_has_the_sizes_asked_for_and_shares_no_picture(
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


def test_the_split_draws_at_random_from_the_whole_set() -> None:
    train, _ = split(numbered(1000), 500, 0.0, seed=0)
    assert (train.labels < 500).sum().item() == pytest.approx(250, abs=50)


def test_pictures_keep_their_labels_through_the_split(digits: DataSet) -> None:
    label_of = {
        picture.numpy().tobytes(): label
        for picture, label in zip(digits.train.images, digits.train.labels, strict=True)
    }
    for part in split(digits.train, 500, 0.2, seed=3):
        assert all(
            label_of[picture.numpy().tobytes()] == label
            for picture, label in zip(part.images, part.labels, strict=True)
        )


def test_a_set_knows_its_length_and_takes_slices_and_indices() -> None:
    images = numbered(10)
    assert len(images) == 10
    assert images[2:5].labels.tolist() == [2, 3, 4]
    assert images[torch.tensor([7, 0])].labels.tolist() == [7, 0]


def test_to_float_maps_0_to_255_onto_0_to_1_and_leaves_its_input_alone() -> None:
    images = torch.tensor([0, 51, 255], dtype=torch.uint8)
    assert to_float(images).tolist() == [0.0, pytest.approx(0.2), 1.0]
    assert images.tolist() == [0, 51, 255]


# --- augmentation -----------------------------------------------------------------------------------------------------


def vary(images: Tensor, seed: int = 0, **strengths: float) -> Tensor:
    config = TrainConfig(**{**NOTHING, **strengths})  # type: ignore[arg-type]
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


def test_no_augmentation_returns_the_very_input(batch: Tensor) -> None:
    assert vary(batch) is batch


@pytest.mark.parametrize("strength", STRENGTHS)
def test_each_augmentation_alone_changes_the_pictures_and_keeps_their_form(batch: Tensor, strength: str) -> None:
    before = batch.clone()
    varied = vary(batch, **{strength: STRENGTHS[strength]})
    changed = (varied - batch).abs().amax(dim=(1, 2, 3)) > 0.02
    assert changed.float().mean() > 0.9
    assert torch.equal(batch, before), "the data set itself is not changed"
    assert_pictures(varied, batch)
    for one, other in zip(batch, varied, strict=True):
        assert np.corrcoef(one.flatten(), other.flatten())[0, 1] > 0.2, "it is still the same digit"


@pytest.mark.parametrize("seed", range(3))
def test_every_augmentation_at_its_strongest_gives_pictures(batch: Tensor, seed: int) -> None:
    strongest = {name: TrainConfig.model_fields[name].metadata[1].le for name in STRENGTHS}
    assert_pictures(vary(batch, seed, **strongest), batch)
    assert_pictures(vary(torch.ones_like(batch), seed, **strongest), batch)
    blank = torch.zeros_like(batch)
    assert torch.equal(vary(blank, seed, **strongest), blank)


def assert_pictures(varied: Tensor, like: Tensor) -> None:
    assert varied.shape == like.shape
    assert varied.dtype == torch.float32
    assert torch.isfinite(varied).all()
    assert varied.min() >= 0
    assert varied.max() <= 1 + 1e-6, "to within the rounding of an interpolation"


def test_the_seed_decides_the_variation(batch: Tensor) -> None:
    assert torch.equal(vary(batch, 1, **STRENGTHS), vary(batch, 1, **STRENGTHS))
    assert not torch.equal(vary(batch, 1, **STRENGTHS), vary(batch, 2, **STRENGTHS))


def test_each_picture_of_a_batch_varies_in_its_own_way(batch: Tensor) -> None:
    same = batch[:1].expand(50, -1, -1, -1)
    for strength, value in STRENGTHS.items():
        assert len(torch.unique(vary(same, **{strength: value}), dim=0)) > 30


def test_a_shift_moves_the_digit_by_no_more_than_was_asked(batch: Tensor) -> None:
    moved = (centers(vary(batch, shift=2.0)) - centers(batch)).abs()
    assert moved.max() < 2.05
    assert moved.max() > 1.8
    assert moved.mean().item() == pytest.approx(1, abs=0.15), "all shifts are equally likely"


def test_a_rotation_turns_a_bar_by_no_more_than_was_asked() -> None:
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


def test_a_change_of_size_makes_digits_larger_and_smaller_by_no_more_than_was_asked() -> None:
    squares = torch.zeros(200, 1, 28, 28)
    squares[:, :, 9:19, 9:19] = 1
    side = ink(vary(squares, scale=0.2)).sqrt() / 10
    assert 0.8 < side.min() < 0.86
    assert 1.16 < side.max() < 1.24


def test_a_thicker_or_thinner_pen_has_more_or_less_ink(batch: Tensor) -> None:
    varied = vary(batch, thickness=2.0)
    change = ink(varied) / ink(batch)
    assert change.min() < 0.8
    assert change.max() > 1.3
    # Nothing moves: each pixel lies between the thinnest and the thickest pen.
    thicker, thinner = change > 1, change < 1
    assert (varied[thicker] >= batch[thicker] - 1e-6).all()
    assert (varied[thinner] <= batch[thinner] + 1e-6).all()
    assert 0.3 < thicker.float().mean() < 0.7


def test_a_stroke_grows_by_no_more_pixels_than_were_asked() -> None:
    bars = torch.zeros(300, 1, 28, 28)
    bars[:, :, 11:17] = 1
    for limit in (1.0, 2.0, 3.0):
        width = vary(bars, thickness=limit)[:, 0, :, 14].sum(1)
        assert width.max().item() == pytest.approx(6 + limit, abs=0.1)
        assert width.min() >= 6 - limit - 0.01
        assert width.min() < 5.6
