"""The confusion matrix and the worst mistakes on the page, for all matrices and without one."""

from __future__ import annotations

import json
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from model.network.layers import CLASSES
from model.training.evaluation import Mistake
from tests.browser_parts import parts_named
from ui.train.confusion import confusion_map, confusion_table

RIGHT = [[100 if digit == answer else 0 for answer in range(CLASSES)] for digit in range(CLASSES)]


def with_mistakes(*mistakes: tuple[int, int, int]) -> list[list[int]]:
    """So many pictures of the first digit are read as the second, of 100 more that are read right."""
    matrix = [list(row) for row in RIGHT]
    for digit, answer, count in mistakes:
        matrix[digit][answer] = count
    return matrix


def field(matrix: list[list[int]], digit: int, answer: int) -> dict[str, Any]:
    table = confusion_table(matrix)
    (row,) = table[(table["digit"] == digit) & (table["answer"] == answer)].to_dict("records")
    return row


def test_every_field_has_its_count_and_its_share_of_the_digit() -> None:
    matrix = with_mistakes((4, 9, 25))
    assert len(confusion_table(matrix)) == CLASSES**2
    assert field(matrix, 4, 9)["pictures"] == 25
    assert field(matrix, 4, 9)["share"] == pytest.approx(20)
    assert field(matrix, 4, 4)["share"] == pytest.approx(80)
    assert field(matrix, 9, 4)["pictures"] == 0


def test_the_commonest_mistake_has_the_strongest_colour() -> None:
    matrix = with_mistakes((4, 9, 8), (3, 5, 2))
    assert field(matrix, 4, 9)["strength"] == 1
    assert 0.3 < field(matrix, 3, 5)["strength"] < 0.8
    assert field(matrix, 4, 4)["strength"] == 0, "what was read right does not drown the rest"
    assert field(matrix, 2, 7)["strength"] == 0


def test_the_colour_shows_the_share_of_the_digit_not_the_count() -> None:
    matrix = with_mistakes((4, 9, 5), (3, 5, 5))
    matrix[3][3] = 10_000
    assert field(matrix, 4, 9)["strength"] == 1
    assert field(matrix, 3, 5)["strength"] < 0.2


matrices = st.lists(
    st.lists(st.integers(0, 6000), min_size=CLASSES, max_size=CLASSES), min_size=CLASSES, max_size=CLASSES
)


@given(matrices)
def test_any_matrix_can_be_drawn(matrix: list[list[int]]) -> None:
    table = confusion_table(matrix)
    assert table["pictures"].sum() == sum(map(sum, matrix))
    assert table["strength"].between(0, 1).all()
    assert table["share"].between(0, 100).all()
    json.dumps(confusion_map(matrix), allow_nan=False)


@pytest.mark.parametrize("matrix", [RIGHT, [[0] * CLASSES] * CLASSES], ids=["all right", "no pictures"])
def test_without_mistakes_no_field_is_coloured(matrix: list[list[int]]) -> None:
    assert confusion_table(matrix)["strength"].eq(0).all()


def test_the_counts_are_written_into_the_fields_with_colours_of_the_theme() -> None:
    fields, *texts = confusion_map(with_mistakes((4, 9, 8)))
    assert fields["mark"]["type"] == "rect"
    assert fields["encoding"]["color"]["scale"]["range"] == "diverging"
    assert [text["mark"]["type"] for text in texts] == ["text", "text"]
    assert all(text["encoding"]["text"]["field"] == "pictures" for text in texts)
    assert "#" not in json.dumps([fields, *texts])
    axes = fields["encoding"]
    assert (axes["y"]["field"], axes["x"]["field"]) == ("digit", "answer"), "a row is a true digit"


# --- on the page ------------------------------------------------------------------------------------------------------


def _page() -> None:
    import streamlit as st  # the function is run as a script of its own

    from ui.train.confusion import confusion_chart, show_mistakes

    confusion_chart(st.session_state["matrix"])
    show_mistakes(st.session_state["mistakes"], st.session_state["images"])


def shown(mistakes: list[Mistake], count: int = 10) -> AppTest:
    app = AppTest.from_function(_page, default_timeout=60)
    app.session_state["matrix"] = with_mistakes((2, 7, 1))
    app.session_state["mistakes"] = mistakes
    app.session_state["images"] = torch.arange(count, dtype=torch.uint8)[:, None, None, None].expand(count, 1, 28, 28)
    app.run()
    assert not app.exception
    return app


def row(app: AppTest) -> list[dict[str, Any]]:
    found = parts_named(app, "pictures")
    return [picture for proto in found for picture in json.loads(proto.json)["pictures"]]


def test_each_mistake_has_its_answer_and_its_true_digit() -> None:
    mistakes = [Mistake(3, 2, 7, 0.981, 0.004), Mistake(5, 8, 0, 0.9999, 0.0001)]
    first, second = row(shown(mistakes))
    assert first["caption"] == "Read as 7 (98%)"
    assert first["note"] == "Is a 2 (0.4%)"
    assert first["alt"] == "Test picture 3: a 2 that was read as a 7"
    assert second["caption"] == "Read as 0 (> 99%)"
    assert second["note"].startswith("Is an 8")
    assert first["pixels"] != second["pixels"]


def test_a_network_without_mistakes_gets_a_sentence() -> None:
    app = shown([])
    assert "No test picture was read wrongly." in [text.value for text in app.markdown]
    assert not row(app)


def test_pictures_of_another_data_set_are_left_out() -> None:
    mistakes = [Mistake(3, 2, 7, 0.9, 0.1), Mistake(5000, 2, 7, 0.8, 0.2), Mistake(-1, 2, 7, 0.8, 0.2)]
    assert len(row(shown(mistakes))) == 1
    app = shown(mistakes[1:])
    assert not row(app)
    assert any("another data set" in text.value for text in app.markdown)


def test_the_map_has_a_text_for_screen_readers() -> None:
    app = shown([])
    assert len(app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart")) == 1
    assert any("Each row is a digit" in text.value for text in app.caption)
