"""The verdict on a comparison, with its facts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from model.comparison.compared_run import ComparedRun
from model.comparison.fairness import Fairness, PictureDifference, Verdict, judge_fairness
from model.network.checkpoint import load_checkpoint
from model.runs.folder import snapshot_path
from tests.model.comparison.conftest import Make


def judge(*runs: ComparedRun) -> Fairness:
    return judge_fairness(runs, [load_checkpoint(snapshot_path(run.run.folder, 0)) for run in runs])


def test_one_setting_with_the_same_start_and_batches_is_fair(make: Make) -> None:
    found = judge(make("a"), make("b", {"dropout": 0.5}), make("c", {"dropout": 0.25}))
    assert found.verdict is Verdict.FAIR
    assert found.changed == ("dropout",)
    assert all(weights and weights.all_same for weights in found.initial_weights)
    assert len(found.initial_weights) == 2
    assert found.picture_difference is None
    assert found.same_batch_size
    assert found.same_labels
    assert found.devices == ("cpu",)


def test_layers_of_other_shapes_have_other_initial_weights(make: Make) -> None:
    assert judge(make("a"), make("b", {"filters": (4, 8)})).verdict is Verdict.OTHER_SHAPES


def test_different_weights_with_the_same_seed_are_found(make: Make) -> None:
    """The weights in the files count, not the seed in the settings."""
    runs = [make("a"), make("b", {"dropout": 0.5})]
    starts = [load_checkpoint(snapshot_path(run.run.folder, 0)) for run in runs]
    moved = {name: tensor + 0.01 if name == "dense.bias" else tensor for name, tensor in starts[1].weights.items()}
    found = judge_fairness(runs, [starts[0], replace(starts[1], weights=moved)])
    assert found.verdict is Verdict.SIDE_EFFECTS
    assert found.initial_weights[0] is not None
    assert found.initial_weights[0].different == ("dense",)


def test_several_settings_the_seed_alone_or_none(make: Make) -> None:
    run = make("a")
    several = judge(run, make("b", {"dropout": 0.5}, optimizer="sgd"))
    assert several.verdict is Verdict.SEVERAL_SETTINGS
    assert several.changed == ("dropout", "optimizer")
    seed = judge(run, make("c", seed=1))
    assert seed.verdict is Verdict.ONLY_SEED
    assert seed.picture_difference is PictureDifference.SEED
    assert judge(run, make("d")).verdict is Verdict.SAME_SETTINGS


@pytest.mark.parametrize(
    ("recipe", "facts", "verdict"),
    [
        ({"batch_size": 16}, {"same_batch_size": False}, Verdict.SIDE_EFFECTS),
        ({"train_images": 150}, {"picture_difference": PictureDifference.COUNT}, Verdict.SIDE_EFFECTS),
        ({"validation_share": 0.1}, {"picture_difference": PictureDifference.COUNT}, Verdict.SIDE_EFFECTS),
        ({"shuffle_labels": True}, {"same_labels": False}, Verdict.FAIR),
    ],
)
def test_settings_that_change_the_batches_are_found(
    make: Make, recipe: dict[str, Any], facts: dict[str, Any], verdict: Verdict
) -> None:
    usual = {"picture_difference": None, "same_batch_size": True, "same_labels": True}
    found = judge(make("a"), make("b", **recipe))
    assert {name: getattr(found, name) for name in usual} == {**usual, **facts}
    assert found.verdict is verdict


def test_another_data_set_is_found(make: Make) -> None:
    run = make("a")
    other = replace(run, report={**run.report, "data": "mnist"})
    assert judge(run, other).picture_difference is PictureDifference.DATA_SET


def test_a_missing_snapshot_of_the_start_is_unknown(make: Make) -> None:
    runs = [make("a"), make("b", {"dropout": 0.5})]
    found = judge_fairness(runs, [load_checkpoint(snapshot_path(runs[0].run.folder, 0)), None])
    assert found.verdict is Verdict.UNKNOWN_START
    assert found.initial_weights == (None,)


def test_different_devices_are_named(make: Make) -> None:
    run = make("a")
    start = {**(run.metrics.start or {}), "device": "cuda:0"}
    assert judge(run, replace(run, metrics=replace(run.metrics, start=start))).devices == ("cpu", "cuda:0")
