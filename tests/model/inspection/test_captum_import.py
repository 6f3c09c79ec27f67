"""captum is imported at the first use, or earlier in the background."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT


def test_captum_is_imported_when_it_is_needed() -> None:
    code = """
import sys
import model.inspection.attribution
from model.inspection.captum_import import captum_attr, import_in_background
assert not {"captum", "matplotlib"} & set(sys.modules)
for _ in range(3):
    import_in_background()
captum_attr()
assert "captum.attr" in sys.modules
import_in_background()
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=120)
