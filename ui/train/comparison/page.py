"""Runs side by side: is it fair, how did they learn, what differs, how good are they. Used by more than one page."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from model.language import N_, _, ngettext
from model.network.checkpoint import Checkpoint, CheckpointError, load_checkpoint
from model.runs.comparison import (
    ABSENT,
    LETTERS,
    MAX_COMPARED,
    Entry,
    Measure,
    Result,
    Setting,
    accuracy_of,
    chance_points,
    data_of,
    fairness,
    look,
    results_of,
    settings_of,
)
from model.runs.run import Run, State
from ui.shared.formatting import percent
from ui.train.comparison.chart import View, comparison_chart
from ui.train.run_store import store_or_stop

PICKED, _ADDRESS = "compare_runs", "compare_address"
QUERY = "runs"
_REFRESH_SECONDS = 1.0
_EPOCHS, _SECONDS = N_("Epochs"), N_("Seconds")
_AGO = ((86_400, N_("{count} d ago")), (3_600, N_("{count} h ago")), (60, N_("{count} min ago")))


# --- Which runs -------------------------------------------------------------------------------------------------------


def pick_runs(runs: Sequence[Run], owner: str) -> list[Run]:
    """The chooser of up to six runs, the student's own first; the choice stands in the page's address too."""
    known = {run.id: run for run in sorted(runs, key=lambda run: run.owner != owner)}
    state = st.session_state
    linked = st.query_params.get(QUERY)
    if linked is not None and linked != state.get(_ADDRESS):
        asked = list(dict.fromkeys(linked.split(",")))
        state[PICKED] = [name for name in asked if name in known][:MAX_COMPARED]
        _tell_missing([name for name in asked if name and name not in known], len(asked))
    elif PICKED not in state:
        state[PICKED] = [run.id for run in known.values() if run.owner == owner and run.settings][:2]
    else:  # a run may be gone by now; and names change with time, which the widget must be told
        state[PICKED] = [name for name in state[PICKED] if name in known]
    names = _picker_names(list(known.values()), owner)
    chosen = st.multiselect(
        _("Runs to compare, up to six"),
        list(known),
        format_func=lambda name: names.get(name, name),
        key=PICKED,
        max_selections=MAX_COMPARED,
        persist_state="session",
        placeholder=_("Pick runs"),
    )
    state[_ADDRESS] = ",".join(chosen)
    if chosen:
        st.query_params[QUERY] = state[_ADDRESS]
    elif QUERY in st.query_params:
        del st.query_params[QUERY]
    return [known[name] for name in chosen]


def _tell_missing(missing: Sequence[str], asked: int) -> None:
    if asked - len(missing) > MAX_COMPARED:
        st.warning(_("The link names more than {most} runs; these are the first {most} of them.", most=MAX_COMPARED))
    if missing:
        st.warning(
            ngettext(
                "One run of this link is not here; somebody deleted what it points to, or it comes from another "
                "computer.",
                "{count} runs of this link are not here; somebody deleted what it points to, or it comes from another "
                "computer.",
                len(missing),
            )
        )


def _picker_names(runs: Sequence[Run], owner: str) -> dict[str, str]:
    """What the chooser calls each run; no two the same."""
    names: dict[str, str] = {}
    for run in runs:
        entry = look(run)
        accuracy = accuracy_of(entry) if entry else None
        parts = [
            run.title,
            _(run.state.value),
            "" if accuracy is None else percent(accuracy, 2, counted=True),
            ago(run.created),
        ]
        if run.owner != owner:
            parts.append(_("not yours"))
        name = " · ".join(part for part in parts if part)
        names[run.id] = f"{name} · {run.id[-6:]}" if name in names.values() else name
    return names


def ago(moment: float) -> str:
    """How long ago, in words; "" for a time that nobody wrote down."""
    passed = time.time() - moment
    if moment <= 0:
        return ""
    for seconds, text in _AGO:
        if passed >= seconds:
            return _(text, count=int(passed // seconds))
    return _("just now")


# --- The comparison ---------------------------------------------------------------------------------------------------


def show_comparison(runs: list[Run], labels: dict[str, str] | None = None) -> None:
    """Everything about one to six runs next to each other, following those that still go on.

    labels: what to call a run, by its id, in place of its title; plain text. More than six runs are cut.
    """
    runs = runs[:MAX_COMPARED]
    live = any(run.state.active for run in runs)
    follow = st.fragment(_live_comparison, run_every=_REFRESH_SECONDS) if live else st.fragment(_comparison)
    follow([run.id for run in runs], labels or {})


def _live_comparison(names: Sequence[str], labels: Mapping[str, str]) -> None:
    if not any(run.state.active for run in _comparison(names, labels)):
        st.rerun()  # it is over, for the rest of the page too


def _comparison(names: Sequence[str], labels: Mapping[str, str]) -> list[Run]:
    known = {run.id: run for run in store_or_stop().runs()}
    runs = [known[name] for name in names if name in known]
    _messages(runs, labels)
    entries = [entry for run in runs if (entry := look(run))]
    titles = [labels.get(entry.run.id, entry.run.title) for entry in entries]
    if entries:
        if len(entries) > 1:
            _fairness(entries)
        _curves(entries, titles)
        _table(entries, titles)
    return runs


def _messages(runs: Sequence[Run], labels: Mapping[str, str]) -> None:
    """What went wrong, and what the data set has to say."""
    for run in runs:
        title = plain(labels.get(run.id, run.title))
        if run.message:
            bad = run.state in (State.FAILED, State.DAMAGED, State.INTERRUPTED)
            (st.warning if bad else st.info)(f"**{title}** ({_(run.state.value)}): {plain(run.message)}")
        notice = run.notice
        if notice:
            st.info(f"**{title}**: {plain(notice)}")


def _fairness(entries: Sequence[Entry]) -> None:
    found = fairness(entries, [_start_of(entry.run) for entry in entries])
    icon = "balance" if found.fair else "info"
    with st.container(border=True, key="fairness"):
        st.markdown(f":material/{icon}: **{found.verdict}**")
        st.caption(" ".join(found.points))


def _start_of(run: Run) -> Checkpoint | None:
    """The snapshot of step 0; None where there is none that can be read."""
    first = next(iter(run.snapshots()), None)
    if first is None or first.step:
        return None
    try:
        return _load_start(str(first.path), first.path.stat().st_mtime_ns)
    except (CheckpointError, OSError):
        return None


@st.cache_resource(max_entries=24, show_spinner=False)
def _load_start(path: str, changed: int) -> Checkpoint:
    return load_checkpoint(path)


def _curves(entries: Sequence[Entry], titles: Sequence[str]) -> None:
    view = _choose_view()
    if not comparison_chart(entries, titles, view):
        st.info(_("No run has a point to draw yet; the curves appear as soon as one does."))
        return
    parts = [_("Thick lines with points: the validation pictures, which the networks do not train on.")]
    bare = [letter for letter, each in zip(LETTERS, entries, strict=False) if _holds_nothing_out(each)]
    if view.training or bare:
        parts.append(_("Thin lines: the training pictures, in the varied form in which they are trained on."))
    if bare:
        parts.append(_("Without validation pictures: {runs}.", runs=", ".join(bare)))
    if view.measure is Measure.LOSS and any(each.settings.train.label_smoothing for each in entries):
        parts.append(_("Label smoothing keeps the training loss up; the validation loss is without it."))
    st.caption(" ".join(parts))


def _holds_nothing_out(entry: Entry) -> bool:
    return entry.metrics.start is not None and entry.metrics.start["validation_images"] == 0


def _choose_view() -> View:
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        measure = st.segmented_control(
            _("Show"),
            list(Measure),
            format_func=_,
            default=Measure.ACCURACY,
            required=True,
            key="compare_measure",
            persist_state="session",
        )
        against = st.segmented_control(
            _("Against"),
            [_EPOCHS, _SECONDS],
            format_func=_,
            default=_EPOCHS,
            required=True,
            key="compare_against",
            persist_state="session",
        )
        stretched = st.toggle(
            _("Logarithmic"),
            value=True,
            key="compare_log",
            persist_state="session",
            help=_("Stretches the axis where little is left to gain: 90% to 99% is as far as 99% to 99.9%"),
        )
        training = st.toggle(_("Training too"), key="compare_training", persist_state="session")
    return View(Measure(measure or Measure.ACCURACY), stretched, against == _SECONDS, training)


# --- The table --------------------------------------------------------------------------------------------------------


def _table(entries: Sequence[Entry], titles: Sequence[str]) -> None:
    settings = settings_of([entry.settings for entry in entries])
    results = results_of(entries)
    heads = [f"{letter} · {plain(title)}" for letter, title in zip(LETTERS, titles, strict=False)]
    rows = {
        _("State"): tuple(_(entry.run.state.value) for entry in entries),
        **{plain(setting.name): _bold(setting) for setting in settings if setting.differs},
        **{result.name: _starred(result) for result in results},
    }
    with st.container(key="compare_table"):
        st.table(
            pd.DataFrame(rows, index=heads).T,
            border="horizontal",
            alt=_("Settings that differ and results of each run"),
        )
    st.caption(" ".join(_about_table(entries)))
    same = [setting for setting in settings if not setting.differs]
    if len(entries) > 1:
        with st.expander(_("Same settings")):
            st.table(pd.DataFrame({setting.name: [_only(setting)] for setting in same}, index=[_("All runs")]).T)


def _bold(setting: Setting) -> tuple[str, ...]:
    return tuple(f"**{plain(value)}**" for value in setting.values)


def _starred(result: Result) -> tuple[str, ...]:
    return tuple(f"{value} ★" if at in result.best else value for at, value in enumerate(result.values))


def _only(setting: Setting) -> str:
    """The one value that all runs share, of those in which it has an effect."""
    return max(setting.values, key=lambda value: value != ABSENT)


def _about_table(entries: Sequence[Entry]) -> list[str]:
    parts = [_("In bold: settings that differ. ★: the best.") if len(entries) > 1 else ""]
    parts.append(_("The gap is what the accuracy on the training pictures has over that on the test pictures."))
    sets = {data_of(entry) for entry in entries}
    chance = chance_points(entries)
    if len(sets) > 1:
        parts.append(_("The runs use different data sets, so their accuracies cannot be compared."))
    elif chance:
        points, count = chance
        remark = _(
            "On {count:,} test pictures a difference below about {points:.1f} points may be chance alone.",
            count=count,
            points=points,
        )
        parts.append(remark)
    return [part for part in parts if part]


def plain(text: str) -> str:
    """A user's text in Markdown, every character as it is."""
    escaped = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(text.split()))
    # Icons and emoji are looked for once more in what the Markdown has become; a word joiner hides their colon.
    return re.sub(r"\\:(?=\S)", "\\:\u2060", escaped)
