"""The smallest change stays within its budget, and says the truth about what it achieved."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from model.data.datasets import DataSet
from model.data.preprocess import Float
from model.inspection.adversarial import NOTICEABLE, Change, find_adversarial
from model.network.config import ModelConfig
from model.recognizer import Recognizer
from tests.conftest import assert_one_sentence, model_configs
from tests.model.inspection.test_attribution import (
    BUSY,
    assert_untouched,
    random_image,
    random_network,
    state_of,
    tensor,
)


@pytest.fixture(scope="module")
def shipped() -> Recognizer:
    return Recognizer.load()


@pytest.fixture(scope="module")
def drawn(digits: DataSet) -> list[Float]:
    return list((digits.test.images[:6, 0].numpy() / 255).astype(np.float32))


def answer(recognizer: Recognizer, image: Float) -> int:
    return int(recognizer.probabilities(image[None])[0].argmax())


@settings(max_examples=20)
@given(model_configs(), st.none() | st.integers(0, 9), st.floats(0, 1), st.booleans(), st.integers(0, 99))
def test_the_result_is_within_the_budget_and_true(
    config: ModelConfig, target: int | None, budget: float, smallest: bool, seed: int
) -> None:
    network, image = random_network(config, seed), random_image(seed)
    change = find_adversarial(network, image, target, budget, smallest=smallest)
    with torch.no_grad():
        was = int(network(tensor(image)).argmax())
        shares = network(tensor(change.image)).softmax(1)[0].numpy()
    assert change.image.dtype == np.float32
    assert change.image.min() >= 0
    assert change.image.max() <= 1
    assert change.largest <= budget + 1e-6
    np.testing.assert_allclose(change.image, image + change.difference, atol=1e-6)
    np.testing.assert_allclose(change.probabilities, shares, atol=1e-6)
    assert change.answer == shares.argmax()
    assert change.success is (change.answer != was if target is None else change.answer == target)
    assert change.largest == pytest.approx(np.abs(change.difference).max())
    assert change.noticeable == (np.abs(change.difference) > NOTICEABLE).sum()


def test_real_digits_are_turned_and_by_less_than_allowed(shipped: Recognizer, drawn: list[Float]) -> None:
    for image in drawn:
        target = (answer(shipped, image) + 1) % 10
        change = find_adversarial(shipped.network, image, target, 0.6)
        assert change.success
        assert answer(shipped, change.image) == target
        assert 0 < change.largest < 0.5


def test_any_other_digit_is_nearer_than_a_chosen_one(shipped: Recognizer, drawn: list[Float]) -> None:
    was = answer(shipped, drawn[0])
    anything = find_adversarial(shipped.network, drawn[0], None, 0.5)
    assert anything.success
    assert anything.answer != was
    sizes = [find_adversarial(shipped.network, drawn[0], digit, 0.5) for digit in range(10) if digit != was]
    assert anything.largest <= min(each.largest for each in sizes if each.success) + 0.02


def test_all_of_the_budget_makes_the_network_surer(shipped: Recognizer, drawn: list[Float]) -> None:
    for image in drawn[:3]:
        target = (answer(shipped, image) + 1) % 10
        little, much = (
            find_adversarial(shipped.network, image, target, 0.5, smallest=small) for small in (True, False)
        )
        assert little.success
        assert much.success
        assert much.probabilities[target] > little.probabilities[target] + 0.2
        assert much.largest > little.largest


def test_failure_is_admitted_and_shows_the_closest(shipped: Recognizer, drawn: list[Float]) -> None:
    image = drawn[0]
    target = (answer(shipped, image) + 1) % 10
    before = shipped.probabilities(image[None])[0]
    for budget in (0.0, 0.01):
        change = find_adversarial(shipped.network, image, target, budget)
        assert not change.success
        assert change.answer == answer(shipped, image)
        assert change.largest <= budget + 1e-6
    assert change.probabilities[target] > before[target]


def test_nothing_changes_where_nothing_has_to(shipped: Recognizer, drawn: list[Float]) -> None:
    change = find_adversarial(shipped.network, drawn[0], answer(shipped, drawn[0]), 0.3)
    assert change.success
    assert not change.difference.any()


def test_a_shared_network_stays_as_it_is_under_many_threads(shipped: Recognizer, drawn: list[Float]) -> None:
    before = state_of(shipped.network)
    jobs = [(image, digit) for image in drawn[:2] for digit in (1, 7)]

    def search(job: tuple[Float, int]) -> Change:
        return find_adversarial(shipped.network, *job, 0.3)

    alone = [search(job).image for job in jobs]
    with ThreadPoolExecutor(4) as pool:
        together = [change.image for change in pool.map(search, jobs)]
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one, other)
    assert_untouched(shipped.network, before)


def test_a_network_in_training_is_searched_as_it_will_answer_and_left_in_training() -> None:
    network, image = random_network(BUSY), random_image()
    calm = find_adversarial(network, image, None, 0.5)
    network.train().requires_grad_(True)
    before = state_of(network)
    np.testing.assert_array_equal(find_adversarial(network, image, None, 0.5).image, calm.image)
    assert_untouched(network, before)


def test_a_failure_midway_leaves_no_trace(
    shipped: Recognizer, drawn: list[Float], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state_of(shipped.network)

    def fail(*_: object, **__: object) -> None:
        raise MemoryError("not enough memory")

    monkeypatch.setattr(torch.autograd, "grad", fail)
    with pytest.raises(MemoryError):
        find_adversarial(shipped.network, drawn[0], None, 0.3)
    assert_untouched(shipped.network, before)


def test_what_cannot_be_searched_is_refused(shipped: Recognizer, drawn: list[Float]) -> None:
    for image, target, budget in (
        (drawn[0], 10, 0.1),
        (drawn[0], 1, 1.1),
        (drawn[0], 1, float("nan")),
        (drawn[0][:-1], 1, 0.1),
    ):
        with pytest.raises(ValueError, match=r"\.$") as caught:
            find_adversarial(shipped.network, image, target, budget)
        assert_one_sentence(caught.value)
