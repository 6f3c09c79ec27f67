"""The log of the app and of train.py: Python's logging, under the one logger "digit_lab"."""

from __future__ import annotations

import logging
import os

LOG_VARIABLE = "DIGIT_LAB_LOG"
LEVELS = ("debug", "info", "warning")


def set_up_logging(level: str | None = None, default: str = "info") -> None:
    """Write log records to stderr, with their time. A second call changes only the level.

    level: one of LEVELS; where it is None, $DIGIT_LAB_LOG, and without that variable `default`.
    """
    logger = logging.getLogger("digit_lab")
    if not logger.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        logger.addHandler(handler)
    wanted = level or os.environ.get(LOG_VARIABLE, "").strip().lower() or default
    logger.setLevel((wanted if wanted in LEVELS else default).upper())
    if wanted not in LEVELS:
        logger.warning("%s must be one of %s", LOG_VARIABLE, ", ".join(LEVELS))
