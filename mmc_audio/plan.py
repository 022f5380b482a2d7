"""Program -> Session: which set, rep, phase and rest at which millisecond. Pure.

The timeline is fixed here, before anyone speaks, and by the program alone: neither the voice nor
how much it says moves a beat.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from mmc_audio import announce
from mmc_audio.bouts import BEAT_MS, Bout, Slot, lay_out, runs
from mmc_audio.gaps import (
    Gap,
    after_prelude_ms,
    farewell_ms,
    first_gap,
    gap_between,
    last_interludes,
    prelude_ms,
    setup_ms,
)
from mmc_audio.interludes import Interlude
from mmc_audio.order import exercise_of, start_of
from mmc_audio.program import Exercise, Program, Set
from mmc_audio.session import Fixed, Options, Session, at_speed
from mmc_audio.telling import Telling, telling
from mmc_audio.tempo import at_speed as tempo_at_speed
from mmc_audio.timeline import (
    GRID_MS,
    Click,
    Drill,
    ExerciseSpan,
    Glide,
    Hold,
    Phase,
    Rest,
    SetSpan,
    on_grid,
)
from mmc_audio.wishes import all_wishes

# Wireless earbuds cut off the first 0.1 to 1.5 s of sound after a silence.
WAKE_MS = 2_000
AWAKE_EVERY_MS = 10_000
COUNTED_EARLY_MS = 200  # no word is heard later than this after its first sample
MARK_EVERY_MS = 10_000
# An octave is easily heard and not shrill; phones and buds play both ends of it.
LONG_HZ, SHORT_HZ = 330, 660
GLIDES = {
    "eccentric": (SHORT_HZ, LONG_HZ),
    "pause": (LONG_HZ, LONG_HZ),
    "concentric": (LONG_HZ, SHORT_HZ),
    "squeeze": (SHORT_HZ, SHORT_HZ),
}
# After the last sound of a session, so that no player cuts its end.
TAIL_MS = 3_000


def plan(program: Program, options: Options) -> Session:
    """The session that the listener's options ask for. Raises UserError for a start that isn't."""
    _check_start(program, options.start)
    told = telling(program, options)
    bouts = _laid_out(told)
    gaps = _gaps(told, bouts)
    after = last_interludes(told, bouts[-1])
    finish_ms = bouts[-1].end_ms + farewell_ms(told, bouts[-1])
    end_ms = finish_ms + announce.finish_ms(told) + TAIL_MS
    fixed = [*_clicks(program, gaps, after), *_spans(gaps, after, options.permille)]
    fixed.append(Click(finish_ms, "finish"))
    if program.sound.glide != "off":
        fixed += [glide for bout in bouts for glide in _glides(bout)]
    session = Session(
        title=program.title,
        duration_ms=end_ms,
        wake_ms=WAKE_MS,
        fixed=tuple(sorted(fixed, key=lambda event: event.at_ms)),
        wishes=tuple(all_wishes(told, gaps, after, finish_ms)),
        opens_ms=tuple(sorted({at for bout in bouts for at in _opens(bout, moving=False)})),
        moving_ms=tuple(sorted({at for bout in bouts for at in _opens(bout, moving=True)})),
        talk=options.talk,
        reports=tuple(report for gap in gaps for report in gap.left_out),
    )
    played = at_speed(session, options.permille)
    # In whole MP3 frames, so that players which count frames, the encoder's delay among them, are
    # off by one and never by two.
    return replace(played, duration_ms=on_grid(played.duration_ms))


def _laid_out(told: Telling) -> tuple[Bout, ...]:
    number, bout = told.options.start
    exercise = told.program.exercises[number - 1]

    def prelude(exercise: Exercise, set_: Set) -> int:
        return prelude_ms(told, exercise, set_)

    def ready(exercise: Exercise, set_: Set) -> int:
        return after_prelude_ms(told, exercise, set_)

    return lay_out(
        told.program,
        told.options.start,
        wake_ms=WAKE_MS,
        setup_ms=setup_ms(told, exercise, exercise.sets[bout - 1]),
        prelude_ms=prelude,
        ready_ms=ready,
    )


def _gaps(told: Telling, bouts: tuple[Bout, ...]) -> tuple[Gap, ...]:
    return (first_gap(told, bouts[0]), *(gap_between(told, a, b) for a, b in pairwise(bouts)))


def _check_start(program: Program, start: tuple[int, int]) -> None:
    number, bout = start
    if not 1 <= bout <= len(exercise_of(program, number).sets):
        start_of(program, number, bout)  # which tells that there is no such set


def _opens(bout: Bout, *, moving: bool) -> Iterator[int]:
    """When a phase or hold opens, and the set's end; with `moving`, not pauses and squeezes."""
    yield bout.end_ms
    if bout.set.hold_ms:
        yield bout.at_ms
    for rep in range(1, bout.set.reps + 1):
        for slot in bout.slots:
            if slot.moving or not moving:
                yield bout.rep_at_ms(rep) + slot.offset_ms


def _spans(gaps: Sequence[Gap], after: Sequence[Interlude], permille: int) -> Iterator[Fixed]:
    for gap in gaps:
        yield from _bout_spans(gap.bout, permille)
        if gap.before and gap.bout.gap_ms:
            before, lasts = gap.before, gap.bout.gap_ms
            yield Rest(before.end_ms, lasts, before.number, before.index)
        for piece in gap.interludes:
            prelude = gap.before is None or piece.at_ms >= gap.prelude_at_ms
            yield _drill(piece, gap.bout if prelude or not gap.before else gap.before)
    yield from (_drill(piece, gaps[-1].bout) for piece in after)
    opened = {id(gap.bout): gap for gap in gaps}
    for run in runs(tuple(gap.bout for gap in gaps)):
        first = opened[id(run[0])]
        at = first.announced_ms if first.before else first.bout.gap_at_ms
        yield ExerciseSpan(at, run[-1].end_ms - at, run[0].number, run[0].exercise.name)


def _drill(piece: Interlude, bout: Bout) -> Drill:
    return Drill(piece.at_ms, piece.duration_ms, piece.name, bout.number, bout.index)


def _bout_spans(bout: Bout, permille: int) -> Iterator[Fixed]:
    set_ = bout.set
    yield SetSpan(
        at_ms=bout.at_ms,
        duration_ms=bout.duration_ms,
        exercise=bout.number,
        set=bout.index,
        sets=bout.exercise.rounds,
        reps=0 if set_.hold_ms else set_.reps,
        label=set_.label,
        lead_in_ms=_lead_in_ms(bout),
        number=set_.number,
        side="both" if set_.alternate else set_.side,
        part=set_.part,
        parts=set_.parts,
        tempo="" if set_.hold_ms else tempo_at_speed(set_.tempo, permille).text,
    )
    if set_.hold_ms:
        yield Hold(bout.at_ms, set_.hold_ms, bout.number, bout.index)
    for rep in range(1, set_.reps + 1):
        for slot in bout.slots:
            at = bout.rep_at_ms(rep) + slot.offset_ms
            side = bout.side(rep)
            yield Phase(at, slot.name, slot.duration_ms, bout.number, bout.index, rep, side)


def _lead_in_ms(bout: Bout) -> int:
    """From where the first counted word begins, which is heard on its beat, to the first click."""
    return min(bout.gap_ms, bout.beats * BEAT_MS + COUNTED_EARLY_MS) if bout.beats else 0


def _clicks(program: Program, gaps: Sequence[Gap], after: Sequence[Interlude]) -> Iterator[Click]:
    for gap in gaps:
        bout = gap.bout
        yield from _gap_clicks(gap)
        yield Click(bout.at_ms, "go")
        if bout.set.hold_ms:
            yield from _hold_clicks(program, bout)
        for rep in range(1, bout.set.reps + 1):
            for slot in bout.slots:
                yield from _phase_clicks(program, bout, rep, slot)
        yield Click(bout.end_ms, "end")
    for piece in after:
        yield from _script_clicks(piece)


def _gap_clicks(gap: Gap) -> Iterator[Click]:
    """The counted lead-in, the warnings, activities, and a soft tick that keeps earbuds awake."""
    bout = gap.bout
    yield from (Click(at, "warn") for at in gap.warns_ms)
    yield from (Click(bout.at_ms - beat * BEAT_MS, "count") for beat in range(bout.beats, 0, -1))
    heard: set[int] = set(gap.warns_ms)
    for piece in gap.interludes:
        clicks = list(_script_clicks(piece))
        heard |= {click.at_ms for click in clicks}
        yield from clicks
    # What a gap is longer for the grid is no time for a tick of its own.
    end = bout.count_at_ms - GRID_MS + 1
    for at in range(bout.gap_at_ms + AWAKE_EVERY_MS, end, AWAKE_EVERY_MS):
        if all(abs(at - other) >= BEAT_MS for other in heard):
            yield Click(at, "tick")


def _script_clicks(piece: Interlude) -> Iterator[Click]:
    """The sounds of an activity; every tenth second of a step that ticks is marked."""
    for beat in piece.beats:
        at = piece.at_ms + beat.at_ms
        if beat.click:
            yield Click(at, beat.click)
        for offset in _ticks(beat.duration_ms) if beat.tick else ():
            yield Click(at + offset, "tick" if offset % MARK_EVERY_MS else "mark")


def _hold_clicks(program: Program, bout: Bout) -> Iterator[Click]:
    """A hold opens like a squeeze, which it is; every tenth second is marked."""
    yield Click(bout.at_ms, "squeeze")
    for offset in _ticks(bout.set.hold_ms):
        if offset % MARK_EVERY_MS == 0:
            yield Click(bout.at_ms + offset, "mark")
        else:
            yield from _tick(program, bout.at_ms + offset)


def _glides(bout: Bout) -> Iterator[Glide]:
    """A tone for how short the muscle is: rising as it shortens, falling as it lengthens."""
    for offset in range(0, bout.set.hold_ms, MARK_EVERY_MS):
        lasts = min(MARK_EVERY_MS, bout.set.hold_ms - offset)
        yield Glide(bout.at_ms + offset, lasts, SHORT_HZ, SHORT_HZ)
    for rep in range(1, bout.set.reps + 1):
        for slot in bout.slots:
            at = bout.rep_at_ms(rep) + slot.offset_ms
            yield Glide(at, slot.duration_ms, *GLIDES[slot.name])


def _phase_clicks(program: Program, bout: Bout, rep: int, slot: Slot) -> Iterator[Click]:
    at = bout.rep_at_ms(rep) + slot.offset_ms
    yield Click(at, slot.name)
    if slot.letter == "X":
        yield Click(at, "fast")
    if rep == bout.set.reps > 1 and slot.name == "concentric" and not bout.set.amrap:
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
