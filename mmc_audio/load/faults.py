"""Findings, which know key paths, as faults, which know lines and columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mmc_audio.errors import Fault, Place, shown
from mmc_audio.load.findings import MOST_FINDINGS, Finding, Path
from mmc_audio.load.places import Lines, Span, locate


class Source:
    """The places of the keys in a text that the parser has accepted."""

    def __init__(self, text: str) -> None:
        self.spans = locate(text)
        self.lines = Lines(text)

    def of_key(self, path: Path) -> Place:
        """Where the key stands; for one that is not there, the nearest table around it."""
        return self.lines.place(*self._span(path).key)

    def of_value(self, path: Path) -> Place:
        return self.lines.place(*self._span(path).value)

    def _span(self, path: Path) -> Span:
        for length in range(len(path), 0, -1):
            if span := self.spans.get(path[:length]):
                return span
        return Span((0, 1), (0, 1))


def faults_of(findings: list[Finding], document: Mapping[str, Any], source: Source) -> list[Fault]:
    """Each finding at its place, with the number and name of its exercise."""
    faults = []
    for finding in findings:
        place = source.of_key if finding.at == "key" else source.of_value
        text = f"{_exercise(finding.path, document)}{finding.text}"
        faults.append(Fault(place(finding.path), text))
    if len(findings) >= MOST_FINDINGS:
        last = max(fault.place for fault in faults)
        faults.append(Fault(last, f"more is wrong; mend these {MOST_FINDINGS} errors first"))
    return faults


def without_echoes(findings: list[Finding]) -> list[Finding]:
    """A title below an exercise is one slip: that none is at the top need not be said, too."""
    strayed = {finding.path[-1] for finding in findings if len(finding.path) > 1}
    return [f for f in findings if f.path or f.missing not in strayed]


def _exercise(path: Path, document: Mapping[str, Any]) -> str:
    """ "exercise 2 (Hip thrust): " for what is in one."""
    if path[:1] != ("exercise",) or len(path) < 2 or not isinstance(path[1], int):
        return ""
    exercise = document["exercise"][path[1]]
    names = [exercise.get(key) for key in ("name", "id")] if isinstance(exercise, dict) else []
    name = next((name for name in names if isinstance(name, str) and name.strip()), "")
    return called(path[1] + 1, name)


def called(number: int, name: str) -> str:
    """How a message names an exercise that it is about."""
    plain = " ".join(name.split())
    return f"exercise {number} ({shown(plain)[1:-1]}): " if plain else f"exercise {number}: "
