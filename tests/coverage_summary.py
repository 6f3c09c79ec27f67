"""Print how much of model/ the tests run: python -m tests.coverage_summary

Reads the report that `pytest --cov --cov-report=json` has written. Processes that tests start are not counted.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path, PurePath

REPORT = Path(".cache/coverage.json")
LOW = 0.9


def main() -> None:
    folders: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    low: list[str] = []
    for name, file in json.loads(REPORT.read_text())["files"].items():
        covered, lines = file["summary"]["covered_lines"], file["summary"]["num_statements"]
        for folder in {"model", "/".join(PurePath(name).parts[:-1][:2])}:
            folders[folder][0] += covered
            folders[folder][1] += lines
        if lines and covered / lines < LOW:
            low.append(f"  {name} {covered / lines:.0%}")
    print("Lines of model/ that the tests run:")
    for folder, (covered, lines) in sorted(folders.items()):
        print(f"  {folder} {covered / lines:.1%} of {lines}")
    if low:
        print(f"Files below {LOW:.0%}:", *low, sep="\n")


if __name__ == "__main__":
    main()
