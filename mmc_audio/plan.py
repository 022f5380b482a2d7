"""Program -> Session: which set, rep, phase and rest at which millisecond. Pure.

The timeline is fixed here, before anyone speaks, and by the program alone: neither the voice nor
how much it says moves a beat.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from mmc_audio import announce
from mmc_audio.bouts import BEAT_MS, Bout, Slot, lay_out
from mmc_audio.errors import UserError, count
from mmc_audio.program import Program
from mmc_audio.session import Fixed, Options, Session, at_speed
from mmc_audio.timeline import Click, ExerciseSpan, Hold, Phase, Rest, SetSpan
from mmc_audio.wishes import all_wishes
from mmc_audio.words import Words, load_words

# Wireless earbuds cut off the first 0.1 to 1.5 s of sound after a silence.
WAKE_MS = 2_000
AWAKE_EVERY_MS = 10_000
COUNTED_EARLY_MS = 200  # no word is heard later than this after its first sample
MARK_EVERY_MS = 10_000
# After the last sound of a session, so that no player cuts its end.
TAIL_MS = 3_000
# The length of an MP3 frame at 48 kHz. A session is whole frames long, so that players which count
# frames, the encoder's delay among them, are off by one frame and never by two.
FRAME_MS = 24


def plan(program: Program, options: Options) -> Session:
    """The session that the listener's options ask for. Raises UserError for a start that isn't."""
    _check_start(program, options.start)
    words = load_words(program.voice.language)
    setup_ms = announce.setup_ms(program, options, words)
    bouts = lay_out(program, options.start, wake_ms=WAKE_MS, setup_ms=setup_ms)
    finish_ms = bouts[-1].end_ms + announce.farewell_ms(program, bouts[-1], words)
    end_ms = finish_ms + announce.finish_ms(program, words) + TAIL_MS
    fixed = [*_clicks(program, bouts), Click(finish_ms, "finish"), *_spans(program, bouts, words)]
    said = words.at_speed(options.permille)
    session = Session(
        title=program.title,
        duration_ms=end_ms,
        wake_ms=WAKE_MS,
        fixed=tuple(sorted(fixed, key=lambda event: event.at_ms)),
        wishes=tuple(all_wishes(program, options, said, bouts, finish_ms)),
        opens_ms=tuple(sorted({at for bout in bouts for at in _opens(bout, moving=False)})),
        moving_ms=tuple(sorted({at for bout in bouts for at in _opens(bout, moving=True)})),
        talk=options.talk,
    )
    played = at_speed(session, options.permille)
    return replace(played, duration_ms=-(-played.duration_ms // FRAME_MS) * FRAME_MS)


def _check_start(program: Program, start: tuple[int, int]) -> None:
    number, set_number = start
    exercises = program.exercises
    if not 1 <= number <= len(exercises):
        have = count(len(exercises), "exercise")
        raise UserError(f"{program.name}: there is no exercise {number}; the program has {have}")
    sets = len(exercises[number - 1].sets)
    if not 1 <= set_number <= sets:
        name = exercises[number - 1].name
        raise UserError(
            f"{program.name}: there is no set {set_number} of exercise {number} ({name}); "
            f"it has {count(sets, 'set')}"
        )


def _opens(bout: Bout, *, moving: bool) -> Iterator[int]:
    """When a phase or hold opens, and the set's end; with `moving`, not pauses and squeezes."""
    yield bout.end_ms
    if bout.set.hold_ms:
        yield bout.at_ms
    for rep in range(1, bout.set.reps + 1):
        for slot in bout.slots:
            if slot.moving or not moving:
                yield bout.rep_at_ms(rep) + slot.offset_ms


def _spans(program: Program, bouts: tuple[Bout, ...], words: Words) -> Iterator[Fixed]:
    for bout in bouts:
        yield SetSpan(
            at_ms=bout.at_ms,
            duration_ms=bout.duration_ms,
            exercise=bout.number,
            set=bout.set_number,
            sets=len(bout.exercise.sets),
            reps=0 if bout.set.hold_ms else bout.set.reps,
            label=bout.set.label,
            lead_in_ms=_lead_in_ms(bout),
        )
        if bout.set.hold_ms:
            yield Hold(bout.at_ms, bout.set.hold_ms, bout.number, bout.set_number)
        for rep in range(1, bout.set.reps + 1):
            for slot in bout.slots:
                at = bout.rep_at_ms(rep) + slot.offset_ms
                where = (bout.number, bout.set_number, rep)
                yield Phase(at, slot.name, slot.duration_ms, *where)
    for before, bout in pairwise(bouts):
        if bout.gap_ms:
            yield Rest(before.end_ms, bout.gap_ms, before.number, before.set_number)
    for first in (bout for bout in bouts if bout.opening):
        at = first.gap_at_ms
        if first != bouts[0]:
            at = announce.announced_ms(program, first, words)
        end = max(bout.end_ms for bout in bouts if bout.number == first.number)
        yield ExerciseSpan(at, end - at, first.number, first.exercise.name)


def _lead_in_ms(bout: Bout) -> int:
    """From where the first counted word begins, which is heard on its beat, to the first click."""
    return min(bout.gap_ms, bout.beats * BEAT_MS + COUNTED_EARLY_MS) if bout.beats else 0


def _clicks(program: Program, bouts: tuple[Bout, ...]) -> Iterator[Click]:
    for index, bout in enumerate(bouts):
        yield from _gap_clicks(program, bout, resting=index > 0)
        yield Click(bout.at_ms, "go")
        if bout.set.hold_ms:
            yield from _hold_clicks(program, bout)
        for rep in range(1, bout.set.reps + 1):
            for slot in bout.slots:
                yield from _phase_clicks(program, bout, rep, slot)
        yield Click(bout.end_ms, "end")


def _gap_clicks(program: Program, bout: Bout, *, resting: bool) -> Iterator[Click]:
    """The counted lead-in, the warnings in a rest, and a soft tick that keeps earbuds awake."""
    warns = announce.warnings_ms(program, bout) if resting else ()
    yield from (Click(at, "warn") for at in warns)
    yield from (Click(bout.at_ms - beat * BEAT_MS, "count") for beat in range(bout.beats, 0, -1))
    for at in range(bout.gap_at_ms + AWAKE_EVERY_MS, bout.count_at_ms, AWAKE_EVERY_MS):
        if at not in warns:
            yield Click(at, "tick")


def _hold_clicks(program: Program, bout: Bout) -> Iterator[Click]:
    """A hold opens like a squeeze, which it is; every tenth second is marked."""
    yield Click(bout.at_ms, "squeeze")
    for offset in _ticks(bout.set.hold_ms):
        if offset % MARK_EVERY_MS == 0:
            yield Click(bout.at_ms + offset, "mark")
        else:
            yield from _tick(program, bout.at_ms + offset)


def _phase_clicks(program: Program, bout: Bout, rep: int, slot: Slot) -> Iterator[Click]:
    at = bout.rep_at_ms(rep) + slot.offset_ms
    yield Click(at, slot.name)
    if slot.letter == "X":
        yield Click(at, "fast")
    if rep == bout.set.reps > 1 and slot.name == "concentric":
        yield Click(at, "last")
    if slot.letter not in ("X", "V"):  # those go at the lifter's own speed
        for offset in _ticks(slot.duration_ms):
            yield from _tick(program, at + offset)


def _tick(program: Program, at_ms: int) -> Iterator[Click]:
    sound = {"off": None, "soft": "tick", "full": "count"}[program.sound.ticks]
    if sound:
        yield Click(at_ms, sound)


def _ticks(duration_ms: int) -> list[int]:
    """Offsets of the inner ticks: one a second, in equal parts where seconds don't come out even.

    2.5 s is three parts of 0.83 s, 1.5 s two of 0.75 s. People keep time with a beat of up to
    about 1.8 s without attending to it (Miyake, Onishi & Pöppel 2004), so none is longer.
    """
    parts = max(1, (duration_ms + BEAT_MS // 2) // BEAT_MS)
    return [(2 * k * duration_ms + parts) // (2 * parts) for k in range(1, parts)]
