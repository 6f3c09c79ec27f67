"""Train a network of one's own, and watch it learn."""

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
from ui.train.live_run import answer, live_run
from ui.train.report import run_report
from ui.train.run_choice import CHOSEN, choose_run, go_to_run
from ui.train.run_store import measured_speeds, store_or_stop
from ui.train.settings_form import network_summary, settings_form


def start(model: ModelConfig, train: TrainConfig) -> None:
    """Put a run with these settings into the queue, and show it."""
    layers = "-".join(map(str, model.filters)) or _("no convolution")
    settings = ngettext("{layers}, {count} epoch", "{layers}, {count} epochs", train.epochs, layers=layers)
    title = st.session_state.get("retrain_title") or settings
    try:
        st.session_state[CHOSEN] = store.start(model, train, owner, title).id
    except RunError as error:
        st.error(plain_markdown(str(error)))


@st.fragment
def drawing(run: Run) -> None:
    """Where the digit comes from; the network of a run that is over answers here, that of an active one by itself."""
    place = st.container()
    with st.expander(
        _("Another digit"), expanded=st.session_state.setdefault("retrain_draws", current_digit() is None)
    ):
        digit_source()
    if not run.state.active:
        with place:
            answer(run)


st.title(_("Retrain"), anchor=False)
st.markdown(_("Choose a network and how it is trained, press Start, and watch it learn."))
store, owner = store_or_stop(), student()
with st.container(horizontal=True, gap="medium"):
    left, right = st.container(width=310, key="retrain_settings"), st.container(key="retrain_run")
with left:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(
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
        start(*settings)
    with st.expander(_("Use a network from a file")):
        upload_network()
with right:
    run = choose_run(store, owner)
    if run is None:
        st.info(_("No run yet. Press Start: the default network reads 98 of 100 digits after its first epoch."))
    else:
        live_run(store, run, owner)
        drawing(run)
        run_report(run)
        if pressed:
            go_to_run()
