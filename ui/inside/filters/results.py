"""Slow results of the Filters page. All sessions share them; they belong to a network, by its fingerprint."""

from __future__ import annotations

from collections.abc import Generator
from typing import Generic, NamedTuple, TypeVar

import streamlit as st

from model.inspection.ablation import DigitScore, score_ablated
from model.inspection.feature_visualization import FeatureVisualization, visualize_feature
from model.inspection.filter_ranking import FilterRanking, rank_filters
from model.inspection.filter_statistics import FilterStatistics, filter_statistics
from model.inspection.validation_pictures import Origin, validation_pictures
from model.recognizer import Recognizer
from ui.inside.filters.choices import Off
from ui.shared.data_set import data_set
from ui.shared.shared_work import SharedWork

T = TypeVar("T")


class Validated(NamedTuple, Generic[T]):
    """A result on validation pictures, and where these come from."""

    result: T
    origin: Origin


def statistics_of(recognizer: Recognizer) -> SharedWork[FilterStatistics]:
    """Filter statistics over the training pictures. Its steps raise DataError if the data set cannot be read."""
    return _statistics(recognizer.fingerprint, recognizer)


def test_score_of(recognizer: Recognizer, off: Off) -> SharedWork[DigitScore]:
    """The score on the test pictures with those filters off; () for the whole network. Raises as `statistics_of`."""
    return _test_score(recognizer.fingerprint, off, recognizer)


def validation_score_of(recognizer: Recognizer, off: Off) -> SharedWork[Validated[DigitScore]]:
    """The score on the validation pictures with those filters off; () for the whole network."""
    return _validation_score(_training_key(recognizer), off, recognizer)


def ranking_of(recognizer: Recognizer, block: int) -> SharedWork[Validated[FilterRanking]]:
    """The ranking of the filters of a block by validation pictures."""
    return _ranking(_training_key(recognizer), block, recognizer)


def feature_visualization_of(recognizer: Recognizer, block: int, channel: int) -> FeatureVisualization:
    """A picture with a high activation of one filter."""
    return _feature_visualization(recognizer.fingerprint, block, channel, recognizer)


def _training_key(recognizer: Recognizer) -> str:
    """The fingerprint, and all settings that decide which pictures are validation pictures."""
    checkpoint, train = recognizer.checkpoint, recognizer.checkpoint.train
    parts = (recognizer.fingerprint, checkpoint.data, train.train_images, train.validation_share, train.seed)
    return " ".join(map(str, parts))


# Entries under way hold a copy of their network, so the caches are small.
@st.cache_resource(max_entries=16, show_spinner=False)
def _statistics(fingerprint: str, _recognizer: Recognizer) -> SharedWork[FilterStatistics]:
    return SharedWork(lambda: filter_statistics(_recognizer.network, data_set().train))


@st.cache_resource(max_entries=64, show_spinner=False)
def _test_score(fingerprint: str, off: Off, _recognizer: Recognizer) -> SharedWork[DigitScore]:
    return SharedWork(lambda: score_ablated(_recognizer.network, data_set().test, dict(off)))


@st.cache_resource(max_entries=64, show_spinner=False)
def _validation_score(key: str, off: Off, _recognizer: Recognizer) -> SharedWork[Validated[DigitScore]]:
    def score() -> Generator[float, None, Validated[DigitScore]]:
        pictures = validation_pictures(_recognizer.checkpoint, data_set())
        result = yield from score_ablated(_recognizer.network, pictures.images, dict(off))
        return Validated(result, pictures.origin)

    return SharedWork(score)


@st.cache_resource(max_entries=16, show_spinner=False)
def _ranking(key: str, block: int, _recognizer: Recognizer) -> SharedWork[Validated[FilterRanking]]:
    def rank() -> Generator[float, None, Validated[FilterRanking]]:
        pictures = validation_pictures(_recognizer.checkpoint, data_set())
        result = yield from rank_filters(_recognizer.network, block, pictures.images)
        return Validated(result, pictures.origin)

    return SharedWork(rank)


@st.cache_resource(max_entries=512, show_spinner=False)
def _feature_visualization(fingerprint: str, block: int, channel: int, _recognizer: Recognizer) -> FeatureVisualization:
    return visualize_feature(_recognizer.checkpoint, block, channel)
