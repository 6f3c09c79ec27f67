"""Files of other programs, weights that do not fit, and random damage: each is refused in one sentence."""

from __future__ import annotations

import io
import json
import pickle
import struct
from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save as save_tensors
from torch import Tensor

from model.network.checkpoint import (
    CheckpointError,
    read_checkpoint,
)
from tests.conftest import assert_one_sentence
from tests.model.network.checkpoints import (
    GOOD,
    HEADER_BYTES,
    refused,
    some_checkpoint,
    with_header,
    with_metadata,
    with_weights,
)


def test_a_file_cut_off_anywhere_is_refused_in_one_sentence() -> None:
    lengths = {*range(40), *range(HEADER_BYTES, HEADER_BYTES + 20), *range(0, len(GOOD), 53), len(GOOD) - 1}
    for length in sorted(lengths):
        assert "damaged" in refused(GOOD[:length])


def test_a_file_with_more_bytes_at_its_end_is_refused() -> None:
    refused(GOOD + b"\0")
    refused(GOOD + GOOD)


def torch_saved() -> bytes:
    file = io.BytesIO()
    torch.save(dict(some_checkpoint().weights), file)
    return file.getvalue()


FOREIGN = {
    "nothing": b"",
    "one byte": b"\0",
    "zeros": bytes(5000),
    "ones": b"\xff" * 5000,
    "text": b"hello " * 1000,
    "a web page": b"<!doctype html><html></html>",
    "a zip": b"PK\x03\x04" + bytes(500),
    "a png": b"\x89PNG\r\n\x1a\n" + bytes(500),
    "a pickle": pickle.dumps({"weights": [1.0, 2.0]}),
    "a file of torch.save": torch_saved(),
    "JSON": json.dumps({"format": "digit-lab"}).encode(),
    "a header without end": struct.pack("<Q", 2**63) + b"{}",
    "a header that is no object": struct.pack("<Q", 2) + b"[]",
    "deeply nested JSON": struct.pack("<Q", 200_000) + b"[" * 200_000,
}


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN)
def test_other_files_are_refused_in_one_sentence(content: bytes) -> None:
    refused(content)


@given(st.binary(max_size=300), st.booleans())
def test_random_bytes_are_refused(content: bytes, with_length: bool) -> None:
    refused(struct.pack("<Q", len(content)) + content if with_length else content)


def test_weights_of_another_program_are_refused() -> None:
    for metadata in (None, {}, {"format": "pt"}, {"format": "Digit-Lab"}):
        message = refused(save_tensors(dict(some_checkpoint().weights), metadata=metadata))
        assert "not made by Digit Lab" in message


def test_a_file_of_another_version_is_refused_with_the_version() -> None:
    for version in ("2", "99", "1.0", "", "-1", "one", "x" * 1000):
        message = refused(with_metadata(version=version))
        assert "version" in message
        assert version[:10] in message
    message = refused(with_header(lambda header: header["__metadata__"].pop("version")))
    assert "version" in message


def test_a_version_with_line_breaks_does_not_break_the_sentence() -> None:
    refused(with_metadata(version="2\n\nCall 555-1234"))


# --- weights ----------------------------------------------------------------------------------------------------------


def of_wrong_shape(weights: dict[str, Tensor]) -> None:
    weights["dense.bias"] = torch.zeros(9)


def transposed(weights: dict[str, Tensor]) -> None:
    weights["dense.weight"] = weights["dense.weight"].T.contiguous()


def empty(weights: dict[str, Tensor]) -> None:
    weights["dense.bias"] = torch.zeros(0)


def as_number(weights: dict[str, Tensor]) -> None:
    weights["dense.bias"] = torch.tensor(1.0)


WRONG_WEIGHTS: dict[str, tuple[Callable[[dict[str, Tensor]], object], str]] = {
    "a wrong shape": (of_wrong_shape, "dense.bias"),
    "a transposed matrix": (transposed, "dense.weight"),
    "an empty tensor": (empty, "dense.bias"),
    "a single number": (as_number, "dense.bias"),
    "a missing tensor": (lambda weights: weights.pop("dense.bias"), "layers"),
    "a missing norm": (lambda weights: weights.pop("blocks.0.norm.running_var"), "layers"),
    "an extra tensor": (lambda weights: weights.update(extra=torch.zeros(3)), "layers"),
    "no tensor": (lambda weights: weights.clear(), "layers"),
    "a NaN": (lambda weights: weights["dense.bias"].__setitem__(0, float("nan")), "finite"),
    "an infinity": (lambda weights: weights["output.weight"].__setitem__((0, 0), float("inf")), "finite"),
    "doubles": (lambda weights: weights.update({"dense.bias": weights["dense.bias"].double()}), "float64"),
    "halves": (lambda weights: weights.update({"dense.bias": weights["dense.bias"].half()}), "float16"),
    "bytes": (lambda weights: weights.update({"dense.bias": weights["dense.bias"].byte()}), "uint8"),
    "eight-bit floats": (
        lambda weights: weights.update({"dense.bias": weights["dense.bias"].to(torch.float8_e4m3fn)}),
        "float8",
    ),
    "booleans": (lambda weights: weights.update({"dense.bias": weights["dense.bias"] > 0}), "bool"),
}


@pytest.mark.parametrize(("change", "word"), WRONG_WEIGHTS.values(), ids=WRONG_WEIGHTS)
def test_weights_that_do_not_fit_the_header_are_refused(
    change: Callable[[dict[str, Tensor]], object], word: str
) -> None:
    assert word in refused(with_weights(change))


def test_a_norm_with_a_negative_variance_is_refused() -> None:
    # Its square root is NaN, and so would be every answer.
    refused(with_weights(lambda weights: weights["blocks.0.norm.running_var"].neg_()))


# --- random damage ----------------------------------------------------------------------------------------------------

thorough = settings(max_examples=150)
places = st.integers(0, HEADER_BYTES + 40) | st.integers(0, len(GOOD) - 1)


def read_or_refuse(content: bytes) -> None:
    try:
        network = read_checkpoint(content, "net").build()
    except CheckpointError as error:
        assert_one_sentence(error)
    else:
        assert network(torch.zeros(1, 1, 28, 28)).shape == (1, 10)


@thorough
@given(st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=8))
def test_changed_bytes_never_raise_anything_but_a_checkpoint_error(changes: list[tuple[int, int]]) -> None:
    content = bytearray(GOOD)
    for place, value in changes:
        content[place] = value
    read_or_refuse(bytes(content))


@thorough
@given(st.lists(st.tuples(places, st.integers(0, 7)), min_size=1, max_size=3))
def test_flipped_bits_never_raise_anything_but_a_checkpoint_error(flips: list[tuple[int, int]]) -> None:
    content = bytearray(GOOD)
    for place, bit in flips:
        content[place] ^= 1 << bit
    read_or_refuse(bytes(content))


@thorough
@given(places, st.integers(1, 200))
def test_deleted_bytes_never_raise_anything_but_a_checkpoint_error(place: int, count: int) -> None:
    content = GOOD[:place] + GOOD[place + count :]
    if content != GOOD:
        refused(content)


@thorough
@given(places, st.binary(min_size=1, max_size=20))
def test_inserted_bytes_never_raise_anything_but_a_checkpoint_error(place: int, more: bytes) -> None:
    read_or_refuse(GOOD[:place] + more + GOOD[place:])
