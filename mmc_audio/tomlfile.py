"""The one door to the TOML parser."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import tomli

TOMLDecodeError = tomli.TOMLDecodeError


def parse(text: str) -> dict[str, Any]:
    """TOML text as plain data; decimals stay exact. Raises TOMLDecodeError, RecursionError."""
    return tomli.loads(text, parse_float=Decimal)
