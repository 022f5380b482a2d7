"""A session as the page's script reads it: JSON of lists and numbers, small and the same each time.

Times in rows of sounds are told as steps from the one before. `parts/unpack.js` reads it.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from mmc_audio.captions import WORDS, clean
from mmc_audio.outputs.page.rice import packed
from mmc_audio.outputs.page.sprite import MARK_AT, SILENT, sprite
from mmc_audio.outputs.recording import Apart, Recording
from mmc_audio.program import TALKS
from mmc_audio.timeline import (
    Click,
    Drill,
    ExerciseSpan,
    Glide,
    Hold,
    Phase,
    Rest,
    SetSpan,
    Speech,
    Timeline,
)

ASCII_ONLY = True  # and these, so that no text can end the element it stands in, or open another
ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}

Row = list[object]


@dataclass(slots=True)
class Numbered:
    """Things in the order in which they were first asked for, each known by its number."""

    numbers: dict[object, int] = field(default_factory=dict)

    def number(self, thing: object) -> int:
        """The number of a thing, a new one for a new thing."""
        return self.numbers.setdefault(thing, len(self.numbers))


def as_json(facts: Mapping[str, object]) -> str:
    """JSON that is safe inside an element of a page: nothing but ASCII, no angle brackets."""
    text = json.dumps(facts, ensure_ascii=ASCII_ONLY, separators=(",", ":"))
    for sign, escape in ESCAPED.items():
        text = text.replace(sign, escape)
    return text


def facts(recording: Recording, apart: Apart) -> dict[str, object]:
    """All that the page knows of the session. `id` is that of this very session."""
    timeline, phrases, sounds = recording.timeline, Numbered(), Numbered()
    known: dict[str, object] = {
        "title": clean(recording.title),
        "author": clean(recording.author),
        "duration": timeline.duration_ms,
        "wake": timeline.wake_ms,
        "channels": 2 if apart.program.leans else 1,
        "talk": apart.talk,
        "duck": apart.duck_db,
        "captions": {**WORDS, **apart.captions},
        "spans": _spans(timeline, apart),
        "phases": list(_phases(timeline)),
        "clicks": list(_clicks(timeline, sounds)),
        "glides": [
            [e.at_ms, e.duration_ms, e.from_hz, e.to_hz]
            for e in timeline.events
            if isinstance(e, Glide)
        ],
        "speech": {talk: list(_speech(apart.levels[talk], phrases)) for talk in TALKS},
        "counted": [[phrases.number((word, 1_000, onset)), onset] for word, onset in apart.counted],
        "tone": _tone(apart),
    }
    sounds.number("count")  # a count-in after a pause needs it
    known |= _sounds(apart, sounds)
    known |= _voice(apart, phrases)
    digest = hashlib.sha256(as_json(known).encode()).hexdigest()
    return {**known, "id": digest[:16]}


def _spans(timeline: Timeline, apart: Apart) -> dict[str, list[Row]]:
    """The stretches of the session, by their kind; fields as in `parts/unpack.js`."""
    exercises = apart.program.exercises
    spans: dict[str, list[Row]] = {kind: [] for kind in ("exercise", "set", "rest", "drill")}
    for event in timeline.events:
        match event:
            case ExerciseSpan(at, lasts, number, name):
                spans["exercise"].append([at, lasts, number, clean(name)])
            case SetSpan():
                amrap = exercises[event.exercise - 1].sets[event.set - 1].amrap
                spans["set"].append(_set(event, amrap=amrap))
            case Rest(at, lasts, exercise, bout):
                spans["rest"].append([at, lasts, exercise, bout])
            case Drill(at, lasts, name):
                spans["drill"].append([at, lasts, name])
    return spans


def _set(span: SetSpan, *, amrap: bool) -> Row:
    work = [span.at_ms, span.duration_ms, span.exercise, span.set, span.nth, span.sets, span.reps]
    return [*work, clean(span.label), span.lead_in_ms, span.side, span.part, span.parts, int(amrap)]


def _phases(timeline: Timeline) -> Iterator[Row]:
    """[step, duration, name, exercise, set, rep, side]; a hold is named so and has rep 0."""
    before = 0
    for event in timeline.events:
        if isinstance(event, Phase):
            tail: Row = [event.name, event.exercise, event.set, event.rep]
            side = [event.side] if event.side else []
            yield [event.at_ms - before, event.duration_ms, *tail, *side]
        elif isinstance(event, Hold):
            yield [event.at_ms - before, event.duration_ms, "hold", event.exercise, event.set, 0]
        else:
            continue
        before = event.at_ms


def _clicks(timeline: Timeline, sounds: Numbered) -> Iterator[int]:
    """step, sound; step, sound; ..."""
    before = 0
    for event in timeline.events:
        if isinstance(event, Click):
            yield event.at_ms - before
            yield sounds.number(event.sound)
            before = event.at_ms


def _speech(timeline: Timeline, phrases: Numbered) -> Iterator[int]:
    """step, phrase; step, phrase; ..."""
    before = 0
    speeches = [event for event in timeline.events if isinstance(event, Speech)]
    for event in sorted(speeches, key=lambda event: event.at_ms):
        yield event.at_ms - before
        yield phrases.number((event.text, event.tempo_permille, event.onset_ms))
        before = event.at_ms


def _sounds(apart: Apart, sounds: Numbered) -> dict[str, object]:
    """`sounds` are [name, frames, order, first byte] of the packed samples in `pcm`."""
    rows, body = list[Row](), bytearray()
    for name in sounds.numbers:
        pcm = apart.sound(str(name))
        order, data = packed(pcm)
        rows.append([name, len(pcm), order, len(body)])
        body += data
    return {"sounds": rows, "pcm": _text(bytes(body))}


def _voice(apart: Apart, phrases: Numbered) -> dict[str, object]:
    """`phrases` are [text, onset, first frame, frames] in the sound that `mp3` holds."""
    wanted: Iterable[tuple[str, int, int]] = list(phrases.numbers)  # type: ignore[arg-type]
    spoken = sprite(apart.phrase(text, speed) for text, speed, _ in wanted)
    rows = [
        [clean(text), onset, *place]
        for (text, _, onset), place in zip(wanted, spoken.places, strict=True)
    ]
    mark = {"at": MARK_AT, "before": SILENT}
    return {"phrases": rows, "mp3": _text(spoken.mp3), "mark": mark}


def _tone(apart: Apart) -> dict[str, object]:
    tone = apart.tone
    shares = [0.0] * (1 + max(times for times, _ in tone.partials))
    for times, share in tone.partials:
        shares[times] = share
    return {
        "peak": round(tone.peak, 6),
        "partials": shares,
        "fade": tone.fade_ms,
        "gap": tone.gap_ms,
        "dip": tone.dip,
        "ramp": tone.ramp_ms,
    }


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
