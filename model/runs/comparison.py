"""Runs side by side: where their settings differ, how they did, and whether the comparison is fair.

The same seed draws the same random numbers, but a layer of another size takes another count of them, and every layer
after it then gets others. So the weights that two runs really began with are compared, tensor by tensor.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

import torch

from model.language import N_, _, listed, localized, ngettext
from model.network.checkpoint import Checkpoint
from model.network.config import ModelConfig, choice_name
from model.network.train_config import TrainConfig
from model.runs.folder import RunSettings
from model.runs.metrics import Metrics
from model.runs.run import Run

MAX_COMPARED = 6
LETTERS = "ABCDEF"
"""What the runs are called where there is no room for their titles."""

ABSENT = "\u2013"
"""Stands for a value that there is not, or that has no effect."""

TRAINING_POINTS = 80
"""Points of a training curve: means over so many equal stretches, for single batches jump about."""

_UNITS: dict[str, Callable[[Any], str]] = {
    "kernel_size": lambda value: _kernels(value),  # noqa: PLW0108 - it is defined below
    "filters": lambda value: ", ".join(map(str, value)) or _("none, dense only"),
    "rotation": lambda value: f"{value:g}°",
    "shear": lambda value: f"{value:g}°",
    "shift": lambda value: _pixels(value),  # noqa: PLW0108
    "elastic": lambda value: _pixels(value),  # noqa: PLW0108
    "thickness": lambda value: _pixels(value),  # noqa: PLW0108
    "scale": lambda value: f"{100 * value:g}%",
    "aspect": lambda value: f"{100 * value:g}%",
    "validation_share": lambda value: f"{100 * value:g}%",
    "train_images": lambda value: f"{value:,}",
}
_AUGMENTATION = ("rotation", "shift", "scale", "aspect", "shear", "elastic", "thickness")


@dataclass(frozen=True)
class Entry:
    """A run at one moment, everything read once. report: {} before it is there."""

    run: Run
    settings: RunSettings
    metrics: Metrics
    report: Mapping[str, Any]


def look(run: Run) -> Entry | None:
    """The run as it is now; None where its settings are damaged."""
    if run.settings is None:
        return None
    return Entry(run, run.settings, run.metrics(), run.report() or {})


# --- Settings ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Setting:
    """One setting of all runs, in the reader's words; ABSENT where it has no effect in a run."""

    field: str
    name: str
    values: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether two runs in which it has an effect have different values."""
        return len({*self.values} - {ABSENT}) > 1


def settings_of(runs: Sequence[RunSettings]) -> list[Setting]:
    """Every setting in the order of the two classes, the network's first."""
    fields = {**ModelConfig.model_fields, **TrainConfig.model_fields}
    return [
        Setting(name, _name(name, field.title or name), tuple(_text(each, name) for each in runs))
        for name, field in fields.items()
    ]


def _name(field: str, title: str) -> str:
    name = _(title)
    return _("Augmentation: {setting}", setting=name.lower()) if field in _AUGMENTATION else name


def _text(settings: RunSettings, field: str) -> str:
    model, train = settings.model, settings.train
    if field in ("kernel_size", "pooling", "batch_norm") and not model.filters:
        return ABSENT
    if field == "momentum" and train.optimizer != "sgd":
        return ABSENT
    value = getattr(model if field in ModelConfig.model_fields else train, field)
    if field in _UNITS:
        return _UNITS[field](value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return f"{value:g}" if isinstance(value, float) else choice_name(str(value))


def _pixels(value: float) -> str:
    return _("{count:g} px", count=value)


def _kernels(sides: Sequence[int]) -> str:
    sizes = [f"{side}x{side}" for side in sides]
    return sizes[0] if len({*sizes}) == 1 else ", ".join(sizes)


# --- Results ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Result:
    """One figure of all runs, in the reader's words.

    best: the places of the best ones; empty where best would mean nothing.
    """

    name: str
    values: tuple[str, ...]
    best: frozenset[int] = frozenset()


def results_of(entries: Sequence[Entry]) -> list[Result]:
    """How the runs did, or do so far.

    What looks the same is equally good; where most are best nobody is. A small gap alone is no merit: who has learned
    nothing has none.
    """
    test = [_number(entry.report, "test_accuracy") for entry in entries]
    comparable = len({data_of(entry) for entry in entries}) == 1
    return [
        _result(_("Test accuracy"), test, _share, max if comparable else None),
        _result(
            _("Best validation accuracy"),
            [validation_accuracy(entry) for entry in entries],
            _share,
            max if comparable else None,
        ),
        _result(_("Training accuracy"), [_number(entry.report, "training_accuracy") for entry in entries], _share),
        _result(
            _("Generalisation gap, points"),
            [_number(entry.report, "gap") for entry in entries],
            lambda value: f"{100 * value:+.2f}",
        ),
        _result(_("Time"), [seconds(entry) for entry in entries], duration, min if _same_work(entries) else None),
        _result(_("Images per second"), [speed(entry) for entry in entries], lambda value: f"{value:,.0f}", max),
        _result(_("Parameters"), [float(parameters(entry)) for entry in entries], lambda value: f"{value:,.0f}", min),
        Result(
            _("Epochs done"),
            tuple(
                _("{done} of {total}", done=len(each.metrics.epochs), total=each.settings.train.epochs)
                for each in entries
            ),
        ),
    ]


def _result(
    name: str,
    numbers: Sequence[float | None],
    text: Callable[[float], str],
    choose: Callable[[list[float]], float] | None = None,
) -> Result:
    values = tuple(ABSENT if number is None else text(number) for number in numbers)
    known = [number for number in numbers if number is not None]
    if choose is None or len({*values} - {ABSENT}) < 2:
        return Result(name, values)
    winner = text(choose(known))
    best = frozenset(at for at, value in enumerate(values) if value == winner)
    return Result(name, values, best if 2 * len(best) <= len(known) else frozenset())


def _same_work(entries: Sequence[Entry]) -> bool:
    """Whether all are over, after as many passes over as many pictures: else the shortest time is no merit."""
    work = {(len(each.metrics.epochs), (each.metrics.start or {}).get("images")) for each in entries}
    return len(work) == 1 and not any(each.run.state.active for each in entries)


def validation_accuracy(entry: Entry) -> float | None:
    """The best so far at the end of an epoch, 0 to 1; None before the first, and where nothing is held out."""
    found = [_number(record, "validation_accuracy") for record in entry.metrics.epochs]
    return max((share for share in found if share is not None), default=None)


def accuracy_of(entry: Entry) -> float | None:
    """The one figure for a run: its test accuracy, and before there is one, that on its validation pictures."""
    test = _number(entry.report, "test_accuracy")
    return validation_accuracy(entry) if test is None else test


def seconds(entry: Entry) -> float | None:
    """Seconds of training, pauses left out; so far, where it still goes on."""
    total = _number(entry.report, "train_seconds")
    if total is not None:
        return total
    metrics = entry.metrics
    last = [_number(records[-1], "elapsed") for records in (metrics.steps, metrics.epochs) if records]
    return max((value for value in last if value is not None), default=None)


def speed(entry: Entry) -> float | None:
    """Training pictures in a second: the mean over the epochs, or in the first of them over its steps."""
    metrics = entry.metrics
    took = sum(float(record["seconds"]) for record in metrics.epochs)
    if metrics.start and took > 0:
        return float(metrics.start["images"]) * len(metrics.epochs) / took
    rates = [float(record["images_per_second"]) for record in metrics.steps if record["images_per_second"] > 0]
    return len(rates) / sum(1 / rate for rate in rates) if rates else None


def parameters(entry: Entry) -> int:
    """Numbers that training sets."""
    return entry.settings.model.parameters


def chance_points(entries: Sequence[Entry]) -> tuple[float, int] | None:
    """(points, test pictures): two networks as good as each other differ by less in 19 of 20 tests.

    Twice the standard error of the difference of two independent shares, in percentage points, for the lowest accuracy
    and the smallest test set among the runs. On the same pictures chance does less, so this is on the safe side. None
    where fewer than two runs were tested.
    """
    tested = [
        (share, count)
        for each in entries
        if (share := _number(each.report, "test_accuracy")) is not None and (count := _test_count(each.report))
    ]
    if len(tested) < 2:
        return None
    share, count = (min(each) for each in zip(*tested, strict=True))
    return 100 * 2 * math.sqrt(2 * share * (1 - share) / count), count


def _test_count(report: Mapping[str, Any]) -> int:
    try:
        return sum(int(number) for row in report["confusion"] for number in row)
    except (KeyError, TypeError, ValueError):
        return 0


def duration(value: float) -> str:
    """Seconds as one says them."""
    if value < 60:
        return _("{seconds} s", seconds=f"{value:.1f}")
    minutes, rest = divmod(round(value), 60)
    if minutes < 60:
        return _("{minutes} min {seconds} s", minutes=minutes, seconds=rest)
    return _("{hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60)


def _share(value: float) -> str:
    return localized(value, ".2%")


def _number(record: Mapping[str, Any], name: str) -> float | None:
    """A finite number out of a file, else None."""
    value = record.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


# --- Curves -----------------------------------------------------------------------------------------------------------


class Measure(StrEnum):
    """What a curve shows. The error is the share read wrongly; the loss is the cross-entropy in nats."""

    ACCURACY = N_("Accuracy")
    ERROR = N_("Error")
    LOSS = N_("Loss")


Curve = list[tuple[float, float]]
"""Points (x, y): x in epochs or in seconds, as asked for."""


def validation_curve(metrics: Metrics, measure: Measure, *, by_time: bool = False) -> Curve:
    """The checks within the first epoch, then the end of each; empty where nothing is held out."""
    names = ("loss", "accuracy"), ("validation_loss", "validation_accuracy")
    points = [
        _point(record, measure, *keys, by_time=by_time)
        for keys, records in zip(names, (metrics.checks, metrics.epochs), strict=True)
        for record in records
    ]
    return [point for point in points if point]


def training_curve(metrics: Metrics, measure: Measure, *, by_time: bool = False) -> Curve:
    """Means over stretches of the run's own batches, augmented and smoothed as they are."""
    points = [_point(record, measure, "loss", "accuracy", by_time=by_time) for record in metrics.steps]
    known = [point for point in points if point]
    size = max(1, math.ceil(len(known) / TRAINING_POINTS))
    parts = [known[at : at + size] for at in range(0, len(known), size)]
    return [(part[-1][0], sum(y for _x, y in part) / len(part)) for part in parts]


def _point(
    record: Mapping[str, Any], measure: Measure, loss: str, accuracy: str, *, by_time: bool
) -> tuple[float, float] | None:
    x = _number(record, "elapsed" if by_time else "epoch")
    y = _number(record, loss if measure is Measure.LOSS else accuracy)
    if x is None or y is None:
        return None
    return x, 1 - y if measure is Measure.ERROR else y


def spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places for labels as near to these as can be, at least `gap` apart, between low and high where there is room."""
    order = sorted(range(len(places)), key=lambda at: places[at])
    result = [min(max(place, low), high) for place in places]
    for before, at in pairwise(order):
        result[at] = max(result[at], result[before] + gap)
    top = high
    for at in reversed(order):
        result[at] = min(result[at], top)
        top = result[at] - gap
    return result


# --- Fairness ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Start:
    """What two runs have in common before their first step, by layer.

    same: number for number. resized: of another size, or only in one of them. redrawn: the same size, other numbers.
    """

    same: tuple[str, ...]
    resized: tuple[str, ...]
    redrawn: tuple[str, ...]


def same_start(one: Checkpoint, other: Checkpoint) -> Start:
    """Compare the weights of step 0, tensor by tensor."""
    layers = _by_layer(one), _by_layer(other)
    groups: dict[str, list[str]] = {"same": [], "resized": [], "redrawn": []}
    for name in sorted({*layers[0], *layers[1]}, key=_place):
        groups[_kinship(layers[0].get(name, {}), layers[1].get(name, {}))].append(name)
    return Start(*(tuple(group) for group in groups.values()))


def _by_layer(start: Checkpoint) -> dict[str, dict[str, torch.Tensor]]:
    """The tensors by the name of their layer in `ModelConfig.layers`."""
    found: dict[str, dict[str, torch.Tensor]] = {}
    for key, tensor in start.weights.items():
        parts = key.split(".")
        layer = f"{parts[2]}{int(parts[1]) + 1}" if parts[0] == "blocks" else parts[0]
        found.setdefault(layer, {})[key] = tensor
    return found


def _place(layer: str) -> tuple[str, str]:
    """conv1, norm1, conv2, ..., dense, output."""
    return (layer[-1], layer) if layer[-1].isdecimal() else ("last", layer)


def _kinship(one: Mapping[str, torch.Tensor], other: Mapping[str, torch.Tensor]) -> str:
    if {key: value.shape for key, value in one.items()} != {key: value.shape for key, value in other.items()}:
        return "resized"
    return "same" if all(torch.equal(one[key], other[key]) for key in one) else "redrawn"


def data_of(entry: Entry) -> str:
    """The data set that the run really used: where MNIST cannot be had it is another than was asked for."""
    return str(entry.report.get("data") or entry.settings.train.data)


def _pictures_of(entry: Entry) -> tuple[Any, ...]:
    """What decides which pictures are trained on, and in which order."""
    train, start = entry.settings.train, entry.metrics.start
    if start:
        return data_of(entry), train.seed, start["images"], start["validation_images"]
    return data_of(entry), train.seed, train.train_images, train.validation_share


@dataclass(frozen=True)
class Fairness:
    """In the reader's language. verdict: one sentence. points: on the weights, the pictures and the computers."""

    fair: bool
    verdict: str
    points: tuple[str, ...]


def fairness(entries: Sequence[Entry], starts: Sequence[Checkpoint | None]) -> Fairness:
    """Whether what differs between two or more runs can be put down to their settings.

    starts: the snapshots of step 0, None where there is none. The first run is what the others are measured against.
    """
    settings = settings_of([entry.settings for entry in entries])
    changed = [setting for setting in settings if setting.differs and setting.field != "device"]
    common = [same_start(starts[0], other) if starts[0] and other else None for other in starts[1:]]
    same_pictures = len({_pictures_of(entry) for entry in entries}) == 1
    same_sizes = len({entry.settings.train.batch_size for entry in entries}) == 1
    same_order = same_pictures and same_sizes
    points = [*_about_weights(common), _about_order(entries, same_pictures, same_sizes), *_about_computers(entries)]
    alike = all(start and not start.resized and not start.redrawn for start in common)
    fair = same_order and alike and len(changed) == 1
    return Fairness(fair, _verdict(changed, common, fair=fair, same_order=same_order), tuple(points))


def _verdict(changed: Sequence[Setting], common: Sequence[Start | None], *, fair: bool, same_order: bool) -> str:
    names = listed([setting.name.lower() for setting in changed])
    if not changed:
        return _("All settings are the same, so whatever differs is chance, or the computer.")
    if len(changed) > 1:
        return _(
            "Not a fair experiment: {count} settings differ ({settings}), and nobody can say which of them mattered.",
            count=len(changed),
            settings=names,
        )
    if changed[0].field == "seed":
        return _("Only the seed differs, so this shows how much is chance.")
    if fair:
        return _("A fair experiment: only one setting differs ({setting}).", setting=names)
    return _nearly_fair(names, common, same_order=same_order)


def _nearly_fair(setting: str, common: Sequence[Start | None], *, same_order: bool) -> str:
    """The verdict where only this setting differs, and yet the runs did not begin or go on alike."""
    if same_order and any(start and start.resized for start in common):
        return _(
            "As fair as can be: only one setting differs ({setting}), but networks of different shapes cannot begin "
            "with the same weights in every layer.",
            setting=setting,
        )
    if same_order and None in common:
        return _("Only one setting differs ({setting}); whether the runs begin alike is not known.", setting=setting)
    return _("Only one setting differs ({setting}), but with it other things change too.", setting=setting)


def _about_weights(common: Sequence[Start | None]) -> list[str]:
    """What is said once for all runs that share as much with the first."""
    sentences = []
    for start in dict.fromkeys(common):
        runs = [letter for letter, each in zip(LETTERS[1:], common, strict=False) if each == start]
        sentences.append(_about_start(runs, start))
    return sentences


def _about_start(runs: Sequence[str], start: Start | None) -> str:
    count, names = len(runs), listed(runs)
    if start is None:
        unknown = _("Whether {runs} began like A is not known, because a snapshot of the start is missing.")
        return unknown.format(runs=names)
    if not start.resized and not start.redrawn:
        return ngettext(
            "{runs} begins with the same weights as A in every layer, number for number.",
            "{runs} begin with the same weights as A in every layer, number for number.",
            count,
            runs=names,
        )
    if start.same:
        begin = ngettext(
            "{runs} begins with the same weights as A in {layers}.",
            "{runs} begin with the same weights as A in {layers}.",
            count,
            runs=names,
            layers=listed(start.same),
        )
    else:
        begin = ngettext(
            "{runs} begins with other weights than A.", "{runs} begin with other weights than A.", count, runs=names
        )
    sentences = [begin]
    if start.resized:
        sentences.append(_("Having another size, {layers} cannot be the same.", layers=listed(start.resized)))
    if start.redrawn:
        sentences.append(_("For {layers}, other random numbers were drawn.", layers=listed(start.redrawn)))
    return " ".join(sentences)


def _about_order(entries: Sequence[Entry], same_pictures: bool, same_sizes: bool) -> str:
    if not same_pictures:
        return _why_other_pictures(entries)
    same_labels = len({entry.settings.train.shuffle_labels for entry in entries}) == 1
    if same_sizes and same_labels:
        return _("They see the same batches in the same order.")
    if same_sizes:
        return _("They see the same batches in the same order, but not with the same labels.")
    if same_labels:
        return _("They see the same pictures in the same order, cut into batches of different sizes.")
    return _(
        "They see the same pictures in the same order, but not with the same labels, and cut into batches of different "
        "sizes."
    )


def _why_other_pictures(entries: Sequence[Entry]) -> str:
    """The first thing that differs in `_pictures_of`."""
    kinds = zip(*(_pictures_of(entry) for entry in entries), strict=True)
    first = next(at for at, values in enumerate(kinds) if len({*values}) > 1)
    if first == 0:
        return _("They do not see the same pictures in the same order: they use different data sets.")
    if first == 1:
        return _("They do not see the same pictures in the same order: their seeds differ.")
    return _("They do not see the same pictures in the same order: they train on different numbers of pictures.")


def _about_computers(entries: Sequence[Entry]) -> list[str]:
    devices = sorted(
        {
            str(entry.metrics.start["device"])
            for entry in entries
            if entry.metrics.start and "device" in entry.metrics.start
        }
    )
    if len(devices) < 2:
        return []
    told = _("They ran on different devices ({devices}), so their times say nothing about their settings.")
    return [told.format(devices=listed(devices))]
