"""The chooser of the student's runs: which one the page Retrain shows."""

from __future__ import annotations

import streamlit as st

from model.language import _
from model.runs.run import Run
from model.runs.store import RunStore
from ui.shared.formatting import moment, plain_markdown

_CHOSEN = "chosen_run"
"""Key of the chooser. Its value is the id of a run."""

_SCROLL_TO_RUN = """<script>
{
  const part = document.querySelector(".st-key-retrain_run")
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth"
  if (part?.getBoundingClientRect().top > innerHeight / 2) {
    // The page grows while the run is laid out, so scroll again after each growth.
    const growth = new ResizeObserver(() => part.scrollIntoView({ behavior }))
    growth.observe(part)
    setTimeout(() => growth.disconnect(), 1500)
  }
}
</script>"""


def choose_run(store: RunStore, owner: str) -> Run | None:
    """The chosen run; without a choice the newest active run, else the newest one. None where the student has none.

    A student with two or more runs gets a chooser.
    """
    runs = {run.id: run for run in store.runs(owner)}
    if not runs:
        return None
    if st.session_state.get(_CHOSEN) not in list(runs):  # a list, because a browser may send a value without a hash
        newest = next((run for run in runs.values() if run.state.active), next(iter(runs.values())))
        show_run(newest)
    if len(runs) == 1:
        st.subheader(plain_markdown(next(iter(runs.values())).title), anchor=False)
    else:
        st.selectbox(
            _("Your runs"),
            list(runs),
            format_func=lambda name: _label(runs[name]),
            key=_CHOSEN,
            persist_state="session",
        )
    return runs[str(st.session_state[_CHOSEN])]


def show_run(run: Run) -> None:
    """Choose this run. Call it before the chooser is drawn."""
    st.session_state[_CHOSEN] = run.id


def scroll_to_run() -> None:
    """In a narrow window, where the run is below the settings, scroll to it. Call it after the run is shown."""
    st.html(_SCROLL_TO_RUN, unsafe_allow_javascript=True)


def _label(run: Run) -> str:
    """Title and start. A selectbox shows plain text, so nothing is escaped."""
    return f"{run.title} · {moment(run.created)}"
