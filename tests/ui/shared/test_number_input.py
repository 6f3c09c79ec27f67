"""Numbers that a student types: which texts are read and refused, and which number is used then."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from tests.conftest import assert_one_sentence
from ui.shared.formatting import short_number
from ui.shared.number_input import LARGEST, NumberError, parse_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3", 3),
        ("-0.5", -0.5),
        ("+2.", 2),
        (".25", 0.25),
        ("0,5", 0.5),
        (" 1/9 ", 1 / 9),
        ("-1 / 4", -0.25),
        ("2e-3", 0.002),
        ("1E2", 100),
        ("\N{MINUS SIGN}1", -1),
        ("-0", 0),
    ],
)
def test_typed_numbers_are_read(text: str, number: float) -> None:
    assert parse_number(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "abc",
        "1 2",
        "1,000.5",
        "--1",
        "1/0",
        "1/",
        "/2",
        "1/2/3",
        "nan",
        "inf",
        "-inf",
        "1e400",
        "1001",
        "0x10",
        "1_000",
        "**1**",
        "<b>",
        "²",
        "٣",
        "1\x00",
        "e5",
    ],
)
def test_other_texts_are_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(NumberError) as caught:
        parse_number(text)
    assert_one_sentence(caught.value)


@given(st.text(max_size=30))
def test_any_text_is_a_number_in_bounds_or_refused(text: str) -> None:
    try:
        value = parse_number(text)
    except NumberError:
        return
    assert math.isfinite(value)
    assert abs(value) <= LARGEST


@given(st.floats(-1000, 1000).map(lambda value: float(f"{value:.4g}")))
def test_a_shown_number_can_be_typed_again(value: float) -> None:
    assert parse_number(short_number(value).replace(",", "")) == pytest.approx(value, rel=1e-3, abs=1e-12)


def page() -> None:
    import numpy as np
    import streamlit as st

    from ui.shared.number_input import number_field, number_grid, set_grid

    def preset() -> None:
        set_grid("kernel", np.full((2, 2), 1 / 9))

    st.button("Blur", on_click=preset, key="blur")
    st.session_state["grid"] = number_grid("Kernel", np.array([[0.0, 1.5], [-2.0, 0.25]]), key="kernel")
    st.session_state["number"] = number_field("Bias", 0.5, key="bias")


@pytest.fixture
def app() -> AppTest:
    app = AppTest.from_function(page, default_timeout=60).run()
    assert not app.exception
    return app


def test_every_cell_can_be_changed(app: AppTest) -> None:
    assert app.session_state["grid"].tolist() == [[0.0, 1.5], [-2.0, 0.25]]
    app.text_input(key="kernel_1_0").set_value("1/3").run()
    assert app.session_state["grid"].tolist() == [[0.0, 1.5], [1 / 3, 0.25]]
    assert not app.error
    labels = [field.label for field in app.text_input]
    assert "Kernel, row 2, column 1" in labels


@pytest.mark.parametrize("typed", ["", "abc", "9" * 20])
def test_a_bad_cell_keeps_its_last_good_number_and_is_named(app: AppTest, typed: str) -> None:
    app.text_input(key="kernel_1_0").set_value("7").run()
    app.text_input(key="kernel_1_0").set_value(typed).run()
    assert app.session_state["grid"].tolist() == [[0.0, 1.5], [7.0, 0.25]]
    (error,) = app.error
    assert error.value.startswith("Row 2, column 1: ")
    assert not app.exception
    app.text_input(key="kernel_1_0").set_value("8").run()
    assert app.session_state["grid"][1, 0] == 8
    assert not app.error


def test_a_preset_fills_the_grid_exactly(app: AppTest) -> None:
    app.text_input(key="kernel_0_0").set_value("abc").run()
    app.button(key="blur").click().run()
    assert np.array_equal(app.session_state["grid"], np.full((2, 2), 1 / 9)), "not 0.1111, which the cell shows"
    assert not app.error
    assert app.text_input(key="kernel_0_0").value == "0.1111"


def test_a_bad_field_keeps_its_last_good_number(app: AppTest) -> None:
    app.text_input(key="bias").set_value("0.75").run()
    app.text_input(key="bias").set_value("much").run()
    assert app.session_state["number"] == 0.75
    assert "“much” is not a number" in app.error[0].value
