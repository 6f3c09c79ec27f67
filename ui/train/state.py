"""State of the page Retrain in a session, besides the values of its widgets."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class RetrainState:
    """address: the settings that this session read from the page's address, or wrote into it, by their parameter.
    slider_values: for each slider with fixed steps, a value of a link that may lie between two steps.
    link_problem: why the link of this page cannot be used, in one sentence of Markdown; "" for none.
    last_changed: the place of the form that the student changed last.
    problem_place: the place of the form below which the problem of a network that cannot be built is shown.
    network_changed: the student has just chosen a network, so the sidebar must be drawn again.
    drawing_open: whether the part "Another digit" starts open; None before the page is first shown.
    """

    address: dict[str, str] = field(default_factory=dict)
    slider_values: dict[str, float] = field(default_factory=dict)
    link_problem: str = ""
    last_changed: str = ""
    problem_place: str = ""
    network_changed: bool = False
    drawing_open: bool | None = None
