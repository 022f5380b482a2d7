"""What there is room for on a screen: the size of the letters, the rows of each part. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mmc_audio.bigletters import ROWS, can_draw, width

# From top to bottom.
PARTS = ("title", "exercise", "place", "sign", "bar", "gap", "said", "next", "space", "foot")
# (columns, half rows) a dot, from small to large: a half row is about as high as a column is wide.
SIZES = ((1, 1), (1, 2), (2, 2), (2, 3), (3, 3), (3, 4), (4, 4), (4, 6))
WHOLE_SIZES = ((1, 2), (2, 2), (2, 4), (3, 4), (4, 6))  # without half rows
LARGE = 2  # columns a dot: beyond it other things come first
AIR = 2  # rows, above and below a sign
BESIDE = 4  # dots between the word and the number beside it
USUAL_NUMBER = "00"
THICK = -(-ROWS // 2)  # rows of a bar that has big digits beside it


@dataclass(frozen=True, slots=True)
class Lettering:
    """How the sign is drawn: the number beside the word, or below it where it is `stacked`."""

    wide: int
    high: int
    stacked: bool

    @property
    def between(self) -> int:
        """Rows between word and number; the smallest letters end in half a row of their own."""
        return 0 if self.high == 1 else 1

    @property
    def rows(self) -> int:
        letters = -(-ROWS * self.high // 2)
        return 2 * letters + self.between if self.stacked else letters

    @property
    def least(self) -> int:
        """The rows it needs: large letters look cramped without air."""
        return self.rows + (AIR if self.wide > 1 else 0)


def letterings(
    words: Sequence[str], sign: tuple[str, str], inner: int, *, blocks: bool
) -> list[Lettering]:
    """Those in which every one of the words fits into `inner` columns, from small to large.

    They are the same for every phase, so that nothing jumps. `sign` is a word and its number. None
    where a word has letters that can't be drawn.
    """
    if not all(map(can_draw, words)):
        return []
    word, number = max(map(width, words)), width(USUAL_NUMBER)
    beside = BESIDE + max(word + number, sum(map(width, sign)))
    broadest = max(word, *map(width, sign))
    return [
        Lettering(wide, high, stacked=beside * wide > inner)
        for wide, high in (SIZES if blocks else WHOLE_SIZES)
        if broadest * wide <= inner
    ]


def heights(usable: Sequence[Lettering], lines: int) -> dict[str, int]:
    """How many rows each part gets: in order of importance, as long as there are any.

    The sign gets what is left over.
    """
    signs = [("sign", rows) for each in usable for rows in (each.least, each.rows + AIR)]
    huge = sum(2 for each in usable if each.wide <= LARGE)
    wanted = [
        *(("sign", 1), ("place", 1), ("bar", 1), ("next", 1)),
        *signs[:1],
        *(("said", 1), ("exercise", 1), ("foot", 1)),
        *signs[1:huge],
        *(("gap", 1), ("space", 1), ("bar", THICK)),
        *signs[huge:],
        *(("title", 1), ("said", 2)),
    ]
    given: dict[str, int] = {}
    for part, rows in wanted:
        more = rows - given.get(part, 0)
        if more <= lines:
            given[part] = rows
            lines -= more
    return {**given, "sign": given["sign"] + lines}
