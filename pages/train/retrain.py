"""Retrain: choose a network and its training, start it, and watch it learn."""

import streamlit as st

from model.language import _, ngettext
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.runs.folder import MAX_TITLE
from model.runs.run import Run, RunError
from ui.draw.source import digit_source
from ui.shared.digit import current_digit
from ui.shared.formatting import plain_markdown
from ui.shared.identity import student
from ui.shared.network_file import upload_network
from ui.shared.state import state_of
from ui.train.live_run import live_run
from ui.train.report import run_report
from ui.train.run_answer import run_answer
from ui.train.run_choice import choose_run, scroll_to_run, show_run
from ui.train.run_store import measured_speeds, store_or_stop
from ui.train.settings.form import settings_form
from ui.train.settings.summary import network_summary
from ui.train.state import RetrainState


def start(model: ModelConfig, train: TrainConfig, title: str) -> None:
    """Put a run with these settings into the queue, and show it. Without a title it is named by its settings."""
    layers = "-".join(map(str, model.filters)) or _("no convolution")
    settings = ngettext("{layers}, {count} epoch", "{layers}, {count} epochs", train.epochs, layers=layers)
    try:
        show_run(store.start(model, train, owner, title or settings))
    except RunError as error:
        st.error(plain_markdown(str(error)))


@st.fragment
def drawing(run: Run) -> None:
    """The source of the digit, and above it the answer of a run that has ended. An active run shows its own answer."""
    place = st.container()
    state = state_of(RetrainState)
    if state.drawing_open is None:
        state.drawing_open = current_digit() is None
    with st.expander(_("Another digit"), expanded=state.drawing_open):
        digit_source()
    if not run.state.active:
        with place:
            run_answer(run)


st.title(_("Retrain"), anchor=False)
st.markdown(_("Choose a network and how it is trained, press Start, and watch it learn."))
store, owner = store_or_stop(), student()
with st.container(horizontal=True, gap="medium"):
    left, right = st.container(width=310, key="retrain_settings"), st.container(key="retrain_run")
with left:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        title = st.text_input(
            _("Name of the run"),
            key="retrain_title",
            persist_state="session",
            max_chars=MAX_TITLE,
            placeholder=_("Its settings"),
        )
        button = st.container(width="content")
    summary = st.container(key="network_summary")
    settings = settings_form()
    with summary:
        network_summary(settings, measured_speeds(store))
    pressed = button.button(
        _("Start"), icon=":material/play_arrow:", type="primary", disabled=settings is None, key="start"
    )
    if settings and pressed:
        start(*settings, title)
    with st.expander(_("Use a network from a file")):
        upload_network()
with right:
    run = choose_run(store, owner)
    if run is None:
        st.info(
            _(
                "There is no run yet. Press Start: the default network reads 98 of 100 digits correctly after its "
                "first epoch."
            )
        )
    else:
        live_run(store, run, owner)
        drawing(run)
        run_report(run)
        if pressed:
            scroll_to_run()
