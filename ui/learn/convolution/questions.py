"""The three questions of the lesson on convolution."""

from __future__ import annotations

import numpy as np

from model.language import _
from model.network.layers import convolution_parameters
from model.theory.convolution.curves import Floats
from model.theory.convolution.kernels import flip, symmetry
from ui.learn.convolution.channels import parameter_formula
from ui.learn.convolution.kernel import output_size_formula
from ui.learn.convolution.settings import ChannelSettings, ConvolutionState, KernelSettings
from ui.learn.question import Question
from ui.shared.formatting import short_number
from ui.shared.state import state_of


def present_questions() -> list[Question]:
    """The questions for the settings that the student sees."""
    state = state_of(ConvolutionState)
    return [output_columns(state.kernel), flipped_kernel(state.kernel.numbers), layer_parameters(state.channels)]


def output_columns(settings: KernelSettings) -> Question:
    """The columns of the output with a larger stride."""
    stride = settings.stride + 1
    return Question(
        "columns",
        _(
            "Leave kernel and padding of the sliding kernel as they are, and make its stride larger by 1. How many "
            "columns does the output have?"
        ),
        float(settings.columns(stride)),
        _("With that stride the formula gives:") + f"\n\n${output_size_formula(settings, stride)}$",
    )


def flipped_kernel(numbers: Floats) -> Question:
    """What flipping the kernel does to its output. numbers: float64 (k, k)."""
    answers = {
        "same": _("The same output"),
        "opposite": _("The same output with all signs changed"),
        "other": _("Another output"),
    }
    reasons = {
        "same": _("After a half turn this kernel is the same: each number equals the number at the opposite place."),
        "opposite": _("After a half turn each number of this kernel has the opposite sign, and so does every sum."),
        "other": _("After a half turn this is another kernel. It is neither the same nor its negative."),
    }
    found = symmetry(numbers)
    return Question(
        "flip",
        _("Flip the kernel with the numbers above. What is the output, compared with the kernel as it is?"),
        answers[found],
        f"{reasons[found]} {_opposite_numbers(numbers, found)}",
        tuple(answers.values()),
    )


def _opposite_numbers(numbers: Floats, found: str) -> str:
    """One number of the kernel and the one at the opposite place, chosen so that they show the effect best."""
    turned = flip(numbers)
    if found == "other":
        contrast = np.minimum(np.abs(numbers - turned), np.abs(numbers + turned))
    else:
        contrast = np.abs(numbers) + np.abs(turned)
    contrast[len(numbers) // 2, len(numbers) // 2] = -1  # the middle is opposite to itself
    row, column = np.unravel_index(int(contrast.argmax()), numbers.shape)
    last = len(numbers) - 1
    return _(
        "The number in row {row}, column {column} is {one}. The number at the opposite place, row {far_row}, column "
        "{far_column}, is {other}.",
        row=row + 1,
        column=column + 1,
        one=short_number(numbers[row, column]),
        far_row=last - row + 1,
        far_column=last - column + 1,
        other=short_number(turned[row, column]),
    )


def layer_parameters(settings: ChannelSettings) -> Question:
    """The parameters of the layer with twice as many output channels."""
    size, channels_in, channels_out = settings.size, settings.channels_in, 2 * settings.channels_out
    return Question(
        "parameters",
        _(
            "The layer whose channels you have chosen gets twice as many output channels. How many parameters does it "
            "have then?"
        ),
        float(convolution_parameters(channels_in, size, channels_out)),
        _("There are twice as many filters, each with its kernels and its bias:")
        + f"\n\n${parameter_formula(size, channels_in, channels_out)}$",
    )
