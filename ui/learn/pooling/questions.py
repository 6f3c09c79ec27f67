"""The three questions of the lesson on pooling."""

from __future__ import annotations

from torch import Tensor

from model.language import _
from model.network.layers import output_size
from model.theory.pooling import PoolingKind, is_equivariant, pool, uncovered_count, window_at
from ui.learn.pooling.settings import KINDS, STRIDES, Pooling, size_formula
from ui.learn.pooling.source import Source
from ui.learn.question import Question
from ui.shared.formatting import short_number


def other_kind(grid: Tensor, pooling: Pooling) -> Question:
    """The number of the last window with the other kind of pooling. grid: float32 (side, side)."""
    kind: PoolingKind = "average" if pooling.kind == "max" else "max"
    place = pooling.side(len(grid))
    numbers = window_at(grid, pooling.window, pooling.stride, place - 1, place - 1)
    answer = float(pool(grid, kind, pooling.window, pooling.stride)[-1, -1])
    listed = ", ".join(short_number(value) for value in numbers.flatten().tolist())
    if kind == "average":
        explanation = _(
            "The window contains {listed}. Their sum is {sum}, and {sum} / {count} = {answer}.",
            listed=listed,
            sum=short_number(float(numbers.sum())),
            count=numbers.numel(),
            answer=short_number(answer),
        )
    else:
        explanation = _(
            "The window contains {listed}, and {answer} is the largest.", listed=listed, answer=short_number(answer)
        )
    return Question(
        "kind",
        _(
            "Look at the grid, with the window and the stride above. With {kind} instead, which number would be in row "
            "{place}, column {place} of the pooled grid? Two decimals are enough.",
            kind=_(KINDS[kind]),
            place=place,
        ),
        answer,
        explanation,
        tolerance=0.01,
    )


def other_stride(source: Source, pooling: Pooling) -> Question:
    """How many numbers of one map are left with another stride."""
    stride = STRIDES[STRIDES.index(pooling.stride) - 1]
    side = source.map.shape[0]
    after = output_size(side, pooling.window, stride)
    left = uncovered_count(side, pooling.window, stride)
    rest = _("Rows and columns at the edge that are in no window: {left} each.", left=left) if left else ""
    return Question(
        "size",
        _(
            "A map has {side}x{side} numbers, and the window is the one above. With a stride of {stride}, how many "
            "numbers does the pooled map have?",
            side=side,
            stride=stride,
        ),
        float(after**2),
        f"${size_formula(side, pooling.window, stride)}$, ${after} \\cdot {after} = {after**2}$. {rest}",
    )


def move_by_window(source: Source, pooling: Pooling) -> Question:
    """Whether a move by the width of a window leaves the pooled numbers as they are."""
    move = pooling.window
    whole = is_equivariant(source.image, pooling.kind, pooling.window, pooling.stride, move)
    same, new = _("The same numbers, in other places"), _("Other numbers")
    figures = {"move": move, "stride": pooling.stride}
    if move % pooling.stride == 0:
        why = _(
            "{move} is a multiple of the stride {stride}: each window contains what another window contained before.",
            **figures,
        )
    elif whole:
        why = _(
            "{move} is not a multiple of the stride {stride}, but this drawing looks the same in every window.",
            **figures,
        )
    else:
        why = _(
            "{move} is not a multiple of the stride {stride}: the windows cut the digit in other places, so they "
            "contain other numbers. Pooling makes the effect of small moves smaller, but it does not remove it.",
            **figures,
        )
    return Question(
        "move",
        _(
            "The digit itself is pooled with the settings above, then moved to the right by {move} pixels, the width "
            "of the window, and pooled again. Apart from the edges, what is in the second pooled picture?",
            move=move,
        ),
        same if whole else new,
        why,
        (same, new, _("Exactly the same picture")),
    )
