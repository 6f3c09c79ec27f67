"""Adversarial examples stay within their budget, and the reported result is true."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from model.data.datasets import DataSet
from model.data.preprocess import Float
from model.inspection.adversarial import NOTICEABLE, AdversarialExample, find_adversarial
from model.network.config import ModelConfig
from model.recognizer import Recognizer
from tests.conftest import assert_one_sentence, model_configs
from tests.model.inspection.helpers import FULL, as_batch, assert_unchanged, frozen_network, random_image, state_of


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
    network, image = frozen_network(config, seed), random_image(seed)
    found = find_adversarial(network, image, target, budget, smallest=smallest)
    with torch.no_grad():
        was = int(network(as_batch(image)).argmax())
        shares = network(as_batch(found.image)).softmax(1)[0].numpy()
    assert found.image.dtype == np.float32
    assert found.image.min() >= 0
    assert found.image.max() <= 1
    assert found.largest <= budget + 1e-6
    np.testing.assert_allclose(found.image, image + found.perturbation, atol=1e-6)
    np.testing.assert_allclose(found.probabilities, shares, atol=1e-6)
    assert found.answer == shares.argmax()
    assert found.success is (found.answer != was if target is None else found.answer == target)
    assert found.largest == pytest.approx(np.abs(found.perturbation).max())
    assert found.noticeable == (np.abs(found.perturbation) > NOTICEABLE).sum()


def test_real_digits_get_another_answer_by_less_than_the_budget(shipped: Recognizer, drawn: list[Float]) -> None:
    for image in drawn:
        target = (answer(shipped, image) + 1) % 10
        found = find_adversarial(shipped.network, image, target, 0.6)
        assert found.success
        assert answer(shipped, found.image) == target
        assert 0 < found.largest < 0.5


def test_any_other_digit_needs_no_larger_perturbation_than_a_chosen_one(
    shipped: Recognizer, drawn: list[Float]
) -> None:
    was = answer(shipped, drawn[0])
    anything = find_adversarial(shipped.network, drawn[0], None, 0.5)
    assert anything.success
    assert anything.answer != was
    sizes = [find_adversarial(shipped.network, drawn[0], digit, 0.5) for digit in range(10) if digit != was]
    assert anything.largest <= min(each.largest for each in sizes if each.success) + 0.02


def test_the_whole_budget_makes_the_network_more_certain(shipped: Recognizer, drawn: list[Float]) -> None:
    for image in drawn[:3]:
        target = (answer(shipped, image) + 1) % 10
        little, much = (
            find_adversarial(shipped.network, image, target, 0.5, smallest=small) for small in (True, False)
        )
        assert little.success
        assert much.success
        assert much.probabilities[target] > little.probabilities[target] + 0.2
        assert much.largest > little.largest


def test_a_failed_search_is_reported_and_returns_the_closest_picture(shipped: Recognizer, drawn: list[Float]) -> None:
    image = drawn[0]
    target = (answer(shipped, image) + 1) % 10
    before = shipped.probabilities(image[None])[0]
    for budget in (0.0, 0.01):
        found = find_adversarial(shipped.network, image, target, budget)
        assert not found.success
        assert found.answer == answer(shipped, image)
        assert found.largest <= budget + 1e-6
    assert found.probabilities[target] > before[target]


def test_nothing_is_changed_if_the_answer_is_the_target_already(shipped: Recognizer, drawn: list[Float]) -> None:
    found = find_adversarial(shipped.network, drawn[0], answer(shipped, drawn[0]), 0.3)
    assert found.success
    assert not found.perturbation.any()


def test_many_threads_may_search_with_one_network(shipped: Recognizer, drawn: list[Float]) -> None:
    before = state_of(shipped.network)
    jobs = [(image, digit) for image in drawn[:2] for digit in (1, 7)]

    def search(job: tuple[Float, int]) -> AdversarialExample:
        return find_adversarial(shipped.network, *job, 0.3)

    alone = [search(job).image for job in jobs]
    with ThreadPoolExecutor(4) as pool:
        together = [found.image for found in pool.map(search, jobs)]
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)  # another thread may round differently
    assert_unchanged(shipped.network, before)


def test_a_network_in_training_mode_is_searched_in_evaluation_mode_and_stays_in_training_mode() -> None:
    network, image = frozen_network(FULL), random_image()
    calm = find_adversarial(network, image, None, 0.5)
    network.train().requires_grad_(True)
    before = state_of(network)
    again = find_adversarial(network, image, None, 0.5)
    np.testing.assert_allclose(again.image, calm.image, atol=1e-5)
    assert_unchanged(network, before)


def test_an_error_during_the_search_leaves_no_trace(
    shipped: Recognizer, drawn: list[Float], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state_of(shipped.network)

    def fail(*_: object, **__: object) -> None:
        raise MemoryError("not enough memory")

    monkeypatch.setattr(torch.autograd, "grad", fail)
    with pytest.raises(MemoryError):
        find_adversarial(shipped.network, drawn[0], None, 0.3)
    assert_unchanged(shipped.network, before)


def test_wrong_arguments_are_refused(shipped: Recognizer, drawn: list[Float]) -> None:
    for image, target, budget in (
        (drawn[0], 10, 0.1),
        (drawn[0], 1, 1.1),
        (drawn[0], 1, float("nan")),
        (drawn[0][:-1], 1, 0.1),
    ):
        with pytest.raises(ValueError, match=r"\.$") as caught:
            find_adversarial(shipped.network, image, target, budget)
        assert_one_sentence(caught.value)
