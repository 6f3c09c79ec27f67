"""The page Why?: predict before the maps show, change an answer, find the nearest training digits, with any network."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from model.network.config import ModelConfig
from tests.pages.conftest import four
from tests.pages.inside.conftest import DAMAGED
from ui.inside.why.attribution import EvidenceState
from ui.shared.formatting import plain_markdown
from ui.shared.state import state_key

Open = Callable[..., AppTest]
MAPS = ["map_0", "map_1", "map_2", "map_3"]
METHODS = ["saliency", "integrated gradients", "occlusion", "grad-cam"]
SECTIONS = ["Evidence", "Smallest change", "Similar digits"]


@pytest.fixture
def why(open_app: Open) -> Callable[..., AppTest]:
    """Opens the page after a four was drawn."""

    def run(*arguments: object) -> AppTest:
        app = open_app(*(arguments or (four(),)))
        app.switch_page("pages/inside/why.py").run()
        assert not app.exception
        assert app.title[0].value == "Why?"
        return app

    return run


def maps(app: AppTest) -> list[str]:
    """The text at each visible map."""
    assert not app.exception
    found = []
    for key in MAPS:
        try:
            found.append(" ".join(part.value for part in app.container(key=key).markdown))
        except KeyError:
            continue
    return found


def texts(app: AppTest) -> str:
    assert not app.exception
    parts = [*app.markdown, *app.caption, *app.subheader, *app.info]
    return "\n".join(str(part.value) for part in parts)


def choose(app: AppTest, section: str) -> AppTest:
    app.segmented_control(key="why_section").set_value(section).run()
    assert not app.exception
    return app


def test_no_map_shows_before_a_prediction_or_a_skip(why: Open) -> None:
    app = why()
    assert "Why 4?" in texts(app)
    assert "Predict first" in texts(app)
    assert not maps(app)
    app.button(key="evidence_skip").click().run()
    shown = maps(app)
    assert len(shown) == 4
    for text in shown:
        assert "Measures:" in text
        assert "Misleads:" in text
        assert "Your score" not in text
    assert "3x3 fields" in shown[3]
    assert "Your prediction" not in texts(app)


def predict(app: AppTest, painted: np.ndarray) -> AppTest:
    """Set the prediction as the painter's callback does. The painter itself is tested in a browser."""
    state = app.session_state[state_key(EvidenceState)]
    state.predictions = {state.task: painted}
    return app.run()


def test_a_prediction_is_scored_on_every_map(why: Open) -> None:
    everywhere = np.ones((28, 28), bool)
    app = predict(why(), everywhere)
    assert len(maps(app)) == 4
    for text in maps(app):
        assert "Your score: **> 99%**" in text or "no evidence" in text
    assert "784 of 784 pixels" in texts(app)
    app.button(key="evidence_again").click().run()
    assert not maps(app)
    corner = np.zeros((28, 28), bool)
    corner[:2, :2] = True
    app = predict(app, corner)
    assert "Your score: **0%**" in maps(app)[1]
    assert "Painting random pixels of the ink would have been at least as good" in texts(app)


def test_maps_hide_again_for_another_question_and_the_guess_is_kept(why: Open) -> None:
    app = why()
    app.button(key="evidence_skip").click().run()
    assert maps(app)
    app.selectbox(key="evidence_target").select("7").run()
    assert "Why 7?" in texts(app)
    assert not maps(app)
    app.selectbox(key="evidence_target").select("the answer").run()
    assert len(maps(app)) == 4
    app.switch_page("pages/inside/network.py").run()
    app.switch_page("pages/inside/why.py").run()
    assert len(maps(app)) == 4


def test_two_digits_can_be_contrasted(why: Open) -> None:
    app = why()
    app.selectbox(key="evidence_versus").select("9").run()
    assert "Why 4 and not 9?" in texts(app)
    assert not maps(app)
    app.button(key="evidence_skip").click().run()
    for text in maps(app)[:3]:
        assert "the 4's logit minus the 9's" in text
    app.selectbox(key="evidence_versus").select("4").run()
    assert not maps(app)
    assert "Choose two different digits" in texts(app)
    app.selectbox(key="evidence_versus").select("the runner-up").run()
    assert "Why 4 and not" in texts(app)
    app.selectbox(key="evidence_target").select("4").run()
    app.selectbox(key="evidence_versus").select("nothing").run()
    assert "Why 4?" in texts(app)


def test_without_a_drawing_the_page_invites(why: Open) -> None:
    app = why(np.zeros((320, 320), np.uint8))
    assert "Draw a digit to see why" in texts(app)
    assert not app.error
    assert "reads **a" not in texts(app)


def test_the_adversarial_section_reports_success_and_failure(why: Open) -> None:
    app = choose(why(), "Smallest change")
    assert "Predict first" not in texts(app)
    assert "It becomes a" in texts(app)
    app.selectbox(key="change_target").select("9").run()
    app.slider(key="change_budget").set_value(50).run()
    assert "It becomes a 9" in texts(app)
    little = texts(app)
    app.segmented_control(key="change_use").set_value("All that is allowed").run()
    assert "It becomes a 9" in texts(app)
    assert texts(app) != little
    app.slider(key="change_budget").set_value(1).run()
    assert "No 9 was found" in texts(app)
    assert "It becomes" not in texts(app)
    app.selectbox(key="change_target").select("4").run()
    assert "reads a 4 already" in texts(app)


@pytest.mark.usefixtures("offline_data")
def test_where_it_sits_shows_labelled_neighbours_and_two_maps(why: Open) -> None:
    app = choose(why(), "Similar digits")
    assert "Its 5 nearest training digits" in texts(app)
    assert "labelled 4" in texts(app)
    assert len(app.get("vega_lite_chart")) == 1
    assert "PCA projects the" in texts(app)
    app.segmented_control(key="map_kind").set_value("t-SNE").run()
    assert "cannot place a new point" in texts(app)
    assert len(app.get("vega_lite_chart")) == 1


@pytest.mark.usefixtures("damaged_data")
def test_data_that_cannot_be_read_is_reported_once_and_the_rest_works(why: Open) -> None:
    app = choose(why(), "Similar digits")
    assert [error.value for error in app.error] == [plain_markdown(DAMAGED)]
    assert not app.get("vega_lite_chart")
    app = choose(app, "Evidence")
    assert not app.error
    app.button(key="evidence_skip").click().run()
    assert len(maps(app)) == 4


ODD = {
    "one pixel": ModelConfig(filters=(3,), kernel_size=(1,), pooling="none", activation="tanh", dense_units=1),
    "deep": ModelConfig(filters=(4, 4, 4, 4), dropout=0.5, batch_norm=True, pooling="average", activation="gelu"),
    "point": ModelConfig(filters=(2, 2), kernel_size=(9, 9), activation="sigmoid", dense_units=3),
    "dense": ModelConfig(filters=(), dense_units=12),
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.usefixtures("offline_data")
def test_every_section_works_with_odd_networks(name: str, why: Open, save_networks: Callable[..., None]) -> None:
    save_networks(ODD)
    app = why()
    app.selectbox(key="evidence_versus").select("9").run()
    app.selectbox(key="network").select(name).run()
    assert f"{name} reads **a" in texts(app)
    for section in SECTIONS:
        app = choose(app, section)
    app = choose(app, "Evidence")
    assert app.selectbox(key="evidence_versus").value == "9"
    app.selectbox(key="evidence_versus").select("nothing").run()
    app.button(key="evidence_skip").click().run()
    shown = maps(app)
    assert len(shown) == 4
    assert ("this network has no convolution" in shown[3]) == (name == "dense")
    if name == "point":
        assert "there are no places to show" in shown[3]
    app.selectbox(key="network").select("Shipped network").run()
    assert "Shipped network reads **a 4**" in texts(app)
