"""Uploaded pictures, and files that are refused."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from model.data.picture_file import MAX_FILE_BYTES, WORKING_SIDE, PictureError, read_picture
from model.data.preprocess import preprocess
from tests.conftest import assert_one_sentence

GREY = np.pad(np.linspace(0, 255, 60 * 40).astype(np.uint8).reshape(60, 40), 10, constant_values=255)


def file_of(picture: Image.Image, form: str = "PNG", **options: object) -> bytes:
    content = io.BytesIO()
    picture.save(content, form, **options)
    return content.getvalue()


def refused(content: bytes) -> str:
    with pytest.raises(PictureError) as caught:
        read_picture(content)
    assert_one_sentence(caught.value)
    return str(caught.value)


PNG = file_of(Image.fromarray(GREY))
JPEG = file_of(Image.fromarray(GREY), "JPEG", quality=90)


def test_a_grey_png_is_read_exactly() -> None:
    pixels = read_picture(PNG)
    assert pixels.dtype == np.uint8
    assert np.array_equal(pixels, GREY)


def test_a_jpeg_is_read_up_to_its_compression() -> None:
    assert np.abs(read_picture(JPEG).astype(int) - GREY).mean() < 3


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_kind_of_png_can_be_preprocessed(mode: str) -> None:
    drawn = Image.fromarray(np.where(np.indices((60, 60)).sum(0) % 60 < 8, 0, 255).astype(np.uint8))
    pixels = read_picture(file_of(drawn.convert(mode)))
    assert pixels.shape in ((60, 60), (60, 60, 4))
    expected = preprocess(np.asarray(drawn)).image
    np.testing.assert_allclose(preprocess(pixels).image, expected, atol=0.01)


@pytest.mark.parametrize("mode", ["CMYK", "YCbCr", "RGB"])
def test_every_kind_of_jpeg_can_be_read(mode: str) -> None:
    assert read_picture(file_of(Image.new(mode, (50, 40)), "JPEG")).shape == (40, 50)


def test_ink_on_a_transparent_png_is_ink() -> None:
    alpha = np.zeros((60, 60), np.uint8)
    alpha[10:50, 27:33] = 255
    picture = Image.fromarray(np.dstack([np.zeros((60, 60, 3), np.uint8), alpha]))
    np.testing.assert_allclose(preprocess(read_picture(file_of(picture))).image, preprocess(alpha).image, atol=1e-5)


def test_sixteen_bit_grey_is_scaled_and_not_cut_off() -> None:
    deep = Image.fromarray(GREY.astype(np.uint16) * 257)
    assert np.abs(read_picture(file_of(deep)).astype(int) - GREY).max() <= 1


def test_a_photo_taken_sideways_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned by 90 degrees
    pixels = read_picture(file_of(Image.fromarray(GREY), "JPEG", quality=95, exif=exif))
    assert pixels.shape == GREY.T.shape
    assert np.abs(pixels.astype(int) - np.rot90(GREY, -1)).mean() < 3


def test_a_large_photo_is_reduced_and_keeps_its_proportions() -> None:
    for form in ("PNG", "JPEG"):
        pixels = read_picture(file_of(Image.new("L", (3000, 2000), 200), form))
        assert pixels.shape == (WORKING_SIDE * 2 // 3, WORKING_SIDE)
        assert abs(int(pixels.mean()) - 200) <= 1


def test_a_file_that_is_too_large_is_refused() -> None:
    assert "5 MB" in refused(PNG + bytes(MAX_FILE_BYTES))


@pytest.mark.parametrize("content", [PNG, JPEG], ids=["PNG", "JPEG"])
def test_a_file_cut_off_is_refused(content: bytes) -> None:
    for share in (0, 0.01, 0.1, 0.3, 0.5, 0.7):
        refused(content[: int(len(content) * share)])


@pytest.mark.parametrize("form", ["GIF", "TIFF", "WEBP"])
def test_other_formats_are_refused(form: str) -> None:
    assert "PNG or JPEG" in refused(file_of(Image.fromarray(GREY), form))


@pytest.mark.parametrize("content", [b"", b"\0", b"hello", b"<svg></svg>", b"%PDF-1.7", b"PK\x03\x04" + bytes(99)])
def test_files_without_a_picture_are_refused(content: bytes) -> None:
    refused(content)


def png_of_size(width: int, height: int, pixels: bytes = b"") -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(7000, 7000), (20_000, 20_000), (2**31 - 1, 2**31 - 1)])
def test_a_small_file_with_a_giant_picture_is_refused(size: tuple[int, int]) -> None:
    refused(png_of_size(*size))


def test_a_picture_without_pixels_is_refused() -> None:
    for size in ((0, 0), (0, 5), (5, 0)):
        refused(png_of_size(*size))


@settings(max_examples=150)
@given(
    st.sampled_from([PNG, JPEG]),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=6),
)
def test_changed_bytes_give_a_picture_or_one_sentence(content: bytes, changes: list[tuple[int, int]]) -> None:
    damaged = bytearray(content)
    for place, value in changes:
        damaged[place % len(damaged)] = value
    read_or_refuse(bytes(damaged))


@given(st.binary(max_size=200), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"\xff\xd8\xff\xe1"]))
def test_random_bytes_give_a_picture_or_one_sentence(content: bytes, start: bytes) -> None:
    read_or_refuse(start + content)


def read_or_refuse(content: bytes) -> None:
    try:
        pixels = read_picture(content)
    except PictureError as error:
        assert_one_sentence(error)
    else:
        assert preprocess(pixels).image.shape == (28, 28)
