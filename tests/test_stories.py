"""What those expect whom this is for: a beginner, a coach, someone who can't see, and others."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from mmc_audio.errors import ProgramError
from mmc_audio.load import load_bytes
from mmc_audio.program import TALKS
from mmc_audio.session import Options
from mmc_audio.timeline import (
    FRAMES_PER_MS,
    GRID_MS,
    Click,
    ExerciseSpan,
    Phase,
    Rest,
    SetSpan,
    Speech,
    Timeline,
)
from tests.command import mmc
from tests.pretend import arranged, load
from tests.studio import ready

RICH = (Path(__file__).parent / "data" / "valid" / "rich.toml").read_text(encoding="utf-8")
MINIMAL = """\
title = "Three slow sets of glute bridges"
[[exercise]]
name = "Glute bridge"
sets = 3
reps = 8
tempo = "3-1-2-2"   # seconds: lower, pause, lift, squeeze
rest = 60
cues.concentric = "squeeze your glutes"
"""


def test_eight_lines_are_a_session() -> None:
    timeline = arranged(MINIMAL)
    spans = [e for e in timeline.events if isinstance(e, SetSpan)]
    assert [span.duration_ms for span in spans] == [8 * 8_000] * 3
    assert [e.duration_ms for e in timeline.events if isinstance(e, Rest)] == [60_008] * 2
    assert all(span.lead_in_ms == 3_200 for span in spans)
    # A set-up of at least 20 s, the work, the rests, and the words at the end.
    worked = 3 * 64_000 + 2 * 60_000
    assert 20_000 <= spans[0].at_ms <= 36_000
    assert worked + 20_000 < timeline.duration_ms < worked + 50_000


def test_the_first_moments_and_every_rest_are_heard_by_sleepy_earbuds() -> None:
    prepared = ready(MINIMAL)
    pcm = np.concatenate([np.array(block) for block in prepared.recording().blocks()])
    assert np.abs(pcm[: 1_500 * FRAMES_PER_MS]).max() > 0
    for rest in (e for e in prepared.timeline.events if isinstance(e, Rest)):
        first, last = rest.at_ms, rest.at_ms + rest.duration_ms
        # Ten seconds without a sound put them to sleep; the last 23 ms may be there for the grid.
        for at in range(first, last - GRID_MS, 10_000):
            end = min(at + 10_500, last)
            assert np.abs(pcm[at * FRAMES_PER_MS : end * FRAMES_PER_MS]).max() > 0


@pytest.mark.parametrize("start", ["concentric", "eccentric"])
def test_a_program_begins_with_the_phase_it_names(start: str) -> None:
    timeline = arranged(
        f'title = "T"\n[[exercise]]\nname = "Thing"\nstart = "{start}"\ntempo = "3-1-2-1"\n'
    )
    first = min(e.at_ms for e in timeline.events if isinstance(e, SetSpan))
    clicks = {e.sound for e in timeline.events if isinstance(e, Click) and e.at_ms == first}
    assert clicks == {"go", start}


def test_a_cue_ends_before_its_click_and_no_two_overlap() -> None:
    timeline = arranged(RICH, Options(talk="full"))
    moving = sorted(
        e.at_ms
        for e in timeline.events
        if isinstance(e, Phase) and e.name in ("eccentric", "concentric")
    )
    speeches = [e for e in timeline.events if isinstance(e, Speech)]
    for before, after in pairwise(speeches):
        assert before.end_ms <= after.at_ms
    for cue in speeches:
        if cue.moment == "concentric" and any(0 <= at - cue.end_ms <= 300 for at in moving):
            assert min(at - cue.end_ms for at in moving if at >= cue.end_ms) >= 150


def test_the_same_seed_gives_the_same_timeline_and_an_edit_stays_where_it_is() -> None:
    text = RICH.replace('"side delts lift", "reach for the walls"', '"one", "two", "three"')
    assert arranged(RICH) == arranged(RICH)
    for number in (1, 2, 5):
        assert _exercise(arranged(text), number) == _exercise(arranged(RICH), number)


def _exercise(timeline: Timeline, number: int) -> list[tuple[int, str]]:
    """The phrases and clicks of an exercise's sets, counted from where the first begins."""
    spans = [e for e in timeline.events if isinstance(e, SetSpan) and e.exercise == number]
    inside = [
        (event.at_ms - spans[0].at_ms, str(getattr(event, "text", getattr(event, "sound", ""))))
        for span in spans
        for event in timeline.events
        if isinstance(event, (Speech, Click))
        and span.at_ms <= event.at_ms < span.at_ms + span.duration_ms
    ]
    return inside


@pytest.mark.parametrize("text", [MINIMAL, RICH], ids=["minimal", "rich"])
def test_how_much_is_said_does_not_change_the_length(text: str) -> None:
    assert len({arranged(text, Options(talk=talk)).duration_ms for talk in TALKS}) == 1


def test_a_slip_in_a_key_names_the_right_one() -> None:
    with pytest.raises(ProgramError) as caught:
        load(MINIMAL.replace("reps =", "reps_ ="))
    assert 'reps_ is no known key here; did you mean "reps"?' in str(caught.value)


def test_a_file_from_notepad_loads() -> None:
    data = b"\xef\xbb\xbf" + MINIMAL.replace("\n", "\r\n").encode()
    assert load_bytes(data, name="t.toml", folder="").exercises == load(MINIMAL).exercises


def test_without_network_and_phrases_the_way_out_is_named(tmp_path: Path) -> None:
    program = tmp_path / "bridges.toml"
    program.write_text(MINIMAL)
    environment = {"MMC_CACHE": str(tmp_path / "cache"), "https_proxy": "http://127.0.0.1:9"}
    run = mmc("export", str(program), "--voice", "google", cwd=tmp_path, **environment)
    assert run.code == 1
    assert "google" in run.err and "--voice" in run.err
    assert not list(tmp_path.glob("*.mp3"))


def test_a_superset_goes_back_and_forth_with_each_exercise_s_own_rest() -> None:
    timeline = arranged(RICH)
    pair = [
        (e.exercise, e.number, e.side)
        for e in timeline.events
        if isinstance(e, SetSpan) and e.exercise in (3, 4)
    ]
    assert pair == [
        *((3, 1, ""), (4, 1, "left"), (4, 1, "right")),
        *((3, 2, ""), (4, 2, "left"), (4, 2, "right")),
        *((3, 3, ""), (4, 3, "left"), (4, 3, "right")),
    ]
    rests = [
        e.duration_ms // 1_000
        for e in timeline.events
        if isinstance(e, Rest) and e.exercise in (3, 4)
    ]
    prelude = rests[0] - 15  # tapping, before the first set of the pair's second exercise
    assert prelude == 0 and rests == [15, 8, 60, 15, 8, 60, 15, 8, 60]
    names = [e.name for e in timeline.events if isinstance(e, ExerciseSpan)][2:8]
    assert names == ["Lateral raise", "Single-leg calf raise"] * 3
