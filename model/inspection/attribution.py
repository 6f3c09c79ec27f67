"""Attribution: which pixels an answer depends on, by four methods of captum.

The methods explain a logit, or the difference of two logits. Probabilities are not used: the softmax makes the ten
digits share a sum of one. captum registers hooks and needs gradients, so it works on a private copy of the network. Any
number of threads may explain one shared network at the same time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import torch
from torch import Tensor

from model.data.preprocess import Float
from model.inspection.captum_import import captum_attr
from model.inspection.private_copy import private_copy
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.network.layers import CLASSES, IMAGE_SIZE

Method = Literal["saliency", "integrated gradients", "occlusion", "grad-cam"]
METHODS: tuple[Method, ...] = get_args(Method)

GRADIENT_STEPS = 128
"""Pictures between black and the drawing over which integrated gradients averages. With the shipped network the sum of
the map is then within 1 % of the logit's rise."""

PATCH = 4
"""Side in pixels of the black square of occlusion. The square moves one pixel at a time."""

_BATCH = 128


@dataclass(frozen=True)
class Attribution:
    """One attribution map.

    values: float32 (28, 28). signed: whether the method gives negative values, which are evidence against the digit.
    coarse: Grad-CAM's map before it was enlarged, float32 (H, W); None for the other methods. delta: for integrated
    gradients, the sum of the map minus the logit's rise; None for the other methods. seconds: how long it took.
    """

    method: Method
    values: Float
    signed: bool
    coarse: Float | None
    delta: float | None
    seconds: float

    @property
    def limit(self) -> float:
        """The largest absolute value of the map."""
        return float(np.abs(self.values).max())


def explain(network: DigitCNN, image: Float, target: int, method: Method, versus: int | None = None) -> Attribution:
    """The attribution map of one picture: the evidence for `target`, or for `target` and against `versus`.

    image: float32 (28, 28) in [0, 1], as the network sees it. target, versus: 0 to 9. The network's mode, gradients and
    hooks are not changed. The methods:

    - saliency: |d logit / d pixel| (Simonyan et al. 2013). Never negative.
    - integrated gradients: the pixel times the mean gradient on the straight line from a black picture (Sundararajan
      et al. 2017). The map's sum is the logit's rise from a black picture to this one.
    - occlusion: how much the logit falls when a black square covers the pixel, averaged over all squares that cover it
      (Zeiler and Fergus 2014).
    - grad-cam: the last block's feature maps, weighted by their mean gradients and enlarged bilinearly to 28x28
      (Selvaraju et al. 2017). As in the paper, negative values become zero. With `versus` they stay, because they are
      the evidence for that digit.

    Raises ValueError for a wrong shape, digit or method, and for Grad-CAM on a network without convolutions.
    """
    if image.shape != (IMAGE_SIZE, IMAGE_SIZE):
        raise ValueError(f"The picture must be {IMAGE_SIZE}x{IMAGE_SIZE} pixels, not {image.shape}.")
    if target not in range(CLASSES) or not (versus is None or versus in range(CLASSES)):
        raise ValueError(f"Digits are 0 to 9, not {target} and {versus}.")
    if target == versus:
        raise ValueError(f"There is nothing to compare between {target} and {versus}; choose two different digits.")
    if method not in METHODS:
        raise ValueError(f"There is no method {method}; choose one of {', '.join(METHODS)}.")
    if method not in methods_for(network.config):
        raise ValueError("Grad-CAM looks at the last convolution, and this network has none; choose another method.")
    attr = captum_attr()
    began = time.perf_counter()
    private = private_copy(network)
    pixels = torch.tensor(image, dtype=torch.float32)[None, None].requires_grad_()  # (1, 1, 28, 28), a copy
    evidence = _evidence(private, target, versus)
    coarse: Float | None = None
    delta: float | None = None
    signed = method in ("integrated gradients", "occlusion") or (method == "grad-cam" and versus is not None)
    if method == "saliency":
        values = attr.Saliency(evidence).attribute(pixels)
    elif method == "integrated gradients":
        # The gradient of a ReLU network has jumps. The midpoint rule then has a third of Gauss-Legendre's error.
        values, missing = attr.IntegratedGradients(evidence).attribute(
            pixels,
            baselines=torch.zeros_like(pixels),
            n_steps=GRADIENT_STEPS,
            method="riemann_middle",
            return_convergence_delta=True,
        )
        delta = float(missing)
    elif method == "occlusion":
        values = attr.Occlusion(evidence).attribute(
            pixels.detach(), (1, PATCH, PATCH), strides=(1, 1, 1), baselines=0, perturbations_per_eval=_BATCH
        )
    else:
        small = attr.LayerGradCam(evidence, private.blocks[-1]).attribute(pixels, relu_attributions=not signed)
        coarse = small.detach()[0, 0].numpy()
        values = attr.LayerAttribution.interpolate(small, (IMAGE_SIZE, IMAGE_SIZE), interpolate_mode="bilinear")
    plain = values.detach()[0, 0].numpy().astype(np.float32)
    return Attribution(method, plain, signed, coarse, delta, time.perf_counter() - began)


def methods_for(config: ModelConfig) -> tuple[Method, ...]:
    """The methods that work on such a network: Grad-CAM needs a convolution."""
    return tuple(method for method in METHODS if method != "grad-cam" or config.filters)


def enlargement_error(config: ModelConfig) -> float:
    """The largest distance in pixels between a number of Grad-CAM's enlarged map and the middle of its receptive field.

    Enlarging stretches the map to the edges of the picture, but after convolutions without padding, the map covers only
    the middle.
    """
    layer = [layer for layer in config.layers() if layer.receptive_field][-1]
    side = layer.output[1]
    error = 0.0
    for place in (0, side - 1):
        patch = layer.patch(place, place)
        error = max(error, abs((place + 0.5) * IMAGE_SIZE / side - (patch.top + patch.bottom) / 2))
    return error


def _evidence(network: DigitCNN, target: int, versus: int | None) -> Callable[[Tensor], Tensor]:
    """The function to explain: (N, 1, 28, 28) -> (N,), a logit or the difference of two."""

    def evidence(images: Tensor) -> Tensor:
        logits: Tensor = network(images)
        return logits[:, target] if versus is None else logits[:, target] - logits[:, versus]

    return evidence
