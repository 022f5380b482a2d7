"""What a row of a roster changes in a program, before it is checked like one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mmc_audio.errors import UserError
from mmc_audio.library import find
from mmc_audio.load.findings import Finding, Path
from mmc_audio.load.inherit import AMOUNTS
from mmc_audio.roster import VOICE, WORK, Cell, Row

_GAP = re.compile(r"(?<!\{)\{client\}(?!\})")
_ALONE = re.compile(r"^(?<!\{)\{client\}(?!\}),?\s*|,?\s*(?<!\{)\{client\}(?!\})")

Changed = Mapping[Path, Cell]


def changed(document: dict[str, Any], row: Row | None) -> tuple[dict[str, Any], Changed]:
    """The document as it is for a client, and which cell is behind which path.

    Without a row `{client}` is left out of all texts, and the comma before it.
    """
    named = _named(document, row)
    cells = dict(_cells(named, row)) if row else {}
    for path, cell in cells.items():
        _put(named, path, cell.value)
    return named, cells


def raise_for(findings: list[Finding], cells: Changed, row: Row | None) -> None:
    """UserError for the first fault of each cell."""
    faults = dict[str, str]()
    for finding in findings:
        cell = next((c for path, c in cells.items() if finding.path[: len(path)] == path), None)
        if cell and row:
            faults.setdefault(cell.column, f"{row.where(cell.column)}: {finding.text}.")
    if faults:
        raise UserError("\n".join(faults.values()))


def _named(value: Any, row: Row | None) -> Any:
    """The same data with the client's name in its texts."""
    match value:
        case str():
            return _GAP.sub(lambda gap: _plain(row.client), value) if row else _ALONE.sub("", value)
        case dict():
            return {key: _named(one, row) for key, one in value.items()}
        case list():
            return [_named(one, row) for one in value]
        case _:
            return value


def _plain(client: str) -> str:
    """A name in a text where braces mean something, and lines end nowhere."""
    return " ".join(client.replace("{", "(").replace("}", ")").split())


def _cells(document: Mapping[str, Any], row: Row) -> Iterator[tuple[Path, Cell]]:
    for cell in sorted(row.cells, key=lambda cell: bool(cell.exercise)):
        if cell.key in VOICE:
            yield ("voice", "engine" if cell.key == "voice" else cell.key), cell
        elif cell.key in WORK:
            yield from _of_exercises(document, row, cell)


def _of_exercises(document: Mapping[str, Any], row: Row, cell: Cell) -> Iterator[tuple[Path, Cell]]:
    """The exercises that a cell is for: those of its name, or all that have what it changes."""
    defaults = document.get("defaults")
    for number, exercise in enumerate(_tables(document.get("exercise"))):
        if cell.exercise and cell.exercise.lower() not in _names(exercise):
            continue
        amount = _amount(exercise, defaults if isinstance(defaults, dict) else {})
        lacking = {"hold": ("reps", "tempo"), "cluster": ("reps",)}.get(amount, ())
        if cell.key not in lacking:
            yield ("exercise", number, cell.key), cell
        elif cell.exercise:
            where = row.where(cell.column)
            raise UserError(f"{where}: {cell.exercise} has a {amount}, and so no {cell.key}.")


def _amount(exercise: Mapping[str, Any], defaults: Mapping[str, Any]) -> str:
    """By what the exercise is counted; the nearest wins, as everywhere in a program."""
    for level in (exercise, defaults):
        for key in AMOUNTS:
            if key in level:
                return key
    return "reps"


def _tables(exercises: Any) -> list[Mapping[str, Any]]:
    """Each exercise; what is no table is left to the check."""
    each = exercises if isinstance(exercises, list) else []
    return [one if isinstance(one, dict) else {} for one in each]


def _names(exercise: Mapping[str, Any]) -> set[str]:
    """What a roster may call an exercise: its name, its id, the name in the library."""
    own = [str(exercise.get(key, "")) for key in ("name", "id")]
    known = find(own[1]) or find(own[0])
    names = own if own[0] or not known else [*own, known.name]
    return {name.lower() for name in names if name}


def _put(document: dict[str, Any], path: Path, value: object) -> None:
    """Set a value; a table on its way is made, and what is no table is left to the check."""
    *tables, key = path
    inner: Any = document
    for part in tables:
        inner = inner.setdefault(part, {}) if isinstance(inner, dict) else inner[part]
    if isinstance(inner, dict):
        inner[key] = value
