"""TensorBoard reads the scalars that were written."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from model.data.datasets import DataSet
from model.training.events import EpochEnd, Event, Finished, Progress
from model.training.loop import train
from model.training.tensorboard import TensorBoard, TensorBoardError
from tests.conftest import assert_one_sentence
from tests.runs import TINY, recipe


@pytest.fixture(scope="module")
def events(digits: DataSet) -> list[Event]:
    return list(train(TINY, recipe(), digits))


def read_back(folder: Path) -> dict[str, list[tuple[int, float]]]:
    """(step, value) of every scalar, by TensorBoard's own reader."""
    module = pytest.importorskip(
        "tensorboard.backend.event_processing.event_accumulator", reason="TensorBoard is not installed"
    )
    reader = module.EventAccumulator(str(folder), size_guidance={module.SCALARS: 0}).Reload()
    return {name: [(at.step, at.value) for at in reader.Scalars(name)] for name in reader.Tags()["scalars"]}


def written(folder: Path, events: list[Event]) -> dict[str, list[tuple[int, float]]]:
    board = TensorBoard(folder)
    for event in events:
        board.record(event)
    board.close()
    return read_back(folder)


def test_every_scalar_is_read_back(tmp_path: Path, events: list[Event]) -> None:
    scalars = written(tmp_path / "new" / "board", events)
    progress = [event for event in events if isinstance(event, Progress)]
    ends = [event for event in events if isinstance(event, EpochEnd)]
    finished = events[-1]
    assert isinstance(finished, Finished)
    for name in ("loss", "accuracy", "learning_rate", "images_per_second"):
        expected = [(event.step, pytest.approx(getattr(event, name), rel=1e-6)) for event in progress]
        assert scalars.pop(f"step/{name}") == expected
    for name in ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy"):
        expected = [(event.epoch, pytest.approx(getattr(event, name), rel=1e-6)) for event in ends]
        assert scalars.pop(f"epoch/{name}") == expected
    for name in ("loss", "accuracy"):
        expected = [(finished.best_epoch, pytest.approx(getattr(finished.test, name), rel=1e-6))]
        assert scalars.pop(f"test/{name}") == expected
    assert not scalars


def test_without_validation_its_scalars_are_absent(tmp_path: Path, digits: DataSet) -> None:
    scalars = written(tmp_path, list(train(TINY, recipe(epochs=1, validation_share=0.0), digits)))
    assert "epoch/train_loss" in scalars
    assert not [name for name in scalars if "validation" in name]


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard", reason="TensorBoard is not installed")
    (tmp_path / "file").write_text("")
    with pytest.raises(TensorBoardError) as caught:
        TensorBoard(tmp_path / "file" / "board")
    assert_one_sentence(caught.value)


def test_without_tensorboard_it_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(TensorBoardError) as caught:
        TensorBoard(tmp_path)
    assert_one_sentence(caught.value)
    assert "pip install" in str(caught.value)
