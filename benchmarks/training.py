"""Speed and accuracy of training, compared with a plain recipe. Run: python -m benchmarks.training

plain   the recipe of most tutorials: batch 32, Adam 1e-3, float32, a shuffled DataLoader, no schedule, 5 epochs on
        all 60,000
quick   Digit Lab's loop: 2 epochs of 48,000, SGD, one cycle to 0.2, no augmentation: 99 %
        in little time
default Digit Lab's loop at the settings of `python train.py`, for several seeds

The time to an accuracy counts training only. The test pictures are scored after each epoch for this table only; they do
not influence any choice.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("GOMP_SPINCOUNT", "10000")  # as train.py does

import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset, TensorDataset

from model.data.datasets import DataSet, load_data, to_float
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.network.device import choose_device, fast_precision
from model.network.train_config import TrainConfig
from model.process import keep_freed_memory
from model.training.evaluation import evaluate
from model.training.events import EpochEnd, Finished
from model.training.loop import train

GOALS = (0.98, 0.99, 0.993)
FLOPS_PER_IMAGE = (
    3
    * 2
    * sum(
        (layer.parameters if layer.kind == "dense" else layer.parameters * layer.output[1] * layer.output[2])
        for layer in ModelConfig().layers()
        if layer.parameters
    )
)
"""Floating-point operations of a training step for one image: forward, and twice as many backward.

Each parameter takes a multiplication and an addition at each position.
"""

QUICK = TrainConfig(
    train_images=48_000,
    validation_share=0.01,
    epochs=2,
    batch_size=128,
    optimizer="sgd",
    learning_rate=0.2,
    schedule="one-cycle",
    weight_decay=5e-4,
    averaging=0,
    rotation=0,
    shift=0,
    scale=0,
    shear=0,
    aspect=0,
    elastic=0,
    thickness=0,
)


@dataclass
class Measurement:
    """One training. images: in an epoch. reached: seconds of training until the test accuracy reached each goal."""

    name: str
    epoch_seconds: list[float] = field(default_factory=list)
    images: int = 0
    reached: dict[float, float] = field(default_factory=dict)
    accuracy: float = 0.0

    @property
    def seconds(self) -> float:
        """Seconds of all epochs so far."""
        return sum(self.epoch_seconds)

    def record(self, accuracy: float) -> None:
        """Record the test accuracy at the end of an epoch."""
        for goal in GOALS:
            if accuracy >= goal:
                self.reached.setdefault(goal, self.seconds)


def train_plain_recipe(data: DataSet, epochs: int) -> Measurement:
    """Train with the plain recipe."""
    network = DigitCNN()
    order = torch.Generator().manual_seed(0)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    dataset: Dataset[tuple[torch.Tensor, ...]] = TensorDataset(to_float(data.train.images), data.train.labels)
    result = Measurement("plain", images=len(data.train))
    for _ in range(epochs):
        begin = time.perf_counter()
        network.train()
        for images, labels in DataLoader(dataset, batch_size=32, shuffle=True, generator=order):
            loss = F.cross_entropy(network(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        result.epoch_seconds.append(time.perf_counter() - begin)
        result.accuracy = evaluate(network, data.test).accuracy
        result.record(result.accuracy)
    return result


def train_with_digit_lab(name: str, config: TrainConfig, data: DataSet) -> Measurement:
    """Train with Digit Lab's loop. As in the plain recipe, only the training counts in the seconds of an epoch."""
    result = Measurement(name, images=round(config.train_images * (1 - config.validation_share)))
    for event in train(ModelConfig(), config, data):
        if isinstance(event, EpochEnd):
            result.epoch_seconds.append(event.seconds)
            result.record(evaluate(event.checkpoint.build(), data.test).accuracy)
        elif isinstance(event, Finished):
            result.accuracy = event.test.accuracy
    return result


def matmul_peak(dtype: torch.dtype) -> float:
    """The highest speed of several matrix products, in FLOP/s."""
    side, best = 2048, 0.0
    generator = torch.Generator().manual_seed(0)
    left, right = (torch.randn(side, side, generator=generator).to(dtype) for _ in range(2))
    for _ in range(8):
        begin = time.perf_counter()
        left @ right
        best = max(best, 2 * side**3 / (time.perf_counter() - begin))
    return best


def row(result: Measurement, peak: float) -> str:
    """One line of the table."""
    epoch = statistics.median(result.epoch_seconds)
    speed = result.images / epoch
    times = "".join(f"{result.reached[goal]:9.1f}" if goal in result.reached else f"{'-':>9}" for goal in GOALS)
    share = speed * FLOPS_PER_IMAGE / peak
    return (
        f"{result.name:16}{len(result.epoch_seconds):7}{epoch:9.2f}{speed:10,.0f}{times}{result.seconds:9.1f}"
        f"{result.accuracy:10.2%}{share:8.1%}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, help="data sets (default: $DIGIT_LAB_DATA, else data/)")
    parser.add_argument("--seeds", type=int, default=3, help="trainings at the default settings (default 3)")
    parser.add_argument("--plain-epochs", type=int, default=5, help="epochs of the plain recipe (default 5)")
    arguments = parser.parse_args()
    data = load_data("mnist", arguments.data_dir)
    if data.notice:
        raise SystemExit(data.notice)
    device = choose_device("cpu")
    precision = fast_precision(device)
    peaks = {dtype: matmul_peak(dtype) for dtype in {torch.float32, precision}}
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, {torch.get_num_threads()} threads, PyTorch {torch.__version__}"
    )
    print("; ".join(f"{str(dtype)[6:]} matmul peak {peak / 1e9:,.0f} GFLOP/s" for dtype, peak in peaks.items()), "\n")
    goals = "".join(f"{f'to {goal:.1%}':>9}" for goal in GOALS)
    print(f"{'recipe':16}{'epochs':>7}{'s/epoch':>9}{'images/s':>10}{goals}{'all, s':>9}{'test':>10}{'of peak':>8}")
    # A plain script does not call keep_freed_memory, so this comes first.
    base = train_plain_recipe(data, arguments.plain_epochs)
    print(row(base, peaks[torch.float32]), flush=True)
    keep_freed_memory()
    quick = [
        train_with_digit_lab(f"quick, seed {seed}", QUICK.model_copy(update={"seed": seed}), data) for seed in range(3)
    ]
    for result in quick:
        print(row(result, peaks[precision]), flush=True)
    defaults = [
        train_with_digit_lab(f"default, seed {seed}", TrainConfig(seed=seed, device="cpu"), data)
        for seed in range(arguments.seeds)
    ]
    for result in defaults:
        print(row(result, peaks[precision]), flush=True)
    to_99 = statistics.median(result.reached.get(0.99, float("inf")) for result in quick)
    print(f"\nmedian of default: {statistics.median(result.accuracy for result in defaults):.2%} on the test pictures")
    print(
        f"time to 99.0 %: quick {to_99:.1f} s, plain's {len(base.epoch_seconds)} epochs {base.seconds:.1f} s, "
        f"one {base.seconds / to_99:.1f}th"
    )


if __name__ == "__main__":
    main()
