"""A roster: a CSV file with a row for each client, and what is different for them. RFC 4180.

Spreadsheets of half of Europe put semicolons between the columns; the first line tells. What a cell
means is known by the program's own table of keys, which checks it as if it stood in the program.
"""

from __future__ import annotations

import csv
import io
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from mmc_audio.errors import UserError, invisible, listed, nearest, printable, shown
from mmc_audio.session import FOCUSES
from mmc_audio.textbytes import is_utf16

MOST_BYTES = 16 << 20
MOST_ROWS = 100_000
MOST_CELLS = 1_000_000  # that are filled, of all rows
LONGEST_CELL = 300

CLIENT = "client"
WORK = ("load", "reps", "tempo")
VOICE = ("language", "talk", "voice")
LISTENER = ("week", "focus")
COLUMNS = (CLIENT, *WORK, *VOICE, *LISTENER)


@dataclass(frozen=True, slots=True)
class Cell:
    """What a row has in a column; `exercise` is the one it is for, "" for all."""

    column: str
    key: str
    text: str
    exercise: str = ""

    @property
    def value(self) -> object:
        """As TOML would have it: a number where it is one, else text. A tempo is always text."""
        plain = self.text.replace(",", ".", 1)
        if self.key == "tempo" or not plain.replace(".", "", 1).isdecimal():
            return self.text
        return Decimal(plain) if "." in plain else int(plain)


@dataclass(frozen=True, slots=True)
class Row:
    """One client, from one line of a roster; cells that are empty are left out."""

    roster: str
    line: int
    client: str
    cells: tuple[Cell, ...] = ()

    def where(self, column: str = "") -> str:
        """How a message names the row, or a column of it."""
        about = f", column {shown(column)[1:-1]}" if column else ""
        return f"{printable(self.roster)}, line {self.line}{about}"

    def cell(self, key: str) -> Cell | None:
        """What the row says of this key, for all exercises."""
        return next((c for c in self.cells if c.key == key and not c.exercise), None)


@dataclass(frozen=True, slots=True)
class Roster:
    """The rows that can be used, and a fault, with its line, for each that can't."""

    rows: tuple[Row, ...]
    faults: tuple[str, ...]


def read(path: Path, exercises: Sequence[str]) -> Roster:
    """The roster in a file, for a program with these exercises.

    Raises UserError where the file is none: unreadable, too large, without the columns it needs.
    """
    name, lines = str(path), _lines(path)
    _, heads = next(lines, (0, []))
    if not heads:
        raise UserError(f"{printable(name)} is empty; {_NEEDED}")
    columns = _columns(name, heads, exercises)
    good, faults = list[Row](), list[str]()
    seen: dict[str, int] = {}
    filled = 0
    for number, (line, cells) in enumerate(lines, 1):
        filled += len(cells) - cells.count("")
        if number > MOST_ROWS or filled > MOST_CELLS:
            most = f"{MOST_ROWS:,} rows and {MOST_CELLS:,} filled cells"
            raise UserError(f"{printable(name)}, line {line}: no more than {most} are allowed.")
        row = _row(name, line, columns, cells)
        fault = row if isinstance(row, str) else _twice(row, seen)
        if fault:
            faults.append(fault)
        elif isinstance(row, Row):
            seen[_folded(row.client)] = line
            good.append(row)
    return Roster(tuple(good), tuple(faults))


_NEEDED = f'its first line names the columns, "{CLIENT}" among them.'


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Every line that is not empty, one after the other: its number and its cells."""
    name, data = printable(str(path)), _bytes(path)
    if is_utf16(data):
        raise UserError(f'{name} is in UTF-16 ("Unicode" in some programs); save it as CSV UTF-8.')
    try:
        first = data.decode("utf-8-sig").split("\n", 1)[0]
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UserError(
            f"{name}, line {line}: this is no UTF-8 (it may be Latin-1 or Windows-1252); "
            "save it as CSV UTF-8."
        ) from None
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise UserError(f"{name}, line {line}: this is no text; save it as CSV UTF-8.")
    delimiter = ";" if first.count(";") > first.count(",") else ","
    text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", newline="")
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    try:
        yield from _numbered(reader)
    except csv.Error as error:
        raise UserError(f"{name}, line {reader.line_num}: this is no CSV: {error}.") from None


def _bytes(path: Path) -> bytes:
    """All of a regular file; a pipe or a device is refused, since it may have no end."""
    name = printable(str(path))
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        with open(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UserError(f"The roster {name} is no regular file.")
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "that is no name of a file"
        raise UserError(f"The roster {name} can't be read: {reason}.") from None
    if len(data) > MOST_BYTES:
        raise UserError(f"The roster {name} is larger than {MOST_BYTES >> 20} MiB.")
    return data


_LINE_END = re.compile(r"[ \t]*\r?\n[ \t]*|\t")  # as spreadsheets let one type it into a cell


def _numbered(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    line = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield line, [_LINE_END.sub(" ", cell).strip() for cell in cells]
        line = getattr(reader, "line_num", line) + 1


def _columns(name: str, heads: list[str], exercises: Sequence[str]) -> list[tuple[str, str, str]]:
    """(as it is written, key, exercise) of each column."""
    where = f"{printable(name)}, line 1"
    columns = [(head, *_column(where, head, exercises)) for head in heads]
    for index, (head, *what) in enumerate(columns):
        if what in [others for _, *others in columns[:index]]:
            raise UserError(f"{where}: the column {shown(head)} is there twice.")
    if CLIENT not in [key for _, key, _ in columns]:
        raise UserError(f"{where}: the column {shown(CLIENT)} is missing, which names the files.")
    return columns


def _column(where: str, head: str, exercises: Sequence[str]) -> tuple[str, str]:
    exercise, dot, key = head.rpartition(".")
    if not dot:
        if head.lower() in COLUMNS:
            return head.lower(), ""
        near = nearest(head.lower(), COLUMNS)
        hint = f"did you mean {shown(near)}?" if near else f"known are {_all(COLUMNS)}."
        raise UserError(f"{where}: the column {shown(head)} is not known; {hint}")
    if key.lower() not in WORK:
        raise UserError(
            f"{where}: the column {shown(head)} ends with {shown(key)}; "
            f"of one exercise {_all(WORK)} can be set."
        )
    named = {name.lower(): name for name in exercises}
    if exercise.lower() not in named:
        near = nearest(exercise, list(exercises))
        hint = f" Did you mean {shown(near)}?" if near else f" It has {_all(exercises)}."
        raise UserError(f"{where}: the program has no exercise {shown(exercise)}.{hint}")
    return key.lower(), named[exercise.lower()]


def _all(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _row(name: str, line: int, columns: list[tuple[str, str, str]], cells: list[str]) -> Row | str:
    """The row, or what is wrong with it."""
    bare = Row(name, line, "")
    if len(cells) > len(columns):
        return f"{bare.where()}: {len(cells)} cells, where the first line has {len(columns)}."
    filled = [
        Cell(head, key, text, exercise)
        for (head, key, exercise), text in zip(columns, cells, strict=False)
        if text
    ]
    for cell in filled:
        if len(cell.text) > LONGEST_CELL:
            long = f"{len(cell.text)} characters; {LONGEST_CELL} are allowed."
            return f"{bare.where(cell.column)}: this has {long}"
        if hidden := invisible(cell.text):
            what = f"an invisible control character in it (U+{ord(hidden[0]):04X}); take it out"
            return f"{bare.where(cell.column)}: this has {what}."
        if cell.key == "week" and not (cell.text.isdecimal() and 1 <= int(cell.text) <= 520):
            return f"{bare.where(cell.column)}: must be a week from 1 to 520, found {_found(cell)}."
        if cell.key == "focus" and cell.text not in FOCUSES:
            choices = listed(list(FOCUSES))
            return f"{bare.where(cell.column)}: must be {choices}, found {_found(cell)}."
    client = next((cell.text for cell in filled if cell.key == CLIENT), "")
    if not client:
        return f"{bare.where(CLIENT)}: the name is missing, which names the file."
    return Row(name, line, client, tuple(c for c in filled if c.key != CLIENT))


def _found(cell: Cell) -> str:
    return f"the text {shown(cell.text)}"


def _twice(row: Row, seen: dict[str, int]) -> str:
    if line := seen.get(_folded(row.client)):
        return f"{row.where(CLIENT)}: {shown(row.client)} is in line {line}, too."
    return ""


def _folded(client: str) -> str:
    """Names that some file systems take for one."""
    return client.casefold()
