"""Every text is translated: no translation is missing or unused, and each translation has the same values."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from model.language import DEFAULT, LANGUAGES, catalogue_file
from tests.conftest import ROOT
from ui.components import MESSAGE

OTHERS = [code for code in LANGUAGES if code != DEFAULT]
SOURCES = sorted(
    [ROOT / "app.py", *(file for folder in ("pages", "ui", "model") for file in (ROOT / folder).rglob("*.py"))]
)
SCRIPTS = sorted((ROOT / "ui" / "components").rglob("*.js"))

MARKERS = {"_", "N_", "ngettext"}
WORDS = re.compile(r"[A-Za-z]{2,}[,;:]? [a-z]{2,}|^[A-Z][a-z]{2,}[.?]?$")
"""Matches a text for people: two words, or one word with a capital letter."""

FOR_PROGRAMMERS = {"ValueError", "TypeError", "RuntimeError", "AssertionError", "OSError", "cast"}
"""Their texts are for programmers. Errors for users are classes of the project."""

NAMES = {
    "batch norm",
    "integrated gradients",
    "first products",
    "averaged layer",
    "English",
    "Value error, ",
    "import captum",
    "does not exist",
    "Enter",
    "Escape",
    "(prefers-reduced-motion: reduce)",
    "canvas.lower-canvas, canvas.upper-canvas",
    "under way",
    "Augment",
    '<div class="root" lang="{}" data-texts="{}"></div>',
    "Home",
    "End",
    " { display: none !important; }",
}
"""Keys and names in the code that look like texts."""

STRING = re.compile(r"""(\b_\(\s*)?(["`])((?:\\.|(?!\2)[^\\])*)\2""")
"""A string of JavaScript: its marker, its quote, its content."""


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


STYLES = {
    name
    for file in (ROOT / "ui" / "components").rglob("*.css")
    for name in re.findall(r"\.([a-z][\w-]*)", file.read_text())
}


@cache
def messages() -> dict[str, set[str]]:
    """The texts of the code by their msgid, each with its singular and plural."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    patterns = [
        (pattern, each["method"])
        for each in mappings
        for pattern in ([each["pattern"]] if isinstance(each["pattern"], str) else each["pattern"])
    ]
    found: dict[str, set[str]] = {}
    for _file, _line, message, _comments, _context in extract_from_dir(
        ROOT, patterns, directory_filter=lambda folder: not Path(folder).name.startswith((".", "node_modules"))
    ):
        forms = (message,) if isinstance(message, str) else tuple(message)
        found.setdefault(forms[0], set()).update(forms)
    return found


@cache
def translations(code: str) -> dict[str, Message]:
    with catalogue_file(code).open("rb") as file:
        catalogue = read_po(file, locale=code)
    assert not catalogue.obsolete, "texts that the code no longer has; run `make texts`"
    return {each.id if isinstance(each.id, str) else each.id[0]: each for each in catalogue if each.id}


def test_the_code_has_texts() -> None:
    assert {"Draw a digit", "Undo", "Learning rate"} <= messages().keys()
    assert len(messages()) > 300


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_is_translated(code: str) -> None:
    known = translations(code)
    missing = sorted(
        messages().keys() - {text for text, entry in known.items() if all(_forms(entry)) and not entry.fuzzy}
    )
    assert not missing, f"{len(missing)} texts; run `make texts` and translate them"


@pytest.mark.parametrize("code", OTHERS)
def test_no_translation_is_left_over(code: str) -> None:
    assert not sorted(translations(code).keys() - messages().keys()), "run `make texts`"


@pytest.mark.parametrize("code", OTHERS)
def test_every_value_of_a_text_is_in_its_translation(code: str) -> None:
    for text, entry in translations(code).items():
        wanted = set.union(*(_fields(form) for form in messages().get(text, {text})))
        for form in _forms(entry):
            assert _fields(form) == wanted, f"{text!r}: {form!r}"
            assert form.count("**") % 2 == 0 and form.count("$") == text.count("$"), f"{text!r}: {form!r}"
            assert form == form.strip() or text != text.strip(), f"{text!r}: {form!r}"


def test_no_text_is_missing_in_the_catalogue() -> None:
    assert not [f"{name_of(file)}:{text}" for file in SOURCES for text in bare_texts(file.read_text())]


def test_no_text_of_the_browser_is_missing_in_the_catalogue() -> None:
    unseen = re.compile(r"^\s*//.*?$|/\*.*?\*/|new Error\(.*?\)$", re.MULTILINE | re.DOTALL)
    codes = {name_of(file): unseen.sub("", file.read_text()) for file in SCRIPTS}
    assert not [f"{name}: {text}" for name, code in codes.items() for text in bare_texts_of_script(code)]
    keys = {json.loads(found) for code in codes.values() for found in MESSAGE.findall(code)}
    assert not keys - messages().keys(), "Babel does not look into the values of a `text`"
    other = re.compile(r"\b_\((?!message\b|\s*\"|[a-z][\w.]*[),])")
    assert not [name for name, code in codes.items() if other.search(code)], "the key of a text is a text"


def test_every_marked_text_reaches_the_catalogue() -> None:
    marked = {
        node.args[0].value
        for file in SOURCES
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in MARKERS and node.args
        if isinstance(node.args[0], ast.Constant)
    }
    assert not marked - messages().keys(), "Babel does not look into f-strings; make the text outside of them"
    assert "" not in marked, "an empty text is the header of the catalogue"


def test_a_text_outside_of_the_catalogue_is_found() -> None:
    code = '''
"""Docstrings are for programmers."""
NAME, HELP = "key_of_something", N_("Marked here")
st.markdown("This is read by a person.")
st.markdown(_("This is translated."))
st.caption(f"Read as {digit} by all.")
st.title(_("So {what}", what="is an inner text"))
raise ValueError("no user can do this")
raise RunError("a user did this")
st.button("Undo")
'''
    assert list(bare_texts(code)) == [
        "4: This is read by a person.",
        "6: Read as {} by all.",
        "9: a user did this",
        "10: Undo",
    ]


def test_a_text_of_the_browser_outside_of_the_catalogue_is_found() -> None:
    code = """
const told = _("This is translated.", { it: "key" })
if (event.key === "Enter") element.className = "frame signed"
status.textContent = "This is read by a person."
button.textContent = "Undo"
title.textContent = `${count} of the ${one ? "only map" : _("maps")}`
path.setAttribute("d", `M${x} ${y}h1`)
"""
    assert list(bare_texts_of_script(code)) == ["This is read by a person.", "Undo", "only map", " of the "]


def bare_texts_of_script(code: str) -> Iterator[str]:
    """Texts for people in JavaScript outside of `_`. A text of nothing but CSS classes is not for people."""
    for marker, quote, found in STRING.findall(code):
        text = found if quote == '"' else re.sub(r"\$\{[^}]*\}", "", found)
        if quote == "`":
            yield from (each for value in re.findall(r"\$\{([^}]*)\}", found) for each in bare_texts_of_script(value))
        if not marker and _for_people(text) and text not in NAMES and not set(text.split()) <= STYLES:
            yield text


def bare_texts(code: str) -> Iterator[str]:
    """Texts for people outside of the markers of gettext, with their lines."""
    tree = ast.parse(code)
    quiet = {id(inner) for node in _for_machines(tree) for inner in ast.walk(node)}
    for node in ast.walk(tree):  # breadth first: a text with values comes before its parts
        if id(node) in quiet:
            continue
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else "{}" for part in node.values]
            quiet.update(id(part) for part in node.values if isinstance(part, ast.Constant))
            text = "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if _for_people(text) and text not in NAMES and not re.match(r"<script>|[A-Z]\w+ et al\. ", text):
            yield f"{node.lineno}: {text}"


def _for_machines(tree: ast.Module) -> Iterator[ast.AST]:
    """The parts of the code with texts that are marked, or not for users: docstrings, types, errors for programmers."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant()) | ast.Assign(targets=[ast.Name("__all__")]):
                yield node
            case ast.Call() if ast.unparse(node.func).rpartition(".")[2] in MARKERS | FOR_PROGRAMMERS:
                yield node
            case ast.Call(func=ast.Attribute(value=ast.Name("_log" | "logger"))):  # operators read the log in English
                yield node
            case ast.Subscript(value=ast.Name("Literal")):
                yield node
            case (
                ast.arg(annotation=ast.expr() as kind) | ast.AnnAssign(annotation=kind) | ast.FunctionDef(returns=kind)
            ):
                if kind is not None:
                    yield kind


def _for_people(text: str) -> bool:
    return bool(WORDS.search(text))


def _forms(entry: Message) -> list[str]:
    return [entry.string] if isinstance(entry.string, str) else list(entry.string)


def _fields(text: str) -> set[str]:
    try:
        return {f"{name}:{form}" for _text, name, form, _way in Formatter().parse(text) if name}
    except ValueError:  # a formula's braces: a text without values
        return set()
