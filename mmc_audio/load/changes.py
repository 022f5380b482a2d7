"""What a row of a roster changes in a program, before it is checked like one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mmc_audio.errors import UserError
from mmc_audio.load.findings import Finding, Path
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
            for number, exercise in enumerate(_exercises(document)):
                if _takes(exercise, cell):
                    yield ("exercise", number, cell.key), cell


def _exercises(document: Mapping[str, Any]) -> list[Any]:
    exercises = document.get("exercise")
    return exercises if isinstance(exercises, list) else []


def _takes(exercise: Any, cell: Cell) -> bool:
    """Whether the cell is for this exercise; a hold has neither reps nor a tempo."""
    if not isinstance(exercise, dict):
        return False
    if cell.exercise:
        return exercise_name(exercise).lower() == cell.exercise.lower()
    return cell.key == "load" or "hold" not in exercise


def exercise_name(exercise: Mapping[str, Any]) -> str:
    """What the exercise is called in a roster: its name, or its id where it has none."""
    return str(exercise.get("name") or exercise.get("id") or "")


def _put(document: dict[str, Any], path: Path, value: object) -> None:
    """Set a value; a table on its way is made, and what is no table is left to the check."""
    *tables, key = path
    inner: Any = document
    for part in tables:
        inner = inner.setdefault(part, {}) if isinstance(inner, dict) else inner[part]
    if isinstance(inner, dict):
        inner[key] = value
