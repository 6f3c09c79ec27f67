"""The rules for all code: imports go one way, the core never prints, files are short, and nothing is unpickled."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.conftest import ROOT

FOLDERS = ("model", "ui", "pages", "benchmarks")
FILES = sorted([*ROOT.glob("*.py"), *(file for folder in FOLDERS for file in (ROOT / folder).rglob("*.py"))])
"""The code of the project, without its tests."""

TESTS = sorted((ROOT / "tests").rglob("*.py"))
SCRIPTS = sorted((ROOT / "ui").rglob("*.js"))
MODEL = [file for file in FILES if file.is_relative_to(ROOT / "model")]
PICKLES = {"pickle", "_pickle", "cPickle", "cloudpickle", "dill", "joblib", "shelve", "marshal"}
SCREEN = {"streamlit", "streamlit_drawable_canvas"}

CORE = {"model.language", "model.process", "model.logs"}
DATA = {*CORE, "model.network", "model.data"}
TRAINING = {*DATA, "model.training"}
UI_MODEL = {*TRAINING, "model.recognizer", "model.inspection", "model.theory"}
RUNS_AND_MORE = {*UI_MODEL, "model.runs", "model.comparison", "model.experiments"}

MAY_IMPORT: dict[str, set[str]] = {
    "model": {*DATA, "model.recognizer", "model.runs"},  # model/__init__.py: the public names
    "model.language": set(),
    "model.process": set(),
    "model.logs": set(),
    "model.network": CORE,
    "model.data": {*CORE, "model.network"},
    "model.recognizer": DATA,
    "model.training": DATA,
    "model.inspection": TRAINING,
    "model.runs": TRAINING,
    "model.theory": {*TRAINING, "model.inspection"},
    "model.comparison": {*TRAINING, "model.runs", "model.inspection"},
    "model.experiments": {*TRAINING, "model.runs"},
    "ui": set(),
    "ui.shared": {*DATA, "model.recognizer", "ui.components"},
    "ui.components": UI_MODEL,
    "ui.draw": {*DATA, "model.recognizer", "ui.shared", "ui.components"},
    "ui.inside": {*UI_MODEL, "ui.shared", "ui.components", "ui.draw"},
    "ui.train": {*RUNS_AND_MORE, "ui.shared", "ui.components", "ui.draw"},
    "ui.learn": {*RUNS_AND_MORE, "ui.shared", "ui.components", "ui.draw", "ui.train"},
    "pages.draw": {*UI_MODEL, "ui.shared", "ui.components", "ui.draw"},
    "pages.inside": {*UI_MODEL, "ui.shared", "ui.components", "ui.draw", "ui.inside"},
    "pages.train": {*RUNS_AND_MORE, "ui.shared", "ui.components", "ui.draw", "ui.train"},
    "pages.learn": {*RUNS_AND_MORE, "ui.shared", "ui.components", "ui.draw", "ui.train", "ui.learn"},
    "app": {*CORE, "ui.shared", "ui.train"},
    "train": {*TRAINING, "model.runs"},
}
"""Which folder may import which other one. Benchmarks may import everything."""

MAX_LINES = 300
REASON = "Longer than 300 lines because"
"""A longer file has these words, with a reason, in its docstring or its first comment."""


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


def module_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def folder_of(module: str) -> str:
    """The key of MAY_IMPORT: model.network for model.network.config, app for app."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] in ("model", "ui", "pages") else parts[0]


MODULES = {module_of(file): file for file in FILES}


def imports(file: Path, code: str | None = None) -> set[str]:
    """Every module that a file imports at any place; `a.b` and `a` for `from a import b`, and no relative names."""
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


@cache
def own_imports(module: str) -> frozenset[str]:
    """The project's own modules that this one imports; a package itself only where nothing below it is named."""
    found = imports(MODULES[module]) & MODULES.keys()
    return frozenset(name for name in found if not any(other.startswith(f"{name}.") for other in found)) - {module}


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
    assert len(SCRIPTS) >= 10


# --- imports ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", sorted({folder_of(module) for module in MODULES} - {"benchmarks"}))
def test_imports_go_one_way(folder: str) -> None:
    allowed = MAY_IMPORT[folder] | {folder}
    wrong = [
        f"{module} imports {other}"
        for module in MODULES
        if folder_of(module) == folder
        for other in own_imports(module)
        if folder_of(other) not in allowed
    ]
    assert not wrong


def test_there_are_no_import_cycles() -> None:
    try:
        TopologicalSorter({module: own_imports(module) for module in MODULES}).prepare()
        TopologicalSorter(MAY_IMPORT).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_the_core_imports_no_user_interface() -> None:
    assert not [name_of(file) for file in MODEL if roots(imports(file)) & SCREEN]


def test_the_command_line_imports_no_user_interface() -> None:
    assert not roots(imports(ROOT / "train.py")) & SCREEN


def test_the_app_runs_without_the_tests() -> None:
    app = [file for file in FILES if "benchmarks" not in file.parts]
    assert not [name_of(file) for file in app if "tests" in roots(imports(file))]


def test_tests_share_helpers_and_not_each_other() -> None:
    assert not [
        f"{name_of(file)} imports {name}"
        for file in TESTS
        for name in imports(file)
        if re.search(r"^tests\.(.*\.)?test_\w+$", name)
    ]


# --- what no file may do ----------------------------------------------------------------------------------------------


def all_calls(files: list[Path], of: set[str]) -> list[str]:
    """Where one of these functions is called."""
    return [
        f"{name_of(file)}:{call.lineno} {called(call)}" for file in files for call in calls(file) if called(call) in of
    ]


def test_the_core_never_prints() -> None:
    silent = {"print", "pprint", "sys.stdout.write", "sys.stderr.write", "warnings.warn", "input", "breakpoint"}
    assert not all_calls(MODEL, silent)


def test_nothing_in_the_project_unpickles() -> None:
    assert not [name_of(file) for file in FILES if roots(imports(file)) & PICKLES]
    loaders = ("torch.load", "torch.save", "read_pickle", "allow_pickle", "torch.hub", "jit.load")
    assert not [f"{name_of(file)}: {loader}" for file in FILES for loader in loaders if loader in file.read_text()]


def test_no_text_becomes_code() -> None:
    assert not all_calls(FILES, {"eval", "exec", "compile", "os.system"})


# --- size and layout --------------------------------------------------------------------------------------------------


def test_a_class_has_a_name_of_its_own() -> None:
    names = [node.name for file in FILES for node in ast.parse(file.read_text()).body if isinstance(node, ast.ClassDef)]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


def test_a_file_is_short_or_gives_a_reason() -> None:
    assert not [
        f"{name_of(file)}: {lines} lines"
        for file in [*FILES, *SCRIPTS]
        if (lines := len(file.read_text().splitlines())) > MAX_LINES and REASON not in head_of(file)
    ]


def head_of(file: Path) -> str:
    """The docstring of a Python file, or the first comment of a JavaScript file, on one line."""
    text = file.read_text()
    if file.suffix == ".py":
        return " ".join((ast.get_docstring(ast.parse(text)) or "").split())
    return " ".join(re.split(r"\n(?!//| \*)", text)[0].replace("//", "").split())


def test_the_formatter_decides_the_layout() -> None:
    assert not [name_of(file) for file in [*FILES, *TESTS] if re.search(r"#\s*fmt:", file.read_text())]
