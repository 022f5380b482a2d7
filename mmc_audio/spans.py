"""Styled text on its way to the screen: rows of spans, each in a style that has a name.

What draws (`console`) turns the names into colours; what composes (`display`) knows no colours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Style = Literal[
    "plain",
    "dim",
    "bold",
    "eccentric",
    "pause",
    "concentric",
    "squeeze",
    "hold",
    "rest",
    "warn",
    "eccentric-flash",
    "pause-flash",
    "concentric-flash",
    "squeeze-flash",
    "hold-flash",
    "rest-flash",
]


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of one row. Its text may hold anything: what a terminal might obey is escaped."""

    text: str
    style: Style = "plain"


Row = tuple[Span, ...]
