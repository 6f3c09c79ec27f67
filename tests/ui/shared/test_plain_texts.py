"""Texts from outside: escaped where Streamlit shows Markdown, and not escaped where it shows plain text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from ui.shared import network_choice
from ui.shared.formatting import plain_markdown
from ui.shared.network_choice import MAX_NAME, networks

PLAIN_TEXT = {
    "selectbox": {"options", "format_func", "placeholder"},
    "multiselect": {"options", "format_func", "placeholder"},
    "text_input": {"value", "placeholder"},
    "text_area": {"value", "placeholder"},
    "number_input": {"placeholder"},
    "download_button": {"data", "file_name"},
    "dataframe": {"data"},
    "data_editor": {"data"},
    "text": {"body"},
    "code": {"body"},
}
"""Function of Streamlit 1.67 -> the arguments that it shows as plain text, where a backslash would be visible."""

POSITIONS = {
    "selectbox": ["label", "options"],
    "multiselect": ["label", "options"],
    "text": ["body"],
    "code": ["body"],
} | {name: ["label", "value"] for name in ("text_input", "text_area")}
SOURCES = sorted(file for folder in ("pages", "ui") for file in (ROOT / folder).rglob("*.py"))


def escaped_plain_texts(code: str) -> Iterator[str]:
    """Calls of Streamlit in which `plain_markdown` makes a plain text, itself or in a function of the same file."""
    tree = ast.parse(code)
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}

    def escapes(node: ast.AST, seen: frozenset[str] = frozenset()) -> bool:
        names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)} - seen
        return "plain_markdown" in names or any(
            escapes(functions[name], seen | names) for name in names & functions.keys()
        )

    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = ast.unparse(call.func).rpartition(".")[2]
        arguments = [*zip(POSITIONS.get(name, []), call.args, strict=False)]
        arguments += [(keyword.arg or "", keyword.value) for keyword in call.keywords]
        for argument, value in arguments:
            if (argument in PLAIN_TEXT.get(name, ()) or argument == "alt") and escapes(value):
                yield f"{call.lineno}: {argument} of {name}"


def test_plain_text_is_never_escaped() -> None:
    found = [f"{file.relative_to(ROOT)}:{place}" for file in SOURCES for place in escaped_plain_texts(file.read_text())]
    assert not found, "it shows backslashes to the user"


def test_an_escaped_plain_text_is_found() -> None:
    code = """
def _label(run):
    return f"{plain_markdown(run.title)} today"
st.selectbox("Runs", list(runs), format_func=lambda name: _label(runs[name]))
st.selectbox("Runs", [plain_markdown(run) for run in runs])
st.image(picture, alt=plain_markdown(title))
st.radio("Runs", [plain_markdown(run) for run in runs])
st.selectbox("Runs", list(runs))
"""
    assert [place.partition(":")[0] for place in escaped_plain_texts(code)] == ["4", "5", "6"]


HOSTILE = [
    ":material/home: x",
    "**bold**",
    "[a](b)",
    "$x$",
    ":red[x]",
    "`code`",
    "<b>x<b>",
    "a@b.c",
    "www.a.b",
    "# a",
    "x" * 99,
]


@pytest.mark.parametrize("name", HOSTILE)
def test_the_file_name_of_a_network_becomes_a_plain_name(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / f"{name.replace('/', '_')}.safetensors").touch()
    monkeypatch.setattr(network_choice, "CHECKPOINTS", tmp_path)
    (shown,) = [each for each in networks() if each != network_choice.SHIPPED]
    assert 0 < len(shown) <= MAX_NAME
    assert not set(shown) & set(":*[]<>$`@#|~\\")
    assert "www." not in shown
    assert plain_markdown(shown).replace("\\", "") == shown
