"""The four files of MNIST: whether they are complete, and their download.

Several processes may need the same files at once. One of them downloads the files; the others wait. A download goes
into a folder of its own and is checked there; then each file is moved into its place in one step. So a file with its
final name is complete. If another program damages it later, it is downloaded again.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import shutil
import urllib.request
import zlib
from http.client import HTTPException
from pathlib import Path

from filelock import FileLock

from model.language import N_
from model.network.layers import CLASSES, IMAGE_SIZE

DOWNLOAD_TIMEOUT = 20.0
"""Seconds without an answer after which a download counts as failed."""

_SHAPES: dict[str, tuple[int, ...]] = {
    "train-images-idx3-ubyte": (60_000, IMAGE_SIZE, IMAGE_SIZE),
    "train-labels-idx1-ubyte": (60_000,),
    "t10k-images-idx3-ubyte": (10_000, IMAGE_SIZE, IMAGE_SIZE),
    "t10k-labels-idx1-ubyte": (10_000,),
}
_UNSIGNED_BYTES = 8
"""The code for the type uint8 in the header of an idx file."""

_MAX_BYTES = 50 * 2**20
"""No file of MNIST is larger, packed or unpacked; an answer that is longer is refused."""


class DownloadError(Exception):
    """The files could not be downloaded.

    reason: a few words, in English and marked for translation. damaged: whether there are files that are not complete.
    """

    def __init__(self, reason: str, *, damaged: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.damaged = reason, damaged


def raw_folder(folder: Path) -> Path:
    """The folder of the four files inside a data folder, as torchvision lays it out."""
    return folder / "MNIST" / "raw"


def ensure_mnist(folder: Path) -> None:
    """Make sure that the four files are complete in the data folder; download those that are missing or damaged.

    Raises DownloadError if that fails.
    """
    raw = raw_folder(folder)
    if not _incomplete(raw):
        return
    try:
        raw.mkdir(parents=True, exist_ok=True)
        with FileLock(raw.with_name("download.lock")):
            for name in _incomplete(raw):  # another process may have downloaded them while this one waited
                _download(name, raw)
    except (OSError, DownloadError) as error:
        reason = error.reason if isinstance(error, DownloadError) else error.strerror or N_("no server answered")
        raise DownloadError(reason, damaged=any(_exists(raw / name) for name in _incomplete(raw))) from None


def _incomplete(raw: Path) -> list[str]:
    return [name for name in _SHAPES if not _is_complete(raw / name)]


def _exists(file: Path) -> bool:
    try:
        return file.exists()
    except OSError:  # no permission for the folder
        return False


def _is_complete(file: Path) -> bool:
    """Whether an idx file has the header and the size of its kind, and labels from 0 to 9.

    Format (yann.lecun.com/exdb/mnist): two zero bytes, the type, the number of dimensions, each dimension in 4 bytes,
    then the numbers. Any bytes are valid pixels, so the size is all that can be checked of images.
    """
    shape = _SHAPES[file.name]
    header = bytes([0, 0, _UNSIGNED_BYTES, len(shape)]) + b"".join(size.to_bytes(4, "big") for size in shape)
    try:
        if not file.is_file() or file.stat().st_size != len(header) + math.prod(shape):
            return False
        with file.open("rb") as content:
            if content.read(len(header)) != header:
                return False
            return len(shape) > 1 or max(content.read()) < CLASSES
    except OSError:
        return False


def _download(name: str, raw: Path) -> None:
    """Download one file from the first of torchvision's mirrors that has it. Call it only with the lock held."""
    from torchvision.datasets import MNIST  # 1 s to import, and rarely needed

    packed_name = f"{name}.gz"
    checksum = dict(MNIST.resources)[packed_name]
    aside = raw.with_name("download")
    shutil.rmtree(aside, ignore_errors=True)  # files of a process that was killed
    aside.mkdir()
    try:
        reason = N_("no server answered")
        for mirror in MNIST.mirrors:
            try:
                packed = _fetch(mirror + packed_name)
            except (OSError, HTTPException, ValueError):  # no server, no answer in time, or an incomplete answer
                continue
            reason = N_("no server has the correct file")
            if hashlib.md5(packed, usedforsecurity=False).hexdigest() != checksum:
                continue
            try:
                content = gzip.decompress(packed)
            except (OSError, EOFError, zlib.error):
                continue
            (aside / name).write_bytes(content)
            if _is_complete(aside / name):
                (aside / name).replace(raw / name)
                return
        raise DownloadError(reason)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _fetch(address: str) -> bytes:
    """The content at an address. Raises OSError, HTTPException or ValueError."""
    request = urllib.request.Request(address, headers={"User-Agent": "Digit Lab"})  # noqa: S310 - torchvision's mirrors
    with urllib.request.urlopen(request, timeout=DOWNLOAD_TIMEOUT) as answer:  # noqa: S310
        content: bytes = answer.read(_MAX_BYTES + 1)
    if len(content) > _MAX_BYTES:
        raise ValueError("a longer answer than any file of MNIST")
    return content
