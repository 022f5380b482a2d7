"""Advice on keys and tables that are written twice."""

from __future__ import annotations

import re

from mmc_audio.errors import Fault, Place, shown
from mmc_audio.load.findings import Path, subject
from mmc_audio.load.places import Lines, Span, last_statement, locate

BRACKETS = "write [[exercise]] with two brackets on each side, each time"


def duplicate(text: str, stop: int, complaint: str) -> Fault | None:
    """The fault that a key is there already, None if the parser's complaint is another one.

    `stop` is where the parser stopped: behind the second of the two.
    """
    if match := re.match("Duplicate inline table key '(.*)'", complaint):
        return _in_braces(text, stop, match[1])
    if not complaint.startswith(("Cannot overwrite", "Cannot declare", "Cannot mutate")):
        return None
    end = text.find("\n", stop)
    try:
        return _stated_twice(text, text[: end if end >= 0 else len(text)])
    except (IndexError, ValueError):  # the parser stopped in the middle of a statement
        return None


def _in_braces(text: str, stop: int, key: str) -> Fault:
    start = text.rfind(key, 0, stop)
    place = Lines(text).place(start, start + len(key))
    return Fault(place, f"{shown(key)[1:-1]} is written twice in the same {{ }}")


def _stated_twice(text: str, until: str) -> Fault:
    start = last_statement(until)
    before, lines = locate(until[:start]), Lines(text)
    path, second = next(
        ((p, s) for p, s in locate(until).items() if s.key[0] >= start),
        ((), Span((start, start + 1), (start, start + 1))),
    )
    if not path:  # deeper than anything of ours is located
        return Fault(lines.place(*second.key), "this key is written twice")
    first_path = next(path[:n] for n in range(len(path), -1, -1) if path[:n] in before or n == 0)
    first = before.get(first_path, second)
    if first_path[:1] == ("exercise",) and len(first_path) <= 2:
        return Fault(_single_bracket(text, first, second, lines), BRACKETS)
    line = lines.place(*first.key).line
    return Fault(lines.place(*second.key), _words(text, path, first_path, first, line))


def _single_bracket(text: str, first: Span, second: Span, lines: Lines) -> Place:
    wrong = second if text.startswith("[[", first.key[0]) else first
    return lines.place(*wrong.key)


def _words(text: str, path: Path, first_path: Path, first: Span, line: int) -> str:
    name = subject(first_path)
    header = shown(".".join(part for part in first_path if isinstance(part, str)))[1:-1]
    if path != first_path:
        return f"{name} has its value on line {line} already; this belongs in there"
    if text.startswith("[", first.key[0]):
        return f"[{header}] stands on line {line} already; put its keys together there"
    if text[first.value[0]] in "[{\"'" or first.key != first.value:
        return f"{name} is written twice; it stands on line {line} already"
    return f"{name} is begun on line {line} already; go on there, with {name}.NAME = ..."
