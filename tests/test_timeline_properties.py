"""What holds for every timeline, drawn over the whole language of programs."""

from __future__ import annotations

import hashlib
from dataclasses import fields, replace
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from mmc_audio.arrange import LEAD_MAX_MS, LEAD_MIN_MS, arrange
from mmc_audio.clips import Clip, Pcm
from mmc_audio.glide import GAP_MS, tone
from mmc_audio.load import load_bytes
from mmc_audio.mix import CLICK_DB, GRID, WAKE, Island, Mixer, Palette, Segment, segments, wake_clip
from mmc_audio.plan import plan
from mmc_audio.program import MOVING, TALKS, Exercise, Program, Set
from mmc_audio.session import Options
from mmc_audio.timeline import (
    GRID_MS,
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
    on_grid,
)
from tests.depth import drawn
from tests.draw import CHANGING, EXERCISE, PROGRAM, PROGRAMS, SHORT_PROGRAMS, toml
from tests.pretend import arranged, load, planned, spoken

DRAWN = drawn(30)


def opening_times(timeline: Timeline) -> list[int]:
    """The clicks of moving phases and holds, over which nobody may talk."""
    return [
        e.at_ms
        for e in timeline.events
        if isinstance(e, Hold) or (isinstance(e, Phase) and e.name in MOVING)
    ]


@DRAWN
@given(PROGRAMS)
def test_events_are_sorted_and_inside_the_session(text: str) -> None:
    timeline = arranged(text)
    assert [e.at_ms for e in timeline.events] == sorted(e.at_ms for e in timeline.events)
    assert all(0 <= e.at_ms <= timeline.duration_ms for e in timeline.events)
    speeches = [e for e in timeline.events if isinstance(e, Speech)]
    assert all(e.at_ms >= timeline.wake_ms and e.end_ms <= timeline.duration_ms for e in speeches)


@DRAWN
@given(PROGRAMS)
def test_phases_fill_their_set_without_gap(text: str) -> None:
    timeline = arranged(text)
    sets = [e for e in timeline.events if isinstance(e, SetSpan)]
    for set_ in sets:
        inside = [
            e
            for e in timeline.events
            if isinstance(e, Phase | Hold) and (e.exercise, e.set) == (set_.exercise, set_.set)
        ]
        assert inside[0].at_ms == set_.at_ms
        for before, after in pairwise(inside):
            assert before.at_ms + before.duration_ms == after.at_ms
        assert inside[-1].at_ms + inside[-1].duration_ms == set_.at_ms + set_.duration_ms


@DRAWN
@given(PROGRAMS)
def test_rests_fill_the_time_between_sets(text: str) -> None:
    timeline = arranged(text)
    sets = [e for e in timeline.events if isinstance(e, SetSpan)]
    rests = {e.at_ms: e.duration_ms for e in timeline.events if isinstance(e, Rest)}
    for before, after in pairwise(sets):
        end = before.at_ms + before.duration_ms
        assert end + rests.pop(end, 0) == after.at_ms
    assert not rests  # none after the last set


@DRAWN
@given(PROGRAMS)
def test_every_phase_opens_with_its_click(text: str) -> None:
    timeline = arranged(text)
    clicks = {(e.at_ms, e.sound) for e in timeline.events if isinstance(e, Click)}
    for event in timeline.events:
        if isinstance(event, Phase):
            assert (event.at_ms, event.name) in clicks
        if isinstance(event, SetSpan):
            assert (event.at_ms, "go") in clicks
            assert (event.at_ms + event.duration_ms, "end") in clicks


@DRAWN
@given(PROGRAMS, st.sampled_from(TALKS))
def test_speech_neither_overlaps_nor_talks_over_a_moving_click(text: str, talk: str) -> None:
    timeline = arranged(text, Options(talk=talk))
    speeches = [e for e in timeline.events if isinstance(e, Speech)]
    for before, after in pairwise(speeches):
        assert before.end_ms < after.at_ms
    for at in opening_times(timeline):
        for speech in speeches:
            assert not speech.at_ms < at < speech.end_ms, (at, speech)


@DRAWN
@given(PROGRAMS)
def test_a_lead_cue_ends_just_before_its_click(text: str) -> None:
    session = planned(text)
    wishes = [w for w in session.wishes if w.place == "lead"]
    said = [e for e in arrange(session, spoken(session)).events if isinstance(e, Speech)]
    for speech in said:
        leads = [w for w in wishes if w.moment == speech.moment and speech.text in w.texts]
        near = [w.anchor_ms - speech.end_ms for w in leads if w.anchor_ms > speech.at_ms]
        others = [w for w in session.wishes if w.place != "lead" and speech.text in w.texts]
        assert others or min(near) in range(LEAD_MIN_MS, LEAD_MAX_MS + 1)


@DRAWN
@given(PROGRAMS, st.sampled_from(TALKS))
def test_every_wish_is_said_or_reported(text: str, talk: str) -> None:
    """Nothing is lost without a word: what is said and what is reported as left out is all."""
    session = planned(text, Options(talk=talk))
    timeline = arrange(session, spoken(session))
    said = sum(isinstance(e, Speech) for e in timeline.events)
    left_out = sum(report.what in ("dropped", "one a rep") for report in timeline.reports)
    undone = len(session.reports)  # activities without time: they are reported too
    assert all(report in timeline.reports for report in session.reports)
    assert said + left_out - undone == len(session.wishes)


@DRAWN
@given(PROGRAMS)
def test_talk_and_speech_never_move_the_beat(text: str) -> None:
    program = load(text)
    beats = set()
    for talk in TALKS:
        session = plan(program, Options(talk=talk))
        for lengths in ({}, spoken(session)):
            timeline = arrange(session, lengths)
            fixed = tuple(e for e in timeline.events if not isinstance(e, Speech))
            beats.add((timeline.duration_ms, fixed))
    assert len(beats) == 1


@DRAWN
@given(PROGRAMS)
def test_neither_focus_nor_a_rehearsal_moves_the_beat(text: str) -> None:
    program, beats = load(text), set()
    for options in (Options(focus="internal"), Options(focus="external"), Options(imagine=True)):
        session = plan(program, options)
        timeline = arrange(session, spoken(session))
        worked = [e for e in timeline.events if isinstance(e, Phase | Hold | SetSpan | Rest)]
        first = worked[0].at_ms  # a rehearsal is explained in other words
        beats.add(tuple(replace(e, at_ms=e.at_ms - first) for e in worked))
    assert len(beats) == 1


@DRAWN
@given(PROGRAMS)
def test_what_is_done_outside_the_reps_is_done_outside_the_sets(text: str) -> None:
    """One after the other, before the first counted beat and after the end."""
    timeline = arranged(text)
    drills = [e for e in timeline.events if isinstance(e, Drill)]
    sets = [e for e in timeline.events if isinstance(e, SetSpan)]
    busy = [(d.at_ms, d.at_ms + d.duration_ms) for d in drills]
    busy += [(s.at_ms - s.lead_in_ms // 1_000 * 1_000, s.at_ms + s.duration_ms) for s in sets]
    for (_, end), (start, _) in pairwise(sorted(busy)):
        assert end <= start


@DRAWN
@given(PROGRAMS)
def test_after_a_gap_a_set_begins_with_an_mp3_frame(text: str) -> None:
    """So its sound is that of its equals, however long all before it has become."""
    events = arranged(text).events
    rested_until = {e.at_ms + e.duration_ms for e in events if isinstance(e, Rest)}
    first, *others = (e.at_ms for e in events if isinstance(e, SetSpan))
    after_a_gap = [first, *(at for at in others if at in rested_until)]
    assert {at % GRID_MS for at in after_a_gap} == {0}


PROGRAM_OF_A_MINUTE = """
title = "T"
session.lead_in = {lead_in}
[[exercise]]
name = "A"
sets = 2
reps = 2
tempo = "2-0-2-0"
rest = 60
"""


@DRAWN
@given(PROGRAMS)
def test_no_tick_is_just_before_a_click(text: str) -> None:
    """As one for earbuds would be, in what a rest is longer for the grid."""
    clicks = [e for e in arranged(text).events if isinstance(e, Click)]
    ticks = {e.at_ms for e in clicks if e.sound == "tick"}
    assert [e for e in clicks for ms in range(1, GRID_MS) if e.at_ms - ms in ticks] == []


def test_a_rest_of_a_minute_has_no_tick_where_the_set_begins() -> None:
    text = PROGRAM_OF_A_MINUTE.format(lead_in=0)
    events = arranged(text).events
    rest = next(e for e in events if isinstance(e, Rest))
    ticks = [e.at_ms - rest.at_ms for e in events if isinstance(e, Click) and e.sound == "tick"]
    assert (rest.duration_ms, [at for at in ticks if 0 < at <= rest.duration_ms]) == (
        60_016,
        [10_000, 20_000, 40_000],
    )


@DRAWN
@given(PROGRAM, EXERCISE, st.integers(0, 2))
def test_changing_one_exercise_leaves_the_others_as_they_were(
    program: dict[str, Any], other: dict[str, Any], index: int
) -> None:
    """Moved in time only. `{next}` names the next one, and supersets are one thing: not here."""
    alone = [{**rested(e), "superset": f"{n}"} for n, e in enumerate(program["exercise"])]
    assume(index < len(alone) > 1)
    changed = [*alone[:index], rested(other), *alone[index + 1 :]]
    before, after = (
        arranged(toml({**program, "exercise": exercises}).replace("{next}", "more"))
        for exercises in (alone, changed)
    )
    for number in range(1, len(alone) + 1):
        if number != index + 1:
            assert from_first_to_last_click(before, number) == from_first_to_last_click(
                after, number
            )


def rested(exercise: dict[str, Any]) -> dict[str, Any]:
    """With time between its sets and the next exercise: else its last words are said into that."""
    sets = exercise["sets"]
    if isinstance(sets, list):
        sets = [{k: v for k, v in one.items() if not k.startswith("rest")} for one in sets]
    weeks = [{k: v for k, v in one.items() if k != "rest"} for one in exercise.get("weeks", [{}])]
    changing = {"weeks": weeks} if "weeks" in exercise else {}
    return {**exercise, **changing, "sets": sets, "rest": 8 + exercise["rest"]}


def from_first_to_last_click(timeline: Timeline, number: int) -> list[Event]:
    """All of an exercise, its own rests included, counted from its first click on."""
    sets = [e for e in timeline.events if isinstance(e, SetSpan) and e.exercise == number]
    first, last = sets[0].at_ms, sets[-1].at_ms + sets[-1].duration_ms
    return [
        replace(event, at_ms=event.at_ms - first)
        for event in timeline.events
        if first - sets[0].lead_in_ms <= event.at_ms < last and not isinstance(event, ExerciseSpan)
    ]


@DRAWN
@given(PROGRAM, CHANGING, st.integers(1, 5))
def test_a_week_changes_what_it_names_and_nothing_else(
    program: dict[str, Any], changing: dict[str, Any], week: int
) -> None:
    plain = {k: v for k, v in changing.items() if k not in ("weeks", "progress")}
    weekly = [{**plain, "weeks": changing.get("weeks", [{}])}]
    others = [{k: v for k, v in e.items() if k != "progress"} for e in program["exercise"]]
    of_week = load_week({**program, "exercise": weekly + others}, week)
    as_written = load_week({**program, "exercise": [plain, *others]}, week)
    for ours, theirs in zip(of_week.exercises[1:], as_written.exercises[1:], strict=True):
        assert unplaced(ours) == unplaced(theirs)
    entries = weekly[0]["weeks"]
    named = entries[min(week, len(entries)) - 1]
    touched = {field for key in named for field in FIELDS_OF[key]}
    pairs = zip(of_week.exercises[0].sets, as_written.exercises[0].sets, strict=True)
    for ours, theirs in pairs:
        differs = {
            field.name
            for field in fields(ours)
            if getattr(ours, field.name) != getattr(theirs, field.name)
        }
        assert differs - {"origins", "rest_do"} <= touched
        for key, value in named.items():
            assert WORTH[key](ours) == WORTH[key](load_set({**plain, key: value}))


# What a key changes; focus = "auto" looks at the load and at the tempo.
FIELDS_OF = {
    "reps": ("reps", "reps_from"),
    "tempo": ("tempo", "focus"),
    "rest": ("rest_ms",),
    "load": ("load", "focus"),
}
WORTH = {
    "reps": lambda set_: set_.reps,
    "tempo": lambda set_: set_.tempo,
    "rest": lambda set_: set_.rest_ms,
    "load": lambda set_: set_.load,
}


def load_week(program: dict[str, Any], week: int) -> Program:
    return load_bytes(toml(program).encode(), name="t.toml", folder="", week=week)


def load_set(exercise: dict[str, Any]) -> Set:
    text = toml({"title": "T", "cue_sets.extra": {}, "exercise": [exercise]})
    return load(text).exercises[0].sets[0]


def unplaced(exercise: Exercise) -> tuple[object, ...]:
    """An exercise without the lines of the file on which it stands."""
    return (
        *(exercise.name, exercise.start, exercise.role, exercise.superset, exercise.target),
        tuple(replace(set_, rest_do=(), after=()) for set_ in exercise.sets),
        tuple((cue.moment, cue.say, cue.when, cue.sets) for cue in exercise.cues),
    )


def test_nothing_is_said_before_the_earbuds_are_awake() -> None:
    """Though something is wished for then."""
    session = planned('title = "T"\n[[exercise]]\nname = "A"\nreps = 2\ntempo = "2-0-2-0"\n')
    slow = replace(session, wake_ms=session.wake_ms + 3_000)
    said = [e for e in arrange(slow, spoken(slow)).events if isinstance(e, Speech)]
    assert min(speech.at_ms for speech in said) == on_grid(slow.wake_ms) == 5_016


@DRAWN
@given(PROGRAMS)
def test_the_same_program_gives_the_same_timeline(text: str) -> None:
    assert arranged(text) == arranged(text)


# ---- sound ----


def pretend_clips(timeline: Timeline) -> Palette:
    """Noise for every sound and phrase, too soft for the limiter even where four come together."""
    sounds, phrases = {WAKE: wake_clip(timeline.wake_ms)}, {}
    for event in timeline.events:
        if isinstance(event, Click):
            sounds[event.sound] = Clip(_noise(event.sound, 2_880))
        elif isinstance(event, Speech):
            phrases[event.text] = Clip(_noise(event.text, (150 + 50 * len(event.text)) * 48))
    return Palette(sounds, phrases)


def _noise(name: str, frames: int) -> Pcm:
    seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")
    noise = np.random.default_rng(seed).normal(0, 800, frames)
    return np.clip(noise, -32_768, 32_767).astype(np.int16)


def whole(mixer: Mixer, pieces: list[Segment]) -> Pcm:
    return np.concatenate(list(mixer.blocks(pieces)))


@drawn(20)
@given(SHORT_PROGRAMS)
def test_islands_are_the_plain_sum_of_their_sounds(text: str) -> None:
    """The stream of islands equals one long mix, sample by sample; its length is exact."""
    equals_one_long_mix(text)


def equals_one_long_mix(text: str) -> None:
    timeline = arranged(text)
    clips = pretend_clips(timeline)
    pcm = whole(Mixer(clips), list(segments(timeline, clips, duck_db=0)))
    plain = np.zeros(timeline.frames + 480_000, np.float32)
    plain[: timeline.wake_ms * 48] += clips.sounds[WAKE].pcm
    hurried = np.zeros(len(plain), bool)
    speeches = [event for event in timeline.events if isinstance(event, Speech)]
    for event in timeline.events:
        if isinstance(event, Click):
            clip = clips.sounds[event.sound].pcm * np.float32(10 ** (CLICK_DB / 20))
            plain[event.at_ms * 48 : event.at_ms * 48 + len(clip)] += clip
        elif isinstance(event, Speech) and event.tempo_permille == 1_000:
            clip = clips.phrases[event.text].pcm
            plain[event.at_ms * 48 : event.at_ms * 48 + len(clip)] += clip
        elif isinstance(event, Glide) and (frames := (event.duration_ms - GAP_MS) * 48) > 0:
            at = event.at_ms * 48
            dips = tuple((speech.at_ms * 48 - at, speech.end_ms * 48 - at) for speech in speeches)
            sound = tone(frames, event.from_hz, event.to_hz, dips)
            plain[at : at + frames] += sound * np.float32(32_768)
        elif isinstance(event, Speech):
            hurried[event.at_ms * 48 : event.end_ms * 48] = True
    plain, hurried = plain[: len(pcm)] * np.float32(32_767 / 32_768), hurried[: len(pcm)]
    assert len(pcm) == timeline.frames
    assert np.abs(pcm[~hurried] - plain[~hurried]).max() <= 0.51


@drawn(20)
@given(SHORT_PROGRAMS)
def test_islands_stand_on_the_grid_and_equal_keys_are_equal_sounds(text: str) -> None:
    timeline = arranged(text)
    clips = pretend_clips(timeline)
    pieces = list(segments(timeline, clips, duck_db=12))
    assert sum(piece.frames for piece in pieces) == timeline.frames
    at = 0
    sounds: dict[object, bytes] = {}
    for piece in pieces:
        if isinstance(piece, Island):
            assert at % GRID == 0
            pcm = Mixer(clips).pcm(piece)
            assert sounds.setdefault(piece.key, pcm.tobytes()) == pcm.tobytes()
        at += piece.frames


@drawn(10)
@given(SHORT_PROGRAMS, st.integers(500, 70_000))
def test_the_size_of_blocks_changes_no_sample(text: str, most: int) -> None:
    timeline = arranged(text)
    clips = pretend_clips(timeline)
    pieces = list(segments(timeline, clips, duck_db=12))
    mixer = Mixer(clips)
    blocks = list(mixer.blocks(pieces, most=most))
    assert max(map(len, blocks)) <= most
    assert np.array_equal(np.concatenate(blocks), whole(mixer, pieces))
