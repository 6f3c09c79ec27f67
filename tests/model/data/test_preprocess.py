"""From any picture of a digit to the network's: what must not change it, what must, and what no picture may break."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from model.data.preprocess import BOX_SIZE, MAX_PIXELS, Steps, preprocess
from model.data.strokes import Drawing, place_strokes, render_strokes
from model.recognizer import Recognizer

Bytes = NDArray[np.uint8]

CANVAS = 200
CENTER = 14.0
"""The middle of 28x28, measured from the corner of the first pixel."""

THREE = [[(60.0, 60.0), (105.0, 50.0), (120.0, 75.0), (85.0, 98.0), (125.0, 120.0), (105.0, 150.0), (60.0, 140.0)]]
FOUR = [[(110.0, 45.0), (65.0, 115.0), (140.0, 115.0)], [(115.0, 90.0), (112.0, 160.0)]]
DRAWINGS = {
    "three": THREE,
    "four": FOUR,
    "bar": [[(70.0, 30.0), (75.0, 170.0)]],
    "ring": [[(100 + 45 * np.cos(angle), 100 + 60 * np.sin(angle)) for angle in np.linspace(0, 2 * np.pi, 30)]],
}

points = st.tuples(st.floats(20, 180), st.floats(20, 180))
strokes = st.lists(st.lists(points, min_size=1, max_size=6), min_size=1, max_size=3)


def paint(drawing: list[list[tuple[float, float]]], pen: float = 14, scale: float = 1.0) -> Bytes:
    scaled = [[(x * scale, y * scale) for x, y in stroke] for stroke in drawing]
    return render_strokes(scaled, pen * scale, round(CANVAS * scale))


def see(pixels: NDArray[np.generic], steps: Steps | None = None) -> NDArray[np.float32]:
    """The network's picture, after a look at the promises that hold for every picture."""
    result = preprocess(pixels, steps)
    for picture in (result.ink, result.crop, result.scaled, result.placed, result.image):
        assert picture.dtype == np.float32
        assert np.isfinite(picture).all()
        assert picture.size == 0 or (picture.min() >= 0 and picture.max() <= 1)
    assert result.image.shape == result.placed.shape == (28, 28)
    assert result.blank == (not result.image.any())
    return result.image


def rgba(colour: tuple[int, int, int], alpha: Bytes) -> Bytes:
    """Ink of one colour and the given strength on nothing."""
    return np.dstack([np.full((*alpha.shape, 3), colour, np.uint8), alpha])


def center_of(image: NDArray[np.float32]) -> tuple[float, float]:
    at = np.arange(28) + 0.5
    return float((image.sum(0) * at).sum() / image.sum()), float((image.sum(1) * at).sum() / image.sum())


# --- what must not change the picture ---------------------------------------------------------------------------------


@given(strokes, st.integers(0, 150), st.integers(0, 90))
def test_moving_a_drawing_changes_nothing(drawing: list[list[tuple[float, float]]], right: int, down: int) -> None:
    pixels = paint(drawing)
    moved = np.zeros((CANVAS + 90, CANVAS + 150), np.uint8)
    moved[down : down + CANVAS, right : right + CANVAS] = pixels
    assert np.array_equal(see(moved), see(pixels))


@settings(max_examples=25)
@given(strokes, st.floats(0.5, 3))
def test_scaling_a_drawing_changes_the_rounding_of_its_edges_only(
    drawing: list[list[tuple[float, float]]], scale: float
) -> None:
    corners = np.array([point for stroke in drawing for point in stroke])
    assume((corners.max(axis=0) - corners.min(axis=0)).max() > 40)  # the edges of a dot are most of it
    difference = np.abs(see(paint(drawing, scale=scale)) - see(paint(drawing)))
    assert difference.mean() < 0.02
    assert difference.max() < 0.35


@pytest.mark.drawn
@pytest.mark.parametrize("scale", [0.5, 0.77, 1.3, 2.0, 3.0])
def test_the_size_of_a_drawn_digit_does_not_matter(drawings: list[Drawing], scale: float) -> None:
    for drawing in drawings[::120]:
        placed = place_strokes(drawing.strokes, CANVAS, 130, 14)
        difference = np.abs(see(paint(placed, scale=scale)) - see(paint(placed)))
        assert difference.mean() < 0.012
        assert difference.max() < 0.2


@pytest.mark.parametrize("drawing", DRAWINGS.values(), ids=DRAWINGS)
def test_dark_on_light_is_light_on_dark(drawing: list[list[tuple[float, float]]]) -> None:
    pixels = paint(drawing)
    np.testing.assert_allclose(see(255 - pixels), see(pixels), atol=1e-5)


@pytest.mark.parametrize("drawing", DRAWINGS.values(), ids=DRAWINGS)
def test_every_form_of_the_same_drawing_gives_the_same_picture(drawing: list[list[tuple[float, float]]]) -> None:
    pixels = paint(drawing)
    expected = see(pixels)
    opaque = np.full_like(pixels, 255)
    for other in (
        pixels[..., None],
        np.dstack([pixels] * 3),
        np.dstack([pixels] * 3 + [opaque]),
        np.dstack([255 - pixels] * 3 + [opaque]),
        rgba((0, 0, 0), pixels),
        rgba((255, 255, 255), pixels),
        np.asfortranarray(pixels),
        np.pad(pixels, 50)[50:-50, 50:-50],
    ):
        np.testing.assert_allclose(see(other), expected, atol=1e-5)


@pytest.mark.parametrize(
    ("paper", "ink"),
    [(0, 255), (30, 255), (90, 255), (160, 255), (220, 0), (160, 0), (90, 0), (255, 0)],
)
@pytest.mark.parametrize("drawing", DRAWINGS.values(), ids=DRAWINGS)
def test_grey_paper_is_paper(drawing: list[list[tuple[float, float]]], paper: int, ink: int) -> None:
    cover = paint(drawing) / 255
    grey = (paper + (ink - paper) * cover).round().astype(np.uint8)
    np.testing.assert_allclose(see(grey), see(paint(drawing)), atol=0.02)


def test_coloured_ink_is_ink() -> None:
    pixels = paint(THREE)
    for colour in ((255, 255, 0), (0, 255, 255), (120, 200, 255)):
        image = see(np.dstack([pixels // 255 * value for value in colour]).astype(np.uint8))
        assert np.corrcoef(image.ravel(), see(pixels).ravel())[0, 1] > 0.98
    for colour in ((0, 0, 200), (180, 0, 0), (0, 90, 0)):
        image = see(rgba(colour, pixels))
        assert np.corrcoef(image.ravel(), see(pixels).ravel())[0, 1] > 0.98


def test_the_input_is_not_changed() -> None:
    for pixels in (paint(THREE), 255 - paint(THREE), rgba((0, 0, 0), paint(THREE)), photo(paint(THREE, 4), 0.4)):
        before = pixels.copy()
        see(pixels)
        assert np.array_equal(pixels, before)


# --- the recipe -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("drawing", DRAWINGS.values(), ids=DRAWINGS)
def test_the_longest_side_of_the_ink_becomes_20_pixels(drawing: list[list[tuple[float, float]]]) -> None:
    for pen in (6, 14, 26):
        result = preprocess(paint(drawing, pen))
        assert result.scaled.shape == (BOX_SIZE, BOX_SIZE) == (20, 20)
        rows, columns = (np.flatnonzero(result.scaled.max(axis=axis) > 0.1) for axis in (1, 0))
        assert max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1 == 20
        height, width = result.crop.shape
        assert (rows[-1] - rows[0] + 1) / 20 == pytest.approx(height / max(height, width), abs=0.11)
        assert (columns[-1] - columns[0] + 1) / 20 == pytest.approx(width / max(height, width), abs=0.11)


@pytest.mark.drawn
def test_the_centre_of_mass_of_a_drawing_is_the_middle(drawings: list[Drawing]) -> None:
    for drawing in drawings[::25]:
        pixels = render_strokes(place_strokes(drawing.strokes, CANVAS, 130, 14), 14, CANVAS)
        assert center_of(see(pixels)) == pytest.approx((CENTER, CENTER), abs=0.1)


def test_a_lopsided_drawing_is_moved_only_as_far_as_it_stays_inside() -> None:
    heavy_corner = [[(20.0, 20.0), (180.0, 20.0)], [(20.0, 180.0), (25.0, 180.0)]]
    result = preprocess(paint(heavy_corner, 30))
    whole = preprocess(paint(heavy_corner, 30), Steps(center=False)).image.sum()
    assert result.image.sum() == pytest.approx(whole, rel=0.03), "no ink is lost over the edge"


@pytest.mark.parametrize("step", ["crop", "fit", "center"])
def test_every_step_of_the_recipe_does_something(step: str) -> None:
    pixels = np.pad(paint(THREE), ((0, 150), (100, 0)))
    with_it, without = see(pixels), see(pixels, Steps(**{step: False}))
    assert np.abs(with_it - without).mean() > 0.02
    assert without.any()


def test_without_centring_the_box_stays_in_the_middle() -> None:
    result = preprocess(paint(FOUR), Steps(center=False))
    assert result.shift == (0.0, 0.0)
    assert np.array_equal(result.image, result.placed)
    assert np.array_equal(result.placed[4:24, 4:24], result.scaled)
    assert preprocess(paint(FOUR)).shift != (0.0, 0.0)
    assert np.array_equal(preprocess(paint(FOUR)).placed, result.placed)


def test_without_cropping_the_place_on_the_canvas_is_kept() -> None:
    corner = np.pad(paint(THREE), ((0, 200), (0, 200)))
    x, y = center_of(see(corner, Steps(crop=False, center=False)))
    assert x < 13
    assert y < 13


def test_without_fitting_the_box_fills_the_picture() -> None:
    image = see(paint([[(60.0, 40.0), (140.0, 90.0)]]), Steps(fit=False, center=False))
    assert image[:2].any()
    assert image[-2:].any()
    assert image[:, :2].any()
    assert image[:, -2:].any()


def test_a_larger_pen_gives_more_ink() -> None:
    amounts = [see(paint(THREE, pen)).sum() for pen in (4, 8, 14, 22)]
    assert amounts == sorted(amounts)
    assert amounts[-1] > 1.5 * amounts[0]


# --- blank, and nearly so ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [0, 1, 60, 127, 128, 200, 254, 255])
@pytest.mark.parametrize("channels", [None, 1, 3, 4])
@pytest.mark.parametrize("size", [(1, 1), (1, 30), (28, 28), (300, 200)])
def test_an_even_canvas_is_blank(value: int, channels: int | None, size: tuple[int, int]) -> None:
    shape = size if channels is None else (*size, channels)
    result = preprocess(np.full(shape, value, np.uint8))
    assert result.blank
    assert not result.image.any()
    assert result.image.shape == (28, 28)


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (90, 10, 200)])
def test_a_transparent_canvas_is_blank_whatever_its_hidden_colour(colour: tuple[int, int, int]) -> None:
    assert preprocess(rgba(colour, np.zeros((50, 60), np.uint8))).blank


@pytest.mark.parametrize("noise", [1, 2, 5])
def test_the_noise_of_a_compressed_blank_picture_is_no_ink(noise: int) -> None:
    grain = np.random.default_rng(0).integers(-noise, noise + 1, (200, 200))
    for paper in (10, 128, 245):
        assert preprocess((paper + grain).astype(np.uint8)).blank


@pytest.mark.parametrize("x", [0, 100, 199])
@pytest.mark.parametrize("y", [0, 100, 199])
def test_one_pixel_is_ink_wherever_it_is(x: int, y: int) -> None:
    pixels = np.zeros((200, 200), np.uint8)
    pixels[y, x] = 255
    image = see(pixels)
    assert image.any()
    assert np.array_equal(image, see(pixels.T))
    assert center_of(image) == pytest.approx((CENTER, CENTER), abs=0.1)


def test_a_dot_is_a_disc_in_the_middle() -> None:
    image = see(paint([[(40.0, 150.0)]], 20))
    assert center_of(image) == pytest.approx((CENTER, CENTER), abs=0.1)
    assert image.sum() == pytest.approx(np.pi * 10**2, rel=0.05)


@pytest.mark.parametrize("edge", ["left", "top", "right", "bottom"])
def test_a_line_on_the_very_edge_is_ink(edge: str) -> None:
    pixels = np.zeros((200, 200), np.uint8)
    side = {"left": np.s_[:, :6], "right": np.s_[:, -6:], "top": np.s_[:6], "bottom": np.s_[-6:]}[edge]
    pixels[side] = 255
    image = see(pixels)
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    length, width = (rows, columns) if edge in ("left", "right") else (columns, rows)
    assert len(length) >= 20
    assert len(width) <= 3
    np.testing.assert_allclose(see(255 - pixels), image, atol=1e-5)


def test_a_digit_that_runs_off_the_canvas_is_still_read_as_ink() -> None:
    off = [[(x - 60, y) for x, y in stroke] for stroke in THREE]
    assert see(paint(off)).sum() > 20


# --- whatever else arrives --------------------------------------------------------------------------------------------

shapes = st.one_of(
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
    st.tuples(st.just(1), st.integers(1, 3000)),
    st.tuples(st.integers(1, 3000), st.integers(1, 2)),
).flatmap(lambda size: st.sampled_from([size, (*size, 1), (*size, 3), (*size, 4)]))


@given(shapes, st.integers(0, 2**32 - 1), st.sampled_from(["noise", "few", "step", "alpha"]))
def test_any_picture_gives_a_picture(shape: tuple[int, ...], seed: int, kind: str) -> None:
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, shape, dtype=np.uint8)
    if kind == "few":
        pixels[rng.random(shape) < 0.95] = 0
    elif kind == "step":
        pixels[: shape[0] // 2] //= 8
    elif kind == "alpha" and len(shape) == 3 and shape[2] == 4:
        pixels[..., 3] = rng.choice([0, 1, 255], shape[:2])
    see(pixels)
    see(pixels, Steps(*rng.random(3) < 0.5))


@given(hnp.arrays(np.uint8, st.tuples(st.integers(1, 6), st.integers(1, 6))))
def test_any_tiny_picture_gives_a_picture(pixels: Bytes) -> None:
    see(pixels)


@pytest.mark.parametrize("size", [(1, 100_000), (100_000, 1), (3, 50_000)])
def test_a_thread_of_a_picture_gives_a_picture(size: tuple[int, int]) -> None:
    see(np.resize(np.arange(256, dtype=np.uint8), size))
    pixels = np.zeros(size, np.uint8)
    pixels[size[0] // 2, size[1] // 2] = 255
    assert see(pixels).any()


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((28, 28)),
        np.zeros((28, 28), np.float32),
        np.zeros((28, 28), bool),
        np.zeros((28, 28), np.int64),
        np.zeros((28, 28), np.uint16),
        np.zeros(28, np.uint8),
        np.uint8(3),
        np.zeros((28, 28, 2), np.uint8),
        np.zeros((28, 28, 5), np.uint8),
        np.zeros((1, 28, 28, 1), np.uint8),
        np.zeros((0, 28), np.uint8),
        np.zeros((28, 0, 4), np.uint8),
        np.zeros((28, 28), object),
        np.array([["a", "b"]]),
        np.broadcast_to(np.uint8(0), (MAX_PIXELS // 1000 + 1, 1000)),
    ],
    ids=lambda pixels: f"{pixels.dtype} {pixels.shape}",
)
def test_what_is_no_picture_is_refused_in_one_sentence(pixels: NDArray[np.generic]) -> None:
    with pytest.raises(ValueError, match="picture") as caught:
        preprocess(pixels)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("thing", [None, "text", [[1, 2], [3, 4]], [[1, 2], [3]]])
def test_what_is_no_array_is_refused(thing: object) -> None:
    with pytest.raises(ValueError):
        preprocess(thing)  # type: ignore[arg-type]


# --- photos -----------------------------------------------------------------------------------------------------------


def photo(
    cover: Bytes, fall: float, *, brightness: float = 0.92, noise: float = 4.0, vignette: float = 0.0, seed: int = 0
) -> Bytes:
    """Dark ink on paper: light that falls off by `fall` from corner to corner, darker corners, a sensor's noise.

    cover: uint8 (H, W), what of each pixel the pen has covered.
    """
    rng = np.random.default_rng(seed)
    y, x = (np.arange(side) / side - 0.5 for side in cover.shape)
    turn = rng.uniform(0, 2 * np.pi)
    across = (x * np.cos(turn) + (y * np.sin(turn))[:, None]) / np.sqrt(2) + 0.5
    light = (1 - fall * across) * (1 - 2 * vignette * (x**2 + (y**2)[:, None]))
    grey = brightness * light * (1 - 0.8 * (cover / 255)) * 255 + rng.normal(0, noise, cover.shape)
    return np.clip(grey, 0, 255).round().astype(np.uint8)


PHOTOS = {
    "even light": {"fall": 0.0},
    "light from one side": {"fall": 0.5},
    "dark corners": {"fall": 0.1, "vignette": 0.5},
    "light from one side and dark corners": {"fall": 0.6, "vignette": 0.3},
    "a dim room": {"fall": 0.2, "brightness": 0.45},
    "a very dim room": {"fall": 0.2, "brightness": 0.3, "noise": 3.0},
    "much noise": {"fall": 0.3, "noise": 10.0},
}


@pytest.mark.drawn
@pytest.mark.parametrize("conditions", PHOTOS.values(), ids=PHOTOS)
def test_a_photo_of_a_thin_pen_on_paper_is_read_as_the_drawing_is(
    drawings: list[Drawing], conditions: dict[str, float]
) -> None:
    recognizer = Recognizer.load()
    same = 0
    chosen = drawings[7::100]
    for number, drawing in enumerate(chosen):
        placed = place_strokes(drawing.strokes, 360, 200, 24)
        clean = recognizer.read(render_strokes(placed, 24, 360))
        taken = recognizer.read(photo(render_strokes(placed, 4, 360), seed=number, **conditions))
        same += taken.digit == clean.digit
    assert same >= len(chosen) - 1, f"{same} of {len(chosen)} photos are read as their drawings are"


@pytest.mark.parametrize("conditions", PHOTOS.values(), ids=PHOTOS)
def test_a_photo_of_empty_paper_is_blank(conditions: dict[str, float]) -> None:
    for seed in range(4):
        assert preprocess(photo(np.zeros((360, 360), np.uint8), seed=seed, **conditions)).blank


@pytest.mark.parametrize("conditions", PHOTOS.values(), ids=PHOTOS)
def test_a_photo_shows_the_strokes_and_not_the_paper_between_them(conditions: dict[str, float]) -> None:
    pen, marker = paint(THREE, 4, scale=1.8), see(paint(THREE, 12))
    for seed in range(4):
        image = see(photo(pen, seed=seed, **conditions))
        assert image.any()
        assert np.corrcoef(image.ravel(), marker.ravel())[0, 1] > 0.8


def test_a_large_photo_is_seen_as_its_smaller_copy_is() -> None:
    small, large = (see(photo(paint(THREE, 5, scale), 0.3, noise=2)) for scale in (2.0, 6.0))
    assert np.corrcoef(small.ravel(), large.ravel())[0, 1] > 0.9


def test_specks_on_the_paper_do_not_move_the_digit() -> None:
    cover = paint(THREE, 5, scale=2.4)
    dirty = cover.copy()
    for y, x in ((15, 20), (450, 460), (30, 440)):
        dirty[y : y + 4, x : x + 4] = 255
    clean, speckled = see(photo(cover, 0.3)), see(photo(dirty, 0.3))
    assert np.corrcoef(clean.ravel(), speckled.ravel())[0, 1] > 0.95


def test_a_blackboard_is_paper_too() -> None:
    cover = paint(THREE, 5, scale=2.4)
    board = 255 - photo(cover, 0.3)
    assert np.corrcoef(see(board).ravel(), see(photo(cover, 0.3)).ravel())[0, 1] > 0.9
