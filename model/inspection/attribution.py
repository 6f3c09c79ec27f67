"""Which pixels an answer rests on: four attribution methods of captum, over the 28x28 picture.

What is explained is a logit, or the difference of two: the network's evidence before the softmax makes the ten digits
compete for a sum of one. captum registers hooks and asks for gradients, so it never meets the network itself but a
`private_copy` of it: any number of threads may explain one shared network at once.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import torch
from torch import Tensor

from model.data.preprocess import Float
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.network.layers import CLASSES, IMAGE_SIZE

Method = Literal["saliency", "integrated gradients", "occlusion", "grad-cam"]
METHODS: tuple[Method, ...] = get_args(Method)

STEPS = 128
"""Pictures between black and the drawing over which integrated gradients averages: the sum then misses the difference
of the logits by 1 % with the shipped network, and one number of steps for all digits keeps the method linear."""

PATCH = 4
"""Side in pixels of the black square that occlusion moves over the picture, one pixel at a time."""

_BATCH = 128

_importing = threading.Lock()


@dataclass(frozen=True)
class Attribution:
    """One map of evidence.

    values: float32 (28, 28). signed: whether values below zero, which speak against, can occur. coarse: Grad-CAM's map
    before it was enlarged, float32 (H, W); None for the others. delta: what the sum of integrated gradients lacks to
    the difference of the logits; None for the others. seconds: how long it took.
    """

    method: Method
    values: Float
    signed: bool
    coarse: Float | None
    delta: float | None
    seconds: float

    @property
    def limit(self) -> float:
        """The largest absolute value: the end of this map's scale, zero for a map that is zero everywhere."""
        return float(np.abs(self.values).max())


def explain(network: DigitCNN, image: Float, target: int, method: Method, versus: int | None = None) -> Attribution:
    """What in the picture speaks for `target`, or for `target` more than for `versus`.

    image: float32 (28, 28) in [0, 1], as the network sees it. The network is used as it is after training (evaluation
    mode), and neither its mode nor its gradients or hooks are touched. By method:

    - saliency: |d logit / d pixel| (Simonyan et al. 2013). Never negative.
    - integrated gradients: the pixel times the mean gradient on the straight way from black (Sundararajan et al. 2017).
      Sums to the logit's rise from a black picture to this one.
    - occlusion: how far the logit falls when a black 4x4 square covers the pixel, averaged over the squares that do
      (Zeiler and Fergus 2014).
    - grad-cam: the last block's feature maps, weighted by their mean gradients and enlarged bilinearly to 28x28
      (Selvaraju et al. 2017). As in the paper what is negative becomes zero; not so with `versus`, where it is the
      evidence for that digit.

    Raises ValueError where image, digits or method are none, and for Grad-CAM of a network without convolutions.
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
    attr = _captum()
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
        # The midpoint rule, because a ReLU network's gradient jumps: Gauss-Legendre misses by three times as much.
        values, missing = attr.IntegratedGradients(evidence).attribute(
            pixels,
            baselines=torch.zeros_like(pixels),
            n_steps=STEPS,
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
    """The methods that can be asked about such a network: Grad-CAM needs a convolution."""
    return tuple(method for method in METHODS if method != "grad-cam" or config.filters)


def enlargement_error(config: ModelConfig) -> float:
    """How far, in pixels, enlarging Grad-CAM's map to 28x28 moves a field from the middle of what the field sees.

    The customary enlargement takes the map's edges for the picture's; unpadded convolutions keep away from them.
    """
    layer = [layer for layer in config.layers() if layer.receptive_field][-1]
    side = layer.output[1]
    error = 0.0
    for place in (0, side - 1):
        patch = layer.patch(place, place)
        error = max(error, abs((place + 0.5) * IMAGE_SIZE / side - (patch.top + patch.bottom) / 2))
    return error


def private_copy(network: DigitCNN) -> DigitCNN:
    """The same network for one caller alone: in evaluation mode, without gradients or hooks, ready in a millisecond.

    Its kernels are copied channels last, in which a pass takes down to a third of the time; of the rest the two share
    the memory, which nobody who reads pictures changes.
    """
    with torch.device("meta"):  # layers without memory of their own, and without using up random numbers
        private = DigitCNN(network.config)
    private.load_state_dict(network.state_dict(), assign=True)
    return private.eval().requires_grad_(False).to(memory_format=torch.channels_last)


def _evidence(network: DigitCNN, target: int, versus: int | None) -> Callable[[Tensor], Tensor]:
    """What is explained: (N, 1, 28, 28) -> (N,), in logits."""

    def evidence(images: Tensor) -> Tensor:
        logits: Tensor = network(images)
        return logits[:, target] if versus is None else logits[:, target] - logits[:, versus]

    return evidence


def prepare() -> None:
    """Import captum in the background, so that the first map does not have to wait for it.

    It brings matplotlib along: most of a second, and some on a machine where matplotlib has yet to list the fonts.
    """
    if "captum.attr" not in sys.modules and not _importing.locked():
        threading.Thread(target=_captum, name="import captum", daemon=True).start()


def _captum() -> Any:
    with _importing:  # its modules import one another in a circle, which only one thread may walk at a time
        import captum.attr

    return captum.attr
