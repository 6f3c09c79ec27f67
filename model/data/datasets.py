"""Data sets as tensors in memory, their split, and augmentation of whole batches.

MNIST (LeCun, Cortes, Burges): 60,000 training and 10,000 test images of 28x28. Where it cannot be had, scikit-learn's
1,797 real 8x8 digits (UCI "Optical Recognition of Handwritten Digits") step in, framed as MNIST frames its own.
"""

from __future__ import annotations

import contextlib
import io
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from model.data.preprocess import preprocess
from model.language import N_, _
from model.network.layers import CLASSES, IMAGE_SIZE

DATA_VARIABLE = "DIGIT_LAB_DATA"
DOWNLOAD_TIMEOUT = 20.0
"""Seconds without an answer after which a download counts as failed."""

MISSING = N_(
    "MNIST is not in {folder} and could not be downloaded ({reason}), so the offline set of 1,797 small "
    "digits is used instead; expect a lower accuracy on drawings."
)
"""The notice of a data set that stands in for another."""

_DIGITS_TEST_SHARE = 0.2
_DIGITS_SPLIT_SEED = 0


class DataError(RuntimeError):
    """A data set that is there but cannot be read. The message is one sentence for the user."""


@dataclass(frozen=True)
class ImageSet:
    """Labelled pictures: images uint8 (N, 1, 28, 28), light ink on dark; labels int64 (N,)."""

    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: Tensor | slice) -> ImageSet:
        return ImageSet(self.images[index], self.labels[index])

    def to(self, device: torch.device) -> ImageSet:
        """The same set on another device."""
        return ImageSet(self.images.to(device), self.labels.to(device))


@dataclass(frozen=True)
class DataSet:
    """Training and test pictures. missing: where MNIST was asked for in vain, and why, when these step in for it."""

    name: Literal["mnist", "digits"]
    train: ImageSet
    test: ImageSet
    missing: tuple[Path, str] | None = None

    @property
    def notice(self) -> str:
        """One sentence that says when this is not what was asked for; else nothing."""
        if self.missing is None:
            return ""
        return _(MISSING, folder=self.missing[0], reason=_(self.missing[1]))


def data_folder(folder: str | Path | None = None) -> Path:
    """Where data sets lie: the argument, else $DIGIT_LAB_DATA, else `data/` in the working directory."""
    return Path(folder or os.environ.get(DATA_VARIABLE) or "data")


def load_data(name: Literal["mnist", "digits"] = "mnist", folder: str | Path | None = None) -> DataSet:
    """The data set of that name; the offline digits, with a notice, where MNIST is neither here nor reachable.

    `folder` is in torchvision's layout (`MNIST/raw/...`), see `data_folder`; missing files are downloaded there, and
    torchvision checks their MD5. Raises DataError where files are there but damaged.
    """
    if name == "digits":
        return _digits()
    where = data_folder(folder)
    try:
        train, test = (_mnist(where, train=part) for part in (True, False))
    except _UnreachableError as reason:
        return _digits((where, str(reason)))
    return DataSet("mnist", train, test)


class _UnreachableError(Exception):
    """The download failed; the text says how."""


def _mnist(folder: Path, *, train: bool) -> ImageSet:
    from torchvision.datasets import MNIST  # 1 s to import, and pages that need no data set skip it

    files = [folder / "MNIST" / "raw" / name.removesuffix(".gz") for name, _md5 in MNIST.resources]
    if not all(file.is_file() for file in files):
        try:
            with _download_timeout(), contextlib.redirect_stdout(io.StringIO()):
                MNIST(str(folder), train=train, download=True)
        except OSError as error:  # URLError and timeouts are OSErrors
            raise _UnreachableError(error.strerror or N_("no server answered")) from None
        except RuntimeError:  # what torchvision makes of mirrors that do not answer, or with something else
            raise _UnreachableError(N_("no server answered with it")) from None
    try:
        source = MNIST(str(folder), train=train, download=False)
    except (
        ArithmeticError,
        AssertionError,
        EOFError,
        LookupError,
        OSError,
        RuntimeError,
        TypeError,
        ValueError,
    ) as error:
        raise _damaged(folder) from error  # what torchvision raises depends on the byte that is wrong
    expected = 60_000 if train else 10_000
    if source.data.shape != (expected, IMAGE_SIZE, IMAGE_SIZE) or source.targets.shape != (expected,):
        raise _damaged(folder)
    if source.targets.max() >= CLASSES:
        raise _damaged(folder)
    return ImageSet(source.data.unsqueeze(1), source.targets.long())


def _damaged(folder: Path) -> DataError:
    where = folder / "MNIST" / "raw"
    return DataError(_("The MNIST files in {folder} are damaged; delete that folder and start again.", folder=where))


@contextlib.contextmanager
def _download_timeout() -> Iterator[None]:
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(DOWNLOAD_TIMEOUT)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _digits(missing: tuple[Path, str] | None = None) -> DataSet:
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    bunch = load_digits()
    enlarged = F.interpolate(
        torch.from_numpy(bunch.images).float()[:, None] / 16, scale_factor=8, mode="bicubic", antialias=False
    ).clamp(0, 1)
    pixels = (F.pad(enlarged, (8, 8, 8, 8)) * 255).round().byte().squeeze(1).numpy()
    images = np.stack([preprocess(picture).image for picture in pixels])
    images_u8 = torch.from_numpy((images * 255).round().astype(np.uint8))[:, None]
    labels = torch.from_numpy(bunch.target).long()
    train, test = train_test_split(
        np.arange(len(labels)), test_size=_DIGITS_TEST_SHARE, random_state=_DIGITS_SPLIT_SEED, stratify=bunch.target
    )
    whole = ImageSet(images_u8, labels)
    return DataSet("digits", whole[torch.from_numpy(train)], whole[torch.from_numpy(test)], missing)


def split(images: ImageSet, count: int, validation_share: float, seed: int) -> tuple[ImageSet, ImageSet]:
    """(training, validation): `count` pictures drawn at random from the training images and then divided.

    The test images have no part in this. The same seed gives the same split.
    """
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(seed))[:count]
    held_out = round(len(order) * validation_share)
    return images[order[held_out:]], images[order[:held_out]]


def to_float(images: Tensor) -> Tensor:
    """uint8 (N, 1, 28, 28) -> float32 in [0, 1]: what the network takes."""
    return images.float().div_(255)
