"""A web server on this machine in place of MNIST's mirrors, and processes that load MNIST from it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from torchvision.datasets import MNIST

from model.data.mnist_files import ensure_mnist
from tests.conftest import ROOT

Answer = Callable[[str], bytes]


@contextmanager
def server(answer: Answer) -> Iterator[str]:
    """Serves `answer(path)` for each request; yields the address. An answer may raise KeyError: not found."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                body = answer(self.path)
            except KeyError:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    web = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=web.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{web.server_port}/"
    finally:
        web.shutdown()
        thread.join()
        web.server_close()


@contextmanager
def loading_process(folder: Path, address: str, checksums: list[tuple[str, str]]) -> Iterator[subprocess.Popen[bytes]]:
    """A new process that downloads MNIST into the folder if it is missing. It is ready to begin."""
    command = [sys.executable, "-m", "tests.model.data.mnist_server", str(folder), address, json.dumps(checksums)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield process
        process.wait(120)
    finally:
        process.kill()
        process.communicate()


def _load(folder: str, address: str, checksums: str) -> None:
    MNIST.mirrors, MNIST.resources = [address], [tuple(each) for each in json.loads(checksums)]
    print("ready", flush=True)  # noqa: T201
    ensure_mnist(Path(folder))


if __name__ == "__main__":
    _load(*sys.argv[1:])
