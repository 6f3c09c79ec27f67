"""Starts runs for tests in processes that have loaded PyTorch already: 0.1 s instead of 3.

It imports everything once, and forks for each run. Unlike multiprocessing's own fork server, it does not run the main
module of the tests again, and pytest does not wait for its processes when it ends.

A line on stdin is the folder of a run as a JSON string. The answer is the number of a new process, which waits. The
line "go" then lets it train, and any other line ends it.
"""

from __future__ import annotations

import json
import os
import signal
import sys

import sklearn.datasets
import sklearn.model_selection  # noqa: F401 - loaded here, so that the offline digits are there at once

from train import main


def serve() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system then removes processes that have ended
    for line in iter(sys.stdin.readline, ""):
        folder = json.loads(line)
        end, start = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(start)
            _run(folder, end)
        print(child, flush=True)  # noqa: T201
        os.write(start, sys.stdin.readline()[:1].encode())
        os.close(start)
        os.close(end)


def _run(folder: str, permission: int) -> None:
    """Wait for the permission, train and end this process."""
    status = 1
    try:
        if os.read(permission, 1) == b"g":
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            status = main(["--run", folder, "--log"])
    finally:
        os._exit(status)


if __name__ == "__main__":
    serve()
