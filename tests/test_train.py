"""The training script on the offline digits. A test that needs signals, limits or a log runs it in its own process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.data.datasets import DATA_VARIABLE
from model.network.checkpoint import load_checkpoint, save_checkpoint
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.recognizer import Recognizer
from model.runs.folder import BEST, CONTROL, LOG, METRICS, PROCESS, REPORT, RUN, SNAPSHOTS, RunSettings, write_json
from model.runs.log import MAX_LOG_BYTES, limit_log
from model.runs.run import State
from model.runs.store import RunStore
from tests.conftest import QUICK
from train import build_parser, main

ROOT = Path(__file__).parents[1]
UNIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no Ctrl-C to send to another process")
SMALL = ["--data", "digits", "--filters", "8", "16", "--dense-units", "32", "--batch-size", "64", "--device", "cpu"]


def start(*arguments: str, prepare: Callable[[], None] | None = None) -> subprocess.Popen[str]:
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
        preexec_fn=prepared,  # noqa: PLW1509 - limits and signals can be set nowhere else
    )


def read_until(process: subprocess.Popen[str], word: str) -> str:
    """The output of the process up to the first line with `word`."""
    assert process.stdout is not None
    output = ""
    for line in process.stdout:
        output += line
        if word in line:
            return output
    pytest.fail(f"no {word!r} in the output: {output} {process.stderr.read() if process.stderr else ''}")


def interrupt(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Ctrl-C, and the rest of the output on stdout and stderr."""
    process.send_signal(signal.SIGINT)
    assert process.stdout is not None
    assert process.stderr is not None
    printed, complaints = process.stdout.read(), process.stderr.read()
    process.wait(timeout=120)
    return printed, complaints


def no_traceback(text: str) -> bool:
    return "Traceback" not in text


def one_sentence(text: str) -> bool:
    return len(text.strip().splitlines()) == 1 and no_traceback(text)


def test_help_lists_every_setting_with_its_text() -> None:
    output = " ".join(build_parser().format_help().split())
    for config in (ModelConfig, TrainConfig):
        for name, field in config.model_fields.items():
            assert f"--{name.replace('_', '-')}" in output
            assert field.description
            assert field.description[:40] in output


def test_a_training_prints_its_epochs_then_its_test_accuracy_and_saves_its_network(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output, report = tmp_path / "new" / "mine.safetensors", tmp_path / "report.json"
    assert main([*SMALL, "--epochs", "3", "--output", str(output), "--report", str(report)]) == 0
    lines = capsys.readouterr().out.strip().splitlines()
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
def test_ctrl_c_keeps_the_best_epoch_which_can_be_trained_further(tmp_path: Path) -> None:
    output = tmp_path / "mine.safetensors"
    run = start(*SMALL, "--epochs", "300", "--output", str(output))
    read_until(run, "best")
    printed, complaints = interrupt(run)
    assert run.returncode == 130
    assert no_traceback(printed + complaints)
    assert str(output) in printed
    assert list(tmp_path.iterdir()) == [output]  # nothing half-written beside it

    line = np.zeros((60, 60), np.uint8)
    line[10:50, 28:32] = 255
    assert Recognizer.load(output).read(line).digit in range(10)

    more = tmp_path / "more.safetensors"
    assert main([*SMALL, "--epochs", "1", "--init", str(output), "--output", str(more)]) == 0
    assert load_checkpoint(more).model == load_checkpoint(output).model


@UNIX
def test_ctrl_c_before_the_first_epoch_keeps_the_old_network(tmp_path: Path) -> None:
    output = tmp_path / "mine.safetensors"
    output.write_bytes(b"the old one")
    slow = ["--data", "digits", "--filters", "128", "128", "--batch-size", "8", "--pooling", "none", "--device", "cpu"]
    run = start(*slow, "--epochs", "2", "--output", str(output))
    read_until(run, "epoch")
    printed, complaints = interrupt(run)
    assert run.returncode == 130
    assert one_sentence(complaints), printed + complaints
    assert "nothing was saved" in complaints
    assert output.read_bytes() == b"the old one"


def test_a_full_disk_keeps_the_old_network(tmp_path: Path) -> None:
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
    printed, complaints = run.communicate(timeout=120)
    assert run.returncode == 1
    assert one_sentence(complaints), complaints
    assert "could not be written" in complaints
    assert no_traceback(printed)
    assert list(tmp_path.iterdir()) == [output]
    assert output.read_bytes() == b"the old one"


def test_without_data_and_network_the_offline_digits_replace_mnist(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "empty"))
    for proxy in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(proxy, "http://127.0.0.1:9")  # nobody listens there
    output = tmp_path / "mine.safetensors"
    assert main(["--epochs", "1", "--filters", "8", "--device", "cpu", "--output", str(output)]) == 0
    assert "offline set" in capsys.readouterr().out
    assert load_checkpoint(output).data == "digits"


def test_a_loss_that_is_not_a_number_ends_with_advice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
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


# --- --run -------------------------------------------------------------------------------------


def test_a_run_writes_a_folder_that_the_app_shows_and_scalars_for_tensorboard(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("tensorboard", reason="TensorBoard is not installed")
    folder, board = tmp_path / "runs" / "mine", tmp_path / "board"
    assert main([*SMALL, "--epochs", "2", "--run", str(folder), "--tensorboard", str(board)]) == 0
    printed = capsys.readouterr().out
    assert str(folder) in printed
    assert {path.name for path in folder.iterdir()} == {RUN, CONTROL, PROCESS, METRICS, REPORT, SNAPSHOTS, BEST}

    (found,) = RunStore(tmp_path / "runs").runs()
    report = found.report()
    assert (found.state, found.title, found.owner, found.message) == (State.FINISHED, "mine", "", "")
    assert report is not None
    assert f"{report['test_accuracy']:.2%}" in printed.strip().splitlines()[-1]
    assert len(found.metrics().epochs) == 2
    assert [path.name.startswith("events.out.tfevents") for path in board.iterdir()] == [True]
    assert Recognizer.load(folder / BEST).read(np.zeros((50, 50), np.uint8)).digit is None

    for flags, status in (([], 1), (["--epochs", "3"], 2)):
        assert main(["--run", str(folder), *flags]) == status
        complaints = capsys.readouterr().err
        assert one_sentence(complaints), complaints
        assert str(folder) in complaints
        assert found.report() == report


@UNIX
def test_ctrl_c_in_a_run_keeps_its_best_network_and_the_app_shows_it_as_interrupted(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "mine"
    run = start(*SMALL, "--epochs", "300", "--run", str(folder))
    read_until(run, "    2 ")  # the first epoch is written by then
    (found,) = RunStore(tmp_path / "runs").runs()
    assert found.state is State.RUNNING
    printed, complaints = interrupt(run)
    assert run.returncode == 130
    assert no_traceback(printed + complaints)
    (found,) = RunStore(tmp_path / "runs").runs()
    assert found.state is State.INTERRUPTED
    assert found.report() is None
    best = load_checkpoint(found.best() or "")
    assert 1 <= best.metrics["best_epoch"] <= len(found.metrics().epochs)
    assert "nothing was saved" not in complaints
    assert str(folder) in printed


def test_a_run_can_have_another_output_too(tmp_path: Path) -> None:
    output = tmp_path / "mine.safetensors"
    assert main([*SMALL, "--epochs", "1", "--run", str(tmp_path / "run"), "--output", str(output)]) == 0
    one, other = (load_checkpoint(path) for path in (output, tmp_path / "run" / BEST))
    assert one.metrics == other.metrics
    assert all((one.weights[name] == other.weights[name]).all() for name in one.weights)


def test_a_run_that_diverges_has_the_reason_in_its_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wild = ["--activation", "elu", "--optimizer", "sgd", "--momentum", "0", "--learning-rate", "100", "--epochs", "5"]
    assert main([*SMALL, *wild, "--run", str(tmp_path / "run")]) == 1
    (found,) = RunStore(tmp_path).runs()
    assert found.state is State.FAILED
    assert found.message == capsys.readouterr().err.strip()


def new_run(folder: Path, **values: Any) -> RunSettings:
    """The settings of a run that has not begun, in its folder."""
    settings = RunSettings(
        title="wide",
        model=ModelConfig(filters=(7,), dense_units=9),
        train=TrainConfig(**{**QUICK, "epochs": 1, **values}),
    )
    write_json(folder / RUN, settings.model_dump(mode="json"), make_folder=True)
    return settings


def test_a_run_takes_its_settings_from_its_folder(tmp_path: Path) -> None:
    settings = new_run(tmp_path / "run", train_images=500)
    assert main(["--run", str(tmp_path / "run")]) == 0
    (found,) = RunStore(tmp_path).runs()
    assert (found.state, found.settings) == (State.FINISHED, settings)
    kept = load_checkpoint(tmp_path / "run" / BEST)
    assert (kept.model, kept.train) == (settings.model, settings.train)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("{", "damaged"),
        ("{}", "model"),
        ('{"model": {}, "train": {"epochs": 1000000}}', "epochs: it must be at most 300"),
        ('{"model": {"color": 1}, "train": {}}', "color: there is no such setting"),
    ],
)
def test_damaged_settings_of_a_run_are_refused_with_one_sentence(
    content: str, named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / RUN).write_text(content)
    assert main(["--run", str(tmp_path)]) == 2
    printed = capsys.readouterr().err
    assert one_sentence(printed)
    assert named in printed
    assert [path.name for path in tmp_path.iterdir()] == [RUN]


def test_a_run_needs_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("mine")
    for name in ("", str(tmp_path / "file")):
        assert main(["--run", name]) == 2
        printed = capsys.readouterr().err
        assert one_sentence(printed)
        assert "folder" in printed
    assert (tmp_path / "file").read_text() == "mine"


def test_with_log_the_output_goes_to_the_folder_of_the_run(tmp_path: Path) -> None:
    new_run(tmp_path / "run")
    run = start("--run", str(tmp_path / "run"), "--log")
    printed, complaints = run.communicate(timeout=120)
    assert (run.returncode, printed, complaints) == (0, "", "")
    assert "Test accuracy" in (tmp_path / "run" / LOG).read_text()


def test_an_unexpected_error_is_one_sentence_for_the_user_and_a_traceback_in_the_log(tmp_path: Path) -> None:
    new_run(tmp_path / "run")
    code = "import train\ndef broken(*_, **__): raise RuntimeError('out of luck')\ntrain.train = broken\n"
    command = f"{code}raise SystemExit(train.main(['--run', {str(tmp_path / 'run')!r}, '--log']))"
    assert subprocess.run([sys.executable, "-c", command], cwd=ROOT, check=False).returncode == 1
    (found,) = RunStore(tmp_path).runs()
    assert (found.state, found.message) == (State.FAILED, "Unexpected RuntimeError: out of luck")
    assert "Traceback" in (tmp_path / "run" / LOG).read_text()


@pytest.mark.parametrize("arguments", [["--log"], ["--log", "--run", "missing"]])
def test_log_needs_a_run_that_exists(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    assert one_sentence(capsys.readouterr().err)
    assert not list(tmp_path.iterdir()), "a deleted run stays deleted"


def test_a_long_log_is_cut_and_its_writer_goes_on(tmp_path: Path) -> None:
    with (tmp_path / LOG).open("ab", buffering=0) as log:
        log.write(b"first\n" + bytes(MAX_LOG_BYTES))
        limit_log(tmp_path)
        log.write(b"last\n")
        limit_log(tmp_path)
    content = (tmp_path / LOG).read_bytes()
    assert MAX_LOG_BYTES // 2 < len(content) < MAX_LOG_BYTES // 2 + 100
    assert content.endswith(b"\0last\n")
    limit_log(tmp_path / "missing")


# --- Failures --------------------------------------------------------------------------------------------------


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
        (["--output", "/proc/mine.safetensors", "--epochs", "1"], "/proc"),
        (["--run", "/proc/mine"], "/proc/mine"),
    ],
)
def test_bad_settings_are_refused_with_one_sentence(
    arguments: list[str], word: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["--data", "digits", *arguments]) in (1, 2)
    output = capsys.readouterr()
    assert word in output.err
    assert one_sentence(output.err), output.err
    assert not list(tmp_path.rglob("*.safetensors"))


def test_weights_of_another_architecture_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shipped = Recognizer.load().checkpoint
    save_checkpoint(shipped, tmp_path / "other.safetensors")
    assert main([*SMALL, "--init", str(tmp_path / "other.safetensors"), "--output", str(tmp_path / "x")]) == 2
    assert one_sentence(capsys.readouterr().err)
