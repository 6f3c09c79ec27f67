"""The Filters page: what it shows with and without a drawing, on every kind of network, and what silencing does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from streamlit.testing.v1 import AppTest

import ui.inside.filters.state
from model.data.datasets import DataError, DataSet
from model.network.checkpoint import Checkpoint, save_checkpoint
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from tests.model.inspection.test_activations import random_network
from tests.pages.conftest import four

Open = Callable[..., AppTest]
PAGE = "pages/inside/filters.py"
USERS = (
    "ui.inside.filters.state.data_set",
    "ui.inside.filters.ablation.data_set",
    "ui.inside.filters.detail.data_set",
    "ui.shared.data_set.data_set",
)


@pytest.fixture(autouse=True)
def small_data(monkeypatch: pytest.MonkeyPatch, digits: DataSet) -> Iterator[None]:
    """The offline digits, which a survey goes through in a blink; no result is left for other tests."""
    caches = (
        ui.inside.filters.state.surveyed,
        ui.inside.filters.state.scored,
        ui.inside.filters.state.ranked,
        ui.inside.filters.state.visualized_feature,
    )
    for user in USERS:
        monkeypatch.setattr(user, lambda: digits)
    for cache in caches:
        cache.clear()
    yield
    for cache in caches:
        cache.clear()


@pytest.fixture
def open_page(open_app: Open) -> Open:
    def run(*arguments: object) -> AppTest:
        app = open_app(*arguments)
        app.switch_page(PAGE).run()
        assert not app.exception
        assert app.title[0].value == "Filters"
        return app

    return run


def texts(app: AppTest) -> str:
    """Everything that is written on the page."""
    return "\n".join(str(each.value) for each in (*app.markdown, *app.caption, *app.subheader))


def line(app: AppTest, start: str) -> str:
    (found,) = [each.value for each in app.markdown if each.value.startswith(start)]
    return str(found)


def test_all_sections_are_there_with_a_drawing(open_page: Open, digits: DataSet) -> None:
    app = open_page(four())
    told = texts(app)
    assert "**Shipped network**" in told
    assert re.search(r"Read as \*\*4\*\*, \S+% sure", told)
    assert f"of {len(digits.train):,} training pictures" in told
    assert re.search(r"Dead: \d+ of 32", told)
    assert "Its answer to your digit is strongest in row" in told
    assert "Nothing is silenced" in told
    assert not app.error


def test_without_a_drawing_it_invites_and_shows_the_rest(open_page: Open) -> None:
    app = open_page()
    app.segmented_control(key="filters_sort").set_value("Excitement").run()
    assert not app.exception
    told = texts(app)
    assert "Draw a digit, and the filters answer to it." in told
    assert "Draw a digit to sort by what it excites." in told
    assert "Draw a digit to see this filter's answer to it." in told
    assert "Draw a digit to see how its probabilities change." in told
    assert "that excite it most" in told
    assert "Read as" not in told
    app.multiselect(key="filters_off_1").set_value([4, 17]).run()
    assert {metric.label for metric in app.metric} == {"Test accuracy with all filters", "Without the silenced ones"}


def test_silenced_filters_change_the_probabilities_and_the_accuracy(open_page: Open) -> None:
    app = open_page(four())
    assert line(app, "All on").removeprefix("All on") == line(app, "None off").removeprefix("None off")
    app.multiselect(key="filters_off_1").set_value(list(range(1, 33))).run()
    assert not app.exception
    assert line(app, "All on").startswith("All on: **4**")
    assert line(app, "32 off").removeprefix("32 off") != line(app, "All on").removeprefix("All on")
    before, after = (float(metric.value.rstrip("%")) for metric in app.metric)
    assert after < before - 40  # deaf to everything, the network guesses
    app.button(key="filters_silence_3").click().run()  # none
    assert "Nothing is silenced" in texts(app)
    assert app.multiselect(key="filters_off_1").value == []


def test_dead_filters_are_named_and_cost_nothing(open_page: Open) -> None:
    app = open_page(four())
    app.segmented_control(key="filters_layer").set_value(3).run()
    app.button(key="filters_silence_0").click().run()
    dead = app.multiselect(key="filters_off_3").value
    assert len(dead) > 5
    assert f"Dead: {len(dead)} of 64" in texts(app)
    before, after = (metric.value for metric in app.metric)
    assert before == after
    app.number_input(key="filters_chosen").set_value(dead[0]).run()
    assert "**Dead**" in texts(app)
    assert "that excite it most" not in texts(app)


def test_the_chosen_filter_can_be_silenced_and_woken(open_page: Open) -> None:
    app = open_page(four())
    app.number_input(key="filters_chosen").set_value(17).run()
    app.button(key="filters_toggle").click().run()
    assert app.multiselect(key="filters_off_1").value == [17]
    assert app.button(key="filters_toggle").label == "Let it speak again"
    app.button(key="filters_toggle").click().run()
    assert app.multiselect(key="filters_off_1").value == []


def test_silenced_filters_of_other_layers_count_and_are_named(open_page: Open) -> None:
    app = open_page(four())
    app.multiselect(key="filters_off_1").set_value([2, 3]).run()
    app.segmented_control(key="filters_layer").set_value(2).run()
    app.button(key="filters_silence_1").click().run()  # the ten of least norm
    assert len(app.multiselect(key="filters_off_2").value) == 10
    assert "Silenced elsewhere: layer 1: 2, 3." in texts(app)
    assert line(app, "12 off")
    app.segmented_control(key="filters_layer").set_value(1).run()
    assert app.multiselect(key="filters_off_1").value == [2, 3]


def test_the_ranking_comes_at_a_press_and_is_sorted(open_page: Open) -> None:
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
    assert not app.dataframe  # another layer has a ranking of its own


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
    "wide": ModelConfig(filters=(128, 2, 128, 1), dense_units=4, activation="sigmoid"),
    "soft": ModelConfig(filters=(5, 7), kernel_size=(1, 4), pooling="average", batch_norm=True, dropout=0.5),
}


def test_every_network_fits_and_a_smaller_one_breaks_no_choice(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("ui.shared.network_choice.CHECKPOINTS", tmp_path)
    for name, config in ODD.items():
        checkpoint = Checkpoint(config, TrainConfig(), random_network(config).state_dict(), "digits")
        save_checkpoint(checkpoint, tmp_path / f"{name}.safetensors")
    app = open_page(four())
    app.segmented_control(key="filters_layer").set_value(3).run()
    app.number_input(key="filters_chosen").set_value(64).run()
    app.selectbox(key="filters_slice").set_value(64).run()
    app.multiselect(key="filters_off_3").set_value([60, 61]).run()
    for name, config in ODD.items():
        app.selectbox(key="network").select(name).run()
        assert not app.exception
        assert not app.error
        assert f"**{name}**" in texts(app)
        for layer, count in enumerate(config.filters, start=1):
            app.segmented_control(key="filters_layer").set_value(layer).run()
            app.multiselect(key=f"filters_off_{layer}").set_value([count]).run()
            assert not app.exception
            assert 1 <= app.number_input(key="filters_chosen").value <= count
        app.button(key="filters_rank").click().run()
        assert len(app.dataframe[0].value) == config.filters[-1]
        assert len([metric for metric in app.metric if metric.value.endswith("%")]) == 2
    app.selectbox(key="network").select("Shipped network").run()
    assert not app.exception


def test_a_dense_network_has_no_filters_and_the_page_says_so(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("ui.shared.network_choice.CHECKPOINTS", tmp_path)
    config = ModelConfig(filters=(), dense_units=5)
    checkpoint = Checkpoint(config, TrainConfig(), random_network(config).state_dict(), "digits")
    save_checkpoint(checkpoint, tmp_path / "dense.safetensors")
    app = open_page(four())
    app.selectbox(key="network").select("dense").run()
    assert not app.exception
    assert "no convolutions" in app.info[0].value
    assert not app.dataframe
    app.selectbox(key="network").select("Shipped network").run()
    assert not app.exception
    assert not app.info


def test_the_shared_network_is_left_alone(open_page: Open) -> None:
    from ui.shared.network_choice import _load, networks

    app = open_page(four())
    app.multiselect(key="filters_off_1").set_value([1, 2]).run()
    path = networks()["Shipped network"]
    network = _load(str(path), path.stat().st_mtime_ns).network
    assert not network.training
    assert not any(parameter.requires_grad for parameter in network.parameters())
    assert not any(module._forward_hooks or module._backward_hooks for module in network.modules())
    assert not torch.is_inference_mode_enabled()


def test_data_that_cannot_be_read_is_said_in_one_sentence(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable() -> DataSet:
        raise DataError("The MNIST files are damaged; delete that folder and start again.")

    for user in USERS:
        monkeypatch.setattr(user, unreadable)
    app = open_page(four())
    assert [error.value for error in app.error] == ["The MNIST files are damaged; delete that folder and start again."]
    assert "One scale for all" in texts(app)
    app.multiselect(key="filters_off_1").set_value([4]).run()
    assert not app.exception
    assert len(app.error) == 1
    assert line(app, "1 off")


@pytest.mark.parametrize("value", [99, 0, -3, None, "x", [1], 2.5])
def test_a_forged_choice_is_ignored(open_page: Open, open_app: Open, value: object) -> None:
    app = open_app(four())
    for key in ("filters_layer", "filters_chosen", "filters_slice"):
        app.session_state[key] = value
    app.session_state["filters_off_1"] = value if isinstance(value, list) else [value]
    app.switch_page(PAGE).run()
    assert not app.exception
