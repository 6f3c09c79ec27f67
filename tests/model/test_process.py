"""Settings of the whole process: they are made by the programs and never by an import."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT

SWITCHES = (
    "set_num_threads",
    "set_num_interop_threads",
    "manual_seed(",
    "setdefaulttimeout",
    "redirect_stdout",
    "catch_warnings",
    "simplefilter",
    "cudnn.deterministic",
    "os.environ[",
)


def test_no_library_module_changes_the_whole_process() -> None:
    files = [*(ROOT / "model").rglob("*.py"), *(ROOT / "ui").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
    found = {
        str(file.relative_to(ROOT))
        for file in files
        for line in file.read_text().splitlines()
        if any(switch in line for switch in SWITCHES) and "Generator(" not in line
    }
    assert found <= {"model/process.py"}


def test_importing_the_model_changes_neither_threads_nor_timeouts_nor_environment() -> None:
    code = (
        "import os, socket, torch;"
        "state = lambda: (torch.get_num_threads(), socket.getdefaulttimeout(), torch.initial_seed(), dict(os.environ));"
        "before = state();"
        "import model, model.training.time_estimate, model.data.datasets, model.process;"
        "assert state() == before"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
