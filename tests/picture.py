"""Draws what a terminal shows as a PNG, so that it can be looked at.

    python -m tests.picture [--size 100x30] [--keys "n Space"] [--after 3] OUT.png COMMAND...

runs a command in a terminal of that size, presses keys (by tmux' names) and waits some seconds.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from mmc_audio.errors import columns
from tests.terminal import Terminal

Colour = tuple[int, int, int]
INK, PAPER = (204, 204, 204), (0, 0, 0)
PALETTE: tuple[Colour, ...] = (  # xterm's first sixteen
    *((0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0)),
    *((0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229)),
    *((127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0)),
    *((92, 92, 255), (255, 0, 255), (0, 255, 255), (255, 255, 255)),
)
FONTS = ("DejaVuSansMono{}.ttf", "LiberationMono{}.ttf", "Menlo.ttc", "consola.ttf")
CELL = (10, 20)  # pixels
# The part of its cell that a block character fills: left, top, right, bottom, in eighths.
BLOCKS = (
    {"█": (0, 0, 8, 8), "▀": (0, 0, 8, 4), "▐": (4, 0, 8, 8)}
    | {chr(0x2580 + n): (0, 8 - n, 8, 8) for n in range(1, 8)}  # ▁ to ▇
    | {chr(0x2590 - n): (0, 0, n, 8) for n in range(1, 8)}  # ▏ to ▉
)
SWITCHES = {
    **{1: {"bold": True}, 2: {"dim": True}, 22: {"bold": False, "dim": False}},
    **{7: {"reverse": True}, 27: {"reverse": False}},
}
SIDES = {3: "ink", 4: "paper", 9: "ink", 10: "paper"}  # by the tens of the code
SHADES = {"░": 0.25, "▒": 0.5, "▓": 0.75}


@dataclass(frozen=True, slots=True)
class Pen:
    """How characters are drawn; None is the terminal's usual colour."""

    ink: Colour | None = None
    paper: Colour | None = None
    bold: bool = False
    dim: bool = False
    reverse: bool = False

    def colours(self) -> tuple[Colour, Colour]:
        ink, paper = self.ink or INK, self.paper or PAPER
        if self.reverse:
            ink, paper = paper, ink
        return (mixed(ink, paper, 0.5) if self.dim else ink), paper


def draw(screen: str, size: tuple[int, int]) -> Image.Image:
    """A screen, as `Terminal.screen(colours=True)` gives it, of so many columns and lines."""
    wide, high = CELL
    image = Image.new("RGB", (size[0] * wide, size[1] * high), PAPER)
    canvas, fonts = ImageDraw.Draw(image), (font(bold=False), font(bold=True))
    row = column = 0
    for pen, text in pieces(screen):
        for character in text:
            if character == "\n":
                row, column = row + 1, 0
            else:
                paint(canvas, (column * wide, row * high), character, pen, fonts[pen.bold])
                column += columns(character)
    return image


def pieces(screen: str) -> Iterator[tuple[Pen, str]]:
    """A screen cut where its colours change."""
    pen, parts = Pen(), re.split(r"\x1b\[([0-9;]*)m", screen)
    yield pen, parts[0]
    for codes, text in zip(parts[1::2], parts[2::2], strict=True):
        pen = changed(pen, [int(code or 0) for code in codes.split(";")])
        yield pen, text


def changed(pen: Pen, codes: list[int]) -> Pen:
    """The pen after "select graphic rendition" (ECMA-48, section 8.3.117; colours: xterm)."""
    while codes:
        code = codes.pop(0)
        tens, ones = divmod(code, 10)
        changes: dict[str, Any] = SWITCHES.get(code, {})
        if tens in SIDES:
            colour = chosen(codes) if ones == 8 else PALETTE[ones % 8 + 8 * (code >= 90)]
            changes = {SIDES[tens]: None if ones == 9 else colour}
        pen = Pen() if code == 0 else replace(pen, **changes)
    return pen


def chosen(codes: list[int]) -> Colour:
    """The colour of `5;n` or `2;r;g;b`, taken off the codes."""
    if codes.pop(0) == 2:
        red, green, blue = codes.pop(0), codes.pop(0), codes.pop(0)
        return red, green, blue
    number = codes.pop(0)
    if number < 16:
        return PALETTE[number]
    if number >= 232:
        grey = 8 + 10 * (number - 232)
        return grey, grey, grey
    steps = (0, 95, 135, 175, 215, 255)
    number -= 16
    return steps[number // 36], steps[number // 6 % 6], steps[number % 6]


def paint(
    canvas: ImageDraw.ImageDraw,
    cell: tuple[int, int],
    character: str,
    pen: Pen,
    face: ImageFont.FreeTypeFont | ImageFont.ImageFont,
) -> None:
    """One character. Blocks are drawn as the terminal does, without seams."""
    ink, paper = pen.colours()
    fill(canvas, cell, (0, 0, 8 * columns(character), 8), paper)
    if character in BLOCKS:
        fill(canvas, cell, BLOCKS[character], ink)
    elif character in SHADES:
        fill(canvas, cell, (0, 0, 8, 8), mixed(ink, paper, SHADES[character]))
    else:
        canvas.text(cell, character, fill=ink, font=face)


def fill(
    canvas: ImageDraw.ImageDraw,
    cell: tuple[int, int],
    eighths: tuple[int, int, int, int],
    colour: Colour,
) -> None:
    left, top, right, bottom = (part * CELL[i % 2] // 8 for i, part in enumerate(eighths))
    if right > left and bottom > top:
        x, y = cell
        canvas.rectangle((x + left, y + top, x + right - 1, y + bottom - 1), fill=colour)


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """So much of one, and the rest of the other."""
    red, green, blue = (round(a * share + b * (1 - share)) for a, b in zip(one, other, strict=True))
    return red, green, blue


def font(*, bold: bool) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """A font with letters of one width, or else the one that Pillow brings."""
    for name in FONTS:
        try:
            return ImageFont.truetype(name.format("-Bold" if bold else ""), 16)
        except OSError:
            continue
    return ImageFont.load_default(16)


def main() -> None:
    """Run, press, wait, draw."""
    parser = argparse.ArgumentParser(description="Draw what a command shows in a terminal.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--size", default="100x30")
    parser.add_argument("--term", default="xterm-256color")
    parser.add_argument("--keys", default="")
    parser.add_argument("--after", type=float, default=3.0, help="seconds before and after keys")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    wide, high = map(int, given.size.split("x"))
    with Terminal(columns=wide, lines=high, term=given.term, cwd=Path.cwd()) as terminal:
        terminal.run(given.command)
        time.sleep(given.after)
        if given.keys:
            terminal.press(*given.keys.split())
            time.sleep(given.after)
        draw(terminal.screen(colours=True), (wide, high)).save(given.out)


if __name__ == "__main__":
    main()
