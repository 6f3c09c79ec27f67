"""Which of the student's runs is shown."""

from __future__ import annotations

import streamlit as st

from model.language import _
from model.runs.run import Run
from model.runs.store import RunStore
from ui.shared.formatting import moment, plain_markdown

CHOSEN = "chosen_run"

_GO_TO = """<script>
{
  const part = document.querySelector(".st-key-retrain_run")
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth"
  if (part?.getBoundingClientRect().top > innerHeight / 2) {
    // The run is still being laid out: the page has to be long enough first.
    const growth = new ResizeObserver(() => part.scrollIntoView({ behavior }))
    growth.observe(part)
    setTimeout(() => growth.disconnect(), 1500)
  }
}
</script>"""


def choose_run(store: RunStore, owner: str) -> Run | None:
    """The run to show: the chosen one, else the latest that is going on, else the latest; None where there is none.

    With two or more, a chooser of the student's own runs stands above it.
    """
    runs = {run.id: run for run in store.runs(owner)}
    if not runs:
        return None
    if st.session_state.get(CHOSEN) not in list(runs):  # a list, for whatever a browser may have sent
        newest = next((run for run in runs.values() if run.state.active), next(iter(runs.values())))
        st.session_state[CHOSEN] = newest.id
    if len(runs) == 1:
        st.subheader(plain_markdown(next(iter(runs.values())).title), anchor=False)
    else:
        st.selectbox(
            _("Your runs"), list(runs), format_func=lambda name: _label(runs[name]), key=CHOSEN, persist_state="session"
        )
    return runs[str(st.session_state[CHOSEN])]


def go_to_run() -> None:
    """On a narrow window, where the run stands below the settings, move on to it; to be called after it is shown."""
    st.html(_GO_TO, unsafe_allow_javascript=True)


def _label(run: Run) -> str:
    """Title and start. A selectbox shows plain text, so nothing is escaped."""
    return f"{run.title} · {moment(run.created)}"
