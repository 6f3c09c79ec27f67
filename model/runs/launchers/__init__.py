"""Launchers start the process of a run: on this machine or on a Ray cluster."""

from __future__ import annotations

import os

from model.runs.launchers.base import Launcher
from model.runs.launchers.local import NO_PROCESS, LocalLauncher
from model.runs.launchers.ray import NO_JOB, NO_RAY, RAY_VARIABLE, RayLauncher

MESSAGES = (NO_PROCESS, NO_RAY, NO_JOB)
"""The messages of a LaunchError that have values in them, as templates for `translate_stored_message`."""


def default_launcher() -> Launcher:
    """The Ray cluster of $DIGIT_LAB_RAY, else this machine. Raises LaunchError if Ray is not installed."""
    address = os.environ.get(RAY_VARIABLE)
    return RayLauncher(address) if address else LocalLauncher()
