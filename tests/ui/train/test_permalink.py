"""Settings in the address: writing, reading, and addresses with any other content."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

import model.training.time_estimate
from model.network.config import ModelConfig
from model.network.settings import SettingsError
from model.network.train_config import TrainConfig
from tests.conftest import assert_one_sentence, model_configs
from ui.train.permalink import NAMES, link_of, settings_of

DEFAULTS = (ModelConfig(), TrainConfig())


def page() -> None:
    import streamlit as st

    from ui.train.settings.form import settings_form

    st.session_state["got"] = settings_form()


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setitem(model.training.time_estimate._speeds, "cpu", 1.0)
    return AppTest.from_function(page, default_timeout=60)


def opened(app: AppTest, **parameters: str | list[str]) -> AppTest:
    for name, value in parameters.items():
        app.query_params[name.replace("_", "-")] = value
    app.run()
    assert not app.exception
    return app


def address(app: AppTest) -> dict[str, list[str]]:
    return {name: [value] if isinstance(value, str) else list(value) for name, value in app.query_params.items()}


def got(app: AppTest) -> Any:
    return app.session_state["got"]


def train_configs() -> st.SearchStrategy[TrainConfig]:
    return st.builds(
        TrainConfig,
        data=st.sampled_from(["mnist", "digits"]),
        train_images=st.integers(100, 60_000),
        shuffle_labels=st.booleans(),
        epochs=st.integers(1, 300),
        optimizer=st.sampled_from(get_args(TrainConfig.model_fields["optimizer"].annotation)),
        learning_rate=st.floats(1e-7, 100),
        averaging=st.floats(0, 0.9999),
        rotation=st.floats(0, 45) | st.just(3.0),
        seed=st.integers(0, 2**31 - 1),
    )


@given(model_configs(), train_configs())
def test_an_address_has_the_settings_that_were_written(model_config: ModelConfig, train_config: TrainConfig) -> None:
    link = link_of(model_config, train_config)
    assert settings_of({**link, "lang": "de"}) == (model_config, train_config)
    assert link.keys() <= NAMES


def test_the_defaults_need_no_address() -> None:
    assert link_of(*DEFAULTS) == {}
    assert settings_of({}) == DEFAULTS
    assert link_of(ModelConfig(filters=(8, 16)), TrainConfig()) == {"filters": "8,16"}


def test_an_address_has_the_names_of_the_flags() -> None:
    model_config = ModelConfig(filters=(32, 64), kernel_size=(5, 3), batch_norm=True, dropout=0.25)
    assert link_of(model_config, TrainConfig(batch_size=128, rotation=0, learning_rate=1e-5)) == {
        "filters": "32,64",
        "kernel-size": "5,3",
        "batch-norm": "true",
        "dropout": "0.25",
        "batch-size": "128",
        "rotation": "0",
        "learning-rate": "1e-05",
    }
    assert link_of(ModelConfig(filters=(32, 64), kernel_size=5), TrainConfig()) == {
        "filters": "32,64",
        "kernel-size": "5",
    }


def test_a_network_without_convolutions_has_an_address() -> None:
    dense = ModelConfig(filters=())
    assert link_of(dense, TrainConfig()) == {"filters": "none"}
    assert settings_of({"filters": "none"}) == settings_of({"filters": ""}) == (dense, TrainConfig())


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"epochs": "5000"}, "epochs"),
        ({"epochs": "many"}, "epochs"),
        ({"epochs": ""}, "epochs"),
        ({"learning-rate": "nan"}, "learning rate"),
        ({"batch-norm": "perhaps"}, "batch norm"),
        ({"filters": "32,,64"}, "filters"),
        ({"filters": "1,1,1,1,1"}, "filters"),
        ({"filters": "64,64,64,64", "kernel-size": "9"}, "kernel"),
        ({"pooling": "<script>alert(1)</script>"}, "pooling"),
        ({"seed": "9" * 100_000}, "seed"),
        ({"filters": "8," * 100_000}, "filters"),
        ({"seed": "١٢\x00"}, "seed"),
    ],
)
def test_bad_values_are_refused_with_one_sentence(parameters: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        settings_of(parameters)
    assert_one_sentence(caught.value)
    assert message in str(caught.value)


def test_a_link_opens_the_experiment(app: AppTest) -> None:
    opened(app, epochs="7", filters="9,17", learning_rate="0.0123", rotation="3.25", device="cpu", lang="de")
    assert got(app) == (
        ModelConfig(filters=(9, 17)),
        TrainConfig(epochs=7, learning_rate=0.0123, rotation=3.25, device="cpu"),
    )
    assert app.select_slider(key="setting_epochs").value == 7
    assert not app.warning
    assert address(app)["lang"] == ["de"]


def test_the_address_follows_the_form_and_keeps_other_parameters(app: AppTest) -> None:
    opened(app, lang="de", tag=["a", "b"], epochs="7")
    app.select_slider(key="setting_batch_size").set_value(128).run()
    app.slider(key="setting_filters_1").set_value(16).run()
    assert address(app) == {
        "lang": ["de"],
        "tag": ["a", "b"],
        "epochs": ["7"],
        "batch-size": ["128"],
        "filters": ["16,64,64"],
    }
    app.button(key="settings_reset").click().run()
    assert got(app) == DEFAULTS
    assert address(app) == {"lang": ["de"], "tag": ["a", "b"]}


def test_the_form_follows_the_browser_back_to_an_earlier_address(app: AppTest) -> None:
    opened(app, epochs="7")
    app.select_slider(key="setting_epochs").set_value(3).run()
    app.query_params.clear()
    app.query_params["epochs"] = "7"
    app.run()
    assert got(app)[1].epochs == 7
    app.query_params.clear()
    app.run()
    assert got(app) == DEFAULTS


def test_a_link_that_cannot_be_used_is_explained_and_the_defaults_are_used(app: AppTest) -> None:
    opened(app, epochs="5000", filters="8", lang="de")
    (warning,) = app.warning
    assert_one_sentence(warning.value)
    assert "epochs" in warning.value
    assert "5000" not in warning.value
    assert got(app) == DEFAULTS
    assert address(app) == {"lang": ["de"]}
    app.run()
    assert app.warning  # until the next change
    app.select_slider(key="setting_epochs").set_value(3).run()
    assert not app.warning


@pytest.mark.parametrize(
    "parameters",
    [
        {"epochs": ["3", "4"]},
        {"filters": ["8", "8"]},
        {"filters": "9" * 500_000},
        {"kernel-size": "9,9,9,9", "filters": "128,128,128,128"},
        {"optimizer": "[x](javascript:alert(1)) **adam**"},
        {"dense-units": "512", "pooling": "none", "filters": "128"},
    ],
)
def test_a_hostile_address_breaks_nothing(app: AppTest, parameters: dict[str, str | list[str]]) -> None:
    opened(app, **parameters)
    (warning,) = app.warning
    assert_one_sentence(warning.value)
    assert "javascript" not in warning.value
    assert got(app) == DEFAULTS
    assert address(app) == {}


def test_hundreds_of_other_parameters_are_ignored(app: AppTest) -> None:
    opened(
        app,
        epochs="7",
        **{f"junk{number}": "x" for number in range(900)},
        _epochs="9",
        EPOCHS="11",
        setting_epochs="1",
    )
    assert got(app) == (ModelConfig(), TrainConfig(epochs=7))
    assert not app.warning
    assert len(app.query_params) == 904
