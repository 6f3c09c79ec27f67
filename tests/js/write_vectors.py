"""Writes what PyTorch and the app's Python code compute, for the tests of the browser's code under Node.

python -m tests.js.write_vectors FOLDER
"""

from __future__ import annotations

import base64
import itertools
import json
import os
import sys
import zlib
from pathlib import Path
from typing import Any, get_args

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from model.data.datasets import DATA_VARIABLE
from model.data.painting import render_strokes
from model.data.preprocess import Steps, preprocess
from model.data.strokes import load_drawings, place_strokes
from model.network.activations import Activation
from model.network.checkpoint import Checkpoint
from model.network.config import ModelConfig, Pooling
from model.network.train_config import TrainConfig
from model.recognizer import Recognizer
from model.theory.convolution.curves import REACH, STEP, TRAVEL, convolve, curve
from model.theory.overfitting.descent import BETAS, DIVERGENCE_LIMIT, EPSILON, OPTIMIZERS, SURFACES
from tests.networks import random_network
from ui.components.engine import pack
from ui.shared.formatting import percent

CONFIGS = [
    *(ModelConfig(filters=(3, 4), dense_units=5, activation=name) for name in get_args(Activation)),
    *(ModelConfig(filters=(3, 4), dense_units=5, pooling=name, batch_norm=True) for name in get_args(Pooling)),
    ModelConfig(filters=(128,), kernel_size=5, pooling="average", activation="tanh", dense_units=8),
    ModelConfig(filters=(2, 3, 4, 5), kernel_size=(1, 2, 4, 3), dropout=0.5, dense_units=7),
    ModelConfig(filters=(4, 4), kernel_size=9, dense_units=6),
    ModelConfig(filters=(), dense_units=9),
    ModelConfig(filters=(), dense_units=5, dropout=0.5, activation="gelu"),
    ModelConfig(),
]
"""One network of each kind: every activation, every pooling, kernels of many sizes, and no convolution at all."""


def packed(array: NDArray[Any] | torch.Tensor) -> str:
    """The numbers as float32 in base64, as the app sends them."""
    return base64.b64encode(np.ascontiguousarray(array, "<f4").tobytes()).decode()


def random_recognizer(config: ModelConfig, seed: int) -> Recognizer:
    """A recognizer with random weights; its batch norms have their own means and variances, as after a training."""
    weights = {name: tensor.clone() for name, tensor in random_network(config, seed).state_dict().items()}
    return Recognizer(Checkpoint(config, TrainConfig(), weights, "mnist"))


def random_image(seed: int) -> NDArray[np.float32]:
    """float32 (28, 28) in [0, 1], half of it zero."""
    rng = np.random.default_rng(seed)
    return (rng.random((28, 28)) * (rng.random((28, 28)) > 0.5)).astype(np.float32)


def network_vector(config: ModelConfig) -> dict[str, Any]:
    """A network's file, an image, and the output of every layer."""
    recognizer = random_recognizer(config, seed=1)
    image = random_image(7)
    with torch.inference_mode():
        outputs = dict(recognizer.network.named_outputs(torch.from_numpy(image)[None, None]))
    return {
        "name": f"{config.filters} {config.kernel_size} {config.activation} {config.pooling} norm {config.batch_norm}",
        "file": base64.b64encode(pack(recognizer.fingerprint, recognizer)).decode(),
        "image": packed(image),
        "layers": [{"name": name, "values": packed(output[0])} for name, output in outputs.items()],
        "probabilities": outputs["output"][0].softmax(0).tolist(),
        "fields": receptive_fields(config),
    }


def receptive_fields(config: ModelConfig) -> list[dict[str, int]]:
    """The pixels with a gradient, for three numbers of each layer with maps.

    The gradient is nowhere zero by chance: the network has sigmoids and average pooling, which pass every gradient on.
    """
    pooling = "none" if config.pooling == "none" else "average"
    smooth = config.model_copy(update={"activation": "sigmoid", "pooling": pooling, "dropout": 0.0})
    network = random_recognizer(smooth, seed=3).checkpoint.build().double()
    image = torch.from_numpy(random_image(1))[None, None].double().requires_grad_()
    fields = []
    for name, output in network.named_outputs(image):
        if output.ndim != 4:
            continue
        _, channels, height, width = output.shape
        for channel, y, x in {(0, 0, 0), (channels - 1, height - 1, width - 1), (0, height // 2, width // 3)}:
            (gradient,) = torch.autograd.grad(output[0, channel, y, x], image, retain_graph=True)
            rows, columns = (torch.nonzero(gradient[0, 0].abs().sum(side)).flatten() for side in (1, 0))
            box = {"top": int(rows.min()), "left": int(columns.min()), "height": len(rows), "width": len(columns)}
            fields.append({"layer": name, "y": y, "x": x, **box})
    return fields


def picture_vectors() -> list[dict[str, Any]]:
    """Drawings of many sizes, dark on light and light on dark, with every choice of preprocessing steps; and no ink."""
    strokes = [[(10.0, 0.0), (0.0, 55.0), (60.0, 60.0)], [(45.0, 20.0), (52.0, 100.0)]]
    drawn = [
        render_strokes(place_strokes(strokes, 320, size, pen, np.random.default_rng(size)), pen, 320)
        for size, pen in ((40, 6), (150, 22), (300, 40))
    ]
    pictures = [*drawn, *(255 - picture for picture in drawn)]
    pictures += [np.full((320, 320), shade, np.uint8) for shade in (0, 90, 255)]
    vectors = []
    for picture, switches in itertools.product(pictures, itertools.product([True, False], repeat=3)):
        steps = Steps(*switches)
        image = preprocess(picture, steps).image
        vectors.append({"picture": zipped(picture), "steps": vars(steps), "image": packed(image)})
    return vectors


def zipped(picture: NDArray[np.uint8]) -> str:
    """The bytes, compressed by zlib, in base64."""
    return base64.b64encode(zlib.compress(picture.tobytes(), 1)).decode()


def drawing_vectors() -> dict[str, Any] | None:
    """All pen drawings and the logits of the shipped network; None without the file in $DIGIT_LAB_DATA."""
    file = Path(os.environ.get(DATA_VARIABLE, "data")) / "drawn" / "digits.jsonl"
    if not file.is_file():
        return None
    recognizer = Recognizer.load()
    rng = np.random.default_rng(0)
    pictures = [
        render_strokes(place_strokes(each.strokes, 320, rng.uniform(120, 280), 22, rng), 22, 320)
        for each in load_drawings(file)
    ]
    with torch.inference_mode():
        images = torch.from_numpy(np.stack([reading.image for reading in recognizer.read_many(pictures)]))
        logits = recognizer.network(images[:, None])
    return {
        "file": base64.b64encode(pack(recognizer.fingerprint, recognizer)).decode(),
        "pictures": [zipped(picture) for picture in pictures],
        "logits": packed(logits),
    }


def pooling_vectors() -> list[dict[str, Any]]:
    """Both kinds of pooling, as torch computes them; with numbers that are equal."""
    values = torch.tensor(np.random.default_rng(2).integers(-4, 5, (9, 11)) / 2, dtype=torch.float32)
    vectors = []
    for kind, window, stride in itertools.product(("max", "average"), (1, 2, 3), (1, 2, 3)):
        function = F.max_pool2d if kind == "max" else F.avg_pool2d
        pooled = function(values[None, None], window, stride)[0, 0]
        shape = {"rows": 9, "columns": 11, "height": pooled.shape[0], "width": pooled.shape[1]}
        vectors.append(
            {"kind": kind, "window": window, "stride": stride, "values": packed(values), "pooled": packed(pooled)}
            | shape
        )
    return vectors


def convolution_vectors() -> list[dict[str, Any]]:
    """A kernel on a picture with every stride and padding, as torch computes it."""
    rng = np.random.default_rng(3)
    picture = torch.from_numpy(rng.random((7, 9), np.float32))
    kernel = torch.from_numpy(rng.standard_normal((3, 3)).astype(np.float32))
    vectors = []
    for stride, padding in itertools.product((1, 2, 3), (0, 1, 2)):
        output = F.conv2d(picture[None, None], kernel[None, None], stride=stride, padding=padding)[0, 0]
        vectors.append(
            {
                "picture": packed(picture),
                "size": list(picture.shape),
                "kernel": packed(kernel),
                "stride": stride,
                "padding": padding,
                "output": packed(output),
                "places": list(output.shape),
            }
        )
    return vectors


def channel_vectors() -> dict[str, Any]:
    """A layer of 3 inputs and 2 outputs, and what torch computes for it."""
    rng = np.random.default_rng(4)
    inputs = torch.from_numpy(rng.random((3, 8, 6), np.float32))
    weights = torch.from_numpy(rng.standard_normal((2, 3, 3, 3)).astype(np.float32))
    bias = torch.tensor([0.5, -1.0])
    outputs = F.conv2d(inputs[None], weights, bias)[0]
    return {
        "inputs": packed(inputs),
        "shape": list(inputs.shape),
        "weights": packed(weights),
        "bias": packed(bias),
        "output": packed(outputs),
        "outputs": list(outputs.shape),
    }


def curve_vectors() -> dict[str, Any]:
    """Two curves and their convolution."""
    f, g = curve("decay"), curve("sine")
    return {
        "f": packed(f),
        "g": packed(g),
        "product": packed(convolve(f, g)),
        "reach": REACH,
        "travel": TRAVEL,
        "step": STEP,
    }


def optimizer_vectors() -> list[dict[str, Any]]:
    """Paths of torch.optim on every surface."""
    vectors = []
    for surface, method in itertools.product(SURFACES, OPTIMIZERS):
        for rate in (0.1, 0.5):
            point = torch.tensor(surface.start, dtype=torch.float64, requires_grad=True)
            rule: torch.optim.Optimizer = torch.optim.Adam([point], rate, betas=BETAS, eps=EPSILON)
            if method != "adam":
                rule = torch.optim.SGD([point], rate, momentum=0.9 if method == "momentum" else 0.0)
            points = [list(surface.start)]
            for _step in range(30):
                rule.zero_grad()
                torch.stack([f * point[0] ** i * point[1] ** j for f, i, j in surface.terms]).sum().backward()
                rule.step()
                if not bool((point.abs() <= DIVERGENCE_LIMIT).all()):
                    break
                points.append(point.detach().tolist())
            problem = {"terms": surface.terms, "betas": BETAS, "epsilon": EPSILON, "lost": DIVERGENCE_LIMIT}
            choice = {"start": surface.start, "rate": rate, "momentum": 0.9}
            vectors.append({"method": method, "problem": problem, "choice": choice, "points": points})
    return vectors


def percent_vectors() -> list[dict[str, Any]]:
    """Shares as Python writes them."""
    shares = [0.0, 0.0004, 0.01, 0.1234, 0.5, 0.98765, 0.9994, 0.9995, 0.99951, 0.9999, 1.0]
    return [{"share": share, "digits": digits, "text": percent(share, digits)} for share in shares for digits in (0, 1)]


def main(folder: Path) -> None:
    """Write one file of JSON for each module that is tested."""
    torch.set_num_threads(1)
    folder.mkdir(parents=True, exist_ok=True)
    vectors = {
        "networks": [network_vector(config) for config in CONFIGS],
        "pictures": picture_vectors(),
        "drawings": drawing_vectors(),
        "pooling": pooling_vectors(),
        "convolution": convolution_vectors(),
        "channels": channel_vectors(),
        "curves": curve_vectors(),
        "optimizers": optimizer_vectors(),
        "percent": percent_vectors(),
    }
    for name, vector in vectors.items():
        (folder / f"{name}.json").write_text(json.dumps(vector), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
