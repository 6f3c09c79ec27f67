"""Guided experiments: a question, the runs that answer it, and the finding, computed from what came out of them.

All runs of an experiment have the same seed and see the same pictures in the same order; they differ in one setting.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from model.language import N_, _, localized, values_in
from model.network.config import ModelConfig
from model.network.train_config import TrainConfig
from model.training.events import DIVERGED

Data = Literal["mnist", "digits"]

CHANCE = 0.1
"""The accuracy of guessing among ten digits."""

COLLAPSED = 0.2
"""A network that reads fewer pictures than this has learned next to nothing."""

MUCH = 0.02
"""An accuracy that is higher by so much is much better, and no chance of 10,000 or 360 test pictures."""

SHIFTS = (0, 1, 2, 3, 4)
"""Pixels by which the first experiment moves the test pictures."""

_PLAIN: dict[str, Any] = {
    "averaging": 0.0,
    "label_smoothing": 0.0,
    "rotation": 0.0,
    "shift": 0.0,
    "scale": 0.0,
    "aspect": 0.0,
    "shear": 0.0,
    "elastic": 0.0,
    "thickness": 0.0,
}
"""No help from outside, so that what is left is what the experiment is about."""

_AUGMENTED = {"rotation": 10.0, "shift": 2.0, "scale": 0.1, "shear": 8.0, "elastic": 0.5, "thickness": 1.0}


@dataclass(frozen=True)
class Variant:
    """One run of an experiment. key: what findings call it; label: what students read, in their language."""

    key: str
    label: str
    model: ModelConfig
    train: TrainConfig


@dataclass(frozen=True)
class Result:
    """What came out of a run. Accuracies are shares from 0 to 1.

    test: None where it did not get that far; the figures by epoch are empty then. diverged: the loss was no number any
    more. shifted: accuracy with the pictures moved by SHIFTS, where that was measured.
    """

    test: float | None
    seconds: float = 0.0
    parameters: int = 0
    training: Sequence[float] = ()
    validation: Sequence[float] = ()
    validation_loss: Sequence[float] = ()
    diverged: bool = False
    shifted: Sequence[float] = ()

    @classmethod
    def of(cls, report: Mapping[str, Any] | None, shifted: Sequence[float] = ()) -> Result:
        """From the report of a run, as `model.runs.folder` describes it; None where there is none."""
        if not report or "test_accuracy" not in report:
            return cls(None, diverged=values_in(str((report or {}).get("message")), DIVERGED) is not None)
        history = report["history"]
        return cls(
            report["test_accuracy"],
            report["train_seconds"],
            report["parameters"],
            [epoch["train_accuracy"] for epoch in history],
            [epoch["validation_accuracy"] or 0.0 for epoch in history],
            [epoch["validation_loss"] or 0.0 for epoch in history],
            shifted=shifted,
        )


Results = Mapping[str, Result]


@dataclass(frozen=True)
class Finding:
    """answer: which of the choices the runs support, None where they support none.

    text: why, in the reader's language; Markdown.
    """

    answer: int | None
    text: str


@dataclass(frozen=True)
class Experiment:
    """A question with its choices, of which one is right as a rule; `find` says which one the runs support.

    title, setup, question, choices: in English, to be translated where they are shown.
    """

    key: str
    title: str
    setup: str
    question: str
    choices: tuple[str, ...]
    variants: Callable[[Data], list[Variant]]
    find: Callable[[Results], Finding]
    shifts: bool = field(default=False)


def conclude(experiment: Experiment, results: Results, data: Data) -> Finding:
    """The finding, with what has to be said about the data; a sentence in its place where runs are missing."""
    variants = experiment.variants(data)
    missing = [each.label for each in variants if each.key not in results or _unknown(results[each.key])]
    if missing:
        text = _(
            "Not all runs came to their end ({runs}), so there is nothing to conclude.",
            runs=_(", ").join(missing),
        )
        return Finding(None, text)
    finding = experiment.find(results)
    if data == "mnist":
        return finding
    small = _("This was the small data set of 1,797 pictures: one test picture more or less is 0.3 points.")
    return Finding(finding.answer, f"{finding.text}\n\n{small}")


def _unknown(result: Result) -> bool:
    return result.test is None and not result.diverged


def _train(data: Data, **changes: Any) -> TrainConfig:
    return TrainConfig(**{**_PLAIN, "data": data, "seed": 1, **changes})


def _usual(data: Data, **changes: Any) -> TrainConfig:
    """10,000 pictures of MNIST, 1,000 of them for validation; of the small set, all, and more passes."""
    size = {"train_images": 10_000, "validation_share": 0.1, "epochs": 5}
    small = {"train_images": 60_000, "validation_share": 0.2, "epochs": 15, "batch_size": 32}
    return _train(data, **{**(size if data == "mnist" else small), **changes})


def _few(data: Data, **changes: Any) -> TrainConfig:
    """1,000 pictures and as many for validation; 400 of the small set."""
    size = {"train_images": 2_000, "validation_share": 0.5, "epochs": 44}
    small = {"train_images": 800, "validation_share": 0.5, "epochs": 40, "batch_size": 32}
    return _train(data, **{**(size if data == "mnist" else small), **changes})


def _percent(share: float | None) -> str:
    return _("no number") if share is None else localized(share, ".1%")


def _last(figures: Sequence[float]) -> float | None:
    return figures[-1] if figures else None


def _known(result: Result) -> float:
    """For comparing: a run that diverged knows nothing."""
    return result.test or 0.0


def _ranked(results: Results) -> list[str]:
    return sorted(results, key=lambda key: -_known(results[key]))


def _in_order(shares: Mapping[str, float | None], names: Mapping[str, str]) -> str:
    """What each reads, the best first."""
    order = sorted(shares, key=lambda key: -(shares[key] or 0.0))
    return _(", ").join(f"{_(names[key])} {_percent(shares[key])}" for key in order)


def _at_the_end(results: Results, names: Mapping[str, str]) -> str:
    return _("At the end: {results}.", results=_in_order({key: each.test for key, each in results.items()}, names))


# --- Why a CNN? -------------------------------------------------------------------------------------------------------


def _same_size_dense() -> ModelConfig:
    """The dense network whose parameters come closest to the default network's."""
    wanted = ModelConfig().parameters
    sizes = (ModelConfig(filters=(), dense_units=units) for units in range(1, 513))
    return min(sizes, key=lambda model: abs(model.parameters - wanted))


def _cnn_variants(data: Data) -> list[Variant]:
    train = _usual(data, train_images=20_000, validation_share=0.05) if data == "mnist" else _usual(data)
    return [
        Variant("cnn", _("CNN"), ModelConfig(), train),
        Variant("dense", _("Dense network"), _same_size_dense(), train),
    ]


def _find_cnn(results: Results) -> Finding:
    cnn, dense = results["cnn"], results["dense"]
    text = _(
        "With {parameters:,} parameters the CNN reads {share} of the test pictures, the dense network with "
        "{dense_parameters:,} reads {dense_share}.",
        parameters=cnn.parameters,
        share=_percent(cnn.test),
        dense_parameters=dense.parameters,
        dense_share=_percent(dense.test),
    )
    better = _known(cnn) > _known(dense)
    if not cnn.shifted or not dense.shifted:
        return Finding(0 if better else None, text)
    moved = _(
        "Moved by {pixels} pixels, the CNN still reads {share} and the dense network {dense_share}.",
        pixels=SHIFTS[-1],
        share=_percent(cnn.shifted[-1]),
        dense_share=_percent(dense.shifted[-1]),
    )
    lost = [result.shifted[0] - result.shifted[-1] for result in (cnn, dense)]
    if not better:
        why = _("Here the CNN was no better, which is rare: was it trained to its end?")
        return Finding(2, f"{text} {moved} {why}")
    if lost[0] >= lost[1]:
        why = _("Here the CNN is better in place, yet it suffers from the move at least as much.")
        return Finding(1, f"{text} {moved} {why}")
    why = _(
        "A kernel looks for the same stroke everywhere, so what it learned in one place it knows in all; pooling "
        "forgives a pixel. The dense network has weights of its own for each pixel, and learns every place anew."
    )
    return Finding(0, f"{text} {moved} {why}")


# --- Which activation? ------------------------------------------------------------------------------------------------

_ACTIVATIONS = {"relu": N_("ReLU"), "sigmoid": N_("Sigmoid"), "tanh": N_("Tanh")}


def _activation_variants(data: Data) -> list[Variant]:
    return [
        Variant(key, _(name), ModelConfig(activation=key), _usual(data))  # type: ignore[arg-type]
        for key, name in _ACTIVATIONS.items()
    ]


def _find_activation(results: Results) -> Finding:
    first = {key: result.validation[0] for key, result in results.items() if result.validation}
    last = _ranked(results)[-1]
    sentences = [_at_the_end(results, _ACTIVATIONS)]
    if first:
        sentences.append(_("After the first epoch: {results}.", results=_in_order(first, _ACTIVATIONS)))
    if last == "sigmoid":
        sentences.append(
            _(
                "The Sigmoid's slope is at most a quarter. Through four layers that leaves at most 1/256 of the "
                "gradient, so the first layers hardly move at the start. ReLU passes the gradient on whole wherever it "
                "is active, and Tanh's slope is 1 in its middle."
            )
        )
    else:
        sentences.append(
            _("The Sigmoid did not come last here: with so many steps even its small gradients were enough.")
        )
    return Finding(list(_ACTIVATIONS).index(last), " ".join(sentences))


# --- Pooling ----------------------------------------------------------------------------------------------------------

_POOLINGS = {"max": N_("Maximum"), "average": N_("Average"), "none": N_("No pooling")}


def _pooling_variants(data: Data) -> list[Variant]:
    train = _usual(data, epochs=6 if data == "mnist" else 15)
    return [
        Variant(key, _(name), ModelConfig(pooling=key), train)  # type: ignore[arg-type]
        for key, name in _POOLINGS.items()
    ]


def _find_pooling(results: Results) -> Finding:
    best, none = results["max"], results["none"]
    price = _(
        "Without pooling there are {count:,} parameters in place of {fewer:,}, {size:.0f} times as many, and the "
        "training took {times:.1f} times as long.",
        count=none.parameters,
        fewer=best.parameters,
        size=none.parameters / max(best.parameters, 1),
        times=none.seconds / max(best.seconds, 1e-9),
    )
    gain = _known(none) - max(_known(results["max"]), _known(results["average"]))
    if gain <= 0:
        worth = _("All that work buys nothing: what matters is that a stroke is there, not on which pixel.")
    else:
        worth = _(
            "It buys {points:.1f} points here; whether that is worth the price is a decision, not a law.",
            points=100 * gain,
        )
    return Finding(0 if gain < MUCH else 1, f"{_at_the_end(results, _POOLINGS)} {price} {worth}")


# --- Overfitting ------------------------------------------------------------------------------------------------------

_REMEDIES = {
    "dropout": N_("With dropout: {share} of the test pictures, a gap of {gap:.1f} points"),
    "decay": N_("With weight decay: {share} of the test pictures, a gap of {gap:.1f} points"),
    "augmentation": N_("With augmentation: {share} of the test pictures, a gap of {gap:.1f} points"),
    "more": N_("With more images: {share} of the test pictures, a gap of {gap:.1f} points"),
}
_BEST_REMEDIES = {
    "dropout": N_("Here dropout did best, better even than more pictures."),
    "decay": N_("Here weight decay did best, better even than more pictures."),
    "augmentation": N_("Here augmentation did best, better even than more pictures."),
}


def _overfitting_variants(data: Data) -> list[Variant]:
    few = {"mnist": 1_000, "digits": 400}[data]
    many = {"mnist": 10_000, "digits": 1_035}[data]
    images, share = {"mnist": (11_000, 1 / 11), "digits": (60_000, 0.28)}[data]
    more = _few(data, train_images=images, validation_share=share, epochs=_few(data).epochs // 4)
    plain = ModelConfig()
    return [
        Variant("plain", _("{count:,} images, plain", count=few), plain, _few(data)),
        Variant("dropout", _("with dropout"), ModelConfig(dropout=0.5), _few(data)),
        Variant("decay", _("with weight decay"), plain, _few(data, optimizer="adamw", weight_decay=0.5)),
        Variant("augmentation", _("with augmentation"), plain, _few(data, **_AUGMENTED)),
        Variant("more", _("{count:,} images", count=many), plain, more),
    ]


def gap(result: Result) -> float:
    """Training less validation accuracy after the last epoch: what is known by heart only."""
    return result.training[-1] - result.validation[-1] if result.training and result.validation else 0.0


def loss_rise(result: Result) -> float:
    """How far the validation loss stands above its lowest at the end, in nats."""
    return result.validation_loss[-1] - min(result.validation_loss) if result.validation_loss else 0.0


def _find_overfitting(results: Results) -> Finding:
    plain, more = results["plain"], results["more"]
    told = _(
        "Plain: {training} of the training pictures, but {validation} of the validation pictures, a gap of {gap:.1f} "
        "points; the validation loss ends {rise:.2f} above its lowest.",
        training=_percent(_last(plain.training)),
        validation=_percent(_last(plain.validation)),
        gap=100 * abs(gap(plain)),
        rise=loss_rise(plain),
    )
    remedies = [
        _(text, share=_percent(results[key].test), gap=100 * abs(gap(results[key]))) for key, text in _REMEDIES.items()
    ]
    best = _ranked(results)[0]
    if best == "more":
        end = _(
            "More pictures helped most: {points:.1f} points more on the test set than plain. The other remedies make "
            "the few pictures harder to learn by heart; new pictures are news.",
            points=100 * abs(_known(more) - _known(plain)),
        )
    elif best == "plain":
        end = _("Here no remedy helped, which happens when the training was short.")
    else:
        end = _(_BEST_REMEDIES[best])
    answer = None if best == "plain" else list(_REMEDIES).index(best)
    return Finding(answer, "\n".join([told, *(f"- {each}" for each in remedies), "", end]))


# --- The learning rate ------------------------------------------------------------------------------------------------

_RATES = {"small": 1e-6, "right": 1e-3, "large": 0.1, "huge": 100.0}


def _rate_variants(data: Data) -> list[Variant]:
    names = {"small": "0.000001", "right": "0.001", "large": "0.1", "huge": "100"}
    return [
        Variant(key, _("Learning rate {rate}", rate=names[key]), ModelConfig(), _usual(data, learning_rate=rate))
        for key, rate in _RATES.items()
    ]


def _find_rate(results: Results) -> Finding:
    small, right = results["small"], results["right"]
    broken = {key: results[key] for key in ("large", "huge")}
    sentences = [
        _(
            "0.001 reads {share}. With 0.000001 each step is a thousand times smaller: after the same number of steps "
            "{small_share}, and it would need many more.",
            share=_percent(right.test),
            small_share=_percent(small.test),
        ),
        *(_with_rate(_RATES[key], result) for key, result in broken.items()),
    ]
    as_a_rule = max(_known(result) for result in broken.values()) < COLLAPSED and _known(right) > _known(small)
    return Finding(0 if as_a_rule else None, " ".join(sentences))


def _with_rate(rate: float, result: Result) -> str:
    if result.diverged:
        return _(
            "With {rate:g} every step overshoots, the weights grow without end and the loss is no longer a number; "
            "the run was stopped there.",
            rate=rate,
        )
    if _known(result) < COLLAPSED:
        return _(
            "With {rate:g} the first steps throw the weights so far that no ReLU answers any more; what is left gives "
            "every picture the same answer, {share}.",
            rate=rate,
            share=_percent(result.test),
        )
    return _(
        "With {rate:g} it still reads {share}, jumping about the valley it cannot enter.",
        rate=rate,
        share=_percent(result.test),
    )


# --- Shuffled labels --------------------------------------------------------------------------------------------------


def _label_variants(data: Data) -> list[Variant]:
    train = _few(data, epochs=80)
    model = ModelConfig()
    return [
        Variant("true", _("True labels"), model, train),
        Variant("shuffled", _("Shuffled labels"), model, train.model_copy(update={"shuffle_labels": True})),
    ]


def _find_labels(results: Results) -> Finding:
    true, shuffled = results["true"], results["shuffled"]
    learned = shuffled.training[-1] if shuffled.training else 0.0
    read = shuffled.validation[-1] if shuffled.validation else 0.0
    text = _(
        "With shuffled labels it gives {learned} of the training pictures the label they were dealt, and reads {read} "
        "of new pictures; guessing gets {chance}. With true labels: {true_learned} and {true_read}.",
        learned=_percent(learned),
        read=_percent(read),
        chance=_percent(CHANCE),
        true_learned=_percent(_last(true.training)),
        true_read=_percent(_last(true.validation)),
    )
    if read >= COLLAPSED:
        why = _("It read new pictures better than chance, which shuffled labels cannot explain.")
        return Finding(2, f"{text} {why}")
    if learned <= 0.5:
        why = _("In so few epochs it did not even get far by heart.")
        return Finding(0, f"{text} {why}")
    why = _(
        "There was nothing to understand, so it learned each picture by heart. A high training accuracy alone proves "
        "nothing: the same network can learn or memorise, and only pictures it never saw tell which (Zhang et al. "
        "2017)."
    )
    return Finding(1, f"{text} {why}")


EXPERIMENTS = (
    Experiment(
        "cnn",
        N_("Why a CNN?"),
        N_(
            "The default CNN, and a dense network without any convolution but with as many parameters, learn from the "
            "same pictures. Then both read test pictures that are moved by 1 to 4 pixels."
        ),
        N_("Which one suffers more from the move?"),
        (N_("The dense network"), N_("The CNN"), N_("Both alike")),
        _cnn_variants,
        _find_cnn,
        shifts=True,
    ),
    Experiment(
        "activation",
        N_("Which activation?"),
        N_(
            "Three networks start from the very same weights and see the same batches. Only the function after each "
            "layer differs."
        ),
        N_("Which one reads fewest test pictures at the end?"),
        tuple(_ACTIVATIONS.values()),
        _activation_variants,
        _find_activation,
    ),
    Experiment(
        "pooling",
        N_("Maximum, average, or no pooling?"),
        N_(
            "Pooling makes feature maps smaller, by the largest of four numbers or by their mean. Without it, every "
            "number goes on to the dense layer."
        ),
        N_("What does a network without pooling gain?"),
        (N_("Nothing that is worth its size"), N_("Much better reading, because nothing is thrown away")),
        _pooling_variants,
        _find_pooling,
    ),
    Experiment(
        "overfitting",
        N_("How to avoid overfitting?"),
        N_("A thousand pictures are few: a network can learn them by heart. Four remedies try to keep it from that."),
        N_("Which remedy helps most on pictures it never saw?"),
        (N_("Dropout"), N_("Weight decay"), N_("Augmentation"), N_("Ten times as many pictures")),
        _overfitting_variants,
        _find_overfitting,
    ),
    Experiment(
        "rate",
        N_("What does the learning rate do?"),
        N_("The same network and the same pictures, four learning rates: far too small, right, too large, and absurd."),
        N_("What happens when it is far too large?"),
        (
            N_("It learns nothing, or breaks"),
            N_("It learns faster, and ends at the same place"),
            N_("It learns by heart"),
        ),
        _rate_variants,
        _find_rate,
    ),
    Experiment(
        "labels",
        N_("What does it learn from shuffled labels?"),
        N_(
            "Every training picture gets the label of another one, by lot: a 7 may be called a 2. The validation "
            "pictures keep their true labels."
        ),
        N_("What will the network do?"),
        (
            N_("Learn nothing at all"),
            N_("Learn the training pictures by heart, and read new ones by chance"),
            N_("Learn to read"),
        ),
        _label_variants,
        _find_labels,
    ),
)
