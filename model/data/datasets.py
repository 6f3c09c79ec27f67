"""Data sets as tensors in memory, and their split into training and validation images.

MNIST (LeCun, Cortes, Burges): 60,000 training and 10,000 test images of 28x28. If it is not on this machine and cannot
be downloaded, the offline digits replace it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor

from model.data.mnist_files import DownloadError, ensure_mnist, raw_folder
from model.data.offline_digits import load_offline_digits
from model.language import N_, _

DATA_VARIABLE = "DIGIT_LAB_DATA"
"""The environment variable that names the data folder."""

MISSING = N_(
    "MNIST is not in {folder} and could not be downloaded ({reason}), so the offline set of 1,797 small "
    "digits is used instead; expect a lower accuracy on drawings."
)
"""The notice of a data set that replaces MNIST."""


class DataError(RuntimeError):
    """A data set that exists and cannot be read. The message is one sentence for the user."""


@dataclass(frozen=True)
class ImageSet:
    """Labelled images: images uint8 (N, 1, 28, 28), light ink on dark; labels int64 (N,)."""

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
    """Training and test images. missing: None, or (folder, reason) if this data set replaces MNIST."""

    name: Literal["mnist", "digits"]
    train: ImageSet
    test: ImageSet
    missing: tuple[Path, str] | None = None

    @property
    def notice(self) -> str:
        """One sentence if this data set replaces MNIST, else an empty string."""
        if self.missing is None:
            return ""
        return _(MISSING, folder=self.missing[0], reason=_(self.missing[1]))


def data_folder(folder: str | Path | None = None) -> Path:
    """The folder of the data sets: the argument, else $DIGIT_LAB_DATA, else `data/` in the working directory."""
    return Path(folder or os.environ.get(DATA_VARIABLE) or "data")


def load_data(name: Literal["mnist", "digits"] = "mnist", folder: str | Path | None = None) -> DataSet:
    """The data set of that name, or the offline digits with a notice if MNIST is missing and cannot be downloaded.

    `folder` has torchvision's layout (`MNIST/raw/...`), see `data_folder`. Missing and damaged files are downloaded
    there. Raises DataError if files are damaged or unreadable and cannot be replaced.
    """
    if name == "digits":
        return _digits()
    where = data_folder(folder)
    try:
        ensure_mnist(where)
    except DownloadError as error:
        if not error.damaged:
            return _digits((where, error.reason))
        problem = _(
            "The MNIST files in {folder} are damaged and could not be downloaded again ({reason}); "
            "connect to the internet and start again.",
            folder=raw_folder(where),
            reason=_(error.reason),
        )
        raise DataError(problem) from None
    return DataSet("mnist", _mnist(where, train=True), _mnist(where, train=False))


def _mnist(folder: Path, *, train: bool) -> ImageSet:
    from torchvision.datasets import MNIST  # 1 s to import, and pages that need no data set skip it

    try:
        source = MNIST(str(folder), train=train, download=False)
    except (OSError, RuntimeError, ValueError) as error:  # a file was changed or deleted after the check
        raise DataError(_("The MNIST files in {folder} cannot be read.", folder=raw_folder(folder))) from error
    return ImageSet(source.data.unsqueeze(1), source.targets.long())


def _digits(missing: tuple[Path, str] | None = None) -> DataSet:
    train, test = load_offline_digits()
    return DataSet("digits", ImageSet(*train), ImageSet(*test), missing)


def split(images: ImageSet, count: int, validation_share: float, seed: int) -> tuple[ImageSet, ImageSet]:
    """(training, validation): choose `count` of the training images at random, and divide them.

    validation_share: 0 to 1. The same seed gives the same split.
    """
    order = torch.randperm(len(images), generator=torch.Generator().manual_seed(seed))[:count]
    held_out = round(len(order) * validation_share)
    return images[order[held_out:]], images[order[:held_out]]


def to_float(images: Tensor) -> Tensor:
    """uint8 (N, 1, 28, 28) -> float32 in [0, 1], the input of the network."""
    return images.float().div_(255)
