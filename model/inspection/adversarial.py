"""Adversarial examples: a small perturbation of a picture after which the network reads another digit."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from model.data.preprocess import Float
from model.inspection.private_copy import private_copy
from model.network.cnn import DigitCNN
from model.network.layers import CLASSES, IMAGE_SIZE

NOTICEABLE = 0.05
"""Most people do not see a change of a pixel below this; 1 is the difference between black and white."""

SEARCH_STEPS = 40
"""Steps of projected gradient descent for each budget."""

_BUDGETS = 8
"""The number of budgets that are tried at the same time. There are two rounds: the second round tries budgets between
the largest one that failed and the smallest one that was enough."""

_SAFE_MARGIN = 1e-3
"""The target's logit must lead by this much, so that rounding cannot change the answer back."""


@dataclass(frozen=True)
class AdversarialExample:
    """The result of a search.

    image: float32 (28, 28) in [0, 1], the perturbed picture. perturbation: float32 (28, 28), `image` minus the original
    picture, each pixel within [-budget, budget]. probabilities: float32 (10,) for `image`. answer: the digit as which
    `image` is read. success: whether the search reached its target. largest: the largest absolute change of a pixel.
    noticeable: how many pixels changed by more than NOTICEABLE. seconds: how long the search took.
    """

    image: Float
    perturbation: Float
    probabilities: Float
    answer: int
    success: bool
    largest: float
    noticeable: int
    seconds: float


def find_adversarial(
    network: DigitCNN, image: Float, target: int | None, budget: float, *, smallest: bool = True
) -> AdversarialExample:
    """Searches for a perturbation after which the network reads `target`; no pixel changes by more than `budget`.

    image: float32 (28, 28) in [0, 1]. target: 0 to 9; None accepts every digit other than the network's answer to
    `image`. budget: from 0 to 1, the L-infinity bound; 1 is the difference between black and white. smallest: search
    for the smallest budget that is enough, to 1/64 of `budget`; else use all of it to make the target's lead as large
    as possible. If the search fails, the result is the picture that came closest; this does not prove that there is
    no adversarial example.

    The method is projected gradient descent (Madry et al. 2018), from the picture itself, on the margin of Carlini and
    Wagner (2017): the target's logit minus the largest other logit. Each step follows the sign of the gradient; then
    the picture is moved back into the budget and into [0, 1].

    The network is not changed, and it may be in training mode. Raises ValueError for a wrong shape, target or budget.
    """
    if image.shape != (IMAGE_SIZE, IMAGE_SIZE):
        raise ValueError(f"The picture must be {IMAGE_SIZE}x{IMAGE_SIZE} pixels, not {image.shape}.")
    if target is not None and target not in range(CLASSES):
        raise ValueError(f"Digits are 0 to 9, not {target}.")
    if not 0 <= budget <= 1:
        raise ValueError(f"A budget must be from 0 to 1 (the difference between black and white), not {budget}.")
    began = time.perf_counter()
    private = private_copy(network)
    start = torch.tensor(image, dtype=torch.float32)[None, None]  # (1, 1, 28, 28), a copy
    with torch.no_grad():
        aim = _Aim(int(private(start).argmax()), wanted=False) if target is None else _Aim(target, wanted=True)
    found = _smallest(private, start, aim, budget) if smallest else None
    if found is None:
        # Smaller budgets are tried too: a result within a smaller budget is also within this budget.
        tried = torch.cat(_descend(private, start, aim, _budgets(0.0, budget), stop=False))
        with torch.no_grad():
            found = tried[aim.margin(private(tried)).argmax()][None]
    with torch.no_grad():
        probabilities = private(found).softmax(1)[0].numpy()
    perturbed = found[0, 0].numpy()
    perturbation = perturbed - image.astype(np.float32)
    answer = int(probabilities.argmax())
    size = np.abs(perturbation)
    return AdversarialExample(
        perturbed,
        perturbation,
        probabilities,
        answer,
        success=(answer == aim.digit) == aim.wanted,
        largest=float(size.max()),
        noticeable=int((size > NOTICEABLE).sum()),
        seconds=time.perf_counter() - began,
    )


@dataclass(frozen=True)
class _Aim:
    """The target of the search: the answer `digit`, or any other digit if wanted=False."""

    digit: int
    wanted: bool

    def margin(self, logits: Tensor) -> Tensor:
        """Logits (N, 10) -> (N,): the digit's logit minus the largest other one; negated if wanted=False."""
        others = torch.cat((logits[:, : self.digit], logits[:, self.digit + 1 :]), dim=1)
        lead = logits[:, self.digit] - others.amax(dim=1)
        return lead if self.wanted else -lead


def _smallest(network: DigitCNN, start: Tensor, aim: _Aim, budget: float) -> Tensor | None:
    """The picture (1, 1, 28, 28) of the smallest budget that is enough, or None."""
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
    """float32 (_BUDGETS,): evenly spaced from above `low` to `high`."""
    return torch.linspace(low, high, _BUDGETS + 1)[1:]


def _descend(network: DigitCNN, start: Tensor, aim: _Aim, budgets: Tensor, *, stop: bool) -> list[Tensor]:
    """For each budget the picture (1, 1, 28, 28) with the best margin of all steps; `stop`: end at success."""
    budgets = budgets[:, None, None, None]
    lower, upper = (start - budgets).clamp(min=0), (start + budgets).clamp(max=1)
    best = start.repeat(len(budgets), 1, 1, 1)
    best_margin = torch.full((len(budgets),), -torch.inf)
    now, active = best.clone(), torch.arange(len(budgets))
    for step in range(SEARCH_STEPS + 1):
        now = now.detach().requires_grad_()
        margin = aim.margin(network(now))
        better = margin.detach() > best_margin[active]
        best[active[better]] = now.detach()[better]
        best_margin[active[better]] = margin.detach()[better]
        if step == SEARCH_STEPS:
            break
        (gradient,) = torch.autograd.grad(margin.sum(), now)
        # Large steps first and small ones last, together four budgets long. Madry's constant 2.5 succeeds less often.
        size = budgets[active] * 8 / SEARCH_STEPS * (1 - step / SEARCH_STEPS)
        now = torch.minimum(torch.maximum(now.detach() + size * gradient.sign(), lower[active]), upper[active])
        if stop:
            going = best_margin[active] < _SAFE_MARGIN
            active, now = active[going], now[going]
            if not len(active):
                break
    return [picture[None] for picture in best]
