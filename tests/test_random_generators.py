"""No code of the app uses a global random generator, which all threads of a process share."""

from __future__ import annotations

import ast
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from model.data.datasets import DataSet
from model.network.cnn import DigitCNN
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.theory.overfitting.gradient_noise import gradient_noise
from model.theory.overfitting.memorization import memorization_data, memorize
from model.training.events import Finished
from model.training.loop import train
from tests.conftest import QUICK, ROOT

FILES = sorted(
    file
    for folder in ("model", "ui", "pages", "benchmarks", ".")
    for file in (ROOT / folder).glob("*.py" if folder == "." else "**/*.py")
)
NEED_A_GENERATOR = {"rand", "randn", "randint", "randperm", "normal", "bernoulli", "multinomial", "poisson"}
ALWAYS_GLOBAL = {"rand_like", "randn_like", "randint_like", "manual_seed", "seed", "initial_seed", "set_rng_state"}
IN_PLACE = {"uniform_", "normal_", "bernoulli_", "random_", "exponential_", "geometric_", "cauchy_", "log_normal_"}
INITIALISATIONS = {"kaiming_uniform_", "kaiming_normal_", "xavier_uniform_", "xavier_normal_", "trunc_normal_"}
LAYERS = {"Conv1d", "Conv2d", "Conv3d", "Linear", "Dropout", "Dropout1d", "Dropout2d", "AlphaDropout"}
LOCAL_NUMPY = {"default_rng", "Generator", "SeedSequence", "PCG64"}
LOCAL_PYTHON = {"Random", "SystemRandom"}


def uses_of_global_generators(code: str) -> list[int]:
    """The lines that draw from a global generator, or that set its state."""
    return sorted({call.lineno for call in ast.walk(ast.parse(code)) if isinstance(call, ast.Call) and is_global(call)})


def is_global(call: ast.Call) -> bool:
    called = ast.unparse(call.func)
    owner, _, name = called.rpartition(".")
    given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
    if owner.endswith("random"):  # torch.random, np.random, random
        return name not in (LOCAL_NUMPY if owner in ("np.random", "numpy.random") else LOCAL_PYTHON)
    if name in LAYERS and owner in ("nn", "torch.nn"):
        return given.get("device") != "'meta'"  # nothing is drawn there
    if owner in ("torch", "torch.cuda") and name in ALWAYS_GLOBAL:
        return True
    if owner in ("F", "nn.functional", "torch.nn.functional") and "dropout" in name:
        return True
    needs = (owner == "torch" and name in NEED_A_GENERATOR) or name in IN_PLACE | INITIALISATIONS
    return needs and given.get("generator", "None") == "None"


def test_no_file_uses_a_global_generator() -> None:
    found = {str(file.relative_to(ROOT)): uses_of_global_generators(file.read_text()) for file in FILES}
    assert {file: lines for file, lines in found.items() if lines} == {}


def test_the_search_finds_every_kind_of_global_generator() -> None:
    bad = """torch.manual_seed(0)
torch.rand(3)
torch.randperm(3, generator=None)
torch.random.fork_rng()
np.random.rand(3)
random.randint(0, 3)
x.normal_()
nn.init.kaiming_uniform_(x)
nn.Linear(3, 4)
F.dropout(x, 0.5)
torch.rand_like(x)"""
    assert uses_of_global_generators(bad) == list(range(1, 12))
    good = """torch.Generator().manual_seed(0)
torch.rand(3, generator=g)
np.random.default_rng(0).random(3)
random.Random(0).random()
x.normal_(generator=g)
nn.Linear(3, 4, device="meta")
nn.MaxPool2d(2)"""
    assert uses_of_global_generators(good) == []


def initial_weights(_digits: DataSet) -> list[float]:
    network = DigitCNN(ModelConfig(dense_units=200), torch.Generator().manual_seed(1))
    return [float(tensor.double().sum()) for tensor in network.state_dict().values()]


def memorization(digits: DataSet) -> tuple[float, ...]:
    return memorize(memorization_data(digits.train), 25, 16, 1.0, 0.5).loss


def noise(digits: DataSet) -> list[float]:
    work = gradient_noise(DigitCNN(ModelConfig(filters=(2,), dense_units=8)).eval(), digits.train)
    while True:
        try:
            next(work)
        except StopIteration as end:
            return [each.mean for each in (*end.value.untrained, *end.value.trained)]


def training(digits: DataSet) -> list[float]:
    config = TrainConfig(**{**QUICK, "train_images": 200, "averaging": 0.9, "elastic": 1.0}, epochs=1)
    *_, finished = train(ModelConfig(filters=(3,), dense_units=8, dropout=0.5), config, digits)
    assert isinstance(finished, Finished)
    return [float(tensor.double().sum()) for tensor in finished.checkpoint.weights.values()]


@pytest.mark.parametrize("compute", [initial_weights, memorization, noise, training])
def test_three_computations_at_once_give_the_numbers_of_one_alone(
    compute: Callable[[DataSet], object], digits: DataSet
) -> None:
    alone = compute(digits)
    together = threading.Barrier(3)

    def one(_number: int) -> object:
        together.wait()
        return compute(digits)

    state = torch.get_rng_state()
    with ThreadPoolExecutor(3) as threads:
        found = list(threads.map(one, range(3)))
    # The same shapes on the same machine with one thread of PyTorch each: equal to the bit.
    assert found == [alone] * 3
    assert torch.equal(torch.get_rng_state(), state), "the global generator was used"
