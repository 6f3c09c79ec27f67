"""The table of the comparison: the settings that differ, and the results with a star for the best."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from model.comparison.compared_run import ComparedRun
from model.comparison.results import ComparedResult, ResultKind, chance_difference, compare_results
from model.comparison.settings import ComparedSetting, compare_settings
from model.language import N_, _, listed
from ui.shared.formatting import duration, number, percent, plain_markdown
from ui.train.comparison.letters import LETTERS, lettered
from ui.train.comparison.setting_texts import ABSENT, setting_name, setting_text


def _accuracy(share: float) -> str:
    return percent(share, 2, counted=True)


_RESULTS: dict[ResultKind, tuple[str, Callable[[float], str]]] = {
    ResultKind.TEST_ACCURACY: (N_("Test accuracy"), _accuracy),
    ResultKind.VALIDATION_ACCURACY: (N_("Best validation accuracy"), _accuracy),
    ResultKind.TRAINING_ACCURACY: (N_("Training accuracy"), _accuracy),
    ResultKind.GENERALISATION_GAP: (N_("Generalisation gap, points"), lambda gap: f"{100 * gap:+.2f}"),
    ResultKind.TRAIN_SECONDS: (N_("Time"), duration),
    ResultKind.IMAGES_PER_SECOND: (N_("Images per second"), number),
    ResultKind.PARAMETERS: (N_("Parameters"), number),
}
"""The name of each result, and how its values are written."""


def show_table(runs: Sequence[ComparedRun], titles: Sequence[str]) -> None:
    """Show one column for each run, and the settings that are the same in an expander below."""
    settings = compare_settings([run.settings for run in runs])
    rows = {
        _("State"): [_(run.run.state.value) for run in runs],
        **{plain_markdown(setting_name(each.field)): _bold(each) for each in settings if each.differs},
        **{_(_RESULTS[result.kind][0]): _starred(result) for result in compare_results(runs)},
        _("Epochs done"): [
            _("{done} of {total}", done=run.epochs_done, total=run.settings.train.epochs) for run in runs
        ],
    }
    with st.container(key="compare_table"):
        st.table(
            pd.DataFrame(rows, index=[plain_markdown(title) for title in lettered(titles)]).T,
            border="horizontal",
            alt=_("Settings that differ and results of each run"),
        )
    st.caption(" ".join(_explanation(runs)))
    if len(runs) > 1:
        same = {plain_markdown(setting_name(each.field)): [_common(each)] for each in settings if not each.differs}
        with st.expander(_("Same settings")):
            st.table(pd.DataFrame(same, index=[_("All runs")]).T)


def _bold(setting: ComparedSetting) -> list[str]:
    return [f"**{plain_markdown(setting_text(setting.field, value))}**" for value in setting.values]


def _starred(result: ComparedResult) -> list[str]:
    written = _RESULTS[result.kind][1]
    texts = [ABSENT if value is None else written(value) for value in result.values]
    return [f"{text} ★" if at in result.best else text for at, text in enumerate(texts)]


def _common(setting: ComparedSetting) -> str:
    """The value that is the same in all runs in which the setting has an effect."""
    value = next((value for value in setting.values if value is not None), None)
    return plain_markdown(setting_text(setting.field, value))


def _explanation(runs: Sequence[ComparedRun]) -> list[str]:
    """What the bold type, the stars and the gap mean, and how large a difference must be to count."""
    gap = _("The gap is the training accuracy minus the test accuracy.")
    if len(runs) == 1:
        return [gap]
    bold = _("Bold: settings that differ. ★: the best.")
    if len({run.data_set for run in runs}) > 1:
        return [bold, gap, _("The runs use different data sets, so their accuracies cannot be compared.")]
    return [bold, _about_stars(runs), gap, *_about_chance(runs)]


def _about_chance(runs: Sequence[ComparedRun]) -> list[str]:
    chance = chance_difference(runs)
    if chance is None:
        return []
    difference, count = chance
    return [
        _(
            "On {count:,} test pictures a difference below about {points:.1f} points may be due to chance.",
            count=count,
            points=100 * difference,
        )
    ]


def _about_stars(runs: Sequence[ComparedRun]) -> str:
    """Why the star for accuracy follows the validation pictures, or why there is none."""
    without = [letter for letter, run in zip(LETTERS, runs, strict=False) if not run.has_validation]
    if without:
        return _(
            "There is no star for accuracy, because it goes to the best validation accuracy, and {runs} held out no "
            "validation pictures.",
            runs=listed(without),
        )
    return _(
        "The star for accuracy goes to the best validation accuracy. If the test accuracy decided, it would no longer "
        "be an honest measure for new pictures."
    )
