"""Imports captum, which is slow: only once, under a lock, and in the background if possible.

captum also imports matplotlib. That takes most of a second, and longer when matplotlib lists the fonts of a machine for
the first time.
"""

from __future__ import annotations

import sys
import threading
from typing import Any

_importing = threading.Lock()


def captum_attr() -> Any:
    """The module `captum.attr`, imported at the first call."""
    with _importing:  # captum's modules import each other in a circle, so two threads must not import them at once
        import captum.attr

    return captum.attr


def import_in_background() -> None:
    """Starts the import in a thread, so that the first attribution map does not wait for it."""
    if "captum.attr" not in sys.modules and not _importing.locked():
        threading.Thread(target=captum_attr, name="import captum", daemon=True).start()
