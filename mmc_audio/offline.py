"""`MMC_OFFLINE=1`: nothing may be sent over a network."""

from __future__ import annotations

import os

VARIABLE = "MMC_OFFLINE"


def offline() -> bool:
    """Whether the user forbids the network."""
    return os.environ.get(VARIABLE, "0") not in ("", "0")
