"""Whole sessions: what holds for every program, whoever wrote it, from the plan to the samples."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings

from mmc_audio import check, summary
from mmc_audio.arrange import arrange
from mmc_audio.errors import printable
from mmc_audio.load import load_bytes
from mmc_audio.outputs.chapters import chapters, flat
from mmc_audio.outputs.recording import Recording
from mmc_audio.outputs.table import write_csv, write_json
from mmc_audio.outputs.words import write_lrc, write_srt
from mmc_audio.plan import plan
from mmc_audio.program import TALKS, Program
from mmc_audio.session import Options, at_speed
from mmc_audio.timeline import Click, Phase, SetSpan, Speech, Timeline
from tests.draw import PROGRAMS, SHORT_PROGRAMS
from tests.pretend import spoken

# What a listener may choose; the first is what is chosen for them.
CHOICES = tuple(
    Options(talk=talk, permille=permille, imagine=imagine)
    for talk in TALKS
    for permille, imagine in ((1_000, False), (870, False), (1_000, True))
)
MOST_WRITTEN = 3_000  # events of a session that is also written as text


def whole(program: Program, *, chosen_by: int) -> Timeline:
    """Plan a program, speak it with a pretended voice, arrange it, check it, write it as text."""
    options = CHOICES[chosen_by % len(CHOICES)]
    session = at_speed(plan(program, options), options.permille)
    timeline = arrange(session, spoken(session))
    in_order(timeline)
    said = sum(isinstance(event, Speech) for event in timeline.events)
    left_out = sum(report.what in ("dropped", "one a rep") for report in timeline.reports)
    assert said + left_out - len(session.reports) == len(session.wishes)
    lines = program.source.count("\n") + 1
    for fault in check.findings(check.case_of(program, options, spoken)):
        assert 1 <= fault.place.line <= lines and fault.text.strip()
        assert printable(fault.text) == fault.text
    assert summary.summarise(program, options).duration_ms > 0
    if len(timeline.events) <= MOST_WRITTEN:
        written(program, timeline)
    return timeline


def in_order(timeline: Timeline) -> None:
    """Events in order of time and inside the session, nobody talking over anybody."""
    times = [event.at_ms for event in timeline.events]
    assert times == sorted(times)
    assert all(0 <= at <= timeline.duration_ms for at in times)
    for event in timeline.events:
        if not isinstance(event, Click):
            assert 0 <= event.duration_ms <= timeline.duration_ms - event.at_ms, event
    speeches = [event for event in timeline.events if isinstance(event, Speech)]
    assert all(before.end_ms < after.at_ms for before, after in pairwise(speeches))
    clicks = {(event.at_ms, event.sound) for event in timeline.events if isinstance(event, Click)}
    for event in timeline.events:
        if isinstance(event, Phase):
            assert (event.at_ms, event.name) in clicks
        if isinstance(event, SetSpan):
            assert (event.at_ms, "go") in clicks


def written(program: Program, timeline: Timeline) -> None:
    """The files that are text are read again by those who know the formats."""
    recording = Recording(program.title, program.author, timeline, lambda: iter(()))
    as_json = json.loads(text_of(write_json, recording))
    assert [event["at_ms"] for event in as_json["events"]] == [e.at_ms for e in timeline.events]
    rows = list(csv.DictReader(io.StringIO(text_of(write_csv, recording), newline="")))
    assert [int(row["at_ms"]) for row in rows] == [event.at_ms for event in timeline.events]
    speeches = sum(isinstance(event, Speech) for event in timeline.events)
    assert text_of(write_srt, recording).count(" --> ") == speeches
    heads = 2 + bool(program.author)
    assert text_of(write_lrc, recording).count("\n") == speeches + heads
    marks = flat(chapters(timeline))
    assert all(a.end_ms == b.start_ms for a, b in pairwise(marks))
    assert all(0 <= mark.start_ms < mark.end_ms <= timeline.duration_ms for mark in marks)


def text_of(write: Callable[[Recording, Path], None], recording: Recording) -> str:
    with tempfile.NamedTemporaryFile(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as file:
        write(recording, Path(file.name))
        return file.read().decode()


DRAWN: Any = settings(
    database=None, deadline=None, max_examples=1, suppress_health_check=list(HealthCheck)
)


@DRAWN
@given(PROGRAMS)
def _any_program(text: str) -> None:
    program = load_bytes(text.encode(), name="p.toml", folder="")
    chosen = hashlib.sha256(text.encode()).digest()[0]
    try:
        whole(program, chosen_by=chosen)
    except BaseException:
        print(text)  # the bytes of the fuzzer say little to a reader
        raise


@DRAWN
@given(SHORT_PROGRAMS)
def _any_sound(text: str) -> None:
    from fuzz import sound

    try:
        sound.whole(text)
    except BaseException:
        print(text)
        raise


def plans(data: bytes) -> None:
    """The bytes choose a program of the whole language; it is planned and arranged."""
    _any_program.hypothesis.fuzz_one_input(data)  # type: ignore[attr-defined]


def mixes(data: bytes) -> None:
    """The bytes choose a short program; it is mixed."""
    _any_sound.hypothesis.fuzz_one_input(data)  # type: ignore[attr-defined]
