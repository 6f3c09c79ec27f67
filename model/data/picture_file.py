"""Uploaded pictures and the pictures of the canvas. All of them are checked before they are used."""

from __future__ import annotations

import io
import struct

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from model.data.ink import MAX_PIXELS
from model.language import _

MAX_FILE_BYTES = 5 * 2**20
"""Larger files are refused."""

WORKING_SIDE = 1200
"""Larger pictures are reduced to this longest side in pixels, which is far more than 28x28 needs."""

_UNREADABLE = (OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError, TypeError, struct.error, MemoryError)
"""The errors that Pillow raises for damaged files."""


class PictureError(ValueError):
    """A file that cannot be used as a picture. The message is one sentence for the user."""


def read_picture(content: bytes) -> NDArray[np.uint8]:
    """A PNG or JPEG as uint8 (H, W) grey or (H, W, 4) RGBA, upright, its longest side at most WORKING_SIDE.

    Raises PictureError for other formats, damaged files, files over 5 MB, and pictures with so many pixels that they
    would fill the memory.
    """
    if len(content) > MAX_FILE_BYTES:
        raise PictureError(
            _("The file is larger than {most} MB; choose a smaller picture.", most=MAX_FILE_BYTES // 2**20)
        )
    try:
        picture = _open(content, "PNG", "JPEG")
        if picture.width * picture.height > MAX_PIXELS:
            problem = _("The picture has {width}x{height} pixels, which is too large; make it smaller first.")
            raise PictureError(problem.format(width=picture.width, height=picture.height))
        picture.draft("L", (WORKING_SIDE, WORKING_SIDE))  # a JPEG is reduced while it is decoded
        picture.load()
        picture = ImageOps.exif_transpose(picture)
        picture = _eight_bits(picture)
        picture.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.BOX)
        return np.asarray(picture)
    except PictureError:
        raise
    except Image.DecompressionBombError:
        raise PictureError(_("The picture has far too many pixels; make it smaller first.")) from None
    except _UNREADABLE:
        raise PictureError(_("This is no PNG or JPEG picture, or it is damaged; choose another file.")) from None


def read_canvas(content: bytes, side: int) -> NDArray[np.uint8]:
    """The PNG of a square canvas as uint8 (side, side, 4) RGBA.

    Raises PictureError for other formats, damaged files and other sizes; those are not decoded.
    """
    try:
        picture = _open(content, "PNG")
        if picture.size != (side, side):
            problem = _("The canvas has {side}x{side} pixels, and this picture {width}x{height}.")
            raise PictureError(problem.format(side=side, width=picture.width, height=picture.height))
        return np.asarray(picture.convert("RGBA"))
    except PictureError:
        raise
    except (*_UNREADABLE, Image.DecompressionBombError):
        raise PictureError(_("This is no picture of the canvas.")) from None


def _open(content: bytes, *formats: str) -> Image.Image:
    """The picture with its size and mode; its pixels are not decoded yet, so the caller can check the size first."""
    return Image.open(io.BytesIO(content), formats=formats)


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Grey, or RGBA where there is transparency; 16-bit grey is scaled, because Pillow would cut it off at 255."""
    if picture.mode.startswith("I"):
        deep = np.asarray(picture, np.float64)
        return Image.fromarray((deep / 257).clip(0, 255).astype(np.uint8), "L")
    if "A" in picture.getbands() or "transparency" in picture.info:
        return picture.convert("RGBA")
    return picture.convert("L")
