"""The tempo notation: four numbers, seconds, in the order of what the muscle does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Part:
    """One phase of a tempo: a length in milliseconds, or a letter whose slot the session sets.

    X: as fast as you can; A: assisted (concentric only); V: the lifter's own speed.
    """

    ms: int = 0
    letter: Literal["", "X", "A", "V"] = ""


@dataclass(frozen=True, slots=True)
class Tempo:
    """`text` is the tempo as it is shown, in separated form: "3-1-2-0"."""

    eccentric: Part
    pause: Part
    concentric: Part
    squeeze: Part
