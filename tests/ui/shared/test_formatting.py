"""Figures as they are written."""

import pytest

from ui.shared.formatting import percent


@pytest.mark.parametrize(
    ("share", "digits", "text"),
    [
        (0.0, 1, "0.0 %"),
        (0.5, 1, "50.0 %"),
        (0.9994, 1, "99.9 %"),
        (0.99951, 1, "> 99.9 %"),
        (1.0, 1, "> 99.9 %"),
        (0.994, 0, "99 %"),
        (0.996, 0, "> 99 %"),
    ],
)
def test_a_share_is_a_percentage_and_never_certain(share: float, digits: int, text: str) -> None:
    assert percent(share, digits) == text
