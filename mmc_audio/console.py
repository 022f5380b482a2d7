"""What reaches the terminal: escaped text, tables and the progress bar. The one room for rich.

rich is imported where it is used, so that commands which only print lines start without it.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager

from mmc_audio.errors import printable

PIPE_WIDTH = 10_000  # nothing is wrapped on its way to another program


def make_streams_safe() -> None:
    """What the terminal's encoding can't show is written as an escape, and is no error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def echo(text: str = "", *, err: bool = False) -> None:
    """Write lines of text; nothing in them can steer the terminal."""
    stream = sys.stderr if err else sys.stdout
    if stream is not None:  # None: the caller closed it
        stream.write("\n".join(printable(line) for line in text.split("\n")) + "\n")


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

    `right` names the columns of figures, which are aligned at their right.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if sys.stdout is None:
        return
    grid = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in headings:
        figures = heading in right
        grid.add_column(
            Text(heading), justify="right" if figures else "left", no_wrap=figures, overflow="fold"
        )
    for row in rows:
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
