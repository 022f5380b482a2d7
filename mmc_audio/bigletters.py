"""Letters to be read from across the room, drawn with block characters. Pure.

A dot of a letter is `wide` columns by `high` half rows; a terminal's cell is about twice as high as
it is wide, so equal numbers make square dots.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

ROWS = 7  # dots in the height of a letter
GAP = 1  # dots between two letters

_SHEETS = {
    "ABCDEFGHI": """
        .###. ####. .###. ####. #### #### .###. #...# ###
        #...# #...# #...# #...# #... #... #...# #...# .#.
        #...# #...# #.... #...# #... #... #.... #...# .#.
        ##### ####. #.... #...# ###. ###. #.### ##### .#.
        #...# #...# #.... #...# #... #... #...# #...# .#.
        #...# #...# #...# #...# #... #... #...# #...# .#.
        #...# ####. .###. ####. #### #... .###. #...# ###
    """,
    "JKLMNOPQR": """
        ...# #...# #... #...# #...# .###. ####. .###. ####.
        ...# #..#. #... ##.## ##..# #...# #...# #...# #...#
        ...# #.#.. #... #.#.# #.#.# #...# #...# #...# #...#
        ...# ##... #... #.#.# #.#.# #...# ####. #...# ####.
        ...# #.#.. #... #...# #.#.# #...# #.... #.#.# #.#..
        #..# #..#. #... #...# #..## #...# #.... #..#. #..#.
        .##. #...# #### #...# #...# .###. #.... .##.# #...#
    """,
    "STUVWXYZ?": """
        .###. ##### #...# #...# #...# #...# #...# ##### .###.
        #...# ..#.. #...# #...# #...# #...# #...# ....# #...#
        #.... ..#.. #...# #...# #.#.# .#.#. .#.#. ...#. ....#
        .###. ..#.. #...# #...# #.#.# ..#.. ..#.. ..#.. ...#.
        ....# ..#.. #...# .#.#. #.#.# .#.#. ..#.. .#... ..#..
        #...# ..#.. #...# .#.#. ##.## #...# ..#.. #.... .....
        .###. ..#.. .###. ..#.. #...# #...# ..#.. ##### ..#..
    """,
    "0123456789:.-|": """
        .###. .#. .###. ##### ...#. ##### ..##. ##### .###. .###. . . ... ##
        #...# ##. #...# ...#. ..##. #.... .#... ....# #...# #...# . . ... ##
        #...# .#. ....# ..#.. .#.#. ####. #.... ...#. #...# #...# # . ... ##
        #...# .#. ...#. .###. #..#. ....# ####. ..#.. .###. .#### . . ### ##
        #...# .#. ..#.. ....# ##### ....# #...# ..#.. #...# ....# # . ... ##
        #...# .#. .#... #...# ...#. #...# #...# .#... #...# ...#. . . ... ##
        .###. ### ##### .###. ...#. .###. .###. .#... .###. .##.. . # ... ##
    """,
}
_HALVES = {"..": " ", "#.": "▀", ".#": "▄", "##": "█"}
_SPELT = str.maketrans({"Æ": "AE", "Ø": "O", "Œ": "OE"})  # Unicode does not take these apart


def _glyphs() -> dict[str, tuple[str, ...]]:
    glyphs = {" ": ("..",) * ROWS}
    for letters, sheet in _SHEETS.items():
        rows = [row.split() for row in sheet.strip().splitlines()]
        glyphs |= dict(zip(letters, zip(*rows, strict=True), strict=True))
    return glyphs


_GLYPHS = _glyphs()


def plain_letters(text: str) -> str:
    """The text in capitals without accents: `É` is drawn as `E`, `ß` as `SS`."""
    taken_apart = unicodedata.normalize("NFKD", text.upper().translate(_SPELT))
    return "".join(c for c in taken_apart if not unicodedata.combining(c))


@lru_cache(maxsize=256)
def can_draw(text: str) -> bool:
    """Whether every letter of a text is in this alphabet."""
    return all(letter in _GLYPHS for letter in plain_letters(text))


@lru_cache(maxsize=256)
def width(text: str) -> int:
    """How many dots wide a text is."""
    letters = [len(_GLYPHS[letter][0]) for letter in plain_letters(text)]
    return sum(letters) + GAP * max(0, len(letters) - 1)


@lru_cache(maxsize=256)
def big(text: str, *, wide: int = 1, high: int = 1, blocks: bool = True) -> tuple[str, ...]:
    """The rows of a text, each `width(text) * wide` columns. Raises KeyError for other letters.

    Without `blocks`, for a terminal that has none, it is drawn with `#` and `high` must be even.
    """
    glyphs = [_GLYPHS[letter] for letter in plain_letters(text)]
    dots = ["".join(c * wide for c in ("." * GAP).join(row)) for row in zip(*glyphs, strict=True)]
    dots = dots or [""] * ROWS  # of no letters
    halves = [row for row in dots for _ in range(high)]
    if not blocks:
        return tuple(row.replace(".", " ") for row in halves[::2])
    if len(halves) % 2:
        halves.append("." * len(halves[0]))
    pairs = zip(halves[::2], halves[1::2], strict=True)
    return tuple("".join(_HALVES[a + b] for a, b in zip(*pair, strict=True)) for pair in pairs)
