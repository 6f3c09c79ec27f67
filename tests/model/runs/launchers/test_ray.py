"""Runs as jobs of a real Ray cluster of one node."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import psutil
import pytest

from model.network.checkpoint import load_checkpoint
from model.runs.folder import BEST, LOG
from model.runs.launchers import RAY_VARIABLE, RayLauncher, default_launcher
from model.runs.launchers.base import LaunchError
from model.runs.run import Run, State
from model.runs.store import RunStore
from tests.conftest import assert_one_sentence
from tests.runs import ENDLESS, TINY, recipe, wait_for, wait_until

pytest.importorskip("ray", reason="Ray is not installed: pip install -r requirements-ray.txt")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Ray's clusters are for Linux")

PORTS = ("--port", "--dashboard-port", "--dashboard-agent-listen-port", "--ray-client-server-port")


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def answers(address: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"{address}/api/version", timeout=5) as answer:  # noqa: S310
        return bool(answer.status == 200)
    return False


def family(folder: Path) -> list[psutil.Process]:
    """All processes of the cluster. Their command or environment contains the path of its folder."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if str(folder) in " ".join((*process.cmdline(), *process.environ().values())):
                found.append(process)
    return found


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """The address of the cluster."""
    folder = Path(tempfile.mkdtemp(prefix="ray-"))  # short: the path of a socket may have 107 letters only
    flags = dict(zip(PORTS, map(str, free_ports(len(PORTS))), strict=True))
    environment = {
        **os.environ,
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
        "DIGIT_LAB_TEST_CLUSTER": str(folder),
        "RAY_USAGE_STATS_ENABLED": "0",
    }
    command = [
        sys.executable,
        "-m",
        "ray.scripts.scripts",
        "start",
        "--head",
        "--block",
        "--node-ip-address=127.0.0.1",
        "--dashboard-host=127.0.0.1",
        "--num-cpus=2",
        f"--temp-dir={folder}",
        "--object-store-memory=100000000",
        *(f"{name}={port}" for name, port in flags.items()),
    ]
    log = (folder / "head.log").open("wb")
    head = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    address = f"http://127.0.0.1:{flags['--dashboard-port']}"
    try:
        wait_until(lambda: answers(address) or head.poll() is not None, 120)
        if head.poll() is not None:
            pytest.fail((folder / "head.log").read_text()[-2000:])
        yield address
    finally:
        for process in family(folder):
            with suppress(psutil.Error):
                process.kill()
        head.wait()
        wait_until(lambda: not family(folder))
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def kill_job(run: Run) -> None:
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if "train.py" in process.cmdline() and run.id in " ".join(process.cmdline()):
                process.kill()


def test_runs_are_jobs_of_the_cluster(cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(RAY_VARIABLE, cluster)
    launcher = default_launcher()
    assert isinstance(launcher, RayLauncher)
    store = RunStore(tmp_path / "runs", launcher)
    finished, stopped, killed = (
        store.start(TINY, recipe(epochs=epochs), "anna", "") for epochs in (2, ENDLESS, ENDLESS)
    )
    assert [run.state for run in store.runs()] == [State.RUNNING] * 3, "the cluster has its own queue"
    wait_until(lambda: stopped.metrics().epochs and killed.metrics().epochs, 120)
    store.stop(stopped.id, "anna")
    kill_job(killed)
    for run, state in ((finished, State.FINISHED), (stopped, State.STOPPED), (killed, State.INTERRUPTED)):
        over = wait_for(store, run, State.FINISHED, State.STOPPED, State.FAILED, State.INTERRUPTED)
        assert over.state is state, over.message
        load_checkpoint(over.folder / BEST)
        assert "parameters" in (over.folder / LOG).read_text()
        wait_until(lambda name=run.id: not launcher.is_alive({"ray": name}))

    unknown = {"ray": "20260101-000000-abcdef"}
    assert not launcher.is_alive(unknown), "a restarted cluster does not know its old jobs"
    assert launcher.is_alive({**unknown, "since": time.time()}), "but a new job may not be known yet"


def test_a_cluster_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    launcher = RayLauncher("http://127.0.0.1:9")
    with pytest.raises(LaunchError) as caught:
        launcher.launch(tmp_path / "one", lambda record: None)
    assert_one_sentence(str(caught.value).replace("http://", ""))
    assert "127.0.0.1:9" in str(caught.value)
    assert launcher.is_alive({"ray": "one"}), "a cluster that does not answer may still compute the run"
