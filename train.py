"""Train the network from the command line: python train.py --help lists every setting.

The checkpoint is written at each new best epoch and replaced whole, so Ctrl-C, a crash or a full disk leaves the best
network so far.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import types
import typing
from pathlib import Path
from typing import Any, NoReturn

from pydantic.fields import FieldInfo
from tqdm import tqdm

from model.checkpoint import Checkpoint, CheckpointError, load_checkpoint, save_checkpoint, write_atomically
from model.config import ModelConfig, SettingsError, TrainConfig
from model.data import DATA_VARIABLE, DataError, load_data
from model.device import keep_freed_memory
from model.training import EpochEnd, Event, Finished, Progress, Started, TrainingDivergedError, train

DEFAULT_OUTPUT = Path("checkpoints/digit-cnn.safetensors")
DEBUG_VARIABLE = "DIGIT_LAB_DEBUG"
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
        "--output", type=Path, default=DEFAULT_OUTPUT, help=f"where the network goes (default {DEFAULT_OUTPUT})"
    )
    files.add_argument("--report", type=Path, help="also write the results and the history of epochs as JSON")
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
        flag["nargs"], flag["metavar"] = "+", "N"
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
        return _Run(model_config, config, options["output"], options["report"]).go(options["data_dir"], options["init"])
    except SettingsError as error:
        return _fail(error, status=2)
    except (CheckpointError, DataError, TrainingDivergedError) as error:
        return _fail(error)
    except KeyboardInterrupt:
        return _fail("Interrupted before the first epoch was over; nothing was saved.", status=INTERRUPTED)
    except Exception as error:
        if os.environ.get(DEBUG_VARIABLE):
            raise
        return _fail(f"Unexpected {type(error).__name__}: {error} (set {DEBUG_VARIABLE}=1 for the traceback).")


class _Run:
    """One training, told on the terminal and saved as it goes."""

    def __init__(self, model_config: ModelConfig, config: TrainConfig, output: Path, report: Path | None) -> None:
        self.model_config, self.config = model_config, config
        self.output, self.report = output, report
        self.bar: tqdm[NoReturn] = tqdm(unit="step", disable=None, leave=False, dynamic_ncols=True)
        self.saved_epoch = 0

    def go(self, data_dir: Path | None, init: Path | None) -> int:
        """Train, save and report; the exit status."""
        initial = load_checkpoint(init) if init else None
        for path in filter(None, (self.output, self.report)):
            _check_writable(path)
        data = load_data(self.config.data, data_dir)
        if data.notice:
            _say(data.notice)
        keep_freed_memory()
        try:
            for event in train(self.model_config, self.config, data, initial):
                self._tell(event)
        except KeyboardInterrupt:
            if not self.saved_epoch:
                raise
            _say(f"Interrupted: the best epoch so far, {self.saved_epoch}, is in {self.output}.")
            return INTERRUPTED
        finally:
            self.bar.close()
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
        try:
            save_checkpoint(best, self.output)
            self.saved_epoch = epoch
        except CheckpointError as error:
            _say(str(error))

    def _finish(self, event: Finished) -> None:
        self.bar.close()
        save_checkpoint(event.checkpoint, self.output)
        if self.report:
            write_atomically(self.report, json.dumps(report_of(event), indent=2).encode())
        _say(f"Epoch {event.best_epoch} is kept: {self.output}")
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


def _as_interrupt(_signal: int, _frame: types.FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _say(text: str) -> None:
    tqdm.write(text, file=sys.stdout)
    sys.stdout.flush()


def _fail(problem: object, status: int = 1) -> int:
    print(problem, file=sys.stderr)  # noqa: T201
    return status


if __name__ == "__main__":
    sys.exit(main())
