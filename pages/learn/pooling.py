"""Lesson 3: pooling, over numbers and over the student's digit."""

from __future__ import annotations

import streamlit as st
from torch import Tensor

from model.language import _
from model.network.layers import output_size
from model.theory.pooling import PoolingKind, moves_whole, pool, unseen, window_at
from ui.learn.lesson import lesson_picture
from ui.learn.pooling import (
    KINDS,
    STRIDES,
    Pooling,
    Source,
    choose_pooling,
    choose_source,
    grid_to_pool,
    pool_source,
    show_shift,
    size_formula,
    what_is_left,
    what_the_network_does,
)
from ui.learn.questions import Question, questions
from ui.shared.formatting import written
from ui.shared.network_choice import chosen_network

HERE = "pages/learn/pooling.py"


@st.fragment
def lesson() -> None:
    """All of it: every section pools with the settings at its head."""
    recognizer = chosen_network()
    pooling = choose_pooling()

    st.subheader(_("A window slides over numbers"), anchor=False)
    st.markdown(
        _(
            "Move the window with the mouse, a finger or the arrow keys, or press Play. Guess the number before the "
            "window is there. All numbers can be typed over, in the fields below."
        )
    )
    grid = grid_to_pool(pooling)

    st.subheader(_("Over your digit"), anchor=False)
    image = lesson_picture()
    st.markdown(what_the_network_does(recognizer.checkpoint.model))
    source = choose_source(recognizer.network, image)
    pool_source(source, pooling)

    st.subheader(_("What a small shift changes"), anchor=False)
    st.markdown(
        _(
            "The same digit a little beside its place is another picture, number by number. How much of the difference "
            "is left after pooling?"
        )
    )
    show_shift(source, pooling)

    st.subheader(_("How many numbers are left"), anchor=False)
    what_is_left(source, pooling, recognizer.checkpoint.model)

    questions(HERE, lambda: [_other_kind(grid, pooling), _other_stride(source, pooling), _move(source, pooling)])


def _other_kind(grid: Tensor, pooling: Pooling) -> Question:
    """The number of the last window, with the kind of pooling that is not on."""
    kind: PoolingKind = "average" if pooling.kind == "max" else "max"
    place = pooling.side(len(grid))
    numbers = window_at(grid, pooling.window, pooling.stride, place - 1, place - 1)
    answer = float(pool(grid, kind, pooling.window, pooling.stride)[-1, -1])
    listed = ", ".join(written(value) for value in numbers.flatten().tolist())
    told = {"listed": listed, "answer": written(answer), "count": numbers.numel(), "sum": written(float(numbers.sum()))}
    return Question(
        "kind",
        _(
            "Look at the grid, with the window and the stride above. If {kind} were chosen instead, which number would "
            "stand in row {place}, column {place} of the pooled grid? Two decimals are enough.",
            kind=_(KINDS[kind]),
            place=place,
        ),
        answer,
        _("The window sees {listed}. Their sum is {sum}, and {sum} / {count} = {answer}.", **told)
        if kind == "average"
        else _("The window sees {listed}, and {answer} is the largest.", **told),
        tolerance=0.01,
    )


def _other_stride(source: Source, pooling: Pooling) -> Question:
    """How many numbers another stride leaves of one map."""
    stride = STRIDES[STRIDES.index(pooling.stride) - 1]
    side = source.map.shape[0]
    after = output_size(side, pooling.window, stride)
    left = unseen(side, pooling.window, stride)
    rest = _("What is over at the edge, {left} in each direction, is in no window.", left=left) if left else ""
    return Question(
        "size",
        _(
            "A map has {side}x{side} numbers, and the window is the one above. With a stride of {stride}, how many "
            "numbers has the pooled map in all?",
            side=side,
            stride=stride,
        ),
        float(after**2),
        f"${size_formula(side, pooling.window, stride)}$, ${after} \\cdot {after} = {after**2}$. {rest}",
    )


def _move(source: Source, pooling: Pooling) -> Question:
    """Whether a move by the width of a window leaves the pooled numbers as they are."""
    move = pooling.window
    whole = moves_whole(source.image, pooling.kind, pooling.window, pooling.stride, move)
    same, new = _("The same numbers, in other places"), _("Other numbers")
    told = {"move": move, "stride": pooling.stride}
    if move % pooling.stride == 0:
        why = _("{move} is a multiple of the stride {stride}: each window meets what another one met before.", **told)
    elif whole:
        why = _(
            "{move} is no multiple of the stride {stride}, but this drawing looks the same to every window.", **told
        )
    else:
        why = _(
            "{move} is no multiple of the stride {stride}: the windows cut the digit in other places, so they see "
            "other numbers. Pooling forgives small moves, it does not undo them.",
            **told,
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


st.title(_("Pooling"), anchor=False)
st.markdown(
    _(
        "Of each window of a map pooling keeps one number: the largest, or the mean. What is left is smaller, and "
        "cares less about where exactly a stroke lies."
    )
)
lesson()
