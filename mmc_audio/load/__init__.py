"""Program files: TOML bytes -> Program. The only room that knows the keys of the format."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mmc_audio.errors import Fault, ProgramError
from mmc_audio.load.build import build
from mmc_audio.load.changes import changed, raise_for
from mmc_audio.load.faults import Source, faults_of, without_echoes
from mmc_audio.load.findings import At, EnoughFound
from mmc_audio.load.format import HOMES, ROOT, schema
from mmc_audio.load.reading import decode, read_bytes
from mmc_audio.load.syntax import Parsed, read
from mmc_audio.program import Program
from mmc_audio.roster import Row

__all__ = ["load_bytes", "load_path", "schema"]


def load_path(path: Path, *, week: int = 1, row: Row | None = None) -> Program:
    """The program in a file, as it is in a week, and for the client of a roster's row.

    Raises ProgramError with every fault in it, or UserError.
    """
    data, folder = read_bytes(path), str(path.parent)
    return load_bytes(data, name=str(path), folder=folder, week=week, row=row)


def load_bytes(
    data: bytes, *, name: str, folder: str, week: int = 1, row: Row | None = None
) -> Program:
    """The program that the bytes hold; `name` and `folder` tell where they came from.

    Raises ProgramError with every fault in it, or UserError where it is no text at all, or where
    a cell of the row is wrong.
    """
    text = decode(data, name)
    parsed = read(text)
    program, faults = _checked(parsed, week, row)
    if program is None or faults:
        raise ProgramError(name, text, faults)
    return replace(program, name=name, folder=folder, source=text)


def _checked(
    parsed: Parsed, week: int, row: Row | None
) -> tuple[Program | None, tuple[Fault, ...]]:
    """The program and every fault, those of the syntax first."""
    if parsed.document is None:
        return None, parsed.faults
    source, at = Source(parsed.text), At(homes=HOMES)
    document, cells = changed(parsed.document, row)
    program = None
    try:
        checked = ROOT.check(document, at)
        program = build(checked, document, source.of_value, at, week)
    except EnoughFound:
        pass
    raise_for(at.findings, cells, row)
    mended = {fault.place.line for fault in parsed.faults}
    found = faults_of(without_echoes(at.findings), document, source)
    return program, (*parsed.faults, *(f for f in found if f.place.line not in mended))
