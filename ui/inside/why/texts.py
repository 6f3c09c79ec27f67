"""Texts about attribution maps: what they explain, where they are strongest, and what each method measures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.data.preprocess import Float
from model.inspection.attribution import PATCH, Attribution, Method, enlargement_error
from model.language import N_, _
from model.network.config import ModelConfig

NAMES: dict[Method, str] = {
    "saliency": N_("Saliency"),
    "integrated gradients": N_("Integrated gradients"),
    "occlusion": N_("Occlusion"),
    "grad-cam": "Grad-CAM",
}
_NINTHS = (
    (N_("the upper left"), N_("the upper centre"), N_("the upper right")),
    (N_("the middle left"), N_("the middle"), N_("the middle right")),
    (N_("the lower left"), N_("the lower centre"), N_("the lower right")),
)
"""The names of the ninths of a picture, by row and column."""


@dataclass(frozen=True)
class AttributionTarget:
    """What a map explains: why `target`, or why `target` and not `versus`. Both are digits, 0 to 9."""

    target: int
    versus: int | None

    @property
    def title(self) -> str:
        """The question as a title."""
        if self.versus is None:
            return _("Why {digit}?", digit=self.target)
        return _("Why {digit} and not {other}?", digit=self.target, other=self.versus)

    @property
    def evidence(self) -> str:
        """The evidence, as part of a sentence."""
        if self.versus is None:
            return _("the evidence for the {digit}", digit=self.target)
        return _("the evidence for the {digit} and against the {other}", digit=self.target, other=self.versus)

    @property
    def logit(self) -> str:
        """The explained number, as part of a sentence."""
        if self.versus is None:
            return _("the {digit}'s logit", digit=self.target)
        return _("the {digit}'s logit minus the {other}'s", digit=self.target, other=self.versus)


def places(values: Float) -> str:
    """Where a map, float32 (H, W), is strongest, in words, for screen readers."""

    def place(part: Float) -> str:
        """The ninth of the picture with the largest sum."""
        sums = [[float(cell.sum()) for cell in np.array_split(band, 3, axis=1)] for band in np.array_split(part, 3)]
        row, column = divmod(int(np.argmax(sums)), 3)
        return _(_NINTHS[row][column])

    found = [_("Most is in {place}.", place=place(values.clip(min=0))) if (values > 0).any() else _("There is none.")]
    if (values < 0).any():
        found.append(_("Most against it is in {place}.", place=place((-values).clip(min=0))))
    return " ".join(found)


def about_method(each: Attribution, target: AttributionTarget, config: ModelConfig) -> tuple[str, str]:
    """What a method measures and how it can mislead."""
    if each.method == "saliency":
        return (
            _("**Measures:** how much {logit} changes when a pixel changes a little.", logit=target.logit),
            _(
                "**Misleads:** it shows where the network is sensitive, not what its answer depends on, and it does "
                "not show the direction."
            ),
        )
    if each.method == "integrated gradients":
        return (
            _(
                "**Measures:** what each pixel's ink adds to {logit} on the way from a black picture to this one. All "
                "pixels together add {sum:+.1f}.",
                logit=target.logit,
                sum=float(each.values.sum()),
            ),
            _("**Misleads:** it starts from black, so a gap in the ink always gets zero, even if the gap matters."),
        )
    if each.method == "occlusion":
        return (
            _(
                "**Measures:** how far {logit} falls when a black {side}x{side} square covers the pixel.",
                logit=target.logit,
                side=PATCH,
            ),
            _(
                "**Misleads:** if two strokes give the same evidence, covering one of them changes little. Also, no "
                "training digit had holes like these."
            ),
        )
    height, width = (1, 1) if each.coarse is None else each.coarse.shape
    measures = _("**Measures:** where the last block's feature maps that raise {logit} are active.", logit=target.logit)
    if height * width == 1:
        return measures, _(
            "**Misleads:** this network's last block keeps one number per filter, so there are no places to show."
        )
    return measures, _(
        "**Misleads:** this network's last block has {height}x{width} fields. Stretching them over the picture moves "
        "them by up to {error:.0f} pixels. So the rough place is right, but the edges are not.",
        height=height,
        width=width,
        error=enlargement_error(config),
    )
