"""How many cases a test draws: some in every run, and the same ones; in `make soak` many, anew."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import settings

DEEP = bool(os.environ.get("MMC_TEST_DEEP"))
DEEPER = 20


def cases(few: int) -> int:
    """As many as a run is to draw where every run draws a few."""
    return few * DEEPER if DEEP else few


def drawn(few: int, **more: Any) -> settings:
    """The settings of a property that is held to so many cases in every run."""
    return settings(max_examples=cases(few), deadline=None, derandomize=not DEEP, **more)
