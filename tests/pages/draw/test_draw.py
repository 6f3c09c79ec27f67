"""The Draw page: answers, switches, other sources, and forged messages of a browser."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import FOUR, answer, data_url, four

Open = Callable[..., AppTest]


def bomb() -> bytes:
    """A PNG of a few hundred bytes whose header states 900 million pixels."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def test_a_drawing_is_read(open_app: Open) -> None:
    assert answer(open_app(four())).startswith("4 ")


def test_a_blank_canvas_shows_an_invitation(open_app: Open) -> None:
    for app in (open_app(), open_app(np.zeros((320, 320), np.uint8))):
        assert "Draw a digit from 0 to 9" in answer(app)
        assert not answer(app)[0].isdigit()
        assert not app.error


def test_the_switches_change_the_input_of_the_network(open_app: Open) -> None:
    app = open_app(four(size=90))
    before = answer(app)
    assert before.startswith("4")
    for key in ("crop", "fit", "center"):
        app.toggle(key=key).set_value(False).run()
        assert not app.exception
    assert answer(app) != before


def test_the_digit_and_the_switches_stay_after_a_visit_to_another_page(open_app: Open) -> None:
    app = open_app(four())
    app.toggle(key="center").set_value(False).run()
    before = answer(app)
    app.switch_page("pages/inside/network.py").run()
    assert app.title[0].value == "The network"
    app.switch_page("pages/draw/draw.py").run()
    assert not app.exception
    assert answer(app) == before
    assert app.toggle(key="center").value is False


@pytest.mark.parametrize(
    "url",
    [
        "data:image/png;base64,AAAA",
        "data:image/png;base64,%%%",
        "no data at all",
        "data:image/png;base64," + "A" * 3_000_000,
        17,
        data_url(np.zeros((5, 5), np.uint8)),
        "data:image/png;base64," + base64.b64encode(bomb()).decode(),
    ],
    ids=["cut off", "no base64", "no url", "huge", "a number", "other size", "bomb"],
)
def test_a_forged_picture_from_the_browser_is_ignored(open_app: Open, url: object) -> None:
    app = open_app(url=url)
    assert "Draw a digit" in answer(app)


@pytest.mark.parametrize(
    "objects",
    [
        [17, None, "x", {}],
        [{"path": [["M", 1]]}],
        [{"path": [["M", float("nan"), 2], ["L", 1e300, 1e300]], "left": 1, "top": 1, "width": 1, "height": 1}],
        [{"path": [["Q", 1, 2, 3, 4]], "left": 0, "top": 0, "width": 3, "height": 3}],
        [{"path": [["M", 1, 2]] * 30_000, "left": 0, "top": 0, "width": 3, "height": 3}],
        [{"path": [["M", 1, 2], ["L", 9, 9]], "left": "a", "top": {}, "width": [], "height": None}],
    ],
)
def test_forged_strokes_from_the_browser_are_ignored(open_app: Open, objects: object) -> None:
    app = open_app(url=data_url(four()), objects=objects)
    assert answer(app).startswith("4")


def test_a_picture_can_be_picked_by_number_or_at_random(open_app: Open) -> None:
    app = open_app()
    app.segmented_control(key="source").set_value("Test picture").run()
    app.number_input(key="test_number").set_value(3).run()
    assert not app.exception
    assert answer(app)[0].isdigit()
    app.button(key="random").click().run()
    assert not app.exception
    assert app.number_input(key="test_number").value >= 0
    app.number_input(key="test_number").set_value(None).run()
    assert not app.exception


def test_the_drawing_is_still_there_after_another_source(open_app: Open) -> None:
    app = open_app(four())
    app.segmented_control(key="source").set_value("Upload").run()
    assert "Draw a digit" in answer(app)
    app.segmented_control(key="source").set_value("Draw").run()
    assert answer(app).startswith("4")


def upload(app: AppTest, name: str, content: bytes) -> AppTest:
    app.segmented_control(key="source").set_value("Upload").run()
    app.file_uploader(key="file").upload(name, content)
    app.run()
    assert not app.exception
    return app


def test_an_uploaded_photo_is_read_and_kept(open_app: Open) -> None:
    file = io.BytesIO()
    Image.fromarray(255 - four()).save(file, "JPEG")
    app = upload(open_app(), "four.jpg", file.getvalue())
    assert answer(app).startswith("4")
    app.switch_page("pages/inside/network.py").run()
    app.switch_page("pages/draw/draw.py").run()
    assert answer(app).startswith("4")


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", bomb()], ids=["empty", "gif", "cut", "bomb"])
def test_a_bad_upload_is_refused_in_one_sentence(open_app: Open, content: bytes) -> None:
    app = upload(open_app(), "picture.png", content)
    assert len(app.error) == 1
    assert "\n" not in app.error[0].value
    assert app.error[0].value.endswith(".")
    assert "Draw a digit" in answer(app)


def test_a_network_that_train_py_made_can_be_chosen_and_a_damaged_one_is_refused(
    open_app: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from model.recognizer import SHIPPED_WEIGHTS

    folder = tmp_path / "checkpoints"
    folder.mkdir()
    (folder / "mine.safetensors").write_bytes(SHIPPED_WEIGHTS.read_bytes())
    (folder / "broken.safetensors").write_bytes(SHIPPED_WEIGHTS.read_bytes()[:1000])
    monkeypatch.setattr("ui.shared.network_choice.CHECKPOINTS", folder)
    app = open_app(four())
    assert list(app.selectbox(key="network").options) == ["Shipped network", "broken", "mine"]
    app.selectbox(key="network").select("mine").run()
    assert answer(app).startswith("4")
    app.switch_page("pages/inside/network.py").run()
    assert app.selectbox(key="network").value == "mine"
    assert "mine" in [metric.value for metric in app.metric]
    app.selectbox(key="network").select("broken").run()
    assert not app.exception
    assert "damaged" in app.error[0].value
    app.selectbox(key="network").select("Shipped network").run()
    assert not app.error


def test_strokes_can_be_replayed(open_app: Open) -> None:
    from model.data.strokes import place_strokes

    def fabric(points: list[tuple[float, float]]) -> dict[str, object]:
        x, y = zip(*points, strict=True)
        return {
            "type": "Path",
            "path": [["M", *points[0]], *(["L", *point] for point in points[1:])],
            "left": (min(x) + max(x)) / 2,
            "top": (min(y) + max(y)) / 2,
            "originX": "center",
            "originY": "center",
            "width": max(x) - min(x),
            "height": max(y) - min(y),
            "strokeWidth": 22,
        }

    app = open_app(four(), objects=[fabric(stroke) for stroke in place_strokes(FOUR, 320, 220, 22)])
    told = [text.value for text in app.markdown if text.value.startswith("After stroke")]
    assert told
    assert "After stroke 2 the answer is **4**" in told[0]
    app.slider(key="replay_2").set_value(1).run()
    told = [text.value for text in app.markdown if text.value.startswith("After stroke 1")]
    assert told
    assert "Stroke 2 changed the answer from" in told[0]
    assert answer(app).startswith("4")
