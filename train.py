"""Train the network from the command line: python train.py --help lists every setting.

The checkpoint is written at each new best epoch and replaced whole, so Ctrl-C, a crash or a full disk leaves the best
network so far. With --run, everything about the training goes into one folder, and the app shows it while it grows.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import json
import os
import signal
import sys
import types
import typing
from pathlib import Path
from typing import Any, Literal, NoReturn

# GNU's OpenMP reads this variable once, when PyTorch is imported, so it stands before the imports. By default a thread
# that waits for another one keeps its core busy for so long that beside other programs a training step takes seven
# times as long. With this value it takes twice as long; on an idle machine the cost is 6 %.
os.environ.setdefault("GOMP_SPINCOUNT", "10000")

from pydantic.fields import FieldInfo
from tqdm import tqdm

from model.data.datasets import DATA_VARIABLE, DataError, DataSet, load_data
from model.network.checkpoint import Checkpoint, CheckpointError, load_checkpoint, save_checkpoint, write_atomically
from model.network.config import ModelConfig
from model.network.settings import SettingsError
from model.network.train_config import TrainConfig
from model.process import keep_freed_memory, use_deterministic_kernels
from model.runs.folder import MAX_TITLE, RunSettings
from model.runs.recorder import Recorder, RunGoneError, snapshots_of
from model.training.events import EpochEnd, Event, Finished, Progress, Started, TrainingDivergedError
from model.training.loop import train
from model.training.tensorboard import TensorBoard, TensorBoardError

DEFAULT_OUTPUT = Path("checkpoints/digit-cnn.safetensors")
STAND_BY = "--stand-by"
DEBUG_VARIABLE = "DIGIT_LAB_DEBUG"
_KNOWN = (CheckpointError, DataError, RunGoneError, SettingsError, TensorBoardError, TrainingDivergedError)
"""Errors whose message is one sentence for the user."""

INTERRUPTED = 130
"""The exit status that shells give to a program ended by Ctrl-C."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise SettingsError(f"{message}; see python train.py --help")


def build_parser() -> argparse.ArgumentParser:
    """The command line: one flag for each field of ModelConfig and TrainConfig, and the files."""
    parser = _Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    files = parser.add_argument_group("files")
    files.add_argument(
        "--output", type=Path, help=f"where the network goes (default {DEFAULT_OUTPUT}, or the folder of --run)"
    )
    files.add_argument("--report", type=Path, help="also write the results and the history of epochs as JSON")
    files.add_argument("--run", type=Path, help="write settings, metrics, snapshots and report into this new folder")
    files.add_argument("--tensorboard", type=Path, help="also write TensorBoard's scalars into this folder")
    files.add_argument("--init", type=Path, help="start from the weights of this checkpoint, not from random ones")
    files.add_argument("--data-dir", type=Path, help=f"data sets (default: ${DATA_VARIABLE}, else data/)")
    for title, config in (("network", ModelConfig), ("training", TrainConfig)):
        group = parser.add_argument_group(title)
        for name, field in config.model_fields.items():
            group.add_argument(f"--{name.replace('_', '-')}", **_flag(field))
    return parser


def _flag(field: FieldInfo) -> dict[str, Any]:
    """How argparse shows a field. Values stay text: pydantic converts and checks them."""
    kind, default = field.annotation, field.default
    shown = " ".join(map(str, default)) if isinstance(default, tuple) else default
    flag: dict[str, Any] = {
        "default": argparse.SUPPRESS,
        "help": f"{field.description} (default {shown})".replace("%", "%%"),
    }
    if kind is bool:
        flag["action"] = argparse.BooleanOptionalAction
    elif typing.get_origin(kind) is typing.Literal:
        flag["choices"] = typing.get_args(kind)
    elif typing.get_origin(kind) is tuple:
        flag["nargs"], flag["metavar"] = "*", "N"
    else:
        flag["metavar"] = "N"
    return flag


def main(arguments: list[str] | None = None) -> int:
    """Train as the command line says; the exit status is 0, 1 where it failed, 2 for bad settings, 130 for Ctrl-C."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        options = vars(build_parser().parse_args(arguments))
        model_config, config = (
            ModelConfig.parse({name: options[name] for name in ModelConfig.model_fields if name in options}),
            TrainConfig.parse({name: options[name] for name in TrainConfig.model_fields if name in options}),
        )
        return _Run(model_config, config, options).go(options["data_dir"], options["init"])
    except _KNOWN as error:
        return _fail(error, status=2 if isinstance(error, SettingsError) else 1)
    except KeyboardInterrupt:
        return _fail("Interrupted before the first epoch was over; nothing was saved.", status=INTERRUPTED)
    except Exception as error:
        if os.environ.get(DEBUG_VARIABLE):
            raise
        return _fail(f"{_unexpected(error)} (set {DEBUG_VARIABLE}=1 for the traceback).")


class _Run:
    """One training, told on the terminal and saved as it goes."""

    def __init__(self, model_config: ModelConfig, config: TrainConfig, options: dict[str, Any]) -> None:
        self.model_config, self.config = model_config, config
        self.run: Path | None = options["run"]
        self.output: Path | None = options["output"] or (None if self.run else DEFAULT_OUTPUT)
        self.report: Path | None = options["report"]
        self.tensorboard: Path | None = options["tensorboard"]
        self.bar: tqdm[NoReturn] = tqdm(unit="step", disable=None, leave=False, dynamic_ncols=True)
        self.saved_epoch = 0

    def go(self, data_dir: Path | None, init: Path | None) -> int:
        """Train, save and report; the exit status."""
        for path in filter(None, (self.output, self.report)):
            _check_writable(path)
        recorder = None
        if self.run:
            recorder = Recorder(
                self.run, RunSettings(title=self.run.name[:MAX_TITLE], model=self.model_config, train=self.config)
            )
        try:
            return self._train(data_dir, load_checkpoint(init) if init else None, recorder)
        except Exception as error:
            if recorder:
                recorder.fail(
                    str(error) if isinstance(error, _KNOWN) else f"Unexpected {type(error).__name__}: {error}"
                )
            raise

    def _train(self, data_dir: Path | None, initial: Checkpoint | None, recorder: Recorder | None) -> int:
        data = _data(self.config.data, data_dir)
        if data.notice:
            _say(data.notice)
        keep_freed_memory()
        use_deterministic_kernels()
        board = TensorBoard(self.tensorboard) if self.tensorboard else None
        snapshots = snapshots_of(self.model_config.parameters) if recorder else 0
        stop = recorder.stop if recorder else lambda: False
        try:
            for event in train(self.model_config, self.config, data, initial, snapshots=snapshots, stop=stop):
                self._tell(event)
                if board:
                    board.record(event)
                if recorder:
                    recorder.record(event)
                if recorder and isinstance(event, Finished):
                    recorder.finish(event, data, report_of(event))
        except KeyboardInterrupt:
            kept = self.output if self.saved_epoch else recorder and recorder.best()
            if not kept:
                raise
            _say(f"Interrupted: the best epoch so far is in {kept}.")
            return INTERRUPTED
        finally:
            self.bar.close()
            if board:
                board.close()
        return 0

    def _tell(self, event: Event) -> None:
        match event:
            case Started():
                _say(
                    f"{event.parameters:,} parameters, {event.images:,} training and {event.validation_images:,} "
                    f"validation images, {event.device} in {event.precision}"
                )
                _say(f"{'epoch':>5} {'loss':>9} {'accuracy':>9} {'val loss':>9} {'val acc':>9} {'seconds':>9}")
                self.bar.reset(total=event.steps_per_epoch * self.config.epochs)
            case Progress():
                self.bar.update(event.step - self.bar.n)
                self.bar.set_postfix_str(f"loss {event.loss:.4f}, accuracy {event.accuracy:.2%}", refresh=False)
            case EpochEnd():
                if event.improved:
                    self._save(event.checkpoint, event.epoch)
                _say(_row(event))  # whoever reads "best" can count on the file
            case Finished():
                self._finish(event)

    def _save(self, best: Checkpoint, epoch: int) -> None:
        """A full disk now is no reason to end the run: there is another try at the next best epoch and at the end."""
        if not self.output:
            return
        try:
            save_checkpoint(best, self.output)
            self.saved_epoch = epoch
        except CheckpointError as error:
            _say(str(error))

    def _finish(self, event: Finished) -> None:
        self.bar.close()
        if self.output:
            save_checkpoint(event.checkpoint, self.output)
        if self.report:
            write_atomically(self.report, json.dumps(report_of(event), indent=2).encode())
        _say(f"Epoch {event.best_epoch} is kept: {self.output or self.run}")
        _say(f"Test accuracy {event.test.accuracy:.2%} ({event.test.count:,} pictures, loss {event.test.loss:.4f})")


def report_of(finished: Finished) -> dict[str, Any]:
    """What --report writes."""
    metrics = finished.checkpoint.metrics
    names = ("test_accuracy", "test_loss", "train_seconds", "epochs", "best_epoch", "parameters", "device", "history")
    return {name: metrics[name] for name in names} | {
        "data": finished.checkpoint.data,
        "seed": finished.checkpoint.train.seed,
    }


def _row(event: EpochEnd) -> str:
    loss = "-" if event.validation_loss is None else f"{event.validation_loss:.4f}"
    accuracy = "-" if event.validation_accuracy is None else f"{event.validation_accuracy:.2%}"
    return (
        f"{event.epoch:5} {event.train_loss:9.4f} {event.train_accuracy:9.2%} {loss:>9} {accuracy:>9}"
        f" {event.seconds:9.1f}{'  best' if event.improved else ''}"
    )


def _check_writable(path: Path) -> None:
    """Find out before the training, not after it."""
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if path.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        raise SettingsError(f"{path} cannot be written; name a file in a folder that can be")


@functools.cache
def _data(name: Literal["mnist", "digits"], folder: Path | None) -> DataSet:
    return load_data(name, folder)


def _as_interrupt(_signal: int, _frame: types.FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _unexpected(error: Exception) -> str:
    return f"Unexpected {type(error).__name__}: {' '.join(str(error).split())[:200]}"


def _say(text: str) -> None:
    tqdm.write(text, file=sys.stdout)
    sys.stdout.flush()


def _fail(problem: object, status: int = 1) -> int:
    print(problem, file=sys.stderr)  # noqa: T201
    return status


def stand_by() -> int:
    """Load everything, wait for one line with the arguments as a JSON list, and train: a start without the wait.

    The app keeps one such process ready, because importing PyTorch and reading MNIST take 3 s. It ends with its input.
    """
    with contextlib.suppress(DataError):
        _data("mnist", None)
    line = sys.stdin.readline()
    return main(json.loads(line)) if line else 0


if __name__ == "__main__":
    sys.exit(stand_by() if sys.argv[1:] == [STAND_BY] else main())
