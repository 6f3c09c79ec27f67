"""The verdict on a comparison and its facts as sentences."""

from __future__ import annotations

from collections.abc import Sequence

from model.comparison.fairness import Fairness, PictureDifference, Verdict
from model.comparison.initial_weights import InitialWeights
from model.language import N_, _, listed, ngettext
from ui.train.comparison.letters import LETTERS
from ui.train.comparison.setting_texts import setting_name

_VERDICTS = {
    Verdict.SAME_SETTINGS: N_("All settings are the same, so every difference comes from chance or from the computer."),
    Verdict.SEVERAL_SETTINGS: N_(
        "Not a fair experiment: {count} settings differ ({settings}), so it is unclear which of them mattered."
    ),
    Verdict.ONLY_SEED: N_("Only the seed differs, so this shows how much is chance."),
    Verdict.FAIR: N_("A fair experiment: only one setting differs ({settings})."),
    Verdict.OTHER_SHAPES: N_(
        "As fair as possible: only one setting differs ({settings}), but networks of different shapes cannot begin "
        "with the same weights in every layer."
    ),
    Verdict.UNKNOWN_START: N_(
        "Only one setting differs ({settings}); it is unknown whether the runs begin with the same weights."
    ),
    Verdict.SIDE_EFFECTS: N_("Only one setting differs ({settings}), but it changes other things too."),
}
_OTHER_PICTURES = {
    PictureDifference.DATA_SET: N_(
        "They do not see the same pictures in the same order: they use different data sets."
    ),
    PictureDifference.SEED: N_("They do not see the same pictures in the same order: their seeds differ."),
    PictureDifference.COUNT: N_(
        "They do not see the same pictures in the same order: they train on different numbers of pictures."
    ),
}


def verdict_sentence(found: Fairness) -> str:
    """Whether the comparison is fair, in one sentence."""
    settings = listed([setting_name(field).lower() for field in found.changed])
    return _(_VERDICTS[found.verdict], count=len(found.changed), settings=settings)


def fact_sentences(found: Fairness) -> list[str]:
    """Facts about the initial weights, the pictures and the devices."""
    facts = [*_about_weights(found.initial_weights), _about_pictures(found)]
    if len(found.devices) > 1:
        devices = listed(found.devices)
        facts.append(
            _("They ran on different devices ({devices}), so their times cannot be compared.", devices=devices)
        )
    return facts


def _about_weights(initial_weights: Sequence[InitialWeights | None]) -> list[str]:
    """One text for all runs with the same relation to the first run."""
    texts = []
    for weights in dict.fromkeys(initial_weights):
        runs = [letter for letter, each in zip(LETTERS[1:], initial_weights, strict=False) if each == weights]
        texts.append(_about_start(runs, weights))
    return texts


def _about_start(runs: Sequence[str], weights: InitialWeights | None) -> str:
    count, names = len(runs), listed(runs)
    if weights is None:
        return _(
            "It is unknown whether {runs} began with the same weights as A: a snapshot of the start is missing.",
            runs=names,
        )
    if weights.all_same:
        return ngettext(
            "{runs} begins with the same weights as A in every layer, number for number.",
            "{runs} begin with the same weights as A in every layer, number for number.",
            count,
            runs=names,
        )
    if weights.same:
        start = ngettext(
            "{runs} begins with the same weights as A in {layers}.",
            "{runs} begin with the same weights as A in {layers}.",
            count,
            runs=names,
            layers=listed(weights.same),
        )
    else:
        start = ngettext(
            "{runs} begins with other weights than A.", "{runs} begin with other weights than A.", count, runs=names
        )
    sentences = [start]
    if weights.resized:
        resized = listed(weights.resized)
        sentences.append(_("The weights of {layers} cannot be the same, because the sizes differ.", layers=resized))
    if weights.different:
        sentences.append(_("The weights of {layers} are other random numbers.", layers=listed(weights.different)))
    return " ".join(sentences)


def _about_pictures(found: Fairness) -> str:
    if found.picture_difference is not None:
        return _(_OTHER_PICTURES[found.picture_difference])
    if found.same_batch_size and found.same_labels:
        return _("They see the same batches in the same order.")
    if found.same_batch_size:
        return _("They see the same batches in the same order, but not with the same labels.")
    if found.same_labels:
        return _("They see the same pictures in the same order, cut into batches of different sizes.")
    return _(
        "They see the same pictures in the same order, but not with the same labels, and cut into batches of different "
        "sizes."
    )
