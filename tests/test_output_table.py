"""The timeline as JSON and CSV is what its reference says."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from mmc_audio.outputs import save
from mmc_audio.timeline import (
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
)
from tests import audio

REFERENCE = Path(__file__).parent.parent / "docs" / "timeline-format.md"
EXAMPLE: tuple[Event, ...] = (
    ExerciseSpan(0, 8_000, 1, "Glute bridge"),
    Speech(250, "Glute bridge.", "intro", 900, 40, 1_100),
    SetSpan(3_000, 3_000, 1, 1, 2, 1, "warm-up", 1_000, tempo="2-0-1-0"),
    Glide(3_000, 2_000, 660, 330),
    Phase(3_000, "eccentric", 2_000, 1, 1, 1),
    Click(3_000, "eccentric"),
    Phase(5_000, "concentric", 1_000, 1, 1, 1),
    Click(5_000, "concentric"),
    Rest(6_000, 1_000, 1, 1),
    Drill(6_000, 500, "flex", 1, 1),
    SetSpan(7_000, 1_000, 1, 2, 2, 0, "", 0),
    Hold(7_000, 1_000, 1, 2),
)


def written(folder: Path, suffix: str, *events: Event, title: str = "Bridges") -> bytes:
    recording = audio.recording(9_000, events=events, title=title)
    return save(recording, folder / f"a{suffix}").read_bytes()


@pytest.mark.parametrize(("suffix", "ends"), [(".json", "\n"), (".csv", "\r\n")])
def test_the_reference_shows_what_is_written(tmp_path: Path, suffix: str, ends: str) -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    (example,) = re.findall(rf"```{suffix[1:]}\n(.*?)```", text, re.DOTALL)
    assert written(tmp_path, suffix, *EXAMPLE).decode() == example.replace("\n", ends)


def test_the_reference_names_every_key(tmp_path: Path) -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    named = {
        kind: set(re.findall(r"`(\w+)`", keys)) | {"at_ms", "kind"}
        for kind, keys in re.findall(r"^\| `(\w+)` \| (`\w+`(?:, `\w+`)*) \|", text, re.MULTILINE)
    }
    events = json.loads(written(tmp_path, ".json", *EXAMPLE))["events"]
    keys: dict[str, set[str]] = {}
    for event in events:
        keys[event["kind"]] = keys.get(event["kind"], set()) | set(event)
    assert keys == named


def test_no_event_is_a_list_without_events(tmp_path: Path) -> None:
    assert json.loads(written(tmp_path, ".json")) == {
        "format": 1,
        "title": "Bridges",
        "duration_ms": 9_000,
        "sample_rate": 48_000,
        "channels": 1,
        "events": [],
    }
    assert written(tmp_path, ".csv").count(b"\r\n") == 1


def test_events_are_sorted_and_keep_their_order_at_one_moment(tmp_path: Path) -> None:
    events = [Click(500, "tick"), Click(0, "go"), Click(500, "last"), Click(20, "tick")]
    recording = audio.recording(9_000)
    object.__setattr__(recording.timeline, "events", tuple(events))
    found = json.loads(save(recording, tmp_path / "a.json").read_bytes())["events"]
    assert [(event["at_ms"], event["sound"]) for event in found] == [
        (0, "go"),
        (20, "tick"),
        (500, "tick"),
        (500, "last"),
    ]


HARD = 'Say "Hüfte", 臀;\n\ttwo -- \x1b[2J'


def test_any_text_survives(tmp_path: Path) -> None:
    speech = Speech(0, HARD, "ready", 100, 0)
    made = json.loads(written(tmp_path, ".json", speech, title=HARD))
    assert (made["title"], made["events"][0]["text"]) == (HARD, HARD)
    table = io.StringIO(written(tmp_path, ".csv", speech).decode(), newline="")
    assert [row["text"] for row in csv.DictReader(table)] == ['Say "Hüfte", 臀;  two -- [2J']


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", " =", '"='])
def test_no_cell_is_a_formula(tmp_path: Path, start: str) -> None:
    text = f"{start}1+HYPERLINK(A1)"
    events = (
        Speech(0, text, "ready", 100, 0),
        ExerciseSpan(1, 2, 1, text),
        SetSpan(2, 1, 1, 1, 1, 1, text, 0),
    )
    table = csv.DictReader(io.StringIO(written(tmp_path, ".csv", *events).decode(), newline=""))
    speech, exercise, span = table
    assert [speech["text"], exercise["name"], span["label"]] == ["'" + text] * 3
    assert speech["at_ms"] == "0"


def test_no_part_of_a_cell_is_a_formula_where_other_marks_part_cells(tmp_path: Path) -> None:
    made = written(tmp_path, ".csv", Speech(0, "up; =A1|-2;+3 - 4", "ready", 100, 0)).decode()
    assert "up;' =A1|'-2;'+3 - 4" in made


def test_sides_and_parts_are_told_and_sets_have_the_numbers_people_say(tmp_path: Path) -> None:
    events = (
        SetSpan(0, 10, 1, 1, 2, 1, "", 0, number=1, side="left"),
        Phase(0, "concentric", 10, 1, 1, 1, "left"),
        Rest(10, 5, 1, 1),
        SetSpan(15, 10, 1, 2, 2, 1, "", 0, number=1, side="right", part=1, parts=3),
        SetSpan(30, 10, 1, 3, 2, 1, "", 0, number=2),
    )
    made = json.loads(written(tmp_path, ".json", *events))["events"]
    keys = ("kind", "set", "side", "part", "parts")
    assert [{key: event[key] for key in keys if key in event} for event in made] == [
        {"kind": "set", "set": 1, "side": "left"},
        {"kind": "phase", "set": 1, "side": "left"},
        {"kind": "rest", "set": 1},
        {"kind": "set", "set": 1, "side": "right", "part": 1, "parts": 3},
        {"kind": "set", "set": 2},
    ]
