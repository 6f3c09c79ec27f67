"""Which layers of two runs began with the same weights."""

from __future__ import annotations

from model.comparison.compared_run import ComparedRun
from model.comparison.initial_weights import InitialWeights, compare_initial_weights
from model.network.checkpoint import load_checkpoint
from model.runs.folder import snapshot_path
from tests.model.comparison.conftest import Make


def compare(one: ComparedRun, other: ComparedRun) -> InitialWeights:
    first, second = (load_checkpoint(snapshot_path(run.run.folder, 0)) for run in (one, other))
    return compare_initial_weights(first, second)


def test_a_setting_of_the_training_changes_no_weight(make: Make) -> None:
    found = compare(make("a"), make("b", {"dropout": 0.5}, batch_size=16))
    assert found.same == ("conv1", "conv2", "dense", "output")
    assert found.all_same


def test_a_wider_layer_changes_the_layers_after_it(make: Make) -> None:
    found = compare(make("a"), make("b", {"filters": (4, 8)}))
    assert found == InitialWeights(same=("conv1",), resized=("conv2", "dense"), different=("output",))
    assert not found.all_same


def test_layers_of_one_network_only_count_as_resized(make: Make) -> None:
    plain = make("a")
    normed = compare(plain, make("b", {"batch_norm": True}))
    assert normed.resized == ("norm1", "norm2")
    assert normed.same == ("conv1", "conv2", "dense", "output")
    assert compare(plain, make("c", {"filters": ()})).resized == ("conv1", "conv2", "dense")
