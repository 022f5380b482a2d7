"""What is seen while a session plays: whole pictures at three sizes, in tests/data/display.

`python -m tests.test_display` draws them anew; look at the difference.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mmc_audio.captions import WORDS
from mmc_audio.chart import Chart
from mmc_audio.display import View, frame
from mmc_audio.errors import columns as columns_of
from mmc_audio.scene import Mode, scene
from mmc_audio.session import Options
from mmc_audio.spans import Row
from mmc_audio.timeline import Hold, Phase
from tests import depth, hostile
from tests.draw import PROGRAMS
from tests.pretend import arranged

FOLDER = Path(__file__).parent / "data" / "display"
SIZES = ((20, 6), (60, 15), (120, 40))

PROGRAM = """
title = "Legs, slowly"
[[exercise]]
name = "Goblet squat"
sets = [{ reps = 3, rest = 90 }, { reps = 3, label = "heavier", rest = 40 }]
tempo = "4-1-2-1"
cues.eccentric = { say = "knees over the little toes", when = "reps 2" }
cues.rest = "Shake your legs, walk a few steps, and think of nothing but how the next set begins."
[[exercise]]
name = "Wall sit"
sets = 1
hold = 75
"""
WIDE = """
title = "深いスクワットの長い長い長い長い長い長い長い長い長い長い長い長い題名"
[[exercise]]
name = "ブルガリアンスプリットスクワットを両手にダンベルを持ってゆっくりと行う"
sets = [{ reps = 12, label = "左足を前に、右足は後ろの台の上に置いておく" }]
tempo = "3-1-2-1"
cues.eccentric = { say = "膝を前に出しすぎないで、お尻を後ろに引いて", when = "reps 1" }
"""
LATER = Options(start=(2, 1))
HALF_SPEED = Options(permille=500)


@cache
def chart(program: str = PROGRAM) -> Chart:
    return Chart(arranged(program))


def phase(name: str, rep: int, set_: int = 1, program: str = PROGRAM) -> Phase:
    """A phase of the first exercise."""
    key = (1, set_, rep, name)
    phases = (work for work in chart(program).work.events if isinstance(work, Phase))
    return next(p for p in phases if (p.exercise, p.set, p.rep, p.name) == key)


def during(name: str, rep: int, set_: int = 1, *, late_ms: int = 700, **more: Any) -> View:
    at_ms = phase(name, rep, set_).at_ms + late_ms
    return view(at_ms, **{"tension_ms": 61_500, **more})


def view(at_ms: int, mode: Mode = "playing", program: str = PROGRAM, **more: Any) -> View:
    return replace(View(chart(program), at_ms, mode), **more)


def views() -> dict[str, View]:
    """Every situation there is, by the name of its file."""
    sets, rests = chart().sets.events, chart().rests.events
    lead_in = sets[1].at_ms - sets[1].lead_in_ms
    hold = next(work for work in chart().work.events if isinstance(work, Hold))
    new = chart().exercises.events[1].at_ms
    wide = phase("eccentric", 1, program=WIDE).at_ms + 800
    return {
        "intro": view(9_000),
        "count-in-before-the-first-set": view(sets[0].at_ms - 1_700),
        "eccentric": during("eccentric", 2),
        "eccentric-flash": during("eccentric", 2, late_ms=100),
        "pause": during("pause", 2, late_ms=400),
        "concentric": during("concentric", 2),
        "squeeze": during("squeeze", 2, late_ms=400),
        "last-phase-of-a-set": during("squeeze", 3, late_ms=400),
        "last-set": during("concentric", 3, 2),
        "rest": view(rests[0].at_ms + 5_000, tension_ms=24_000),
        "rest-flash": view(rests[0].at_ms, tension_ms=24_000),
        "rest-before-another-exercise": view(rests[1].at_ms + 2_000, tension_ms=48_000),
        "another-exercise-announced": view(new + 1_000, tension_ms=48_000),
        "count-in-before-a-set": view(sets[1].at_ms - 1_700, tension_ms=24_000),
        "hold": view(hold.at_ms + 5_300, tension_ms=53_300),
        "hold-flash": view(hold.at_ms + 50, tension_ms=48_050),
        "all-sets-done": view(hold.at_ms + hold.duration_ms + 1_000, tension_ms=123_000),
        "count-in-after-a-pause": during(
            "eccentric", 2, late_ms=0, mode="counting", count_ms=1_400
        ),
        "silence-before-a-count-in": during(
            "eccentric", 2, late_ms=0, mode="counting", count_ms=4_400
        ),
        "paused": during("concentric", 2, mode="paused", note="paused"),
        "paused-without-keys": during("concentric", 2, mode="paused", keys=False),
        "paused-in-a-rest": view(rests[0].at_ms + 5_000, "paused", tension_ms=24_000),
        "waiting": view(lead_in, "waiting", tension_ms=24_000),
        "finished": view(chart().timeline.duration_ms, "finished", tension_ms=123_000),
        "help": during("concentric", 2, help=True),
        "note": during("concentric", 2, note="volume 80 %", volume=80),
        "quieter": during("concentric", 2, volume=80),
        "no-blocks": during("concentric", 2, blocks=False),
        "other-words": during("concentric", 2, words={**WORDS, "concentric": "contração"}),
        "undrawable-words": during("concentric", 2, words={**WORDS, "concentric": "подъём"}),
        "wide-names": view(wide, program=WIDE),
        "hostile-names": during(
            "eccentric", 2, 2, chart=Chart(hostile.renamed(chart().timeline)), note=hostile.NAME
        ),
    }


def picture(seen: View) -> str:
    """The frames at three sizes: each row between bars, then the styles of what is not blank."""
    return "\n".join(_framed(seen, *size) for size in SIZES)


def _framed(seen: View, columns: int, lines: int) -> str:
    rows = frame(seen, columns, lines)
    return "\n".join([f"{columns} x {lines}", *(_row(row, columns) for row in rows), ""])


def _row(row: Row, columns: int) -> str:
    text = text_of(row)
    styles = [span.style for span in row if span.text.strip() or span.style.endswith("-flash")]
    filled = text + " " * (columns - columns_of(text))
    return f"|{filled}| {' '.join(dict.fromkeys(styles))}".rstrip()


def text_of(row: Row) -> str:
    return "".join(span.text for span in row)


def seen_text(seen: View, columns: int, lines: int) -> list[str]:
    return [text_of(row).strip() for row in frame(seen, columns, lines)]


@pytest.mark.parametrize("name", views())
def test_picture(name: str) -> None:
    expected = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert picture(views()[name]) == expected


def test_every_picture_has_its_situation() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(views())


# ---- what holds for every picture ----------------------------------------------------------------

MODES: tuple[Mode, ...] = ("playing", "counting", "paused", "waiting", "finished")
MANY = depth.drawn(40)


@st.composite
def drawn(draw: st.DrawFn) -> View:
    """A view of a drawn program at any moment of it, with anything in it that may vary."""
    timeline = arranged(draw(PROGRAMS))
    return View(
        chart=Chart(replace(timeline, title=draw(st.text(max_size=30)))),
        at_ms=draw(st.integers(0, timeline.duration_ms)),
        mode=draw(st.sampled_from(MODES)),
        count_ms=draw(st.integers(0, 6_000)),
        tension_ms=draw(st.integers(0, 50_000_000)),
        volume=draw(st.sampled_from([0, 80, 100])),
        note=draw(st.sampled_from(["", "rest 15 s longer", "\x1b[2J 休憩"])),
        help=draw(st.booleans()),
        keys=draw(st.booleans()),
        beat_ms=draw(st.sampled_from([1_000, 1_111])),
        blocks=draw(st.booleans()),
    )


@MANY
@given(drawn(), st.integers(-1, 130), st.integers(-1, 45))
def test_a_picture_is_never_larger_than_the_screen(seen: View, columns: int, lines: int) -> None:
    rows = frame(seen, columns, lines)
    assert len(rows) <= max(0, lines) and (rows or columns < 1 or lines < 1)
    for row in rows:
        assert columns_of(text_of(row)) <= columns
        assert text_of(row).isprintable()


@pytest.mark.parametrize("name", views())
def test_every_size_can_be_drawn(name: str) -> None:
    seen = views()[name]
    for columns in (*range(1, 24), 30, 39, 40, 44, 58, 59, 60, 80, 115, 120, 160, 200):
        for lines in (*range(1, 16), 24, 40, 50):
            rows = frame(seen, columns, lines)
            assert 1 <= len(rows) <= lines
            assert max(columns_of(text_of(row)) for row in rows) <= columns


def test_what_pictures_are_made_of() -> None:
    """console.has_blocks asks a terminal's encoding for these; without them ASCII is enough."""
    own_letters = ("wide-names", "other-words", "undrawable-words")
    plain = [seen for name, seen in views().items() if name not in own_letters]
    for blocks, expected in ((True, "▀▄█▌░…"), (False, "")):
        pictures = [picture(replace(seen, blocks=blocks)) for seen in plain]
        assert {c for text in pictures for c in text if not c.isascii()} == set(expected)


@MANY
@given(drawn(), st.sampled_from(SIZES))
def test_a_flash_covers_the_whole_width(seen: View, size: tuple[int, int]) -> None:
    rows = [row for row in frame(seen, *size) if any(s.style.endswith("-flash") for s in row)]
    assert bool(rows) == scene(seen).sign.flash
    assert all(columns_of(text_of(row)) == size[0] for row in rows)
    assert all(span.style.endswith("-flash") for row in rows for span in row)


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 40)])
def test_nothing_jumps_from_phase_to_phase(size: tuple[int, int]) -> None:
    """The letters, the bar and the lines keep their rows through a set."""
    phases = [w for w in chart().work.events if isinstance(w, Phase) and w.set == 1]
    shapes = set()
    for work in phases:
        rows = [text_of(row) for row in frame(view(work.at_ms + 500), *size)]
        drawn_in = [index for index, row in enumerate(rows) if "█" in row or "▀" in row]
        bars = [index for index, row in enumerate(rows) if "░" in row]
        shapes.add((drawn_in[0], tuple(bars), len(rows)))
    assert len(phases) == 12 and len(shapes) == 1


# ---- single things -------------------------------------------------------------------------------


def test_the_bar_runs_down_and_the_seconds_count_down() -> None:
    work = phase("eccentric", 2)
    bars = []
    for late_ms in (0, 500, 1_000, 1_001, 2_000, 3_999):
        rows = seen_text(view(work.at_ms + late_ms), 25, 3)
        bars.append(rows[-1])
    assert bars == [
        "████████████████████  4 s",
        "█████████████████▌░░  4 s",
        "███████████████░░░░░  3 s",
        "██████████████▌░░░░░  3 s",
        "██████████░░░░░░░░░░  2 s",
        "░░░░░░░░░░░░░░░░░░░░  1 s",
    ]


def test_a_flash_lasts_three_tenths_of_a_second() -> None:
    at_ms = phase("pause", 2).at_ms
    flashes = [scene(view(at_ms + late)).sign.flash for late in (-1, 0, 299, 300)]
    assert flashes == [False, True, True, False]


def test_phases_that_follow_fast_do_not_flash() -> None:
    """No more than three flashes in any second (WCAG 2.3.1)."""
    fast = 'title = "T"\n[[exercise]]\nname = "Hop"\nsets = 1\nreps = 9\ntempo = "0.4-0.1-0.5-0"\n'
    session = Chart(arranged(fast))
    start = session.sets.events[0].at_ms
    flashing = [scene(View(session, start + ms, "playing")).sign.flash for ms in range(9_000)]
    begins = [ms for ms in range(1, 9_000) if flashing[ms] and not flashing[ms - 1]]
    assert begins == list(range(500, 9_000, 1_000))


def test_a_paused_picture_does_not_flash() -> None:
    assert scene(during("eccentric", 2, late_ms=10, mode="paused")).sign.flash is False


def test_a_cue_stays_a_second_longer_than_it_is_heard() -> None:
    cue = next(s for s in chart().speeches.events if s.text == "knees over the little toes")
    told = [scene(view(at)) for at in (cue.at_ms - 1, cue.at_ms, cue.end_ms, cue.end_ms + 1_000)]
    assert [(t.said, t.saying) for t in told[1:3]] == [
        ('"knees over the little toes"', True),
        ('"knees over the little toes"', False),
    ]
    assert "knees" not in told[0].said + told[3].said


def test_a_counted_beat_is_as_long_as_the_session_is_slow() -> None:
    first = chart().sets.events[0]
    slow = replace(first, lead_in_ms=3_555)  # three beats at nine tenths of the speed
    events = tuple(slow if e == first else e for e in chart().timeline.events)
    session = Chart(replace(chart().timeline, events=events))

    def number(before_ms: int) -> str:
        at_ms = first.at_ms - before_ms
        return scene(View(session, at_ms, "playing", beat_ms=1_111)).sign.number

    assert [number(ms) for ms in (3_334, 3_333, 2_223, 2_222, 1, 4_024, 4_001)] == [
        "4", "3", "3", "2", "1", "5", "4"
    ]  # fmt: skip


def test_the_silence_that_wakes_earbuds_is_no_count_in() -> None:
    rest = chart().rests.events[0]
    sign = scene(view(rest.at_ms + 5_000, "counting", count_ms=1_500)).sign
    assert (sign.name, sign.number) == ("rest", "1:25")


def test_sets_without_a_rest_between_them() -> None:
    program = (
        'title = "T"\n[[exercise]]\nname = "A"\nsets = [{ rest = 0 }, { label = "left" }]\n'
        'reps = 2\ntempo = "2-0-2-0"\n[[exercise]]\nname = "B"\nsets = 1\nhold = 20\n'
    )
    session = Chart(arranged(program))
    last = session.work.events[3]
    assert scene(View(session, last.at_ms, "playing")).next == (
        "Next: set 2 of 2, 2 reps, left",
        "Next: set 2 of 2, 2 reps",
        "Next: set 2, 2 reps",
        "Next: 2 reps",
    )
    before_hold = session.rests.events[-1].at_ms
    assert scene(View(session, before_hold, "playing")).next == (
        "Next: B, set 1 of 1, hold 20 s",
        "Next: B",
    )
    at_once = session.sets.events[1].at_ms
    assert scene(View(session, at_once, "waiting")).place == (
        "Set 2 of 2, 2 reps, left",
        "Set 2/2, 2 reps",
        "Set 2/2",
    )


def test_a_session_that_begins_at_a_later_exercise_names_it_and_the_next() -> None:
    plank = '[[exercise]]\nname = "Plank"\nsets = 1\nhold = 20\n'
    session = Chart(arranged(PROGRAM.replace("hold = 75", "hold = 75\nrest = 60") + plank, LATER))
    assert scene(View(session, 5_000, "playing")).exercise == ("2 of 3  Wall sit", "Wall sit")
    resting = scene(View(session, session.rests.events[0].at_ms, "playing"))
    assert resting.next == ("Next: Plank, set 1 of 1, hold 20 s", "Next: Plank")


def test_more_seconds_than_there_is_room_for_in_big_are_small() -> None:
    program = 'title = "T"\n[[exercise]]\nname = "Yin"\nsets = 1\nreps = 1\ntempo = "2-60-2-0"\n'
    session = Chart(arranged(program, HALF_SPEED))
    at_ms = session.work.events[1].at_ms
    rows = seen_text(View(session, at_ms + 2_000, "playing"), 120, 40)
    last = max(index for index, row in enumerate(rows) if "░" in row)
    assert rows[last].endswith("█░░") and rows[last + 1] == "118 s"
    rows = seen_text(View(session, at_ms + 21_000, "playing"), 120, 40)
    assert [row[-11:] for row in rows if "░" in row] == [
        "▄▀▀▀▄ ▄▀▀▀▄",
        "▀▄▄▄█ ▀▄▄▄█",
        "   ▄▀    ▄▀",
    ]


def test_a_picture_of_a_long_session_is_drawn_in_less_than_a_millisecond() -> None:
    """Twenty pictures a second must leave the processor to the sound."""
    sets = 'sets = 36\nreps = 119\ntempo = "4-1-4-1"\nrest = 0\n'
    long = Chart(arranged(f'title = "Long"\n[[exercise]]\nname = "Endless"\n{sets}'))
    hours = long.timeline.duration_ms / 3_600_000
    assert 11.8 < hours < 12
    seen = View(long, long.timeline.duration_ms - 60_000, "playing")
    assert min(_elapsed(seen) for _ in range(50)) < 0.001


def _elapsed(seen: View) -> float:
    started = time.perf_counter()
    frame(seen, 120, 40)
    return time.perf_counter() - started


if __name__ == "__main__":
    for name, seen in views().items():
        (FOLDER / f"{name}.txt").write_text(picture(seen), encoding="utf-8")
