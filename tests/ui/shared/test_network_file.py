"""The networks of a session: chosen, named, removed, downloaded and uploaded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
import torch
from hypothesis import given
from hypothesis import strategies as hypothesis
from streamlit.testing.v1 import AppTest

from model.network.checkpoint import MAX_BYTES, Checkpoint, CheckpointError, read_checkpoint, save_checkpoint
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from tests.conftest import assert_one_sentence
from ui.shared.network_choice import MAX_NAME, MAX_OWN, SHIPPED, plain_name
from ui.shared.network_file import download_button, file_name

SMALL = ModelConfig(filters=(2,), dense_units=3)
HOSTILE = [
    "../../etc/passwd",
    "**bold** _it_ [a](//a.b)",
    "x" * 500,
    "<b>b</b>",
    ":red[r] $x$ `c`",
    "# Title",
    "1. one",
    "- item",
    "net\n\nnet",
    "\u202egnp",
    "",
    "***",
    "\x00",
    "www.example.com",
    "c:\\net",
    "a|b~~c~~",
]


def some_checkpoint(seed: int = 0, model: ModelConfig = SMALL, **metrics: Any) -> Checkpoint:
    network = DigitCNN(model, torch.Generator().manual_seed(seed))
    return Checkpoint(model, TrainConfig(), network.state_dict(), "digits", metrics)


def _page() -> None:
    import streamlit as st  # the function is run as a script of its own

    from ui.shared.network_choice import choose_network, chosen_name, chosen_network, use_network, use_shipped
    from ui.shared.network_file import upload_network

    choose_network()
    for number, (name, checkpoint) in enumerate(st.session_state.get("offered", [])):
        st.button(f"Use {number}", key=f"use_{number}", on_click=use_network, args=(name, checkpoint))
    st.button("Back", key="back", on_click=use_shipped)
    upload_network()
    st.text(chosen_name())
    st.text(str(chosen_network().checkpoint.model.parameters))
    st.text(str(id(chosen_network())))


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """The folder in which files of train.py are looked for, empty."""
    monkeypatch.setattr("ui.shared.network_choice.CHECKPOINTS", tmp_path)
    yield tmp_path


@pytest.fixture
def session(folder: Path) -> Callable[..., AppTest]:
    """Opens a session of a page with a chooser, an uploader, and a button `use_<n>` for each network offered."""

    def start(*offered: tuple[str, Checkpoint]) -> AppTest:
        app = AppTest.from_function(_page, default_timeout=60)
        app.session_state["offered"] = list(offered)
        app.run()
        assert not app.exception
        return app

    return start


def use(app: AppTest, number: int) -> AppTest:
    app.button(key=f"use_{number}").click().run()
    assert not app.exception
    return app


def chosen(app: AppTest) -> str:
    return str(app.text[0].value)


def parameters(app: AppTest) -> int:
    return int(app.text[1].value)


def options(app: AppTest) -> list[str]:
    return list(app.selectbox(key="network").options)


def upload(app: AppTest, name: str, content: bytes) -> AppTest:
    app.file_uploader(key="network_file").upload(name, content).run()
    assert not app.exception
    return app


def visible_text(text: str) -> str:
    """The visible text of escaped Markdown."""
    return re.sub(r"\\(?=[^\w\s])", "", text)


# --- choosing ---------------------------------------------------------------------------------------------------------


def test_an_added_network_is_chosen_at_once_and_another_can_be_chosen(session: Callable[..., AppTest]) -> None:
    app = session(("Mine", some_checkpoint(test_accuracy=0.876)))
    assert chosen(app) == SHIPPED
    assert not [button for button in app.sidebar.button if "shipped" in button.label]
    use(app, 0)
    assert chosen(app) == "Mine"
    assert parameters(app) == SMALL.parameters
    assert options(app) == [SHIPPED, "Mine"]
    assert app.sidebar.caption[0].value == "Mine: 87.60% on the test pictures"
    (back,) = app.sidebar.button
    assert back.label == "Back to the shipped network"
    back.click().run()
    assert chosen(app) == SHIPPED
    assert app.selectbox(key="network").value == SHIPPED
    assert not app.sidebar.button
    assert options(app) == [SHIPPED, "Mine"], "it can be chosen again"
    app.selectbox(key="network").select("Mine").run()
    assert chosen(app) == "Mine"


def test_it_is_built_once_and_used_by_every_rerun(session: Callable[..., AppTest]) -> None:
    app = use(session(("Mine", some_checkpoint())), 0)
    built = app.text[2].value
    app.run()
    assert app.text[2].value == built
    app.button(key="back").click().run()
    app.selectbox(key="network").select("Mine").run()
    assert app.text[2].value == built


def test_names_are_made_unique_and_the_same_network_is_not_added_twice(
    session: Callable[..., AppTest], folder: Path
) -> None:
    save_checkpoint(some_checkpoint(5), folder / "file.safetensors")
    app = session(
        ("Mine", some_checkpoint(1)),
        ("Mine", some_checkpoint(2)),
        (SHIPPED, some_checkpoint(3)),
        ("file", some_checkpoint(4)),
        ("Mine", some_checkpoint(1, test_accuracy=0.5)),
    )
    for number, name in enumerate(["Mine", "Mine (2)", f"{SHIPPED} (2)", "file (2)"]):
        assert chosen(use(app, number)) == name
    assert options(app) == [SHIPPED, "Mine", "Mine (2)", f"{SHIPPED} (2)", "file (2)", "file"]
    assert chosen(use(app, 4)) == "Mine"
    assert app.sidebar.caption[0].value.startswith("Mine: 50.00%"), "its newer figures count"
    assert sorted(options(app)) == sorted([SHIPPED, "Mine", "Mine (2)", f"{SHIPPED} (2)", "file (2)", "file"])


def test_the_oldest_network_is_removed_first_and_never_the_chosen_one(session: Callable[..., AppTest]) -> None:
    app = session(*((f"Net {number}", some_checkpoint(number)) for number in range(MAX_OWN + 2)))
    for number in range(MAX_OWN):
        use(app, number)
    app.selectbox(key="network").select("Net 0").run()
    for number in (MAX_OWN, MAX_OWN + 1):
        assert chosen(use(app, number)) == f"Net {number}"
    assert options(app) == [SHIPPED, *(f"Net {number}" for number in range(2, MAX_OWN + 2))]


def test_very_large_networks_are_removed_earlier(session: Callable[..., AppTest]) -> None:
    giant = ModelConfig(filters=(64, 128), pooling="none", dense_units=64)
    assert 4_000_000 < giant.parameters < 5_000_000
    app = session(*((f"Net {number}", some_checkpoint(number, giant)) for number in range(3)))
    for number in range(3):
        assert chosen(use(app, number)) == f"Net {number}"
    assert options(app) == [SHIPPED, "Net 1", "Net 2"]


def test_other_sessions_do_not_see_it(session: Callable[..., AppTest]) -> None:
    mine = use(session(("Mine", some_checkpoint())), 0)
    other = session()
    assert chosen(other) == SHIPPED
    assert not other.selectbox, "there is nothing to choose"
    assert chosen(mine.run()) == "Mine"


def test_without_its_file_the_shipped_network_is_used(session: Callable[..., AppTest], folder: Path) -> None:
    save_checkpoint(some_checkpoint(), folder / "file.safetensors")
    app = session()
    app.selectbox(key="network").select("file").run()
    assert chosen(app) == "file"
    (folder / "file.safetensors").unlink()
    app.run()
    assert not app.exception
    assert chosen(app) == SHIPPED
    assert not app.sidebar.button


def test_another_network_can_be_chosen_when_the_file_is_damaged(session: Callable[..., AppTest], folder: Path) -> None:
    (folder / "broken.safetensors").write_bytes(b"broken")
    app = session()
    app.selectbox(key="network").select("broken").run()
    assert "damaged" in app.error[0].value
    app.sidebar.button[0].click().run()
    assert not app.error
    assert chosen(app) == SHIPPED


@pytest.mark.parametrize(
    ("metrics", "shown"),
    [({}, ""), ({"test_accuracy": None}, ""), ({"test_accuracy": 0.0}, ": 0.00%"), ({"test_accuracy": 1}, ": 100.00%")],
)
def test_the_sidebar_shows_every_accuracy(session: Callable[..., AppTest], metrics: dict[str, Any], shown: str) -> None:
    app = use(session(("Mine", some_checkpoint(**metrics))), 0)
    assert app.sidebar.caption[0].value == f"Mine{shown}{' on the test pictures' if shown else ''}"


# --- names ------------------------------------------------------------------------------------------------------------


def assert_plain(name: str) -> None:
    assert 1 <= len(name) <= MAX_NAME
    assert name.isprintable()
    assert name == name.strip()
    assert not set(name) & set('*`[]<>#$:~|\\/"!&{}@'), name
    assert not re.search(r"^[-+=#]|^\d+[.)] |\.(?!\d)|(?<!\d)\.|\b_|_\b|__|  ", name), name


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_become_plain(name: str) -> None:
    assert_plain(plain_name(name))


@given(hypothesis.text(max_size=60) | hypothesis.text("_*.1()a -#:\n", max_size=12))
def test_any_name_becomes_plain(name: str) -> None:
    assert_plain(plain_name(name))
    assert re.fullmatch(r"[\w.-]+\.safetensors", file_name(name)) or not file_name(name).isascii()
    assert not re.search(r"[\\/:*?\"<>|\s\x00-\x1f]|^\.|\.\.", file_name(name))


@pytest.mark.parametrize(
    "name", ["Mine", "32-64-64, 12 epochs", "my_net_2", "v1.2 (3)", "rate=0.01", "Zoë 2", "नेट", "网络"]
)
def test_ordinary_names_stay(name: str) -> None:
    assert plain_name(name) == name


def test_a_hostile_name_is_plain_in_the_chooser(session: Callable[..., AppTest]) -> None:
    app = session(*((name, some_checkpoint(number)) for number, name in enumerate(HOSTILE[:4])))
    for number in range(4):
        assert_plain(chosen(use(app, number)))
    assert len(options(app)) == 5


# --- files ------------------------------------------------------------------------------------------------------------


def test_the_download_is_a_file_of_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    given_: list[tuple[Any, ...]] = []
    kept: dict[str, Any] = {}
    monkeypatch.setattr(st, "download_button", lambda *values, **named: (given_.append(values), kept.update(named)))
    checkpoint = some_checkpoint(test_accuracy=0.5)
    download_button(checkpoint, "My net/..")
    ((_label, content, name, _mime),) = given_
    assert name == "My-net.safetensors"
    assert kept["on_click"] == "ignore"
    back = read_checkpoint(content(), name)
    assert back.model == checkpoint.model
    assert back.metrics == {"test_accuracy": 0.5}
    assert all(torch.equal(tensor, back.weights[key]) for key, tensor in checkpoint.weights.items())


def test_an_uploaded_file_is_used_at_once(session: Callable[..., AppTest]) -> None:
    app = upload(session(), "mine.safetensors", some_checkpoint(test_accuracy=0.9123).content())
    assert chosen(app) == "mine"
    assert parameters(app) == SMALL.parameters
    assert app.success[0].value == "**mine** is now the network of all your pages. Its test accuracy is 91.23%."
    assert not app.error
    app.run()
    assert app.success


def test_a_network_without_a_test_score_is_marked(session: Callable[..., AppTest]) -> None:
    app = upload(session(), "mine.safetensors", some_checkpoint().content())
    assert "test accuracy is unknown" in app.success[0].value


def test_the_message_disappears_with_its_file(session: Callable[..., AppTest]) -> None:
    app = upload(session(), "mine.safetensors", some_checkpoint().content())
    upload(app, "other.safetensors", b"damaged")
    assert not app.success
    assert len(app.error) == 1
    app.file_uploader(key="network_file").set_value(None).run()
    assert not app.error
    assert chosen(app) == "mine", "it stays the network of this session"


def test_a_file_is_read_only_once(session: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch) -> None:
    names = []

    def count(content: bytes, name: str) -> Checkpoint:
        names.append(name)
        return read_checkpoint(content, name)

    monkeypatch.setattr("ui.shared.network_file.read_checkpoint", count)
    app = upload(session(), "mine.safetensors", some_checkpoint().content())
    app.button(key="back").click().run()
    app.run()
    assert names == ["mine"]
    assert chosen(app) == SHIPPED, "the file that still lies there does not push itself forward"


REFUSED = {
    "empty": (b"", "damaged"),
    "damaged": (some_checkpoint().content()[:-100], "damaged"),
    "too large": (bytes(MAX_BYTES + 1), "20 MB"),
    "hostile version": (some_checkpoint().content().replace(b'"version":"1"', b'"version":"*"'), "version"),
    "a bad accuracy": (some_checkpoint(test_accuracy=7).content(), "damaged header"),
}


@pytest.mark.parametrize(("content", "word"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("name", ["mine", *HOSTILE[:3]])
def test_other_files_are_refused_in_one_sentence(
    session: Callable[..., AppTest], content: bytes, word: str, name: str
) -> None:
    app = upload(session(), f"{name}.safetensors", content)
    (error,) = app.error
    assert_one_sentence(visible_text(error.value))
    assert word in visible_text(error.value)
    assert visible_text(error.value).startswith(plain_name(name))
    assert not app.success
    assert chosen(app) == SHIPPED


def test_a_refused_file_does_not_change_the_choice(session: Callable[..., AppTest]) -> None:
    app = use(session(("Mine", some_checkpoint())), 0)
    upload(app, "bad.safetensors", b"bad")
    assert chosen(app) == "Mine"


@pytest.mark.parametrize("version", ["![](//a.b)", ":red[x]", "**x**"])
def test_texts_in_a_file_are_shown_letter_by_letter(session: Callable[..., AppTest], version: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("model.network.checkpoint_header.FORMAT_VERSION", str(version))
        content = some_checkpoint().content()
    with pytest.raises(CheckpointError, match=re.escape(version)):
        read_checkpoint(content, "mine")
    app = upload(session(), "mine.safetensors", content)
    assert version in visible_text(app.error[0].value)
    assert not re.search(r"(?<!\\)[*:\[\]!]", app.error[0].value)


def test_an_unfinished_network_can_be_uploaded(session: Callable[..., AppTest]) -> None:
    snapshot = replace(some_checkpoint(), metrics={"step": 30, "epoch": 0.25})
    assert chosen(upload(session(), "latest.safetensors", snapshot.content())) == "latest"
