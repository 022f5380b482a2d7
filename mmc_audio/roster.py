"""A roster: a CSV file with a row for each client, and what is different for them. RFC 4180.

Spreadsheets of half of Europe put semicolons between the columns; the first line tells. What a cell
means is known by the program's own table of keys, which checks it as if it stood in the program.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from mmc_audio.errors import UserError, listed, nearest, printable, shown
from mmc_audio.session import FOCUSES

MOST_BYTES = 64 << 20
MOST_ROWS = 100_000
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
    try:
        (_, heads), *rows = lines
    except ValueError:
        raise UserError(f"{printable(name)} is empty; {_NEEDED}") from None
    columns = _columns(name, heads, exercises)
    if len(rows) > MOST_ROWS:
        raise UserError(f"{printable(name)} has {len(rows)} rows; {MOST_ROWS} are allowed.")
    good, faults = list[Row](), list[str]()
    seen: dict[str, int] = {}
    for line, cells in rows:
        row = _row(name, line, columns, cells)
        fault = row if isinstance(row, str) else _twice(row, seen)
        if fault:
            faults.append(fault)
        elif isinstance(row, Row):
            seen[_folded(row.client)] = line
            good.append(row)
    return Roster(tuple(good), tuple(faults))


_NEEDED = f'its first line names the columns, "{CLIENT}" among them.'


def _lines(path: Path) -> list[tuple[int, list[str]]]:
    """Every line that is not empty: its number and its cells."""
    name = printable(str(path))
    try:
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UserError(f"The roster {name} can't be read: {error.strerror}.") from None
    if len(data) > MOST_BYTES:
        raise UserError(f"The roster {name} is larger than {MOST_BYTES >> 20} MiB.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UserError(f"{name}, line {line}: this is no UTF-8; save it as CSV UTF-8.") from None
    first = text.split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return list(_numbered(reader))
    except csv.Error as error:
        raise UserError(f"{name}, line {reader.line_num}: this is no CSV: {error}.") from None


def _numbered(reader: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    line = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield line, [cell.strip() for cell in cells]
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
