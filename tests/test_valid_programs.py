"""Right programs and their exact timelines, one pair of files each in tests/data/valid.

`python -m tests.test_valid_programs` writes the expectations anew; read the difference.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from mmc_audio.timeline import (
    Click,
    Drill,
    Event,
    ExerciseSpan,
    Glide,
    Hold,
    Phase,
    Report,
    Rest,
    SetSpan,
    Speech,
    Timeline,
)
from tests.pretend import arranged

FOLDER = Path(__file__).parent / "data" / "valid"
PROGRAMS = sorted(FOLDER.glob("*.toml"))


def test_there_are_programs() -> None:
    assert len(PROGRAMS) >= 15


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_timeline(path: Path) -> None:
    expected = path.with_suffix(".txt").read_text(encoding="utf-8")
    assert dump(arranged(path.read_text(encoding="utf-8"))) == expected


def dump(timeline: Timeline) -> str:
    """A timeline as text: a line an event, then a line a report."""
    lines = [f"{timeline.title}: {timeline.duration_ms} ms, wakes for {timeline.wake_ms} ms"]
    lines += [f"{event.at_ms:>8} {_event(event)}" for event in timeline.events]
    lines += [_report(report) for report in timeline.reports]
    return "\n".join(lines) + "\n"


def _event(event: Event) -> str:
    match event:
        case Click(sound=sound):
            return f"click {sound}"
        case Speech(text=text, moment=moment, tempo_permille=permille):
            speed = f" at {permille} permille" if permille != 1_000 else ""
            return f'say "{text}" until {event.end_ms} ({moment}){speed}'
        case Glide(duration_ms=ms, from_hz=low, to_hz=high):
            return f"glide {low} to {high}, {ms}"
        case Phase(name=name, duration_ms=ms, exercise=e, set=s, rep=r, side=side):
            return f"phase {name} {ms} of {e}.{s}.{r}" + (f", {side}" if side else "")
        case Hold(duration_ms=ms, exercise=e, set=s):
            return f"hold {ms} of {e}.{s}"
        case Drill(duration_ms=ms, name=name, exercise=e, set=s):
            return f"{name} {ms} at {e}.{s}"
        case SetSpan(duration_ms=ms, exercise=e, set=s, sets=n, reps=r, label=label):
            side = f", {event.side}" if event.side else ""
            part = f", part {event.part} of {event.parts}" if event.parts > 1 else ""
            nth = f", set {event.nth} of {n}" if event.nth != s else ""
            label = f", {label}" if label else ""
            return f"set {e}.{s} of {n}: {r} reps, {ms}{nth}{side}{part}{label}"
        case Rest(duration_ms=ms, exercise=e, set=s):
            return f"rest {ms} after {e}.{s}"
        case ExerciseSpan(duration_ms=ms, exercise=e, name=name):
            return f"exercise {e} {name}, {ms}"


def _report(report: Report) -> str:
    return (
        f'{report.what}: "{report.text}" ({report.moment}, {report.length_ms} ms) in '
        f"{report.room_ms} of {report.slot_ms} ms {report.slot or 'outside reps'}, at "
        f"{report.exercise}.{report.set}.{report.rep}"
        + (f', instead "{report.instead}"' if report.instead != report.text else "")
    )


if __name__ == "__main__":
    for program in PROGRAMS:
        text = dump(arranged(program.read_text(encoding="utf-8")))
        program.with_suffix(".txt").write_text(text, encoding="utf-8")
