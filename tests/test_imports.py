"""The house's rules, held by reading the code: imports run one way, the core is silent, nothing is unpickled."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

FOLDERS = ("model", "ui", "pages", "benchmarks")
FILES = sorted([*ROOT.glob("*.py"), *(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py"))])
"""The project's own code; the tests are no part of it."""

MODEL = [file for file in FILES if file.is_relative_to(ROOT / "model")]
UI = [file for file in FILES if file.is_relative_to(ROOT / "ui")]
PICKLES = {"pickle", "_pickle", "cPickle", "cloudpickle", "dill", "joblib", "shelve", "marshal"}


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


def imports(file: Path, code: str | None = None) -> set[str]:
    """Every module that a file imports anywhere in it, with its dots: `a.b` for `from a import b` too."""
    found: set[str] = set()
    package = file.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(code if code is not None else file.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) - node.level + 1]) if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found.update({module} if module else set(), (f"{module}.{alias.name}".strip(".") for alias in node.names))
        elif isinstance(node, ast.Call) and called(node) in ("__import__", "importlib.import_module", "import_module"):
            found.update(argument.value for argument in node.args[:1] if isinstance(argument, ast.Constant))
    return found


def called(node: ast.Call) -> str:
    return ast.unparse(node.func)


def calls(file: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call))


def roots(modules: set[str]) -> set[str]:
    return {module.split(".")[0] for module in modules}


def test_the_reader_of_imports_sees_every_form() -> None:
    code = """
import streamlit as st, os.path
def late():
    from pages.draw import page
    from . import config
    from ..ui import canvas
    import importlib; importlib.import_module("ui.digit"); __import__("train")
if TYPE_CHECKING:
    from sklearn import datasets
"""
    found = imports(ROOT / "model" / "x.py", code)
    assert {
        "streamlit",
        "os.path",
        "pages.draw",
        "model.config",
        "ui.canvas",
        "ui.digit",
        "train",
    } <= found
    assert {"streamlit", "os", "pages", "model", "ui", "train", "sklearn"} <= roots(found)


def test_there_is_code_to_read() -> None:
    assert {"model/network/cnn.py", "train.py"} <= {name_of(file) for file in FILES}
    assert len(MODEL) >= 10


@pytest.mark.parametrize("file", MODEL, ids=name_of)
def test_the_core_knows_no_screen(file: Path) -> None:
    assert not roots(imports(file)) & {"streamlit", "streamlit_drawable_canvas", "ui", "pages", "app", "train", "tests"}


@pytest.mark.parametrize("file", MODEL, ids=name_of)
def test_the_core_never_prints(file: Path) -> None:
    silent = {"print", "pprint", "sys.stdout.write", "sys.stderr.write", "warnings.warn", "input", "breakpoint"}
    assert not [called(call) for call in calls(file) if called(call) in silent]


@pytest.mark.parametrize("file", UI, ids=name_of)
def test_shared_parts_know_no_page(file: Path) -> None:
    assert not roots(imports(file)) & {"pages", "app", "train", "tests"}


def test_the_command_line_knows_no_screen() -> None:
    assert not roots(imports(ROOT / "train.py")) & {"streamlit", "ui", "pages", "app", "tests"}


@pytest.mark.parametrize("file", [file for file in FILES if "benchmarks" not in file.parts], ids=name_of)
def test_the_app_runs_without_the_tests(file: Path) -> None:
    assert "tests" not in roots(imports(file))


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_nothing_in_the_project_unpickles(file: Path) -> None:
    assert not roots(imports(file)) & PICKLES
    text = file.read_text()
    for loader in ("torch.load", "torch.save", "read_pickle", "allow_pickle", "torch.hub", "jit.load"):
        assert loader not in text, f"{loader} reads or writes pickles"


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_no_text_becomes_code(file: Path) -> None:
    assert not [called(call) for call in calls(file) if called(call) in ("eval", "exec", "compile", "os.system")]
