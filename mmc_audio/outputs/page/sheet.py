"""The plan of a session as a table in HTML: what the page prints, on one sheet for most sessions.

Behind each set there are boxes to write the weight and the reps into.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import groupby

from mmc_audio import figures
from mmc_audio.captions import clean
from mmc_audio.outputs.recording import Apart, Recording
from mmc_audio.program import Exercise
from mmc_audio.rounds import Group, effort, groups
from mmc_audio.tempo import in_words

ROOMY = 40  # lines that an A4 page holds in the larger type
MOST_BOXES = 8
COLUMNS = ("Sets", "Reps", "Tempo", "Under tension", "Rest", "Load", "Done: weight, reps")
ADVICE = (
    "Tempo: lower, pause, lift, squeeze, in seconds; X as fast as you can. "
    "Stop if it hurts, or if your form goes."
)


def sheet(recording: Recording, apart: Apart) -> str:
    """One `<section>`, every text of it escaped."""
    found = groups(apart.program, apart.summary)
    rows = [row for _, own in groupby(found, lambda one: one.number) for row in _rows(list(own))]
    tension = figures.clock(apart.summary.under_tension_ms())
    length = figures.clock(recording.timeline.duration_ms)
    head = "".join(f"<th>{name}</th>" for name in COLUMNS)
    by = f" {_text(recording.author)}." if recording.author else ""
    return (
        f'<section class="sheet{" long" if len(rows) > ROOMY else ""}" aria-label="The plan">\n'
        f'<h2 dir="auto">{_text(recording.title)}</h2>\n'
        f'<p class="about">{length} long, {tension} of it under tension.{by}</p>\n'
        f"<table><thead><tr>{head}</tr></thead><tbody>\n"
        + "\n".join(rows)
        + f'\n</tbody></table>\n<p class="foot">{ADVICE}</p>\n</section>'
    )


def _rows(own: list[Group]) -> Iterator[str]:
    """An exercise: its name, its cues, its sets."""
    first = own[0]
    superset = f" (superset {_text(first.exercise.superset)})" if first.exercise.superset else ""
    words = ""
    if not first.first.hold_ms:
        words = in_words(first.first.tempo, first.exercise.start)
    yield (
        f'<tr class="exercise"><th colspan="4"><bdi>{_text(first.heading)}</bdi>{superset}</th>'
        f'<th colspan="3" class="length">{_text(words)}</th></tr>'
    )
    told = _told(first.exercise)
    if told:
        yield f'<tr class="cue"><td colspan="7"><bdi>{_text(told)}</bdi></td></tr>'
    yield from (_set_row(group) for group in own)


def _told(exercise: Exercise) -> str:
    """The first words of its cues, one a moment."""
    first = {cue.moment: cue.say[0] for cue in reversed(exercise.cues) if cue.moment != "intro"}
    return "; ".join(dict.fromkeys(reversed(first.values())))


def _set_row(group: Group) -> str:
    set_, round_ = group.first, group.rounds[0]
    boxes = "<i></i>" * min(MOST_BOXES, len(group.rounds))
    cells = (
        group.sets,
        round_.work,
        "" if set_.hold_ms else set_.tempo.text,
        round_.tension,
        figures.seconds(round_.rest_ms) if round_.rest_ms else "",
        effort(set_),
    )
    plain = "".join(f"<td><bdi>{_text(cell)}</bdi></td>" for cell in cells)
    return f'<tr>{plain}<td class="boxes">{boxes}</td></tr>'


def _text(text: str) -> str:
    return escape(clean(text))
