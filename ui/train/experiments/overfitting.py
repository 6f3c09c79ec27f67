"""Texts of the experiment on overfitting."""

from __future__ import annotations

from model.experiments.experiment import Data, Outcomes
from model.experiments.overfitting import FEW, MANY, find
from model.language import N_, _
from ui.train.experiments.experiment_texts import ExperimentTexts, accuracy_text

_REMEDIES = {
    "dropout": N_("With dropout: {share} of the test pictures, a gap of {gap:.1f} points"),
    "decay": N_("With weight decay: {share} of the test pictures, a gap of {gap:.1f} points"),
    "augmentation": N_("With augmentation: {share} of the test pictures, a gap of {gap:.1f} points"),
    "more": N_("With more images: {share} of the test pictures, a gap of {gap:.1f} points"),
}
_BEST = {
    "plain": N_("Here no remedy helped. This can happen when the training is short."),
    "dropout": N_("Here dropout did best, even better than more pictures."),
    "decay": N_("Here weight decay did best, even better than more pictures."),
    "augmentation": N_("Here augmentation did best, even better than more pictures."),
    "more": N_(
        "More pictures helped most: {points:.1f} points more on the test set than without any remedy. The other "
        "remedies make it harder to learn the few pictures by heart. Only new pictures bring new information."
    ),
}


def _labels(data: Data) -> dict[str, str]:
    return {
        "plain": _("{count:,} images, plain", count=FEW[data]),
        "dropout": _("with dropout"),
        "decay": _("with weight decay"),
        "augmentation": _("with augmentation"),
        "more": _("{count:,} images", count=MANY[data]),
    }


def _explain(outcomes: Outcomes) -> str:
    plain = outcomes["plain"]
    without = _(
        "Plain: {training} of the training pictures, but {validation} of the validation pictures, a gap of {gap:.1f} "
        "points; the validation loss ends {rise:.2f} above its lowest.",
        training=accuracy_text(plain.training[-1] if plain.training else None),
        validation=accuracy_text(plain.validation[-1] if plain.validation else None),
        gap=100 * abs(plain.gap),
        rise=plain.loss_rise,
    )
    remedies = [
        _(text, share=accuracy_text(outcomes[key].test), gap=100 * abs(outcomes[key].gap))
        for key, text in _REMEDIES.items()
    ]
    found = find(outcomes)
    conclusion = _(_BEST[found.best], points=100 * abs(found.gain))
    return "\n".join([without, *(f"- {each}" for each in remedies), "", conclusion])


TEXTS = ExperimentTexts(
    N_("How to avoid overfitting?"),
    N_("A thousand pictures are few: a network can learn them by heart. Four remedies try to prevent that."),
    N_("Which remedy helps most on new pictures?"),
    {
        "dropout": N_("Dropout"),
        "decay": N_("Weight decay"),
        "augmentation": N_("Augmentation"),
        "more": N_("Ten times as many pictures"),
    },
    _labels,
    _explain,
)
