"""The Filters page: its content with and without a drawing, for all kinds of networks, and the effect of switching
off."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
import streamlit as st
import torch
from streamlit.testing.v1 import AppTest

from model.data.datasets import DataSet
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from tests.pages.conftest import four
from tests.pages.inside.conftest import DAMAGED
from ui.shared.formatting import plain_markdown
from ui.shared.network_choice import _load, networks

Open = Callable[..., AppTest]
PAGE = "pages/inside/filters.py"
METRICS = [
    "Validation accuracy with all filters",
    "Validation accuracy with these off",
    "Test accuracy with all filters",
    "Test accuracy with these off",
]
SMALL = ModelConfig(filters=(4, 3), dense_units=8)


@pytest.fixture
def open_page(open_app: Open, offline_data: None) -> Open:
    def run(*arguments: object) -> AppTest:
        app = open_app(*arguments)
        app.switch_page(PAGE).run()
        assert not app.exception
        assert app.title[0].value == "Filters"
        return app

    return run


def texts(app: AppTest) -> str:
    """All texts of the page."""
    assert not app.exception
    return "\n".join(str(each.value) for each in (*app.markdown, *app.caption, *app.subheader))


def line(app: AppTest, start: str) -> str:
    (found,) = [each.value for each in app.markdown if each.value.startswith(start)]
    return str(found)


def accuracies(app: AppTest) -> dict[str, float]:
    """The four accuracies in percent, by their labels."""
    assert [metric.label for metric in app.metric] == METRICS
    return {metric.label: float(metric.value.rstrip("%")) for metric in app.metric}


def test_all_sections_are_there_with_a_drawing(open_page: Open, digits: DataSet) -> None:
    app = open_page(four())
    text = texts(app)
    assert "**Shipped network**" in text
    assert re.search(r"Read as \*\*4\*\*, \S+% sure", text)
    assert f"of {len(digits.train):,} training pictures" in text
    assert re.search(r"Dead: \d+ of 32", text)
    assert "Its activation map for your digit is highest in row" in text
    assert "No filter is off" in text
    assert not app.error


def test_without_a_drawing_it_invites_and_shows_the_rest(open_page: Open) -> None:
    app = open_page()
    app.segmented_control(key="filters_sort").set_value("Activation").run()
    text = texts(app)
    assert "Draw a digit to see how the filters react to it." in text
    assert "Draw a digit to sort the filters by their activation." in text
    assert "Draw a digit to see this filter's activation map for it." in text
    assert "Draw a digit to see how its probabilities change." in text
    assert "that activate it most" in text
    assert "Read as" not in text
    app.multiselect(key="filters_off_1").set_value([4, 17]).run()
    assert len(accuracies(app)) == 4


def test_filters_that_are_off_change_the_probabilities_and_the_accuracies(open_page: Open) -> None:
    app = open_page(four())
    assert line(app, "All on").removeprefix("All on") == line(app, "No filter off").removeprefix("No filter off")
    app.multiselect(key="filters_off_1").set_value(list(range(1, 33))).run()
    assert line(app, "All on").startswith("All on: **4**")
    assert line(app, "32 off").removeprefix("32 off") != line(app, "All on").removeprefix("All on")
    found = accuracies(app)
    # Without its first layer the network gives the same digit for every picture.
    assert found["Validation accuracy with these off"] < found["Validation accuracy with all filters"] - 40
    assert found["Test accuracy with these off"] < found["Test accuracy with all filters"] - 40
    app.button(key="filters_button_3").click().run()  # none
    assert "No filter is off" in texts(app)
    assert app.multiselect(key="filters_off_1").value == []


def test_dead_filters_are_named_and_no_accuracy_is_lost_without_them(open_page: Open) -> None:
    app = open_page(four())
    app.segmented_control(key="filters_layer").set_value(3).run()
    app.button(key="filters_button_0").click().run()
    dead = app.multiselect(key="filters_off_3").value
    assert len(dead) > 5
    assert f"Dead: {len(dead)} of 64" in texts(app)
    validation_before, validation_after, test_before, test_after = accuracies(app).values()
    assert validation_before == validation_after
    assert test_before == test_after
    app.number_input(key="filters_chosen").set_value(dead[0]).run()
    assert "**Dead**" in texts(app)
    assert "that activate it most" not in texts(app)


def test_the_chosen_filter_can_be_switched_off_and_on(open_page: Open) -> None:
    app = open_page(four())
    app.number_input(key="filters_chosen").set_value(17).run()
    app.button(key="filters_toggle").click().run()
    assert app.multiselect(key="filters_off_1").value == [17]
    assert app.button(key="filters_toggle").label == "Switch it on"
    app.button(key="filters_toggle").click().run()
    assert app.multiselect(key="filters_off_1").value == []


def test_filters_of_other_layers_that_are_off_count_and_are_named(open_page: Open) -> None:
    app = open_page(four())
    app.multiselect(key="filters_off_1").set_value([2, 3]).run()
    app.segmented_control(key="filters_layer").set_value(2).run()
    app.button(key="filters_button_1").click().run()  # the ten of smallest norm
    assert len(app.multiselect(key="filters_off_2").value) == 10
    assert "Off in other layers: layer 1: 2, 3." in texts(app)
    assert line(app, "12 off")
    app.segmented_control(key="filters_layer").set_value(1).run()
    assert app.multiselect(key="filters_off_1").value == [2, 3]


def test_the_ranking_starts_with_a_button_and_is_sorted(open_page: Open) -> None:
    app = open_page(four())
    assert not app.dataframe
    app.button(key="filters_rank").click().run()
    table = app.dataframe[0].value
    assert sorted(table["filter"]) == list(range(1, 33))
    assert list(table["accuracy"]) == sorted(table["accuracy"], reverse=True)
    assert table["accuracy"].iloc[0] > 0
    app.button(key="filters_least").click().run()
    assert app.multiselect(key="filters_off_1").value == sorted(table["filter"].tolist()[-10:])
    app.segmented_control(key="filters_layer").set_value(2).run()
    assert not app.dataframe  # another layer has its own ranking


def test_validation_pictures_rank_the_filters_and_test_pictures_only_report(
    open_page: Open, save_networks: Callable[..., None], monkeypatch: pytest.MonkeyPatch, digits: DataSet
) -> None:
    save_networks({"small": SMALL}, TrainConfig(train_images=500, validation_share=0.2), "digits")

    def ranking_and_accuracies() -> tuple[list[list[float]], dict[str, float], str]:
        app = open_page()
        app.selectbox(key="network").select("small").run()
        app.multiselect(key="filters_off_1").set_value([1]).run()
        app.button(key="filters_rank").click().run()
        return app.dataframe[0].value.to_numpy().tolist(), accuracies(app), texts(app)

    table, shown, text = ranking_and_accuracies()
    assert "100 validation pictures, which were held out when this network was trained." in text
    assert "The test accuracy is only for the result" in text
    assert "The test pictures are not used for the ranking" in text
    # With wrong labels in the test set, its accuracy changes and nothing else.
    wrong = replace(digits, test=replace(digits.test, labels=(digits.test.labels + 1) % 10))
    monkeypatch.setattr("ui.shared.data_set.load_data", lambda: wrong)
    st.cache_resource.clear()
    other_table, other_shown, _text = ranking_and_accuracies()
    assert other_table == table
    for label in METRICS[:2]:
        assert other_shown[label] == shown[label]
    for label in METRICS[2:]:
        assert other_shown[label] != shown[label]


@pytest.mark.parametrize(
    ("data", "share", "expected"),
    [
        ("mnist", 0.05, "1,437 validation pictures: training pictures of the offline digits, chosen at random."),
        (
            "digits",
            0.0,
            "They are replaced by 1,437 of its training pictures, chosen at random.",
        ),
    ],
)
def test_the_page_says_which_pictures_replace_missing_validation_pictures(
    open_page: Open, save_networks: Callable[..., None], data: str, share: float, expected: str
) -> None:
    save_networks({"small": SMALL}, TrainConfig(validation_share=share), data)
    app = open_page()
    app.selectbox(key="network").select("small").run()
    app.multiselect(key="filters_off_1").set_value([1]).run()
    app.button(key="filters_rank").click().run()
    assert texts(app).count(expected) == 2  # at the accuracies and at the ranking


def test_choices_survive_a_visit_to_another_page(open_page: Open) -> None:
    app = open_page(four())
    app.segmented_control(key="filters_layer").set_value(2).run()
    app.number_input(key="filters_chosen").set_value(33).run()
    app.selectbox(key="filters_slice").set_value(5).run()
    app.multiselect(key="filters_off_2").set_value([7]).run()
    app.switch_page("pages/inside/network.py").run()
    app.switch_page(PAGE).run()
    assert not app.exception
    assert app.segmented_control(key="filters_layer").value == 2
    assert app.number_input(key="filters_chosen").value == 33
    assert app.selectbox(key="filters_slice").value == 5
    assert app.multiselect(key="filters_off_2").value == [7]


ODD = {
    "one": ModelConfig(filters=(1,), kernel_size=9, activation="tanh", pooling="none", dense_units=1),
    "wide": ModelConfig(filters=(128, 2, 1), dense_units=4, activation="sigmoid"),
    "soft": ModelConfig(filters=(5, 7), kernel_size=(1, 4), pooling="average", batch_norm=True, dropout=0.5),
}


def test_every_network_fits_and_a_smaller_one_breaks_no_choice(
    open_page: Open, save_networks: Callable[..., None]
) -> None:
    save_networks(ODD)
    app = open_page(four())
    app.segmented_control(key="filters_layer").set_value(3).run()
    app.number_input(key="filters_chosen").set_value(64).run()
    app.selectbox(key="filters_slice").set_value(64).run()
    app.multiselect(key="filters_off_3").set_value([60, 61]).run()
    for name, config in ODD.items():
        app.selectbox(key="network").select(name).run()
        assert not app.error
        assert f"**{name}**" in texts(app)
        for layer, count in enumerate(config.filters, start=1):
            app.segmented_control(key="filters_layer").set_value(layer).run()
            app.multiselect(key=f"filters_off_{layer}").set_value([count]).run()
            assert not app.exception
            assert 1 <= app.number_input(key="filters_chosen").value <= count
        app.button(key="filters_rank").click().run()
        assert len(app.dataframe[0].value) == config.filters[-1]
        assert len(accuracies(app)) == 4
    app.selectbox(key="network").select("Shipped network").run()
    assert not app.exception


def test_a_dense_network_has_no_filters_and_the_page_says_so(
    open_page: Open, save_networks: Callable[..., None]
) -> None:
    save_networks({"dense": ModelConfig(filters=(), dense_units=5)})
    app = open_page(four())
    app.selectbox(key="network").select("dense").run()
    assert not app.exception
    assert "no convolutions" in app.info[0].value
    assert not app.dataframe
    app.selectbox(key="network").select("Shipped network").run()
    assert not app.exception
    assert not app.info


def test_the_name_of_a_network_is_not_read_as_markdown(open_page: Open, save_networks: Callable[..., None]) -> None:
    save_networks({"a*b*_c_ 1.5 :material-home: $x$": SMALL})
    name = "a b c 1.5 material-home x"
    app = open_page()
    app.selectbox(key="network").select(name).run()
    assert f"**{plain_markdown(name)}**" in texts(app)
    for page in ("feature_maps", "network", "why"):
        app.switch_page(f"pages/inside/{page}.py").run()
        assert not app.exception
        shown = [*app.main.markdown, *app.main.metric]
        assert not any(name in str(part.value) for part in shown)
    assert app.selectbox(key="network").value == name


def test_the_shared_network_is_not_changed(open_page: Open) -> None:
    app = open_page(four())
    app.multiselect(key="filters_off_1").set_value([1, 2]).run()
    path = networks()["Shipped network"]
    network = _load(str(path), path.stat().st_mtime_ns).network
    assert not network.training
    assert not any(parameter.requires_grad for parameter in network.parameters())
    assert not any(module._forward_hooks or module._backward_hooks for module in network.modules())
    assert not torch.is_inference_mode_enabled()


def test_data_that_cannot_be_read_is_reported_once_and_the_rest_works(open_app: Open, damaged_data: None) -> None:
    app = open_app(four())
    app.switch_page(PAGE).run()
    assert [error.value for error in app.error] == [plain_markdown(DAMAGED)]
    assert "All kernels have the same scale" in texts(app)
    app.multiselect(key="filters_off_1").set_value([4]).run()
    assert not app.exception
    assert len(app.error) == 1
    assert line(app, "1 off")


@pytest.mark.parametrize("value", [99, None, "x", [1]])
def test_a_forged_choice_is_ignored(open_app: Open, offline_data: None, value: object) -> None:
    app = open_app(four())
    for key in ("filters_layer", "filters_chosen", "filters_slice"):
        app.session_state[key] = value
    app.session_state["filters_off_1"] = value if isinstance(value, list) else [value]
    app.switch_page(PAGE).run()
    assert not app.exception
