"""Chapters cover the session in order, and players that others wrote read them."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import mutagen
import pytest
from mutagen.id3 import ID3
from mutagen.mp4 import MP4

from mmc_audio.outputs import save
from mmc_audio.outputs.chapters import Chapter, ExerciseChapters, chapters, flat
from mmc_audio.session import Options
from mmc_audio.timeline import Event, ExerciseSpan, Rest, SetSpan, Timeline
from tests import audio
from tests.parts import need
from tests.pretend import arranged


def listed(duration_ms: int, *events: Event) -> list[tuple[int, int, str]]:
    tree = chapters(Timeline("Test", duration_ms, 0, events))
    return [(chapter.start_ms, chapter.end_ms, chapter.title) for chapter in flat(tree)]


def test_each_exercise_set_and_rest_has_its_chapter() -> None:
    tree = chapters(Timeline("Test", 60_000, 0, audio.session_events()))
    every = [Chapter(*chapter) for chapter in audio.SESSION_CHAPTERS]
    assert tree == (
        ExerciseChapters("1. Glute bridge", tuple(every[:5])),
        ExerciseChapters("2. Plank", tuple(every[5:])),
    )
    assert flat(tree) == every


SUPERSET = """\
title = "T"
[[exercise]]
name = "Lunge"
superset = "A"
start = "eccentric"
sets = 2
reps = 2
sides = "left-right"
rest = 20
[[exercise]]
name = "Row"
superset = "A"
start = "concentric"
sets = 2
rest = 40
cluster = [2, 2]
[[exercise]]
name = "Dead bug"
start = "eccentric"
sets = 1
reps = 2
sides = "alternate"
"""


def test_a_superset_s_chapters_are_in_the_order_in_which_it_is_done() -> None:
    tree = chapters(arranged(SUPERSET))
    lunge = ["1. Lunge", "Set {} of 2, left side: 2 reps at 2-0-1-0", "Rest 8 s"]
    lunge += ["Set {} of 2, right side: 2 reps at 2-0-1-0", "Rest 20 s"]
    row = ["2. Row", "Set {} of 2, part 1 of 2: 2 reps at 3-0-2-0", "Rest 20 s"]
    row += ["Set {} of 2, part 2 of 2: 2 reps at 3-0-2-0", "Rest 40 s"]
    rounds = [[title.format(n) for title in titles] for n in (1, 2) for titles in (lunge, row)]
    last = ["3. Dead bug", "Set 1 of 1: 2 reps a side at 3-1-2-0"]
    assert [[part.title for part in exercise.parts] for exercise in tree] == [*rounds, last]
    every = flat(tree)
    assert all(before.end_ms == after.start_ms for before, after in pairwise(every))
    assert min(chapter.end_ms - chapter.start_ms for chapter in every) > 1_000


def test_a_set_s_tempo_is_as_it_is_written_and_as_it_is_played() -> None:
    text = 'title = "T"\n[[exercise]]\nname = "Curl"\nsets = 1\nreps = 8\ntempo = "40X0"\n'
    text += '[[exercise]]\nname = "Plank"\nsets = 1\nhold = 20\n'
    plank = ["2. Plank", "Set 1 of 1: hold {}"]
    for permille, tempo, held in ((1_000, "4-0-X-0", "20 s"), (800, "5-0-X-0", "25 s")):
        tree = chapters(arranged(text, Options(permille=permille)))
        (curl, *_), (*last,) = ([part.title for part in each.parts][1:] for each in tree)
        assert curl == f"Set 1 of 1: 8 reps at {tempo}"
        assert last == [plank[1].format(held)]


def test_a_session_without_exercises_has_no_chapters() -> None:
    assert listed(5_000) == []


def test_a_rest_shorter_than_its_lead_in_keeps_a_millisecond() -> None:
    assert listed(
        30_000,
        ExerciseSpan(0, 30_000, 1, "Curl"),
        SetSpan(5_000, 5_000, 1, 1, 2, 5, "", 3_000),
        Rest(10_000, 2_000, 1, 1),
        SetSpan(12_000, 5_000, 1, 2, 2, 5, "", 3_000),
    ) == [
        (0, 2_000, "1. Curl"),
        (2_000, 10_000, "Set 1 of 2: 5 reps"),
        (10_000, 10_001, "Rest 2 s"),
        (10_001, 30_000, "Set 2 of 2: 5 reps"),
    ]


def test_an_exercise_that_starts_at_once_keeps_a_millisecond() -> None:
    assert listed(
        9_000,
        ExerciseSpan(0, 9_000, 1, "Curl"),
        SetSpan(0, 4_000, 1, 1, 1, 5, "", 0),
        ExerciseSpan(4_000, 5_000, 2, "Row"),
        SetSpan(5_000, 4_000, 2, 1, 1, 6, "", 3_000),
    ) == [
        (0, 1, "1. Curl"),
        (1, 4_000, "Set 1 of 1: 5 reps"),
        (4_000, 4_001, "2. Row"),
        (4_001, 9_000, "Set 1 of 1: 6 reps"),
    ]


def test_a_chapter_at_the_very_end_keeps_a_millisecond() -> None:
    assert listed(
        9_000,
        ExerciseSpan(0, 9_000, 1, "Curl"),
        SetSpan(9_000, 0, 1, 1, 1, 5, "", 0),
    ) == [(0, 9_000, "1. Curl"), (9_000, 9_001, "Set 1 of 1: 5 reps")]


def test_an_exercise_announced_within_a_rest_ends_that_rest() -> None:
    # Both begin at one moment here: the rest comes first, for it belongs to the exercise before.
    assert listed(
        40_000,
        ExerciseSpan(0, 10_000, 1, "Curl"),
        SetSpan(5_000, 5_000, 1, 1, 1, 5, "", 3_000),
        Rest(10_000, 20_000, 1, 1),
        ExerciseSpan(10_000, 30_000, 2, "Row"),
        SetSpan(30_000, 10_000, 2, 1, 1, 5, "", 3_000),
    ) == [
        (0, 2_000, "1. Curl"),
        (2_000, 10_000, "Set 1 of 1: 5 reps"),
        (10_000, 10_001, "Rest 20 s"),
        (10_001, 27_000, "2. Row"),
        (27_000, 40_000, "Set 1 of 1: 5 reps"),
    ]


@pytest.mark.parametrize("suffix", [".mp3", ".flac", ".ogg", ".opus", ".m4a", ".m4b"])
def test_ffprobe_reads_the_chapters(tmp_path: Path, suffix: str) -> None:
    need("ffmpeg", "ffprobe")
    recording = audio.recording(60_000, events=audio.session_events())
    found = audio.probed_chapters(save(recording, tmp_path / f"a{suffix}"))
    *first, (start_ms, end_ms, title) = found
    *planned, last = audio.SESSION_CHAPTERS
    assert tuple(first) == tuple(planned)
    # A Vorbis chapter has no end of its own: ffprobe takes the file's, pre-skip included.
    assert (start_ms, title) == (last[0], last[2])
    assert end_ms - last[1] in ((0, 6, 7) if suffix == ".opus" else (0,))


def by_mutagen(path: Path) -> list[tuple[int, str]]:
    if path.suffix == ".m4b":
        return [(round(c.start * 1_000), c.title) for c in MP4(path).chapters or ()]
    if path.suffix == ".mp3":
        found = [(c.start_time, str(c.sub_frames["TIT2"])) for c in ID3(path).getall("CHAP")]
        return sorted(found)
    tag = mutagen.File(path).tags
    numbers = range(
        1, 1 + sum(bool(re.fullmatch("chapter[0-9]{3}", key.lower())) for key, _ in tag)
    )
    return [(in_ms(tag[f"CHAPTER{n:03}"][0]), tag[f"CHAPTER{n:03}NAME"][0]) for n in numbers]


def by_eyed3(path: Path) -> list[tuple[int, str]]:
    import eyed3

    return sorted((chapter.times.start, chapter.title) for chapter in eyed3.load(path).tag.chapters)


def by_mediainfo(path: Path) -> list[tuple[int, str]]:
    from pymediainfo import MediaInfo

    menu = MediaInfo.parse(path).menu_tracks[-1].to_data()
    times = [key for key in menu if re.fullmatch("[0-9]{2}_[0-9]{2}_[0-9]{5}", key)]
    return [(in_ms(f"{t[:2]}:{t[3:5]}:{t[6:8]}.{t[8:]}"), menu[t]) for t in times]


def in_ms(clock: str) -> int:
    hours, minutes, seconds = clock.split(":")
    return round((int(hours) * 3_600 + int(minutes) * 60 + float(seconds)) * 1_000)


@pytest.mark.parametrize("suffix", [".mp3", ".m4b", ".opus", ".flac", ".ogg"])
def test_three_readers_find_set_reps_and_tempo_in_a_session_s_chapters(
    tmp_path: Path, suffix: str
) -> None:
    need("ffmpeg", "ffprobe", "module:eyed3", "module:pymediainfo")
    timeline = arranged(SUPERSET)
    silent = replace(audio.recording(timeline.duration_ms), timeline=timeline)
    path = save(silent, tmp_path / f"a{suffix}")
    planned = [(chapter.start_ms, chapter.title) for chapter in flat(chapters(timeline))]
    assert planned[1][1] == "Set 1 of 2, left side: 2 reps at 2-0-1-0"
    assert [(start, title) for start, _, title in audio.probed_chapters(path)] == planned
    assert by_mutagen(path) == planned
    assert (by_eyed3 if suffix == ".mp3" else by_mediainfo)(path) == planned


def long_session(exercises: int, sets: int) -> tuple[Event, ...]:
    events: list[Event] = []
    at_ms = 0
    for exercise in range(1, exercises + 1):
        events.append(ExerciseSpan(at_ms, sets * 20, exercise, f"Exercise {exercise}"))
        for number in range(1, sets + 1):
            events.append(SetSpan(at_ms + 5, 5, exercise, number, sets, 1, "", 2))
            events.append(Rest(at_ms + 10, 10, exercise, number))
            at_ms += 20
    return tuple(events)


@pytest.mark.parametrize(("exercises", "sets"), [(300, 1), (2, 100), (2, 200)])
def test_any_number_of_chapters_hangs_below_one_table(
    tmp_path: Path, exercises: int, sets: int
) -> None:
    events = long_session(exercises, sets)
    path = save(audio.recording(exercises * sets * 20, events=events), tmp_path / "a.mp3")
    tag = ID3(path)
    tables = {frame.element_id: frame for frame in tag.getall("CTOC")}
    titles = {frame.element_id: str(frame.sub_frames["TIT2"]) for frame in tag.getall("CHAP")}
    tops = [frame for frame in tables.values() if frame.flags & 2]
    assert [frame.element_id for frame in tops] == ["toc"]
    assert max(len(frame.child_element_ids) for frame in tables.values()) <= 255

    def below(name: str) -> list[str]:
        if name in titles:
            return [titles[name]]
        return [title for child in tables[name].child_element_ids for title in below(child)]

    every = flat(chapters(Timeline("Test", exercises * sets * 20, 0, events)))
    assert below("toc") == [chapter.title for chapter in every]
    assert len(titles) == len(every) == exercises * (1 + 2 * sets)


def test_ffprobe_reads_three_hundred_exercises_in_order(tmp_path: Path) -> None:
    need("ffprobe")
    events = long_session(300, 1)
    path = save(audio.recording(6_000, events=events), tmp_path / "a.mp3")
    assert list(audio.probed_chapters(path)) == listed(6_000, *events)


def test_ogg_names_the_exercises_where_it_cannot_count_all_chapters(tmp_path: Path) -> None:
    need("ffprobe")
    path = save(audio.recording(8_000, events=long_session(2, 200)), tmp_path / "few.ogg")
    assert len(audio.probed_chapters(path)) == 802
    path = save(audio.recording(10_000, events=long_session(2, 250)), tmp_path / "many.ogg")
    assert audio.probed_chapters(path) == (
        (0, 5_000, "1. Exercise 1"),
        (5_000, 10_000, "2. Exercise 2"),
    )


def test_a_title_of_any_script_survives(tmp_path: Path) -> None:
    need("ffmpeg", "ffprobe")
    name = 'Hüfte = "臀桥"; #1 \\ [x]'
    events = (ExerciseSpan(0, 2_000, 1, name), SetSpan(1_000, 1_000, 1, 1, 1, 3, "", 0))
    for suffix in (".mp3", ".ogg", ".m4a"):
        path = save(audio.recording(2_000, events=events), tmp_path / f"a{suffix}")
        assert [title for _, _, title in audio.probed_chapters(path)] == [
            f"1. {name}",
            "Set 1 of 1: 3 reps",
        ]
