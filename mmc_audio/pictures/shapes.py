"""What a picture is made of: frozen shapes in pixels from the top left corner, drawn in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle; `round` is the radius of its corners, `edge` the colour of its border."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    round: float = 0
    opacity: float = 1
    edge: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """Filled polygons of one colour."""

    polygons: tuple[tuple[Point, ...], ...]
    fill: str
    opacity: float = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A stroke through points; `dashes` are the lengths of dash and gap."""

    points: tuple[Point, ...]
    stroke: str
    width: float = 1
    dashes: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text whose baseline begins, has its middle or ends at (x, y).

    It keeps to `room` pixels, where that is not 0: what is too long is cut off (`letters.cut`).
    """

    x: float
    y: float
    text: str
    size: float
    fill: str
    bold: bool = False
    anchor: Anchor = "start"
    room: float = 0


Shape = Box | Area | Line | Text


@dataclass(frozen=True, slots=True)
class Picture:
    """`title` and `about` are for those who don't see it."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    title: str
    about: str
