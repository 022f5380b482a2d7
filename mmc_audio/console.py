"""What reaches the terminal: escaped text, tables, the progress bar, the live screen's colours.

The one room for rich.

rich is imported where it is used, so that commands which only print lines start without it.
"""

from __future__ import annotations

import atexit
import errno
import io
import json
import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from mmc_audio.errors import columns, printable
from mmc_audio.hues import HUES
from mmc_audio.spans import Row, Span
from mmc_audio.terminal import in_foreground

if TYPE_CHECKING:
    from rich.style import Style as Look

PIPE_WIDTH = 10_000  # nothing is wrapped on its way to another program
NAME_WIDTH = 12  # of the first column of a table, where the terminal is narrow

# What comes nearest to each of HUES in a terminal with 16 colours.
NEAREST: Mapping[str, str] = {
    "eccentric": "bright_blue",
    "pause": "yellow",
    "concentric": "bright_red",
    "squeeze": "magenta",
    "hold": "green",
    "rest": "cyan",
}

FEW, MANY = 16, 256  # colours

# DEC private modes of xterm: 1049 the second screen, 25 the cursor, 7 wrapping at the margin.
OPEN, CLOSE = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J", "\x1b[?7h\x1b[?25h\x1b[?1049l"
CLEAR, ERASE_LINE, ERASE_BELOW = "\x1b[2J", "\x1b[2K", "\x1b[J"
USUAL_SIZE = (80, 24)


def make_streams_safe() -> None:
    """What the terminal's encoding can't show is written as an escape, and is no error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def echo(text: str = "", *, err: bool = False, flush: bool = False) -> None:
    """Write lines of text; nothing in them can steer the terminal. One that is gone is no error."""
    stream = sys.stderr if err else sys.stdout
    if stream is None:  # the caller closed it
        return
    try:
        stream.write("\n".join(printable(line) for line in text.split("\n")) + "\n")
        if flush:
            stream.flush()
    except OSError as error:
        if error.errno != errno.EIO:  # which a terminal that is gone says
            raise


def echo_json(data: object) -> None:
    """Write data as JSON: what `echo` would escape in a way of its own is escaped as JSON does."""
    text = json.dumps(data, indent=2, ensure_ascii=False)
    echo(text if text.replace("\n", "").isprintable() else json.dumps(data, indent=2))


def notice(text: str) -> None:
    """Something worth knowing that isn't the command's result: it goes to stderr."""
    echo(text, err=True)


def is_live() -> bool:
    """Whether a person looks on: both streams are terminals."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdout, sys.stderr))


def table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], *, right: Collection[str] = ()
) -> None:
    """Print columns that fit the terminal, long cells wrapped; in a pipe each row is one line.

    `right` names the columns of figures, which are aligned at their right. The first column holds
    names: it is the last to become narrow.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if sys.stdout is None:
        return
    grid = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    cells = [tuple(row) for row in rows]
    names = max((columns(row[0]) for row in cells), default=0)
    for index, heading in enumerate(headings):
        figures = heading in right
        grid.add_column(
            Text(heading),
            justify="right" if figures else "left",
            no_wrap=figures,
            overflow="fold",
            min_width=None if index else min(NAME_WIDTH, names),
        )
    for row in cells:
        grid.add_row(*(Text(printable(cell)) for cell in row))
    console = Console(width=None if sys.stdout.isatty() else PIPE_WIDTH)
    with console.capture() as capture:
        console.print(grid)
    # rich fills every line up with blanks; pasted into a mail they are a nuisance.
    sys.stdout.write("\n".join(line.rstrip() for line in capture.get().split("\n")))


@contextmanager
def progress(label: str) -> Iterator[Callable[[float], None]]:
    """A bar while a person looks on, nothing elsewhere; call what it gives with 0.0 to 1.0."""
    if not is_live():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(printable(label), total=1.0)
        yield lambda done: bar.update(task, completed=done)


def can_draw() -> bool:
    """Whether standard output is a terminal on which a screen can be drawn."""
    if sys.stdout is None or not sys.stdout.isatty():
        return False
    if sys.platform == "win32":
        from rich.console import Console

        return not Console().legacy_windows
    return os.environ.get("TERM", "") not in ("", "dumb", "unknown")


def has_blocks() -> bool:
    """Whether standard output's encoding has what pictures are made of beyond ASCII."""
    try:
        "▀▄█▌░…".encode(sys.stdout.encoding)
    except UnicodeEncodeError:
        return False
    return True


class Screen:
    """The whole terminal, drawn row by row, where `can_draw`. What does not change costs nothing.

    It is entered and left as often as need be; leaving shows again what was there before. In the
    background nothing is drawn, until the program is in front again.
    """

    def __init__(self) -> None:
        self._fd, self._encoding = sys.stdout.fileno(), sys.stdout.encoding
        self._paint = _painter()
        self._entered = self._open = False
        self._size = USUAL_SIZE
        self._rows: tuple[Row, ...] = ()  # what the terminal shows

    def enter(self) -> None:
        """Take the terminal over, as soon as the program is in front."""
        atexit.register(self.leave)  # should an interrupt come on the very way out
        self._entered = True
        self.draw(())

    def leave(self) -> None:
        """Show what was there before, and the cursor."""
        if self._open:
            self._write(CLOSE)
        self._entered = self._open = False
        atexit.unregister(self.leave)

    def __enter__(self) -> Screen:
        self.enter()
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def size(self) -> tuple[int, int]:
        """Columns and lines, at this moment."""
        with suppress(OSError):  # it has gone
            size = os.get_terminal_size(self._fd)
            if size.columns and size.lines:
                return size.columns, size.lines
        return USUAL_SIZE

    def draw(self, rows: Sequence[Row]) -> None:
        """Show these rows from the top; what is too wide or too much is cut off."""
        if not self._entered or not in_foreground(self._fd):
            return
        out, size = [], self.size()
        if not self._open:
            sys.stdout.flush()
            self._open, self._rows = True, ()
            out.append(OPEN)
        elif size != self._size:
            self._rows = ()
            out.append(CLEAR)
        self._size = size
        wanted = tuple(rows[: size[1]])
        for number, row in enumerate(wanted):
            if self._rows[number : number + 1] != (row,):
                out += (_at(number), ERASE_LINE, *map(self._paint, row))
        if len(wanted) < len(self._rows):
            out += (_at(len(wanted)), ERASE_BELOW)
        self._rows = wanted
        if out:
            self._write("".join(out))

    def _write(self, text: str) -> None:
        """Past Python's buffer, so that nothing is left in it when the terminal goes away."""
        data = text.encode(self._encoding, "backslashreplace")
        try:
            while data:
                data = data[os.write(self._fd, data) :]
        except OSError:
            self._rows = ()  # whatever it was, the next picture is drawn whole


def _at(row: int) -> str:
    return f"\x1b[{row + 1};1H"


def _painter() -> Callable[[Span], str]:
    """How a span is written on this terminal, with as many colours as it has and is to have."""
    from rich.color import ColorSystem
    from rich.console import Console

    console = Console()
    systems = {"256": ColorSystem.EIGHT_BIT, "truecolor": ColorSystem.TRUECOLOR}
    system = systems.get(console.color_system or "", ColorSystem.STANDARD)
    colours = 0 if console.no_color else FEW if system < ColorSystem.EIGHT_BIT else MANY
    looks = _looks(colours)

    def paint(span: Span) -> str:
        text = span.text if span.text.isprintable() else printable(span.text)
        return looks[span.style].render(text, color_system=system)

    return paint


def _looks(colours: int) -> dict[str, Look]:
    """What each style looks like with so many colours; without any, weight alone tells."""
    from rich.style import Style as Look

    plain, dim, bold = Look(), Look(dim=True), Look(bold=True)
    looks = {"plain": plain, "dim": dim, "bold": bold, "warn": bold}
    if colours:
        looks["warn"] = Look(bold=True, color="red")
    # Black of the palette is drawn grey by some terminals.
    black = "#000000" if colours > FEW else "black"
    for phase, hue in (NEAREST if colours <= FEW else HUES).items():
        flash = f"{phase}-flash"
        looks[phase] = Look(bold=True, color=hue) if colours else bold
        looks[flash] = Look(color=black, bgcolor=hue) if colours else Look(bold=True, reverse=True)
    return looks
