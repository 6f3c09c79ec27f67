"""The form of settings: made from the fields, one sentence for a network that cannot be built, and values that stay."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Literal, get_args, get_origin

import pytest
from streamlit.testing.v1 import AppTest

from model.network.config import ModelConfig, choice_name
from model.network.train_config import TrainConfig
from tests.conftest import assert_one_sentence
from tests.ui.train.settings.helpers import (
    DEFAULTS,
    PAGE,
    checked,
    got,
    just_before_the_error,
    layers,
    move,
    show,
    widget,
    widgets,
)
from train import build_parser
from ui.train.settings.fields import FIELDS, GROUPS, PER_LAYER, SHORT_FORM, bounds, layer_bounds, slider_steps

# --- Made from the fields ---------------------------------------------------------------------------------------------


def test_it_starts_at_the_defaults(app: AppTest) -> None:
    assert got(app) == DEFAULTS
    assert not app.error
    assert not app.warning


def test_every_setting_is_in_the_short_form_or_in_a_group() -> None:
    groups = [name for group in GROUPS.values() for name in group]
    assert sorted([*SHORT_FORM, *PER_LAYER, *groups]) == sorted(FIELDS)


@pytest.mark.parametrize("group", [None, *GROUPS])
def test_each_widget_has_the_help_default_and_bounds_of_its_field(app: AppTest, group: str | None) -> None:
    show(app, group)
    for name in GROUPS[group] if group else SHORT_FORM:
        field, found = FIELDS[name], widget(app, name)
        assert found.help == field.description
        assert found.value == field.default
        if get_origin(field.annotation) is Literal:
            assert list(found.options) == [choice_name(choice) for choice in get_args(field.annotation)]
        elif found.type == "select_slider":
            steps = slider_steps(name)
            assert (steps[0], steps[-1]) == bounds(field)
            assert field.default in steps
            assert len(found.options) == len(steps) == len(set(found.options)) <= 40
        elif field.annotation is not bool:
            assert (found.min, found.max) == bounds(field)


def test_each_layer_has_its_own_sliders(app: AppTest) -> None:
    for count in (1, layer_bounds()[1]):
        layers(app, count)
        for name in PER_LAYER:
            assert f"setting_{name}_{count + 1}" not in widgets(app)
            for layer in range(1, count + 1):
                slider = widget(app, f"{name}_{layer}")
                assert slider.help == FIELDS[name].description
                assert (slider.min, slider.max) == bounds(FIELDS[name])
    assert bounds(FIELDS["filters"]) == (1, 128)


def test_every_setting_reaches_the_training(app: AppTest) -> None:
    for name in ("epochs", "batch_size", "train_images", "learning_rate"):
        move(app, name, slider_steps(name)[1])
    move(app, "dropout", 0.25)
    layers(app, 2)
    move(app, "filters_1", 5)
    move(app, "kernel_size_2", 4)
    changed = {
        "Network": {"activation": "gelu", "pooling": "average", "batch_norm": True, "dense_units": 100},
        "Training": {
            "optimizer": "sgd",
            "momentum": 0.95,
            "schedule": "cosine",
            "weight_decay": 0.001,
            "averaging": 0.9,
            "label_smoothing": 0.2,
        },
        "Augment": {
            "rotation": 3.0,
            "shift": 0.5,
            "scale": 0.2,
            "aspect": 0.3,
            "shear": 1.0,
            "elastic": 1.1,
            "thickness": 0.3,
        },
        "Run": {"data": "digits", "shuffle_labels": True, "seed": 2**31 - 1, "device": "cpu", "validation_share": 0.1},
    }
    assert {group: set(values) for group, values in changed.items()} == {g: set(names) for g, names in GROUPS.items()}
    for group, values in changed.items():
        show(app, group)
        for name, value in values.items():
            move(app, name, value)
    everything = {name: value for values in changed.values() for name, value in values.items()}
    short = {name: slider_steps(name)[1] for name in ("epochs", "batch_size", "train_images", "learning_rate")}
    everything |= {"filters": (5, 64), "kernel_size": (3, 4), "dropout": 0.25, **short}
    chosen = got(app)
    assert {**chosen[0].model_dump(), **chosen[1].model_dump()} == everything
    command = shlex.split(app.code[1].value)
    options = vars(build_parser().parse_args(command[2:]))
    assert command[:2] == ["python", "train.py"]
    assert chosen == tuple(
        config.parse({name: options[name] for name in config.model_fields if name in options})
        for config in (ModelConfig, TrainConfig)
    )


def test_momentum_belongs_to_sgd(app: AppTest) -> None:
    show(app, "Training")
    assert widget(app, "momentum").disabled
    move(app, "optimizer", "sgd")
    assert not widget(app, "momentum").disabled


# --- Networks that cannot be built ------------------------------------------------------------------------------------


def test_a_kernel_that_is_too_large_is_explained_below_its_slider(app: AppTest) -> None:
    move(app, "kernel_size_2", 9)
    (error,) = app.error
    assert "convolution 3 cannot be built" in error.value.lower()
    assert_one_sentence(error.value)
    assert just_before_the_error(app) == "setting_kernel_size_2"
    assert got(app) is None
    move(app, "epochs", 3)  # other settings can change, and the explanation stays in its place
    assert just_before_the_error(app) == "setting_kernel_size_2"
    move(app, "kernel_size_2", 3)
    assert not app.error
    assert got(app) == (ModelConfig(), TrainConfig(epochs=3))


def test_one_layer_too_many_is_explained_below_the_number_of_layers(app: AppTest) -> None:
    for layer in (1, 2):
        move(app, f"kernel_size_{layer}", 5)
    assert not app.error
    layers(app, 4)
    assert just_before_the_error(app) == "setting_layers"
    assert got(app) is None


def test_too_many_parameters_are_explained_even_where_their_group_is_closed(app: AppTest) -> None:
    layers(app, 1)
    move(app, "filters_1", 128)
    show(app, "Network")
    move(app, "pooling", "none")
    (error,) = app.error
    assert "5,000,000 is the most" in error.value
    assert just_before_the_error(app) == "setting_pooling"
    show(app, None)
    assert just_before_the_error(app) == "settings_group"
    move(app, "filters_1", 8)
    assert not app.error


def test_a_network_that_cannot_be_built_is_not_written_into_the_address(app: AppTest) -> None:
    move(app, "kernel_size_1", 4)
    before = dict(app.query_params)
    move(app, "kernel_size_2", 9)
    assert dict(app.query_params) == before
    app.button(key="settings_reset").click().run()
    assert got(app) == DEFAULTS
    assert not app.error
    assert not app.query_params


def test_no_layers_at_all_is_a_dense_network(app: AppTest) -> None:
    layers(app, 0)
    assert got(app)[0] == ModelConfig(filters=())
    assert not app.error
    layers(app, 3)
    assert got(app) == DEFAULTS


# --- Nothing is lost --------------------------------------------------------------------------------------------------


def test_settings_and_address_survive_a_visit_to_another_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other.py").write_text("import streamlit as st\nst.title('Other')")
    (tmp_path / "form.py").write_text(PAGE)
    main = tmp_path / "main.py"
    main.write_text("import streamlit as st\nst.navigation([st.Page('form.py'), st.Page('other.py')]).run()")
    app = checked(AppTest.from_file(str(main), default_timeout=60).run())
    move(app, "epochs", 3)
    layers(app, 2)
    move(app, "filters_2", 17)
    show(app, "Augment")
    move(app, "rotation", 2.0)
    show(app, "Network")
    move(app, "dense_units", 7)
    chosen, address = got(app), dict(app.query_params)
    app.switch_page("other.py").run()
    app.query_params.clear()  # as the browser does
    assert checked(app.run()).title[0].value == "Other"
    checked(app.switch_page("form.py").run())
    assert (
        got(app)
        == chosen
        == (
            ModelConfig(filters=(32, 17), dense_units=7),
            TrainConfig(epochs=3, rotation=2.0),
        )
    )
    assert dict(app.query_params) == address
    assert widget(app, "dense_units").value == 7  # the opened group too


@pytest.mark.parametrize("value", ["x", 10**12, float("nan"), [1], True])
def test_a_forged_value_becomes_the_default(value: object) -> None:
    app = AppTest.from_string(PAGE, default_timeout=60)
    names = ["layers", "filters_1", "kernel_size_3", "epochs", "learning_rate", "activation", "dense_units", "seed"]
    for name in names:
        app.session_state[f"setting_{name}"] = value
    checked(app.run())
    model_config, train_config = got(app)
    assert model_config == ModelConfig()
    assert train_config.epochs == 12
    assert train_config.learning_rate in (1e-3, 2.5)
