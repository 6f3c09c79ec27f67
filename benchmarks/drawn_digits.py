"""Accuracy on digits that people drew with a pen: plain resize to 28x28 compared with Digit Lab's preprocessing.

Every drawing is painted on a 280-pixel canvas with each pen, at a random size (35 to 85 % of the canvas) and place.
Both methods get the same pictures. No network was trained on them. Run: python -m benchmarks.drawn_digits
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from model.data.datasets import data_folder
from model.data.fabric import smooth_stroke
from model.data.painting import render_strokes
from model.data.preprocess import Steps
from model.data.strokes import Drawing, load_drawings, place_strokes
from model.recognizer import Recognizer

CANVAS = 280
PENS = (8, 18, 28)
SIZES = (0.35, 0.85)
SEED = 0
METHODS = {"plain resize": Steps(crop=False, fit=False, center=False), "Digit Lab": Steps()}


def paint(drawings: list[Drawing], pen: int) -> list[np.ndarray]:
    """uint8 (280, 280) for each drawing; the sizes are the same for every pen, the places are not."""
    sizes = np.random.default_rng(SEED).uniform(*SIZES, len(drawings)) * CANVAS
    places = np.random.default_rng([SEED, pen])
    placed = [
        place_strokes(drawing.strokes, CANVAS, size, pen, places) for drawing, size in zip(drawings, sizes, strict=True)
    ]
    return [render_strokes([smooth_stroke(stroke) for stroke in strokes], pen, CANVAS) for strokes in placed]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, help="folder that holds drawn/digits.jsonl")
    parser.add_argument("--checkpoint", type=Path, help="a .safetensors file; the shipped network if left out")
    arguments = parser.parse_args()
    path = data_folder(arguments.data_dir) / "drawn" / "digits.jsonl"
    if not path.exists():
        raise SystemExit(f"There are no drawings at {path}; name their folder with --data-dir.")
    drawings = load_drawings(path)
    labels = np.array([drawing.label for drawing in drawings])
    recognizer = Recognizer.load(arguments.checkpoint)
    print(f"{len(drawings)} drawings, canvas {CANVAS} px, accuracy in %\n")
    print(f"{'method':14}{'pen':>7}{'all':>8}   " + "".join(f"{digit:>7}" for digit in range(10)))
    pictures = {pen: paint(drawings, pen) for pen in PENS}
    for method, steps in METHODS.items():
        for pen in PENS:
            readings = recognizer.read_many(pictures[pen], steps)
            right = np.array([reading.digit for reading in readings]) == labels
            digits = "".join(f"{100 * right[labels == digit].mean():7.1f}" for digit in range(10))
            print(f"{method:14}{pen:4} px{100 * right.mean():8.2f}   {digits}")


if __name__ == "__main__":
    main()
