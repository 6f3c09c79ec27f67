"""The three questions of the lesson on the whole CNN."""

from __future__ import annotations

from collections.abc import Callable

from model.language import _
from model.network.config import ModelConfig
from model.network.layers import IMAGE_SIZE, Layer, convolution_parameters, dense_parameters, layer_table
from ui.learn.cnn.calculations import TIMES, as_latex, parameter_calculation
from ui.learn.question import Question


def other_input(layers: list[Layer]) -> Question:
    """The parameters of a layer with half as many incoming maps or numbers."""
    convolutions = [layer for layer in layers if layer.kind == "convolution"]
    if len(convolutions) > 1:
        layer = convolutions[1]
        now, filters, kernel = layer.input[0], layer.output[0], int(layer.kernel or 1)
        other = now // 2 or 2
        text = _(
            "If {layer} had {other} incoming maps instead of {now}, how many parameters would it have?",
            other=other,
            now=now,
            layer=layer.name,
        )
        answer = convolution_parameters(other, kernel, filters)
        calculation = f"({other} {TIMES} {kernel} {TIMES} {kernel} + 1) {TIMES} {filters} = {answer:,}"
    else:
        layer = next(layer for layer in layers if layer.name == "dense")
        now, units = layer.input[0], layer.output[0]
        other = now // 2 or 2
        text = _(
            "If the hidden dense layer had {other:,} incoming numbers instead of {now:,}, how many parameters would it "
            "have?",
            other=other,
            now=now,
        )
        answer = dense_parameters(other, units)
        calculation = f"({other} + 1) {TIMES} {units} = {answer:,}"
    explanation = _(
        "Now it is ${now}$, and then it would be ${then}$. The number of biases stays the same.",
        now=as_latex(parameter_calculation(layer)),
        then=as_latex(calculation),
    )
    return Question("input", text, float(answer), explanation)


def other_network(config: ModelConfig) -> Question:
    """Which layer has most parameters in a network that differs in one setting."""
    text, other = _other(config)
    counts = {layer.name: layer.parameters for layer in other.layers() if layer.kind in ("convolution", "dense")}
    most = max(counts, key=lambda name: counts[name])
    listed = ", ".join(f"{name}: {count:,}" for name, count in counts.items())
    explanation = _(
        "Then the parameters would be {listed}. A dense layer needs a weight for every incoming number.", listed=listed
    )
    return Question("most", text, most, explanation, tuple(counts))


def _other(config: ModelConfig) -> tuple[str, ModelConfig]:
    """The first network that can be built and differs in one setting, and the question about it."""
    few = max(1, config.dense_units // 8) if config.dense_units > 1 else 2
    candidates: list[tuple[Callable[[], str], dict[str, object]]] = []
    if config.filters and config.pooling != "none":
        candidates.append(
            (lambda: _("Without its pooling, which layer would have most parameters?"), {"pooling": "none"})
        )
    if config.filters and config.pooling == "none":
        candidates.append(
            (lambda: _("With maximum pooling, which layer would have most parameters?"), {"pooling": "max"})
        )
    candidates.append(
        (
            lambda: _("With {few} units in the hidden dense layer, which layer would have most parameters?", few=few),
            {"dense_units": few},
        )
    )
    for text, change in candidates:
        try:
            return text(), ModelConfig(**{**config.model_dump(), **change})
        except ValueError:  # it would have too many parameters, or maps without any numbers
            continue
    return _("Which layer has most parameters?"), config


def larger_picture(config: ModelConfig) -> Question:
    """What changes in the first layer if the picture is twice as wide and twice as high."""
    double = 2 * IMAGE_SIZE
    first, larger = (
        next(layer for layer in table if layer.multiplications)
        for table in (config.layers(), layer_table(config, double, double))
    )
    choices = {
        (False, False): _("As many parameters, as many multiplications"),
        (False, True): _("As many parameters, more multiplications"),
        (True, False): _("More parameters, as many multiplications"),
        (True, True): _("More of both"),
    }
    more = larger.parameters > first.parameters, larger.multiplications > first.multiplications
    return Question(
        "double",
        _(
            "The pictures have {double}x{double} pixels instead of {side}x{side}. What does that change for {layer}, "
            "the first layer with parameters?",
            double=double,
            side=IMAGE_SIZE,
            layer=first.name,
        ),
        choices[more],
        _(
            "Parameters: {before:,} before, {after:,} then. Multiplications: {few:,} before, {many:,} then. A "
            "convolution uses the same kernel at every place, so a larger picture needs more work but no more weights. "
            "A dense layer needs a weight for every pixel.",
            before=first.parameters,
            after=larger.parameters,
            few=first.multiplications,
            many=larger.multiplications,
        ),
        tuple(choices.values()),
    )
