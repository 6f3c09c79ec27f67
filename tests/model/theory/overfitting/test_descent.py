"""Paths of gradient descent: against torch.optim and by hand, their ends, and the properties of the surfaces."""

from __future__ import annotations

import math

import pytest
import torch

from model.theory.overfitting.descent import (
    DIVERGENCE_LIMIT,
    HEIGHT,
    STEPS,
    SURFACES,
    WIDTH,
    Point,
    Surface,
    all_paths,
    gradient,
    has_arrived,
    has_diverged,
    height,
    path,
    path_end,
    stable_rate,
)

BOWL, VALLEY, SADDLE, TWO = SURFACES
every_surface = pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.key)


def torchs_height(surface: Surface, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return torch.stack([factor * x**i * y**j for factor, i, j in surface.terms]).sum(0)


def torchs_path(surface: Surface, method: str, start: Point, rate: float, momentum: float) -> list[Point]:
    place = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    rule: torch.optim.Optimizer = torch.optim.Adam([place], rate)
    if method != "adam":
        rule = torch.optim.SGD([place], rate, momentum=momentum if method == "momentum" else 0.0)
    points = [start]
    for _step in range(STEPS):
        rule.zero_grad()
        torchs_height(surface, place[0], place[1]).backward()
        rule.step()
        x, y = place.detach().tolist()
        points.append((x, y))
    return points


@every_surface
@pytest.mark.parametrize(("rate", "momentum"), [(0.01, 0.9), (0.3, 0.5), (0.1, 0.99)])
def test_each_step_is_that_of_torch_optim(surface: Surface, rate: float, momentum: float) -> None:
    for method, points in all_paths(surface, surface.start, rate, momentum).items():
        wanted = torchs_path(surface, method, surface.start, rate, momentum)
        for found, torchs in zip(points, wanted, strict=len(points) == STEPS + 1):
            assert found == pytest.approx(torchs, rel=1e-6, abs=1e-9)


@every_surface
def test_the_minima_are_the_lowest_points_and_the_start_is_on_the_map(surface: Surface) -> None:
    x, y = torch.meshgrid(torch.linspace(-WIDTH, WIDTH, 601), torch.linspace(-HEIGHT, HEIGHT, 401), indexing="ij")
    least = float(torchs_height(surface, x, y).min())
    for low in surface.minima:
        assert gradient(surface, low) == pytest.approx((0, 0), abs=1e-3)
        assert height(surface, low) == pytest.approx(least, abs=1e-3)
    assert abs(surface.start[0]) <= WIDTH
    assert abs(surface.start[1]) <= HEIGHT


def test_sgd_and_momentum_by_hand() -> None:
    start, rate, momentum = (2.0, -1.0), 0.1, 0.5
    plain = path(BOWL, "sgd", start, rate, momentum)
    assert plain[:3] == [start, pytest.approx((1.8, -0.9)), pytest.approx((1.62, -0.81))]
    rolling = path(BOWL, "momentum", start, rate, momentum)
    assert rolling[1] == pytest.approx(plain[1])  # its first step has no speed yet
    speed = [momentum * value + following for value, following in zip(start, rolling[1], strict=True)]
    assert rolling[2] == pytest.approx([at - rate * v for at, v in zip(rolling[1], speed, strict=True)])


def test_adams_first_step_is_the_learning_rate_in_each_direction() -> None:
    assert path(VALLEY, "adam", (2.0, 1.0), 0.1, 0.9)[1] == pytest.approx((1.9, 0.9), abs=1e-6)


def test_no_momentum_is_plain_sgd() -> None:
    paths = all_paths(TWO, (2.0, 1.0), 0.05, 0.0)
    assert paths["momentum"] == paths["sgd"]
    assert paths["adam"] != paths["sgd"]
    assert all(len(points) == STEPS + 1 for points in paths.values())


@every_surface
def test_plain_sgd_converges_below_the_stable_rate_only(surface: Surface) -> None:
    rate = stable_rate(surface)
    low = surface.minima[0]
    near = (low[0] + 1e-3, low[1] + 1e-3)
    settled = path(surface, "sgd", near, 0.9 * rate, 0.0)
    assert math.dist(settled[-1], low) < math.dist(near, low)
    thrown = path(surface, "sgd", near, 1.1 * rate, 0.0)
    assert math.dist(thrown[-1], low) > 10 * math.dist(near, low)


def test_a_path_ends_where_it_diverges() -> None:
    points = path(VALLEY, "sgd", VALLEY.start, 3.0, 0.9)
    assert path_end(VALLEY, points) == "diverged"
    assert len(points) < STEPS
    assert has_diverged(points[-1])
    assert not any(has_diverged(point) for point in points[:-1])


def test_a_loss_too_large_for_a_float_is_infinite() -> None:
    assert height(TWO, (1e200, 0.0)) == math.inf


def test_parameters_that_are_not_finite_count_as_diverged() -> None:
    assert has_diverged((math.nan, 0.0))
    assert has_diverged((0.0, -math.inf))
    assert has_diverged((2 * DIVERGENCE_LIMIT, 0.0))
    assert not has_diverged((-DIVERGENCE_LIMIT, 0.0))


def test_the_three_ends_of_a_path() -> None:
    assert path_end(BOWL, path(BOWL, "sgd", BOWL.start, 1.0, 0.0)) == "arrived"
    assert path_end(BOWL, path(BOWL, "sgd", BOWL.start, 0.001, 0.0)) == "under way"
    caught = path(TWO, "sgd", TWO.start, 0.1, 0.0)  # in the shallow valley
    assert path_end(TWO, caught) == "under way"
    assert gradient(TWO, caught[-1]) == pytest.approx((0, 0), abs=1e-3)
    rolled = path(TWO, "momentum", TWO.start, 0.1, 0.9)  # over the ridge into the deep one
    assert path_end(TWO, rolled) == "arrived"
    stuck = path(SADDLE, "sgd", (-2.0, 0.0), 0.1, 0.0)  # exactly on the ridge there is no slope to leave it by
    assert not has_arrived(SADDLE, stuck[-1])
    assert stuck[-1] == pytest.approx((0, 0), abs=1e-3)
