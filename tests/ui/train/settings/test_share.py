"""The command line of the button Share: train.py makes the same settings from it."""

from __future__ import annotations

import shlex

from hypothesis import given
from hypothesis import strategies as st

from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from tests.conftest import model_configs
from train import build_parser
from ui.train.settings.share import command_line


def parsed(command: str) -> tuple[ModelConfig, TrainConfig]:
    python, script, *arguments = shlex.split(command)
    assert (python, script) == ("python", "train.py")
    options = vars(build_parser().parse_args(arguments))
    model, train = (
        {name: options[name] for name in config.model_fields if name in options}
        for config in (ModelConfig, TrainConfig)
    )
    return ModelConfig.parse(model), TrainConfig.parse(train)


@given(
    model_configs(),
    st.builds(
        TrainConfig,
        data=st.sampled_from(["mnist", "digits"]),
        shuffle_labels=st.booleans(),
        epochs=st.integers(1, 300),
        learning_rate=st.floats(1e-7, 100),
        averaging=st.floats(0, 0.9999),
        seed=st.integers(0, 2**31 - 1),
    ),
)
def test_the_command_line_makes_the_same_settings(model: ModelConfig, train: TrainConfig) -> None:
    assert parsed(command_line(model, train)) == (model, train)


def test_the_command_line_has_only_settings_that_differ_from_the_defaults() -> None:
    assert command_line(ModelConfig(), TrainConfig()) == "python train.py"
    model = ModelConfig(kernel_size=2, batch_norm=True)
    train = TrainConfig(data="digits", shuffle_labels=True)
    assert command_line(model, train) == "python train.py --kernel-size 2 --batch-norm --data digits --shuffle-labels"
    assert command_line(ModelConfig(filters=()), TrainConfig()) == "python train.py --filters"
