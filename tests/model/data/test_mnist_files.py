"""MNIST's four files: when they count as complete, and how they are downloaded."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from torchvision.datasets import MNIST

from model.data.mnist_files import DownloadError, ensure_mnist, raw_folder
from tests.model.data.conftest import FILES
from tests.model.data.mnist_server import loading_process, server

Checksums = list[tuple[str, str]]


def cut(size: int) -> Callable[[Path], None]:
    """Cuts a file to this size, or by this many bytes if negative."""

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


DAMAGE = {
    "empty": cut(0),
    "cut in the header": cut(6),
    "cut after the header": cut(16),
    "one byte too few": cut(-1),
    "one byte too many": lambda file: file.write_bytes(file.read_bytes() + b"0"),
    "other text": lambda file: file.write_text("<html>Please sign in to this network</html>"),
    "numbers of another type": put(2, bytes([13])),
    "another number of dimensions": put(3, bytes([2])),
    "another count": put(4, (59).to_bytes(4, "big")),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
@pytest.mark.parametrize("name", ["t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"])
def test_a_damaged_file_is_reported_and_kept_where_it_cannot_be_downloaded(
    blank_mnist: Path, offline: None, name: str, damage: Callable[[Path], None]
) -> None:
    file = raw_folder(blank_mnist) / name
    damage(file)
    content = file.read_bytes()
    with pytest.raises(DownloadError) as caught:
        ensure_mnist(blank_mnist)
    assert caught.value.damaged
    assert file.read_bytes() == content
    assert {each.name for each in file.parent.iterdir()} == set(FILES)


def test_labels_above_nine_are_damage(blank_mnist: Path, offline: None) -> None:
    put(5000, b"\x0a")(raw_folder(blank_mnist) / "t10k-labels-idx1-ubyte")
    with pytest.raises(DownloadError) as caught:
        ensure_mnist(blank_mnist)
    assert caught.value.damaged


def test_complete_files_need_no_server_and_no_lock(blank_mnist: Path, offline: None) -> None:
    ensure_mnist(blank_mnist)
    assert [each.name for each in (blank_mnist / "MNIST").iterdir()] == ["raw"]


def test_only_missing_and_damaged_files_are_downloaded(
    blank_mnist: Path, packed: dict[str, bytes], checksums: Checksums, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = raw_folder(blank_mnist)
    (raw / "t10k-labels-idx1-ubyte").unlink()
    cut(1_000_000)(raw / "train-images-idx3-ubyte")
    asked: list[str] = []

    def answer(path: str) -> bytes:
        asked.append(path)
        return packed[path]

    with server(answer) as address:
        monkeypatch.setattr(MNIST, "mirrors", [address])
        ensure_mnist(blank_mnist)
    assert sorted(asked) == ["/t10k-labels-idx1-ubyte.gz", "/train-images-idx3-ubyte.gz"]
    assert (raw / "train-images-idx3-ubyte").read_bytes() == gzip.decompress(packed["/train-images-idx3-ubyte.gz"])
    assert {each.name for each in raw.iterdir()} == set(FILES)


WRONG_ANSWERS: dict[str, Callable[[bytes], bytes]] = {
    "a sign-in page": lambda content: b"<html>Please sign in</html>",
    "half a file": lambda content: content[: len(content) // 2],
    "another file": lambda content: gzip.compress(b"something else"),
}


@pytest.mark.parametrize("wrong", WRONG_ANSWERS.values(), ids=WRONG_ANSWERS)
def test_a_wrong_answer_leaves_no_file_and_the_next_mirror_is_asked(
    tmp_path: Path,
    packed: dict[str, bytes],
    checksums: Checksums,
    monkeypatch: pytest.MonkeyPatch,
    wrong: Callable[[bytes], bytes],
) -> None:
    with server(lambda path: wrong(packed[path])) as bad, server(packed.__getitem__) as good:
        monkeypatch.setattr(MNIST, "mirrors", [bad])
        with pytest.raises(DownloadError) as caught:
            ensure_mnist(tmp_path)
        assert not caught.value.damaged
        assert list(raw_folder(tmp_path).iterdir()) == []
        monkeypatch.setattr(MNIST, "mirrors", [bad, good])
        ensure_mnist(tmp_path)
    assert {each.name for each in raw_folder(tmp_path).iterdir()} == set(FILES)


def test_a_server_without_an_answer_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = socket.getdefaulttimeout()
    monkeypatch.setattr("model.data.mnist_files.DOWNLOAD_TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr(MNIST, "mirrors", [f"http://127.0.0.1:{silent.getsockname()[1]}/"])
        with pytest.raises(DownloadError, match="no server answered"):
            ensure_mnist(tmp_path)
    assert socket.getdefaulttimeout() == before


def test_processes_that_want_mnist_at_once_download_each_file_once(
    tmp_path: Path, packed: dict[str, bytes], checksums: Checksums
) -> None:
    asked: list[str] = []
    both_began = threading.Event()

    def answer(path: str) -> bytes:
        asked.append(path)
        both_began.wait(120)
        return packed[path]

    with (
        server(answer) as address,
        loading_process(tmp_path, address, checksums) as one,
        loading_process(tmp_path, address, checksums) as other,
    ):
        both_began.set()
        one.wait(120)
        other.wait(120)
        assert (one.returncode, other.returncode) == (0, 0)
    assert sorted(asked) == sorted(packed)
    assert {each.name for each in raw_folder(tmp_path).iterdir()} == set(FILES)


def test_a_killed_download_leaves_no_half_file_and_the_next_process_completes_it(
    tmp_path: Path, packed: dict[str, bytes], checksums: Checksums
) -> None:
    began, killed = threading.Event(), threading.Event()

    def answer(path: str) -> bytes:
        if path == "/train-labels-idx1-ubyte.gz" and not killed.is_set():
            began.set()
            killed.wait(120)
        return packed[path]

    with server(answer) as address, loading_process(tmp_path, address, checksums) as first:
        assert began.wait(120), "it has one file and waits for the next"
        with loading_process(tmp_path, address, checksums) as second:
            first.kill()
            first.wait(120)
            killed.set()
            second.wait(120)
            assert second.returncode == 0
    assert {each.name for each in raw_folder(tmp_path).iterdir()} == set(FILES)
    assert not (tmp_path / "MNIST" / "download").exists()
