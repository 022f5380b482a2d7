"""What mixing makes of some sessions, sound by sound: quick, with pretended clips."""

from __future__ import annotations

import hashlib
from dataclasses import fields, replace

import numpy as np
import pytest

from fuzz import sound
from mmc_audio.clips import Clip
from mmc_audio.glide import tone
from mmc_audio.lean import EARS
from mmc_audio.limit import limited
from mmc_audio.mix import (
    CLICK_DB,
    GRID,
    LONG_ISLAND,
    MIN_SILENCE,
    WAKE,
    Island,
    Mixer,
    Palette,
    Part,
    Segment,
    Silence,
    segments,
    wake_clip,
)
from mmc_audio.timeline import Click, Glide, SetSpan, Speech, Timeline
from tests.test_timeline_properties import equals_one_long_mix

PROGRAM = """
title = "T"
[session]
setup = 2
lead_in = {lead_in}
[sound]
ticks = "{ticks}"
glide = "{glide}"
pan_sides = {pan}
[[exercise]]
name = "Squat"
start = "eccentric"
sides = "left-right"
sets = 2
reps = 3
tempo = "{tempo}"
rest = 4
cues.concentric = ["push", "stand tall"]
cues.eccentric = {{ say = "slow", place = "on" }}
"""
KINDS = {
    "plain": {"ticks": "off", "glide": "off", "pan": "false", "tempo": "2-1-1-0", "lead_in": 3},
    "dense": {"ticks": "full", "glide": "off", "pan": "false", "tempo": "3-0-2-1", "lead_in": 0},
    "a tone": {
        "ticks": "soft",
        "glide": "effort",
        "pan": "false",
        "tempo": "2-1-X-1",
        "lead_in": 3,
    },
    "sides": {"ticks": "soft", "glide": "effort", "pan": "true", "tempo": "2-0-1-0", "lead_in": 2},
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_session_is_the_same_however_it_is_asked_for(kind: str) -> None:
    sound.whole(PROGRAM.format(**KINDS[kind]))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "sides"])
def test_a_session_is_the_sum_of_its_sounds(kind: str) -> None:
    equals_one_long_mix(PROGRAM.format(**KINDS[kind]))


# ---- sounds at their places --------------------------------------------------------------------

TICK, SAID = np.full(480, 3_000, np.int16), np.full(4_800, 1_000, np.int16)  # 10 ms, 100 ms
PALETTE = Palette(
    {"tick": Clip(TICK), "go": Clip(TICK * 2), WAKE: wake_clip(100)}, {"up": Clip(SAID)}
)


def found(
    *events: Click | Speech | Glide | SetSpan,
    ms: int = 4_000,
    wake_ms: int = 0,
    duck_db: int = 9,
    lean: bool = False,
) -> list[Segment]:
    timeline = Timeline("", ms, wake_ms, events)
    return list(segments(timeline, PALETTE, duck_db=duck_db, lean=lean))


def speech(at_ms: int, permille: int = 1_000) -> Speech:
    return Speech(at_ms, "up", "cue", 100 * 1_000 // permille, 0, permille)


def test_a_part_elsewhere_is_the_same_but_for_its_place() -> None:
    part = Part(1, "tick", -3, 1_200, (480, 220, 330), ((0, 48),), "left")
    assert all(getattr(part, field.name) != field.default for field in fields(part))
    assert part.at(7) == replace(part, offset=7)


def test_a_click_is_an_island_from_the_grid_to_the_grid() -> None:
    """At 1,010 ms: the 42nd step of 24 ms begins at 1,008."""
    click = Part(2 * 48, "tick", CLICK_DB)
    assert found(Click(1_010, "tick")) == [
        Silence(42 * GRID),
        Island((GRID, (click,))),
        Silence(4_000 * 48 - 43 * GRID),
    ]


def test_an_island_at_the_end_is_as_long_as_the_session_leaves_it() -> None:
    click = Part(0, "go", CLICK_DB)
    assert found(Click(24, "go"), ms=40) == [Silence(GRID), Island((16 * 48, (click,)))]


def test_what_wakes_the_earbuds_is_the_first_sound() -> None:
    wake = Part(0, WAKE)
    assert found(wake_ms=100) == [Island((5 * GRID, (wake,))), Silence(4_000 * 48 - 5 * GRID)]


def test_silence_shorter_than_seven_steps_ends_no_island() -> None:
    near, far = MIN_SILENCE // 48, MIN_SILENCE // 48 + 24
    for gap, islands in ((near, 1), (far, 2)):
        pieces = found(Click(0, "tick"), Click(gap, "tick"))
        assert sum(isinstance(piece, Island) for piece in pieces) == islands


def test_a_long_island_ends_at_the_first_silence() -> None:
    """Without one of seven steps; the click that ends it begins on another step."""
    ticks = [Click(at, "tick") for at in range(0, 20_000, 48)]
    pieces = found(*ticks, ms=21_000)
    islands = [piece for piece in pieces if isinstance(piece, Island)]
    assert islands[0].frames == -(-LONG_ISLAND // (2 * GRID)) * 2 * GRID + GRID
    assert len(islands) == 2


def test_a_tick_is_ducked_while_someone_speaks_and_no_other_click_is() -> None:
    clicks = [(at, name) for at in (900, 990, 1_050, 1_099, 1_100) for name in ("tick", "go")]
    events = sorted(
        [speech(1_000), *(Click(at, name) for at, name in clicks)], key=lambda e: e.at_ms
    )
    (island,) = (piece for piece in found(*events) if isinstance(piece, Island))
    gains = [(part.offset // 48, part.clip, part.gain_db) for part in island.key[1]]
    start = 900 - 900 % 24
    assert [(at + start, gain) for at, name, gain in gains if name == "tick"] == [
        (900, 3), (990, 3), (1_050, -6), (1_099, -6), (1_100, 3),
    ]  # fmt: skip
    assert {gain for _, name, gain in gains if name == "go"} == {3}
    assert [gain for _, name, gain in gains if name == "say:up"] == [0]
    under = found(speech(1_000), Click(995, "tick"), duck_db=0)
    assert {p.gain_db for i in under if isinstance(i, Island) for p in i.key[1]} == {0, 3}


def test_every_phrase_ducks_the_ticks_under_it() -> None:
    pieces = found(speech(1_000), speech(1_200), Click(1_250, "tick"), speech(1_400), speech(1_600))
    gains = [part.gain_db for piece in pieces if isinstance(piece, Island) for part in piece.key[1]]
    assert gains == [0, 0, CLICK_DB - 9, 0, 0]


def test_a_phrase_that_ends_on_the_grid_ends_its_island() -> None:
    whole = Palette(PALETTE.sounds, {"up": Clip(np.full(4 * GRID, 1_000, np.int16))})
    said = Timeline("", 4_000, 0, (Speech(24, "up", "cue", 96, 0),))
    assert list(segments(said, whole, duck_db=9))[1].frames == 4 * GRID


@pytest.mark.parametrize(("lean", "sides"), [(False, ["", ""]), (True, ["left", ""])])
def test_a_set_of_one_side_leans_where_that_is_asked_for(lean: bool, sides: list[str]) -> None:
    span = SetSpan(1_000, 500, 1, 1, 1, 2, "", 0, side="left")
    pieces = found(span, Click(1_000, "go"), Click(2_000, "go"), lean=lean)
    parts = [part for piece in pieces if isinstance(piece, Island) for part in piece.key[1]]
    assert [part.lean for part in parts] == sides


def test_hurried_speech_is_shorter() -> None:
    pieces = found(speech(24, 1_100), ms=200)
    assert pieces[1] == Island((4 * GRID, (Part(0, "say:up", 0, 1_100),)))
    pcm = Mixer(PALETTE).pcm(pieces[1])  # type: ignore[arg-type]
    heard = np.flatnonzero(pcm)
    assert 4_800 * 1_000 // 1_100 - 48 < heard[-1] - heard[0] <= 4_800 * 1_000 // 1_100


def test_a_tone_dips_where_someone_speaks_over_it() -> None:
    glide = Glide(240, 1_000, 200, 400)
    pieces = found(speech(100), glide, speech(400), speech(2_000))
    (island,) = (piece for piece in pieces[1:2] if isinstance(piece, Island))
    part = next(part for part in island.key[1] if part.tone)
    assert part.tone is not None and part.tone[1:] == (200, 400)
    frames = part.tone[0]
    assert 900 * 48 < frames < 1_000 * 48
    assert (160 * 48, 260 * 48) in part.dips
    assert (1_760 * 48, 1_860 * 48) not in part.dips


def test_what_was_said_before_a_tone_or_after_it_changes_nothing() -> None:
    plain = tone(12_000, 200, 400, ())
    for dip in ((-20_000, -15_000), (-8_000, -5_000), (15_000, 16_000)):
        assert np.array_equal(tone(12_000, 200, 400, (dip,)), plain)
    assert not np.array_equal(tone(12_000, 200, 400, ((-2_000, -1_000),)), plain)


def test_a_tone_too_short_to_be_heard_is_left_out() -> None:
    assert found(Glide(240, 1, 200, 400)) == [Silence(4_000 * 48)]


# ---- samples -----------------------------------------------------------------------------------


@pytest.mark.parametrize("gain_db", [0.0, -6.0, 4.5])
def test_a_sound_has_the_gain_of_its_part_and_of_the_mixer(gain_db: float) -> None:
    island = Island((2 * GRID, (Part(100, "tick", -3), Part(800, "say:up"))))
    palette = Palette(PALETTE.sounds, {"up": Clip(SAID[:1_000])})
    plain = np.zeros(2 * GRID, np.float32)
    plain[100:580] += 3_000 / 32_768 * 10 ** (-3 / 20)
    plain[800:1_800] += 1_000 / 32_768
    mixer = Mixer(palette, gain_db=gain_db)
    assert np.allclose(mixer.plain(island), plain, atol=1e-7)
    expected = np.rint(limited((plain * np.float32(10 ** (gain_db / 20))).copy()) * 32_767)
    assert np.abs(mixer.pcm(island) - expected).max() <= 1
    assert mixer.pcm(island).dtype == np.int16
    assert (mixer.gain_db, mixer.channels) == (gain_db, 1)


def test_what_leans_to_a_side_is_louder_there() -> None:
    part = Part(0, "tick", 0, lean="left")
    mixer = Mixer(PALETTE, channels=2)
    pcm = mixer.pcm(Island((GRID, (part,)))).astype(float)
    assert pcm.shape == (GRID, 2)
    left, right = EARS["left"]
    assert pcm[100, 0] / pcm[100, 1] == pytest.approx(left / right, abs=0.01)
    assert not mixer.silence(7).any() and mixer.silence(7).shape == (7, 2)


def test_blocks_are_no_larger_than_asked_for() -> None:
    island = Island((2 * GRID, (Part(100, "tick"),)))
    pieces = [Silence(1_000), island, Silence(1)]
    mixer = Mixer(PALETTE)
    assert [len(block) for block in mixer.blocks(pieces, most=900)] == [900, 100, 900, 900, 504, 1]
    whole = np.concatenate(list(mixer.blocks(pieces)))
    assert np.array_equal(whole[1_000:-1], mixer.pcm(island))
    assert not whole[:1_000].any() and whole[-1] == 0


def test_the_wake_sound_is_faint_noise_that_fades_in_and_out() -> None:
    pcm = wake_clip(2_000).pcm.astype(float)
    assert len(pcm) == 96_000
    assert np.std(pcm[10_000:-10_000]) == pytest.approx(32_768 * 10 ** (-58 / 20), rel=0.02)
    assert np.abs(pcm[:50]).max() <= 2 and np.abs(pcm[-50:]).max() <= 2
    digest = hashlib.sha256(wake_clip(2_000).pcm.tobytes()).hexdigest()
    assert digest == "3afefa652ea39eb05eac544707fdad15a0a2dcd64055b01533b1825d3bcea702"
