"""The timeline as data: JSON (version 1 of the public format) and CSV.

docs/timeline-format.md is the reference of both.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from mmc_audio.errors import invisible, visible
from mmc_audio.outputs.recording import Recording
from mmc_audio.outputs.text import write_lines
from mmc_audio.timeline import (
    SAMPLE_RATE,
    TIMELINE_FORMAT,
    Click,
    Drill,
    Event,
    ExerciseSpan,
    Glide,
    Hold,
    Phase,
    Rest,
    SetSpan,
    Speech,
    Timeline,
)

KINDS: dict[type[Event], str] = {
    Click: "click",
    Speech: "speech",
    Phase: "phase",
    Hold: "hold",
    SetSpan: "set",
    Rest: "rest",
    Drill: "activity",
    Glide: "glide",
    ExerciseSpan: "exercise",
}
PRIVATE = {"tempo_permille", "number"}  # how a clip is made, no part of the format
PLAIN = {"side": "", "part": 1, "parts": 1}  # what goes without saying
ABSENT = {"tempo": ""}  # what a hold has not
COLUMNS = (
    *("at_ms", "kind", "duration_ms", "exercise", "set", "rep", "name", "sound", "text"),
    *("moment", "onset_ms", "sets", "reps", "label", "lead_in_ms"),
    *("side", "part", "parts", "from_hz", "to_hz", "tempo"),
)
# Where a spreadsheet takes a text for a formula: at its beginning, and behind a mark that it may
# take for the end of a cell. Those of East Asia know the wide signs, too.
_FORMULA = re.compile(r"(^|[;|])(?=[\s\"']*[=+\-@＝＋－＠])")


def write_json(recording: Recording, temporary: Path) -> None:
    """One event a line, so that a session can be compared and searched by line tools."""
    write_lines(temporary, _json_lines(recording))


def write_csv(recording: Recording, temporary: Path) -> None:
    """One event a row under a row of names, after RFC 4180."""
    write_lines(temporary, _csv_lines(recording.timeline))


def rows(timeline: Timeline) -> Iterator[dict[str, object]]:
    """Each event as the format shows it, sorted by `at_ms`; sets have the numbers people say."""
    spans = (event for event in timeline.events if isinstance(event, SetSpan))
    said = {(span.exercise, span.set): span.nth for span in spans}
    for event in sorted(timeline.events, key=lambda event: event.at_ms):
        fields = {key: value for key, value in asdict(event).items() if key not in PRIVATE}
        fields = {key: value for key, value in fields.items() if value != ABSENT.get(key)}
        if fields.get("parts", 1) == 1:
            fields = {key: value for key, value in fields.items() if value != PLAIN.get(key)}
        if "set" in fields:
            fields["set"] = said.get((fields["exercise"], fields["set"]), fields["set"])
        yield {"at_ms": fields.pop("at_ms"), "kind": KINDS[type(event)], **fields}


def _json_lines(recording: Recording) -> Iterator[str]:
    timeline = recording.timeline
    head = {
        "format": TIMELINE_FORMAT,
        "title": timeline.title,
        "duration_ms": timeline.duration_ms,
        "sample_rate": SAMPLE_RATE,
        "channels": recording.channels,
    }
    yield _json(head)[:-1] + ', "events": ['
    separator = "\n"
    for row in rows(timeline):
        yield separator + _json(row)
        separator = ",\n"
    yield "\n]}\n"


def _json(data: object) -> str:
    """One line of JSON; what can't be seen is written as an escape."""
    line = json.dumps(data, ensure_ascii=False)
    return json.dumps(data) if invisible(line) else line


def _csv_lines(timeline: Timeline) -> Iterator[str]:
    line = io.StringIO()
    writer = csv.DictWriter(line, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in rows(timeline):
        writer.writerow({key: _harmless(value) for key, value in row.items()})
        yield line.getvalue()
        line.seek(0)
        line.truncate()
    yield line.getvalue()


def _harmless(value: object) -> object:
    """Text that a spreadsheet would run as a formula, marked as text in the usual way."""
    return _FORMULA.sub(r"\1'", visible(value)) if isinstance(value, str) else value
