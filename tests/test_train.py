"""The training script as a user meets it: its own process, its own command line, the offline data set."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from annotated_types import Ge, Le
from hypothesis import given
from hypothesis import strategies as st

import train
from model.network.checkpoint import load_checkpoint, save_checkpoint
from model.network.config import ModelConfig, flags
from model.network.train_config import TrainConfig
from model.recognizer import Recognizer
from model.runs.folder import BEST, CONTROL, METRICS, PROCESS, REPORT, RUN, SNAPSHOTS
from model.runs.run import State
from model.runs.store import RunStore
from tests.conftest import model_configs
from train import build_parser, main

ROOT = Path(__file__).parents[1]
UNIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no Ctrl-C to send to another process")
SMALL = ["--data", "digits", "--filters", "8", "16", "--dense-units", "32", "--batch-size", "64", "--device", "cpu"]


def start(
    *arguments: str, environment: dict[str, str] | None = None, prepare: Callable[[], None] | None = None
) -> subprocess.Popen[str]:

    def prepared() -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background
        if prepare:
            prepare()

    return subprocess.Popen(
        [sys.executable, "train.py", *arguments],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **(environment or {})},
        preexec_fn=prepared,  # noqa: PLW1509 - limits and signals can be set nowhere else
    )


def read_until(process: subprocess.Popen[str], word: str) -> str:
    """What the process says up to the first line with `word`."""
    assert process.stdout is not None
    told = ""
    for line in process.stdout:
        told += line
        if word in line:
            return told
    pytest.fail(f"{word!r} was never said: {told} {process.stderr.read() if process.stderr else ''}")


def interrupt(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Ctrl-C; what the process then still says on its two channels."""
    process.send_signal(signal.SIGINT)
    assert process.stdout is not None
    assert process.stderr is not None
    told, complaints = process.stdout.read(), process.stderr.read()
    process.wait(timeout=60)
    return told, complaints


def no_traceback(text: str) -> bool:
    return "Traceback" not in text


def one_sentence(text: str) -> bool:
    return len(text.strip().splitlines()) == 1 and no_traceback(text)


def test_help_lists_every_setting_with_its_text() -> None:
    told = " ".join(build_parser().format_help().split())
    for config in (ModelConfig, TrainConfig):
        for name, field in config.model_fields.items():
            assert f"--{name.replace('_', '-')}" in told
            assert field.description
            assert field.description[:40] in told


def test_a_run_prints_its_epochs_and_its_test_accuracy_last_and_saves_a_usable_network(tmp_path: Path) -> None:
    output, report = tmp_path / "new" / "mine.safetensors", tmp_path / "report.json"
    run = start(*SMALL, "--epochs", "3", "--output", str(output), "--report", str(report))
    told, complaints = run.communicate(timeout=120)
    assert run.returncode == 0, complaints
    assert no_traceback(told + complaints)
    lines = told.strip().splitlines()
    assert lines[-1].startswith("Test accuracy ")
    assert [line.split()[0] for line in lines if line.split()[0].isdigit()] == ["1", "2", "3"]

    written = json.loads(report.read_text())
    metrics = load_checkpoint(output).metrics
    assert written["test_accuracy"] == metrics["test_accuracy"]
    assert f"{written['test_accuracy']:.2%}" in lines[-1]
    assert (written["epochs"], written["data"], written["seed"], written["device"]) == (3, "digits", 0, "cpu")
    assert written["parameters"] == load_checkpoint(output).build().parameter_count
    assert written["train_seconds"] > 0
    assert len(written["history"]) == 3

    blank = Recognizer.load(output).read(np.zeros((50, 50), np.uint8))
    assert blank.digit is None


@UNIX
def test_ctrl_c_keeps_the_best_epoch_and_says_where_and_one_can_go_on_from_it(tmp_path: Path) -> None:
    output = tmp_path / "mine.safetensors"
    run = start(*SMALL, "--epochs", "300", "--output", str(output))
    read_until(run, "best")
    told, complaints = interrupt(run)
    assert run.returncode == 130
    assert no_traceback(told + complaints)
    assert str(output) in told
    assert list(tmp_path.iterdir()) == [output]  # nothing half-written beside it

    line = np.zeros((60, 60), np.uint8)
    line[10:50, 28:32] = 255
    assert Recognizer.load(output).read(line).digit in range(10)

    again = start(*SMALL, "--epochs", "1", "--init", str(output), "--output", str(tmp_path / "more.safetensors"))
    told, complaints = again.communicate(timeout=60)
    assert again.returncode == 0, complaints
    assert "Test accuracy" in told


@UNIX
def test_ctrl_c_before_the_first_epoch_leaves_the_old_network_alone(tmp_path: Path) -> None:
    output = tmp_path / "mine.safetensors"
    output.write_bytes(b"the old one")
    slow = ["--data", "digits", "--filters", "128", "128", "--batch-size", "8", "--pooling", "none", "--device", "cpu"]
    run = start(*slow, "--epochs", "2", "--output", str(output))
    read_until(run, "epoch")
    told, complaints = interrupt(run)
    assert run.returncode == 130
    assert one_sentence(complaints), told + complaints
    assert "nothing was saved" in complaints
    assert output.read_bytes() == b"the old one"


def test_a_full_disk_leaves_the_old_network_whole(tmp_path: Path) -> None:
    output = tmp_path / "mine.safetensors"
    output.write_bytes(b"the old one")
    resource = pytest.importorskip("resource", reason="only Unix can limit the size of files")
    limit = 100_000  # the default network needs 370,000
    run = start(
        "--data",
        "digits",
        "--epochs",
        "1",
        "--device",
        "cpu",
        "--output",
        str(output),
        prepare=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    told, complaints = run.communicate(timeout=120)
    assert run.returncode == 1
    assert one_sentence(complaints), complaints
    assert "could not be written" in complaints
    assert no_traceback(told)
    assert list(tmp_path.iterdir()) == [output]
    assert output.read_bytes() == b"the old one"


def test_without_data_and_network_the_offline_set_steps_in_and_is_named(tmp_path: Path) -> None:
    nowhere = "http://127.0.0.1:9"
    environment = {"DIGIT_LAB_DATA": str(tmp_path / "empty"), "http_proxy": nowhere, "https_proxy": nowhere}
    arguments = ["--epochs", "1", "--filters", "8", "--device", "cpu", "--output", str(tmp_path / "mine.safetensors")]
    run = start(*arguments, environment=environment)
    told, complaints = run.communicate(timeout=120)
    assert run.returncode == 0, complaints
    assert "offline set" in told
    assert no_traceback(told + complaints)
    assert load_checkpoint(tmp_path / "mine.safetensors").data == "digits"


def test_a_loss_that_is_no_number_ends_in_advice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "mine.safetensors"
    wild = [
        "--activation",
        "leaky_relu",
        "--optimizer",
        "sgd",
        "--learning-rate",
        "100",
        "--schedule",
        "constant",
        "--epochs",
        "5",
    ]
    assert main([*SMALL, *wild, "--output", str(output)]) == 1
    complaint = capsys.readouterr().err
    assert "learning rate" in complaint
    assert no_traceback(complaint)


# --- a run in a folder of its own -------------------------------------------------------------------------------------


def test_a_run_is_a_folder_that_the_app_shows_and_tensorboard_too(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard", reason="TensorBoard is not installed")
    folder, board = tmp_path / "runs" / "mine", tmp_path / "board"
    run = start(*SMALL, "--epochs", "2", "--run", str(folder), "--tensorboard", str(board))
    told, complaints = run.communicate(timeout=120)
    assert run.returncode == 0, complaints
    assert no_traceback(told + complaints)
    assert str(folder) in told
    assert {path.name for path in folder.iterdir()} == {RUN, CONTROL, PROCESS, METRICS, REPORT, SNAPSHOTS, BEST}

    (found,) = RunStore(tmp_path / "runs").runs()
    report = found.report()
    assert (found.state, found.title, found.owner, found.message) == (State.FINISHED, "mine", "", "")
    assert report is not None
    assert f"{report['test_accuracy']:.2%}" in told.strip().splitlines()[-1]
    assert len(found.metrics().epochs) == 2
    assert [path.name.startswith("events.out.tfevents") for path in board.iterdir()] == [True]
    assert Recognizer.load(folder / BEST).read(np.zeros((50, 50), np.uint8)).digit is None

    again = start(*SMALL, "--run", str(folder))
    told, complaints = again.communicate(timeout=60)
    assert again.returncode == 1
    assert one_sentence(complaints), complaints
    assert str(folder) in complaints
    assert found.report() == report


@UNIX
def test_ctrl_c_in_a_run_leaves_its_best_network_and_the_app_shows_it_as_interrupted(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "mine"
    run = start(*SMALL, "--epochs", "300", "--run", str(folder))
    read_until(run, "    2 ")  # the first epoch is written by then
    (found,) = RunStore(tmp_path / "runs").runs()
    assert found.state is State.RUNNING
    told, complaints = interrupt(run)
    assert run.returncode == 130
    assert no_traceback(told + complaints)
    (found,) = RunStore(tmp_path / "runs").runs()
    assert found.state is State.INTERRUPTED
    assert found.report() is None
    best = load_checkpoint(found.best() or "")
    assert 1 <= best.metrics["best_epoch"] <= len(found.metrics().epochs)
    assert "nothing was saved" not in complaints
    assert str(folder) in told


def test_a_run_can_have_another_output_too(tmp_path: Path) -> None:
    output = tmp_path / "mine.safetensors"
    assert main([*SMALL, "--epochs", "1", "--run", str(tmp_path / "run"), "--output", str(output)]) == 0
    one, other = (load_checkpoint(path) for path in (output, tmp_path / "run" / BEST))
    assert one.metrics == other.metrics
    assert all((one.weights[name] == other.weights[name]).all() for name in one.weights)


def test_a_run_that_diverges_says_so_in_its_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wild = ["--activation", "elu", "--optimizer", "sgd", "--momentum", "0", "--learning-rate", "100", "--epochs", "5"]
    assert main([*SMALL, *wild, "--run", str(tmp_path / "run")]) == 1
    (found,) = RunStore(tmp_path).runs()
    assert found.state is State.FAILED
    assert found.message == capsys.readouterr().err.strip()


@st.composite
def train_configs(draw: st.DrawFn) -> TrainConfig:
    """Any settings within their bounds."""
    values: dict[str, Any] = {}
    for name, field in TrainConfig.model_fields.items():
        low, high = (
            next((getattr(at, bound) for at in field.metadata if isinstance(at, kind)), None)
            for kind, bound in ((Ge, "ge"), (Le, "le"))
        )
        if field.annotation is bool:
            values[name] = draw(st.booleans())
        elif field.annotation is int:
            values[name] = draw(st.integers(low, high))
        elif field.annotation is float:
            values[name] = draw(st.floats(low, high))
        else:
            values[name] = draw(st.sampled_from(typing.get_args(field.annotation)))
    return TrainConfig(**values)


def understood(arguments: list[str]) -> tuple[ModelConfig, TrainConfig]:
    """The settings that the command line makes of these arguments."""
    found = []

    class Instead:
        def __init__(self, model: ModelConfig, config: TrainConfig, options: dict[str, Any]) -> None:
            found.append((model, config))

        def go(self, data_dir: Path | None, init: Path | None) -> int:
            return 0

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train, "_Run", Instead)
        assert main(arguments) == 0
    return found[0]


@given(model_configs(), train_configs())
def test_flags_ask_for_the_same_settings(model: ModelConfig, config: TrainConfig) -> None:
    assert understood(flags(model, config)) == (model, config)


def test_a_dense_network_has_flags_too() -> None:
    dense = ModelConfig(filters=())
    assert understood([*flags(dense, TrainConfig(epochs=3)), "--run", "x"]) == (dense, TrainConfig(epochs=3))


def test_the_defaults_need_no_flags() -> None:
    assert flags(ModelConfig(), TrainConfig()) == []
    assert flags(ModelConfig(kernel_size=2, batch_norm=True), TrainConfig(data="digits", shuffle_labels=True)) == [
        "--kernel-size",
        "2",
        "--batch-norm",
        "--data",
        "digits",
        "--shuffle-labels",
    ]


# --- what goes wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--epochs", "0"], "epochs"),
        (["--epochs", "many"], "epochs"),
        (["--kernel-size", "5"], "convolution 3"),
        (["--filters", "1", "2", "3", "4", "5"], "filters"),
        (["--activation", "step"], "activation"),
        (["--dropout", "nan"], "dropout"),
        (["--nonsense"], "nonsense"),
        (["--init", "no/such/file.safetensors"], "no/such/file"),
        (["--output", "/proc/mine.safetensors"], "/proc"),
        (["--run", "/proc/mine"], "/proc/mine"),
    ],
)
def test_bad_settings_are_refused_in_one_sentence(
    arguments: list[str], word: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["--data", "digits", *arguments]) in (1, 2)
    told = capsys.readouterr()
    assert word in told.err
    assert one_sentence(told.err), told.err
    assert not list(tmp_path.rglob("*.safetensors"))


def test_weights_of_another_architecture_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shipped = Recognizer.load().checkpoint
    save_checkpoint(shipped, tmp_path / "other.safetensors")
    assert main([*SMALL, "--init", str(tmp_path / "other.safetensors"), "--output", str(tmp_path / "x")]) == 2
    assert one_sentence(capsys.readouterr().err)
