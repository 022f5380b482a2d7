"""The exercise library, `mmc exercises`, and what the listing commands let one hear."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from mmc_audio import tempo
from mmc_audio.check import findings
from mmc_audio.library import Known, exercises, find, muscles, names, search
from mmc_audio.load import load_bytes
from tests.audio import by_wave, onset_error
from tests.command import mmc
from tests.pretend import case_of

KNOWN = list(exercises().values())
DOCS = Path(__file__).parent.parent / "docs" / "exercises.md"


def test_it_is_as_large_as_promised() -> None:
    assert len(exercises()) >= 60
    assert len(muscles()) >= 25


def test_no_name_means_two_exercises() -> None:
    said = Counter(text.lower() for each in KNOWN for text in (each.name, *each.aliases))
    assert {each.id for text in names() if (each := find(text))} == set(exercises())
    assert [text for text, count in said.items() if count > 1] == []


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.id)
def test_an_entry_is_whole_and_can_be_said(known: Known) -> None:
    assert {known.target, *known.helpers, *known.takes_over} <= set(muscles()) | {"neck"}
    assert known.target not in (*known.helpers, *known.takes_over)
    assert known.setup.endswith(".") and len(known.setup.split()) <= 12
    assert known.internal or known.external
    for cue in (*known.internal, *known.external):
        assert 1 <= len(cue.split()) <= 6 and cue[-1].isalpha() and cue == cue.lower()
    assert set(known.words) <= set(tempo.NAMES)
    if known.tempo:
        tempo.parse(known.tempo)


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.id)
def test_an_entry_makes_a_program_without_a_fault(known: Known) -> None:
    work = "" if known.tempo else "hold = 20"
    text = f'title = "T"\n[[exercise]]\nid = "{known.id}"\n{work}\n'
    case = case_of(text)
    (exercise,) = case.program.exercises
    assert (exercise.name, exercise.start, exercise.target) == (
        *(known.name, known.start, known.target),
    )
    assert exercise.origins["start"] == "library"
    assert [fault for fault in findings(case) if fault.severity != "note"] == []


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("hip-thrust", "hip-thrust"),
        ("Barbell Hip Thrusts", "hip-thrust"),
        ("LATERAL  raise", "lateral-raise"),
        ("side raises", "lateral-raise"),
        ("pullup", "pull-up"),
        ("pull overs", None),
        ("", None),
    ],
)
def test_an_exercise_is_found_however_it_is_written(text: str, id_: str | None) -> None:
    found = find(text)
    assert (found.id if found else None) == id_


def test_a_muscle_finds_what_works_it() -> None:
    assert [each.id for each in search("middle delt")] == ["lateral-raise", "leaning-cable-raise"]
    assert {each.id for each in search("soleus")} == {
        each.id for each in KNOWN if "soleus" in (each.target, *each.helpers)
    }


FOUND = """\
Exercise             Works         What takes over  Starts         Tempo
Lateral raise        middle delts  upper traps      with the lift  3-0-2-1
Leaning cable raise  middle delts  upper traps      with the lift  3-1-1-1
"""
TOLD = """\
Lateral raise    id = "lateral-raise"
also called      side raise, dumbbell lateral raise, side lateral raise
starts           with the lift
tempo            3-0-2-1
works            middle delts
helped by        front delts, upper traps
what takes over  upper traps
set-up           Elbows soft, thumbs level, lean forward a touch.
cues, internal   side delts lift / neck stays long
cues, external   reach for the walls
tap              the outside of your shoulder, a hand below the top
flex             Push your elbows outward against nothing.
wake-up          Ten slow squeezes without weight.

The middle delts sit on the side of the shoulder and lift the arm sideways.
"""


@pytest.mark.parametrize(("words", "out"), [(("lateral",), FOUND), (("side", "raise"), TOLD)])
def test_several_are_listed_and_one_is_told(
    words: tuple[str, ...], out: str, tmp_path: Path
) -> None:
    run = mmc("exercises", *words, cwd=tmp_path)
    assert (run.out, run.err, run.code) == (out, "", 0)


def test_without_a_word_all_are_listed(tmp_path: Path) -> None:
    run = mmc("exercises", cwd=tmp_path)
    lines = run.out.splitlines()
    assert (len(lines), run.code) == (len(KNOWN) + 1, 0)
    assert [line.split("  ")[0] for line in lines[1:]] == [each.name for each in KNOWN]


@pytest.mark.parametrize(
    ("word", "advice"),
    [("latral", 'Did you mean "lateral"?'), ("xylophone", "mmc exercises lists them all.")],
)
def test_a_word_that_finds_nothing(word: str, advice: str, tmp_path: Path) -> None:
    run = mmc("exercises", word, cwd=tmp_path)
    assert (run.out, run.code) == ("", 1)
    assert run.err == (
        f'error: The library of {len(KNOWN)} exercises has none with "{word}" in its name or '
        f"its muscles. {advice}\n"
    )


def test_play_needs_one_exercise(tmp_path: Path) -> None:
    run = mmc("exercises", "lateral", "--play", "--output", "null", cwd=tmp_path)
    assert (run.out, run.code) == (FOUND, 1)
    assert run.err == 'error: --play plays one exercise, and "lateral" finds 2. Name one of them.\n'


def test_the_sounds_of_a_set_are_heard_in_the_order_of_the_list(tmp_path: Path) -> None:
    from mmc_audio.sounds import NAMES, load_sounds

    target = tmp_path / "wood.wav"
    run = mmc("sounds", "wood", "--play", "--output", f"file:{target}", cwd=tmp_path)
    assert (run.err, run.code) == ("", 0)
    text = b'title = "T"\n[sound]\nclicks = "wood"\n[[exercise]]\nname = "T"\n'
    clips = load_sounds(load_bytes(text, name="t.toml", folder=""))
    heard, at = by_wave(target), 0
    for name in NAMES:
        clip = clips[name].pcm.astype(np.float32) / 32_768
        assert onset_error(heard, clip, at, 480) == 0, name
        at += -(-len(clip) // 48_000) * 48_000
    assert len(heard) == at


def test_there_is_no_such_click_set(tmp_path: Path) -> None:
    run = mmc("sounds", "wod", "--play", "--output", "null", cwd=tmp_path)
    assert run.code == 1
    assert run.err == 'error: There is no click set "wod"; there are sharp, soft or wood.\n'


def test_the_page_lists_the_library() -> None:
    assert f"\n{len(exercises())} exercises and {len(muscles())} muscles." in DOCS.read_text(
        "utf-8"
    )
    rows = [line for line in DOCS.read_text("utf-8").splitlines() if line.startswith("| ")]
    assert rows[2:] == [
        f"| {each.name} | `{each.id}` | {each.target} | {', '.join(each.takes_over)} | "
        f"{each.start if each.tempo else 'held'} | {each.tempo} |"
        for each in KNOWN
    ]
