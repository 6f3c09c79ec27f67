"""The smallest change to a drawing that turns the network's answer into another digit."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from model.data.preprocess import Float
from model.inspection.attribution import private_copy
from model.network.cnn import DigitCNN
from model.network.layers import CLASSES, IMAGE_SIZE

NOTICEABLE = 0.05
"""A pixel that changes by less, in shares of the way from black to white, looks the same to most people."""

STEPS = 40
"""Steps of the projected gradient for one budget."""

_BUDGETS = 8
"""Budgets tried side by side; twice, the second time between the last that failed and the first that sufficed."""

_SAFE_MARGIN = 1e-3
"""Logits by which the wanted digit must lead, so that rounding cannot take the lead away again."""


@dataclass(frozen=True)
class Change:
    """What the search found.

    image: float32 (28, 28) in [0, 1], the changed picture. difference: image less the drawing, each pixel within
    [-budget, budget]. probabilities: float32 (10,) for `image`. answer: the digit that `image` is read as. success:
    whether that is what was wanted. largest: the largest change of a pixel. noticeable: how many pixels
    changed by more than NOTICEABLE. seconds: how long the search took.
    """

    image: Float
    difference: Float
    probabilities: Float
    answer: int
    success: bool
    largest: float
    noticeable: int
    seconds: float


def find_adversarial(
    network: DigitCNN, image: Float, target: int | None, budget: float, *, smallest: bool = True
) -> Change:
    """A change of at most `budget` per pixel (L-infinity) after which the network reads `target`.

    With None for `target` any digit will do that is not the network's answer to the drawing itself.

    Projected gradient descent (Madry et al. 2018) from the drawing itself on the margin, the best other logit less the
    wanted one (Carlini and Wagner 2017): a step by the gradient's sign, then back into the budget and into [0, 1].
    `smallest` looks for the smallest budget that suffices, to 1/64 of the one given; else all of it is used to make
    the network as sure as it gets. Where nothing is found, the result is the closest it came, and no proof that there
    is nothing to be found.

    image: float32 (28, 28) in [0, 1]. The network is left as it is, whatever its mode. Raises ValueError for a budget
    outside [0, 1], a digit that is none, or another shape.
    """
    if image.shape != (IMAGE_SIZE, IMAGE_SIZE):
        raise ValueError(f"The picture must be {IMAGE_SIZE}x{IMAGE_SIZE} pixels, not {image.shape}.")
    if target is not None and target not in range(CLASSES):
        raise ValueError(f"Digits are 0 to 9, not {target}.")
    if not 0 <= budget <= 1:
        raise ValueError(f"A budget is a share of the way from black to white, 0 to 1, not {budget}.")
    began = time.perf_counter()
    private = private_copy(network)
    start = torch.tensor(image, dtype=torch.float32)[None, None]  # (1, 1, 28, 28), a copy
    with torch.no_grad():
        aim = _Aim(int(private(start).argmax()), wanted=False) if target is None else _Aim(target, wanted=True)
    found = _smallest(private, start, aim, budget) if smallest else None
    if found is None:
        # Smaller budgets run along, because what suffices within one of them suffices within this one too.
        tried = torch.cat(_descend(private, start, aim, _budgets(0.0, budget), stop=False))
        with torch.no_grad():
            found = tried[aim.margin(private(tried)).argmax()][None]
    with torch.no_grad():
        probabilities = private(found).softmax(1)[0].numpy()
    changed = found[0, 0].numpy()
    difference = changed - image.astype(np.float32)
    answer = int(probabilities.argmax())
    success = (answer == aim.digit) == aim.wanted
    size = np.abs(difference)
    noticeable = int((size > NOTICEABLE).sum())
    seconds = time.perf_counter() - began
    return Change(changed, difference, probabilities, answer, success, float(size.max()), noticeable, seconds)


@dataclass(frozen=True)
class _Aim:
    """To be read as the digit, or, not wanted, as any other."""

    digit: int
    wanted: bool

    def margin(self, logits: Tensor) -> Tensor:
        """(N, 10) -> (N,): positive where the aim is reached, the digit's logit against the best of the others."""
        others = torch.cat((logits[:, : self.digit], logits[:, self.digit + 1 :]), dim=1)
        lead = logits[:, self.digit] - others.amax(dim=1)
        return lead if self.wanted else -lead


def _smallest(network: DigitCNN, start: Tensor, aim: _Aim, budget: float) -> Tensor | None:
    """The picture (1, 1, 28, 28) of the smallest budget that suffices, or None."""
    if float(aim.margin(network(start))) >= _SAFE_MARGIN:
        return start
    low, high, found = 0.0, budget, None
    for _ in range(2):
        budgets = _budgets(low, high)
        for index, picture in enumerate(_descend(network, start, aim, budgets, stop=True)):
            if float(aim.margin(network(picture))) >= _SAFE_MARGIN:
                low, high = (float(budgets[index - 1]) if index else low), float(budgets[index])
                found = picture
                break
        else:
            break
    return found


def _budgets(low: float, high: float) -> Tensor:
    """(_BUDGETS,), evenly from above `low` to `high`."""
    return torch.linspace(low, high, _BUDGETS + 1)[1:]


def _descend(network: DigitCNN, start: Tensor, aim: _Aim, budgets: Tensor, *, stop: bool) -> list[Tensor]:
    """For each budget the picture (1, 1, 28, 28) with the best margin on the way; `stop` leaves the way at success."""
    budgets = budgets[:, None, None, None]
    lower, upper = (start - budgets).clamp(min=0), (start + budgets).clamp(max=1)
    best = start.repeat(len(budgets), 1, 1, 1)
    best_margin = torch.full((len(budgets),), -torch.inf)
    now, active = best.clone(), torch.arange(len(budgets))
    for step in range(STEPS + 1):
        now = now.detach().requires_grad_()
        margin = aim.margin(network(now))
        better = margin.detach() > best_margin[active]
        best[active[better]] = now.detach()[better]
        best_margin[active[better]] = margin.detach()[better]
        if step == STEPS:
            break
        (gradient,) = torch.autograd.grad(margin.sum(), now)
        # Bold first and careful last, in all four budgets long: Madry's constant 2.5 finds a change less often.
        size = budgets[active] * 8 / STEPS * (1 - step / STEPS)
        now = torch.minimum(torch.maximum(now.detach() + size * gradient.sign(), lower[active]), upper[active])
        if stop:
            going = best_margin[active] < _SAFE_MARGIN
            active, now = active[going], now[going]
            if not len(active):
                break
    return [picture[None] for picture in best]
