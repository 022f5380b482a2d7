"""The colour of each phase, the same wherever it is seen: on a screen, in a picture."""

from __future__ import annotations

from collections.abc import Mapping

# On black and on white alike each can be read (contrast 3 : 1 or more), and black on it at 4.5 : 1.
HUES: Mapping[str, str] = {
    "eccentric": "#0087d7",
    "pause": "#af8700",
    "concentric": "#d75f00",
    "squeeze": "#af5faf",
    "hold": "#00875f",
    "rest": "#808080",
}
