"""The measuring of recordings, tried on recordings whose faults are known."""

from __future__ import annotations

import numpy as np
import pytest

from mmc_audio.clips import Pcm
from mmc_audio.resample import resample
from mmc_audio.timeline import SAMPLE_RATE, Click, Speech, Timeline
from tests.audio import click, noise
from tests.heard import ahead_ms, clicks_between, match
from tests.recorder import Heard

CLICKS = tuple(range(1_000, 20_000, 1_000))  # ms; the first of 19, each of another sound
AT = tuple(at * 48 for at in CLICKS)
LATENCY = 12_345


def played() -> Pcm:
    """20 s of clicks, the one at 7 s under speech that began before it."""
    sound = np.zeros(20 * SAMPLE_RATE, np.int16)
    for index, at in enumerate(AT):
        sound[at : at + 1_440] = click(index % 5)
    sound[330_000:360_000] += noise(30_000) // 4
    return sound


def recorded(sound: Pcm) -> Pcm:
    return np.concatenate((np.zeros(LATENCY, np.int16), sound, np.zeros(30_000, np.int16)))


def test_a_recording_as_played() -> None:
    found = match(recorded(played()), played(), AT)
    assert (found.start, found.lost, found.slips, found.different) == (LATENCY, 0, 0, ())
    assert found.exact
    assert found.errors_ms.tolist() == [0.0] * 19
    assert (found.worst_ms, found.drift_ms_a_minute) == (0.0, 0.0)


def test_rounding_is_no_difference_and_a_changed_sample_is() -> None:
    sound = recorded(played())
    sound[LATENCY + 331_000] += 1
    assert match(sound, played(), AT).different == ()
    sound[LATENCY + 331_000] += 1
    found = match(sound, played(), AT)
    assert found.different == (331_000 // 480,)
    assert not found.exact


def test_a_gap_moves_what_follows() -> None:
    """20 ms of nothing inside the speech that begins before the click at 7 s."""
    sound = played()
    gap = np.concatenate((sound[:331_200], np.zeros(960, np.int16), sound[331_200:]))
    found = match(recorded(gap), played(), AT)
    assert found.start == LATENCY + 960
    assert found.errors_ms.tolist() == [-20.0] * 6 + [0.0] * 13
    assert (found.slips, found.different, found.exact) == (1, (), False)


def test_a_hole_is_different() -> None:
    sound = played()
    sound[331_200:332_160] = 0
    found = match(recorded(sound), played(), AT)
    assert (found.slips, found.different, found.exact) == (0, (690, 691), False)


def test_sound_left_out_moves_what_follows() -> None:
    sound = played()
    found = match(recorded(np.delete(sound, np.s_[600_000:604_800])), played(), AT)
    assert found.start == LATENCY
    assert found.errors_ms.tolist() == [0.0] * 12 + [-100.0] * 7
    assert found.slips == 1


def test_a_click_that_is_not_heard_is_lost() -> None:
    sound = played()
    sound[AT[4] : AT[4] + 1_440] = 0
    found = match(recorded(sound), played(), AT)
    assert found.lost == 1
    assert np.flatnonzero(np.isnan(found.errors_ms)).tolist() == [4]
    assert found.different == (500, 501, 502)


def test_a_recording_that_stops_early_has_lost_the_rest() -> None:
    found = match(recorded(played())[: LATENCY + AT[15]], played(), AT)
    assert found.lost == 4
    assert found.different[0] == AT[15] // 480


def test_a_slow_clock_is_a_drift() -> None:
    """200 parts in a million are 12 ms a minute."""
    slow = resample(played().astype(np.float32), 10_000, 10_002)
    found = match(recorded(np.rint(slow).astype(np.int16)), played(), AT)
    assert found.drift_ms_a_minute == pytest.approx(12, abs=0.3)
    assert found.worst_ms == pytest.approx(1.8, abs=0.1)


def test_half_as_loud_is_in_time_and_different() -> None:
    found = match(recorded(played() // 2), played(), AT)
    assert (found.lost, found.worst_ms) == (0, 0.0)
    assert len(found.different) > 50


def test_the_clicks_of_a_part_of_a_timeline() -> None:
    events = (Click(0, "tick"), Click(900, "tick"), Speech(950, "Up.", "cue", 300, 20))
    later = (
        Click(1_000, "count"),
        Click(1_000, "tick"),
        Click(1_970, "tick"),
        Click(1_971, "tick"),
    )
    timeline = Timeline("", 3_000, 0, (*events, *later))
    assert clicks_between(timeline, 48_000, 96_000) == (0, 970 * 48)


def test_when_a_frame_was_heard_and_how_far_a_report_is_ahead_of_it() -> None:
    """A reader held up for half a second does not make sound later than it was."""
    starts = np.arange(0, 48_000 * 4, 240)
    times = 100 + starts / SAMPLE_RATE
    times[300:400] = times[400]
    heard = Heard(np.zeros(48_000 * 4, np.int16), SAMPLE_RATE, starts, times)
    assert heard.time_of(350 * 240) == pytest.approx(100 + 350 * 0.005)
    reports = ((101.0, 48_000), (101.0, 48_480), (101.0, 47_520))
    ahead = ahead_ms(heard, 0, reports)
    assert ahead.tolist() == pytest.approx([0, 10, -10])
    assert ahead_ms(heard, 480, reports).tolist() == pytest.approx([10, 20, 0])
    with pytest.raises(ValueError, match="frame 999999 was not recorded"):
        heard.time_of(999_999)
