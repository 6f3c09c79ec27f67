"""The app as its own process, for the browser tests and the benchmark of what people wait for."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
START_SECONDS = 60


@contextmanager
def running_app(folder: Path = ROOT, *, script: Path = ROOT / "app.py", **environment: str) -> Iterator[str]:
    """The address of a fresh server, started by the command of the README and stopped at the end.

    folder: the working directory, where `checkpoints/` is looked for. script: the app. environment: variables besides
    the present ones. Raises RuntimeError with the output of the server if it does not answer.
    """
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    options = ["--server.headless=true", "--server.address=127.0.0.1", f"--server.port={port}"]
    server = subprocess.Popen(
        [*command, *options],
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_healthy(server, address)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_until_healthy(server: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            told = server.stdout.read().decode() if server.stdout else ""
            raise RuntimeError(f"The app ended at once: {told}")
        with suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:  # noqa: S310
            if answer.status == 200:
                return
        time.sleep(0.05)  # nothing tells when a port opens, so the condition is asked for again
    raise RuntimeError(f"The app did not answer within {START_SECONDS} s.")
