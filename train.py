"""Train the network from the command line: python train.py --help lists every setting.

The checkpoint is atomically replaced at each new best epoch. So the best network so far remains after Ctrl-C, a crash
or a full disk. With --run, all files of the training go into one folder, and the app shows them during the training.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import json
import logging
import os
import signal
import sys
import types
from pathlib import Path
from typing import Any, Literal, NoReturn

# GNU's OpenMP reads this variable once, when PyTorch is imported, so it stands before the imports. By default a thread
# that waits for another one keeps its core busy for so long that beside other programs a training step takes seven
# times as long. With this value it takes twice as long; on an idle machine the cost is 6 %.
os.environ.setdefault("GOMP_SPINCOUNT", "10000")

from tqdm import tqdm

from model.data.datasets import DATA_VARIABLE, DataError, DataSet, load_data
from model.logs import LEVELS, LOG_VARIABLE, set_up_logging
from model.network.checkpoint import Checkpoint, CheckpointError, load_checkpoint, save_checkpoint, write_atomically
from model.network.config import ModelConfig
from model.network.flags import flag_name, flag_options
from model.network.settings import SettingsError
from model.network.train_config import TrainConfig
from model.process import keep_freed_memory, use_deterministic_kernels
from model.runs.folder import LOG, MAX_TITLE, RUN, RunSettings, read_settings
from model.runs.log import limit_log, redirect_output
from model.runs.recorder import Recorder, RunGoneError, snapshots_of
from model.runs.report import report_of
from model.training.events import EpochEnd, Event, Finished, Progress, Started, TrainingDivergedError
from model.training.loop import train
from model.training.tensorboard import TensorBoard, TensorBoardError

DEFAULT_OUTPUT = Path("checkpoints/digit-cnn.safetensors")
STAND_BY = "--stand-by"
_KNOWN = (CheckpointError, DataError, RunGoneError, SettingsError, TensorBoardError, TrainingDivergedError)
"""Errors whose message is one sentence for the user."""

INTERRUPTED = 130
"""The usual exit status of a program that was ended by Ctrl-C."""

_log = logging.getLogger("digit_lab.train")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise SettingsError(f"{message}; see python train.py --help")


def build_parser() -> argparse.ArgumentParser:
    """The command line: one flag for each field of ModelConfig and TrainConfig, and flags for the files."""
    parser = _Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    files = parser.add_argument_group("files")
    files.add_argument(
        "--output", type=Path, help=f"file for the network (default {DEFAULT_OUTPUT}, or the folder of --run)"
    )
    files.add_argument("--report", type=Path, help="also write the results and the history of epochs as JSON")
    files.add_argument(
        "--run", type=Path, help=f"write everything into this folder; settings come from its {RUN}, if any"
    )
    files.add_argument("--log", action="store_true", help=f"write the output into {LOG} of an existing --run folder")
    files.add_argument("--log-level", choices=LEVELS, help=f"which log records appear (default ${LOG_VARIABLE})")
    files.add_argument("--tensorboard", type=Path, help="also write TensorBoard's scalars into this folder")
    files.add_argument("--init", type=Path, help="start from the weights of this checkpoint, not from random ones")
    files.add_argument("--data-dir", type=Path, help=f"data sets (default: ${DATA_VARIABLE}, else data/)")
    for title, config in (("network", ModelConfig), ("training", TrainConfig)):
        group = parser.add_argument_group(title)
        for name, field in config.model_fields.items():
            group.add_argument(flag_name(name), **flag_options(field))
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Train with these arguments. The exit status: 0, 1 for a failure, 2 for bad settings, 130 for Ctrl-C."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    with_log = False
    try:
        options = vars(build_parser().parse_args(arguments))
        if options["log"]:
            _redirect_to_log(options["run"])
            with_log = True
        set_up_logging(options["log_level"], default="warning")
        return _Training(_settings(options), options).run(options["data_dir"], options["init"])
    except _KNOWN as error:
        return _fail(error, status=2 if isinstance(error, SettingsError) else 1)
    except KeyboardInterrupt:
        return _fail("Interrupted before the first epoch was over; nothing was saved.", status=INTERRUPTED)
    except Exception as error:
        _log.log(logging.ERROR if with_log else logging.DEBUG, "unexpected error", exc_info=error)
        problem = " ".join(str(error).split())[:200]
        return _fail(f"Unexpected {type(error).__name__}: {problem} (--log-level debug shows the traceback).")


def _redirect_to_log(folder: Path | None) -> None:
    """Fails without run.json: if a run is deleted while its process starts, it must stay deleted."""
    if folder is None or not (folder / RUN).exists():
        raise SettingsError(f"--log needs --run with a folder that has a {RUN}")
    redirect_output(folder)


def _settings(options: dict[str, Any]) -> RunSettings:
    """The settings in run.json of the --run folder if it exists, else the flags. Raises SettingsError."""
    folder: Path | None = options["run"]
    if folder == Path():
        raise SettingsError("--run needs the name of a folder")
    if folder is not None and folder.exists() and not folder.is_dir():
        raise SettingsError(f"--run: {folder} is a file; name a folder")
    flags = [name for config in (ModelConfig, TrainConfig) for name in config.model_fields if name in options]
    if folder is None or not (folder / RUN).exists():
        return RunSettings(
            title=folder.name[:MAX_TITLE] if folder else "",
            model=ModelConfig.parse({name: options[name] for name in flags if name in ModelConfig.model_fields}),
            train=TrainConfig.parse({name: options[name] for name in flags if name in TrainConfig.model_fields}),
        )
    if flags:
        raise SettingsError(
            f"{folder} already has its settings in {RUN}; leave out {flag_name(flags[0])}, or name a new folder"
        )
    try:
        return read_settings(folder)
    except SettingsError as error:
        raise SettingsError(f"{folder / RUN}: {error}") from None
    except ValueError:
        raise SettingsError(f"the settings in {folder / RUN} are damaged; name another folder") from None


class _Training:
    """One training: shows it on the terminal, and saves its network."""

    def __init__(self, settings: RunSettings, options: dict[str, Any]) -> None:
        self.settings = settings
        self.folder: Path | None = options["run"]
        self.output: Path | None = options["output"] or (None if self.folder else DEFAULT_OUTPUT)
        self.report: Path | None = options["report"]
        self.tensorboard: Path | None = options["tensorboard"]
        self.bar: tqdm[NoReturn] = tqdm(unit="step", disable=None, leave=False, dynamic_ncols=True)
        self.saved_epoch = 0

    def run(self, data_dir: Path | None, init: Path | None) -> int:
        """Train, save and report. Returns the exit status."""
        for path in filter(None, (self.output, self.report)):
            _check_writable(path)
        recorder = Recorder(self.folder, self.settings) if self.folder else None
        try:
            return self._train(data_dir, load_checkpoint(init) if init else None, recorder)
        except Exception as error:
            if recorder:
                recorder.fail(
                    str(error) if isinstance(error, _KNOWN) else f"Unexpected {type(error).__name__}: {error}"
                )
            raise

    def _train(self, data_dir: Path | None, initial: Checkpoint | None, recorder: Recorder | None) -> int:
        model_config, config = self.settings.model, self.settings.train
        data = _data(config.data, data_dir)
        if data.notice:
            _print(data.notice)
        keep_freed_memory()
        use_deterministic_kernels()
        board = TensorBoard(self.tensorboard) if self.tensorboard else None
        snapshots = snapshots_of(model_config.parameters) if recorder else 0
        stop = recorder.stop if recorder else lambda: False
        try:
            for event in train(model_config, config, data, initial, snapshots=snapshots, stop=stop):
                if recorder:  # the recorder comes first: if the disk is full, its message is the clearest
                    recorder.record(event)
                    limit_log(recorder.folder)
                self._show(event)
                if board:
                    board.record(event)
                if recorder and isinstance(event, Finished):
                    recorder.finish(event, data, report_of(event))
        except KeyboardInterrupt:
            saved = self.output if self.saved_epoch else recorder and recorder.best()
            if not saved:
                raise
            _print(f"Interrupted: the best epoch so far is in {saved}.")
            return INTERRUPTED
        finally:
            self.bar.close()
            if board:
                board.close()
        return 0

    def _show(self, event: Event) -> None:
        match event:
            case Started():
                _print(
                    f"{event.parameters:,} parameters, {event.images:,} training and {event.validation_images:,} "
                    f"validation images, {event.device} in {event.precision}"
                )
                _print(f"{'epoch':>5} {'loss':>9} {'accuracy':>9} {'val loss':>9} {'val acc':>9} {'seconds':>9}")
                self.bar.reset(total=event.steps_per_epoch * self.settings.train.epochs)
            case Progress():
                self.bar.update(event.step - self.bar.n)
                self.bar.set_postfix_str(f"loss {event.loss:.4f}, accuracy {event.accuracy:.2%}", refresh=False)
            case EpochEnd():
                if event.improved:
                    self._save(event.checkpoint, event.epoch)
                _print(_row(event))  # after saving: when "best" appears, the file exists
            case Finished():
                self._finish(event)

    def _save(self, best: Checkpoint, epoch: int) -> None:
        """A full disk does not end the training here: the next best epoch and the end save again."""
        if not self.output:
            return
        try:
            save_checkpoint(best, self.output)
            self.saved_epoch = epoch
        except CheckpointError as error:
            _print(str(error))

    def _finish(self, event: Finished) -> None:
        self.bar.close()
        if self.output:
            save_checkpoint(event.checkpoint, self.output)
        if self.report:
            write_atomically(self.report, json.dumps(report_of(event), indent=2).encode())
        _print(f"Epoch {event.best_epoch} is kept: {self.output or self.folder}")
        _print(f"Test accuracy {event.test.accuracy:.2%} ({event.test.count:,} pictures, loss {event.test.loss:.4f})")


def _row(event: EpochEnd) -> str:
    loss = "-" if event.validation_loss is None else f"{event.validation_loss:.4f}"
    accuracy = "-" if event.validation_accuracy is None else f"{event.validation_accuracy:.2%}"
    return (
        f"{event.epoch:5} {event.train_loss:9.4f} {event.train_accuracy:9.2%} {loss:>9} {accuracy:>9}"
        f" {event.seconds:9.1f}{'  best' if event.improved else ''}"
    )


def _check_writable(path: Path) -> None:
    """Fail before the training, not after it. Raises SettingsError."""
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if path.is_dir() or not folder.is_dir() or not os.access(folder, os.W_OK):
        raise SettingsError(f"{path} cannot be written; name a file in another folder")


@functools.cache
def _data(name: Literal["mnist", "digits"], folder: Path | None) -> DataSet:
    return load_data(name, folder)


def _as_interrupt(_signal: int, _frame: types.FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _print(text: str) -> None:
    tqdm.write(text, file=sys.stdout)
    sys.stdout.flush()


def _fail(problem: object, status: int = 1) -> int:
    print(problem, file=sys.stderr)  # noqa: T201
    return status


def stand_by() -> int:
    """Load everything, wait for one line with the folder of a run as a JSON string, and compute that run.

    The app keeps one such process ready, because importing PyTorch and reading MNIST take 3 s. The process ends when
    its input is closed.
    """
    with contextlib.suppress(DataError):
        _data("mnist", None)
    line = sys.stdin.readline()
    return main(["--run", json.loads(line), "--log"]) if line else 0


if __name__ == "__main__":
    sys.exit(stand_by() if sys.argv[1:] == [STAND_BY] else main())
