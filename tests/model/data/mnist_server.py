"""A web server on this machine in place of MNIST's mirrors, and processes that load MNIST from it."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from torchvision.datasets import MNIST

from model.data.mnist_files import ensure_mnist

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


_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.model.data.mnist_server"])  # a process then starts without importing PyTorch


@contextmanager
def loading_process(folder: Path, address: str, checksums: list[tuple[str, str]]) -> Iterator[ForkServerProcess]:
    """A new process that downloads MNIST into the folder if it is missing."""
    ours, theirs = _CONTEXT.Pipe()
    process = _CONTEXT.Process(target=_load, args=(theirs, folder, address, checksums), daemon=True)
    process.start()
    try:
        assert ours.poll(120)
        yield process
        process.join(120)
    finally:
        process.kill()
        process.join()


def _load(parent: Connection, folder: Path, address: str, checksums: list[tuple[str, str]]) -> None:
    MNIST.mirrors, MNIST.resources = [address], checksums
    parent.send("ready")
    ensure_mnist(folder)
