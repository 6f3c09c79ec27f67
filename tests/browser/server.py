"""The app as its own process, for the browser tests and the benchmarks."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
START_SECONDS = 90


@contextmanager
def running_app(folder: Path = ROOT, *, script: Path = ROOT / "app.py", **environment: str) -> Iterator[str]:
    """The address of a new server, started by the command of the README and stopped at the end.

    folder: the working directory, where `checkpoints/` and `runs/` are. script: the app. environment: variables besides
    the present ones. Raises RuntimeError with the output of the server if it does not answer.
    """
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    options = ["--server.headless=true", "--server.address=127.0.0.1", f"--server.port={port}"]
    with tempfile.TemporaryFile() as output:  # a pipe that nobody reads would stop the server when it is full
        variables = {**os.environ, **environment}
        server = subprocess.Popen(
            [*command, *options], cwd=folder, env=variables, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_healthy(server, address, output)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=START_SECONDS)


def _wait_until_healthy(server: subprocess.Popen[bytes], address: str, output: IO[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            output.seek(0)
            raise RuntimeError(f"The app ended at once: {output.read().decode()}")
        with suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:  # noqa: S310
            if answer.status == 200:
                return
        time.sleep(0.05)  # nothing reports that a port opens, so this asks again
    raise RuntimeError(f"The app did not answer within {START_SECONDS} s.")
