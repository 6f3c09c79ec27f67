"""The experiment on shuffled labels."""

from __future__ import annotations

from model.data.datasets import DataSet
from model.experiments.experiment import Outcome
from model.experiments.shuffled_labels import find, variants
from model.network.config import ModelConfig
from model.training.events import Finished
from model.training.loop import train
from tests.model.experiments.outcomes import outcome


def test_memorizing_differs_from_learning_nothing_and_from_reading() -> None:
    true = outcome(0.95)
    assert find({"true": true, "shuffled": outcome(0.1, validation=[0.1, 0.11])}).choice == "memorizes"
    nothing = outcome(0.1, training=[0.1, 0.12], validation=[0.1, 0.11])
    assert find({"true": true, "shuffled": nothing}).choice == "nothing"
    assert find({"true": true, "shuffled": outcome(0.6)}).choice == "reads"


def test_a_real_run_memorizes_shuffled_labels(digits: DataSet) -> None:
    small = ModelConfig(filters=(8,), dense_units=64)
    outcomes = {}
    for variant in variants("digits"):
        config = variant.train.model_copy(update={"train_images": 200, "epochs": 60, "learning_rate": 5e-3})
        *_, finished = train(small, config, digits)
        assert isinstance(finished, Finished)
        outcomes[variant.key] = Outcome.of(finished.checkpoint.metrics)
    assert find(outcomes).choice == "memorizes"
    assert outcomes["shuffled"].training[-1] > 0.7
    assert outcomes["shuffled"].validation[-1] < 0.3
    assert outcomes["true"].validation[-1] > 0.7
