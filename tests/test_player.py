"""What every key does to a session, on a device that is turned by hand.

The same on real devices, a sound server and a terminal: test_play_live.py.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

import numpy as np
import pytest

from mmc_audio import spoken
from mmc_audio.changes import uncounted
from mmc_audio.chart import Chart
from mmc_audio.deck import Deck
from mmc_audio.devices import DeviceError
from mmc_audio.live import now_playing
from mmc_audio.load import load_bytes
from mmc_audio.player import Command, Player
from mmc_audio.session import Options
from mmc_audio.studio import Prepared
from mmc_audio.tally import counted, sets_done
from mmc_audio.tape import Tape
from mmc_audio.timeline import FRAMES_PER_MS, Click, SetSpan, Speech
from tests.crank import Crank
from tests.studio import prepared_of, ready, shared_cache

PROGRAM = """
title = "Bridges"
[[exercise]]
name = "Slow bridge"
sets = 3
reps = 4
tempo = "2-0-1-0"
rest = 60
cues.concentric = "squeeze your glutes"
[[exercise]]
name = "Plank"
hold = 12
"""


def prepared(made: Prepared) -> Prepared:
    phrases = spoken.phrases(Chart(made.timeline), made.words)
    return made.with_phrases(phrases, cache=shared_cache())


# Sets are where they are whoever speaks; what is said is said when a test asks for it.
PLANNED = Chart(ready(PROGRAM, voice="none").timeline)
SETS = PLANNED.sets.events


@lru_cache(maxsize=1)
def bridges() -> Prepared:
    return prepared(ready(PROGRAM))


def chart() -> Chart:
    return Chart(bridges().timeline)


@lru_cache(maxsize=1)
def whole() -> Tape:
    return bridges().tape(bridges().timeline, bridges().mixer())


def playing(
    *, wait: bool = False, at_ms: int = 0, of: Prepared | None = None
) -> tuple[Player, Crank]:
    """A session that has been played up to `at_ms`."""
    crank, made = Crank(), of or bridges()
    player = Player(Deck(crank, made), made, wait=wait, clock=crank.clock)
    player.start()
    turn(player, crank, at_ms)
    return player, crank


def turn(player: Player, crank: Crank, ms: int) -> None:
    crank.turn(ms)
    player.step()


def do(player: Player, *commands: Command) -> None:
    for command in commands:
        player.obey(command)
        player.step()


def session(start_ms: int, end_ms: int, tape: Tape | None = None) -> np.ndarray:
    return (tape or whole()).read(start_ms * FRAMES_PER_MS, (end_ms - start_ms) * FRAMES_PER_MS)


def heard(crank: Crank, run: int = -1) -> np.ndarray:
    return crank.runs[run]


def test_a_session_left_alone_is_the_export_to_the_sample() -> None:
    player, crank = playing(at_ms=bridges().timeline.duration_ms + 1_000)
    assert player.mode == "finished"
    assert len(crank.runs) == 1
    assert np.array_equal(heard(crank), session(0, bridges().timeline.duration_ms))
    assert [(s.start_ms, s.end_ms) for s in player.stretches] == [
        (0, bridges().timeline.duration_ms)
    ]


def test_a_pause_is_at_once_and_goes_on_at_the_rep_after_a_count_in() -> None:
    rep_2 = SETS[0].at_ms + 3_000
    player, crank = playing(at_ms=rep_2 + 1_500)
    do(player, "toggle")
    assert (player.mode, player.view().at_ms, player.pauses) == ("paused", rep_2 + 1_500, 1)
    crank.turn(4_000)
    assert np.array_equal(heard(crank), session(0, rep_2 + 1_500))  # not a sample more

    do(player, "toggle")
    lead_ms = 3_300
    assert (player.mode, player.view().at_ms, player.view().count_ms) == (
        "counting",
        rep_2,
        lead_ms,
    )
    turn(player, crank, lead_ms + 2_000)
    assert (player.mode, player.view().at_ms) == ("playing", rep_2 + 2_000)
    assert player.paused_s == 4.0
    crank.stop()
    counted = heard(crank)[: lead_ms * FRAMES_PER_MS]
    assert np.abs(counted).max() > 1_000
    assert np.array_equal(heard(crank)[lead_ms * FRAMES_PER_MS :], session(rep_2, rep_2 + 2_000))


def test_after_a_long_pause_earbuds_are_woken_first() -> None:
    player, crank = playing(at_ms=SETS[0].at_ms + 500)
    do(player, "pause")
    crank.turn(10_010)
    do(player, "resume")
    assert player.view().count_ms == 3_300 + bridges().timeline.wake_ms
    crank.turn(2_000)
    assert 0 < np.abs(heard(crank)[: 1_900 * FRAMES_PER_MS]).max() < 500  # faint noise


def test_a_pause_in_a_rest_goes_on_there_and_a_phrase_is_said_whole() -> None:
    at = SETS[0].at_ms + SETS[0].duration_ms + 20_000
    assert chart().at(at).speech is None
    player, crank = playing(at_ms=at)
    do(player, "pause", "resume")
    assert (player.mode, player.view().at_ms) == ("playing", at)

    speech = next(e for e in chart().speeches.events if e.moment == "rest" and e.at_ms > at)
    turn(player, crank, speech.at_ms + 300 - at)
    do(player, "pause", "resume")
    assert player.view().at_ms == speech.at_ms


@pytest.mark.parametrize(
    ("at_ms", "command", "goal_ms"),
    [
        (SETS[0].at_ms + 4_000, "next", SETS[1].at_ms - SETS[1].lead_in_ms),
        (SETS[1].at_ms + 4_000, "previous", SETS[0].at_ms - SETS[0].lead_in_ms),
        (SETS[1].at_ms + 4_000, "repeat", SETS[1].at_ms - SETS[1].lead_in_ms),
        (SETS[2].at_ms + 4_000, "next", PLANNED.exercises.events[1].at_ms),
    ],
)
def test_a_jump_sounds_as_the_session_does_there(
    at_ms: int, command: Command, goal_ms: int
) -> None:
    player, crank = playing(at_ms=at_ms)
    do(player, command)
    assert (player.mode, player.view().at_ms) == ("playing", goal_ms)
    turn(player, crank, 5_000)
    crank.stop()
    assert np.array_equal(heard(crank, 0), session(0, at_ms))
    assert np.array_equal(heard(crank, 1), session(goal_ms, goal_ms + 5_000))


def test_a_set_ended_early_goes_on_with_its_rest_and_counts_no_rep_that_was_not_done() -> None:
    """The number of the last rep, "four", would be said at the end of the set."""
    end = SETS[0].at_ms + SETS[0].duration_ms
    four = chart().speeches.now(end + 100)
    assert four and (four.text, four.moment) == ("four", "count")
    player, crank = playing(at_ms=SETS[0].at_ms + 4_000)
    do(player, "end")
    assert (player.mode, player.view().at_ms) == ("playing", end)
    turn(player, crank, 6_000)
    now = player.view().chart.speeches
    assert [e.text for e in now.events if end <= e.at_ms < end + 3_000] == [
        "Done.",
        "Rest. One minute.",
    ]
    crank.stop()
    done_ms = now.events[now.last(end) + 1].at_ms - end
    assert np.abs(heard(crank)[600 * FRAMES_PER_MS : done_ms * FRAMES_PER_MS]).max() < 100
    after = done_ms * FRAMES_PER_MS
    assert np.array_equal(heard(crank)[after:], session(end + done_ms, end + 6_000))

    do(player, "repeat")
    turn(player, crank, end - (SETS[0].at_ms - SETS[0].lead_in_ms) + 1_000)
    assert player.view().chart.speeches.now(end + 100) == four  # this time it was


@pytest.mark.parametrize(
    ("at_ms", "command", "note"),
    [
        (5_000, "previous", "there is no set before this"),
        (5_000, "repeat", "no set has begun yet"),
        (5_000, "end", "no set is under way"),
        (SETS[0].at_ms - 2_000, "shorter", "the set is being counted in"),
        (SETS[1].at_ms - 3_100, "shorter", "the set is being counted in"),
        (SETS[1].at_ms - 60, "shorter", "the set is being counted in"),
        (SETS[0].at_ms + 100, "longer", "no rest is under way"),
        (SETS[-1].at_ms + 100, "next", "there is no next set"),
    ],
)
def test_a_key_that_can_do_nothing_says_so(at_ms: int, command: Command, note: str) -> None:
    player, crank = playing(at_ms=at_ms)
    do(player, command)
    assert (player.mode, player.view().at_ms, player.view().note) == ("playing", at_ms, note)
    turn(player, crank, 2_500)
    assert player.view().note == ""
    crank.stop()
    assert np.array_equal(heard(crank), session(0, at_ms + 2_500))


def test_a_longer_rest_is_one_unbroken_run() -> None:
    rest = chart().rests.events[0]
    player, crank = playing(at_ms=rest.at_ms + 35_000)
    do(player, "longer")
    view = player.view()
    assert (view.note, view.chart.rests.events[0].duration_ms) == ("rest 15 s longer", 75_000)
    turn(player, crank, 40_000)
    assert len(crank.runs) == 1  # the stream was never broken
    span: SetSpan = player.view().chart.sets.events[1]
    assert span.at_ms == SETS[1].at_ms + 15_000
    turn(player, crank, 2_500)
    crank.stop()
    lead_in = SETS[1].lead_in_ms
    tail = (lead_in + 2_000) * FRAMES_PER_MS
    end = rest.at_ms + 77_500
    start = (span.at_ms - lead_in) * FRAMES_PER_MS
    assert np.array_equal(
        heard(crank)[start : start + tail],
        session(SETS[1].at_ms - lead_in, SETS[1].at_ms + 2_000),
    )
    assert len(heard(crank)) == end * FRAMES_PER_MS


def test_a_shorter_rest_ends_sooner_and_then_at_once() -> None:
    rest = chart().rests.events[0]
    player, crank = playing(at_ms=rest.at_ms + 10_000)
    do(player, "shorter")
    assert player.view().chart.sets.events[1].at_ms == SETS[1].at_ms - 15_000
    turn(player, crank, 1_000)
    do(player, "shorter")
    assert player.view().chart.sets.events[1].at_ms == SETS[1].at_ms - 30_000
    assert len(crank.runs) == 1
    turn(player, crank, 5_000)
    do(player, "shorter")  # less than 15 s are left
    coming = player.view().chart.sets.events[1]
    assert (player.view().at_ms, player.view().note) == (
        coming.at_ms - coming.lead_in_ms,
        "set 2 of 3",
    )


def test_several_longer_rests_add_up_in_a_paused_session_too() -> None:
    rest = chart().rests.events[1]
    player, crank = playing(at_ms=rest.at_ms + 20_000)
    do(player, "longer", "pause", "longer", "longer")
    assert player.view().chart.rests.events[1].duration_ms == 60_000 + 45_000
    assert player.view().at_ms == rest.at_ms + 20_000
    do(player, "resume")
    turn(player, crank, 85_000 + 1_000)
    now = player.view().chart.at(player.view().at_ms)
    assert now.set is not None and (now.set.set, now.rep) == (3, 1)


def test_a_rest_gone_through_again_is_warned_of_once() -> None:
    """Made longer after "Ten seconds." it was warned of twice, the first time too soon by then."""
    rest = chart().rests.events[0]
    player, crank = playing(at_ms=rest.at_ms + 52_000)
    do(player, "longer", "repeat")
    turn(player, crank, SETS[0].lead_in_ms + SETS[0].duration_ms + 1_000)
    events = player.view().chart.timeline.events
    warns = [event for event in events if isinstance(event, Click) and event.sound == "warn"]
    warned = [event.at_ms - rest.at_ms for event in warns]
    assert warned[:2] == [45_000, 65_000]


def test_a_longer_rest_in_a_pause_sounds_only_when_it_is_over() -> None:
    rest = chart().rests.events[0]
    player, crank = playing(at_ms=rest.at_ms + 20_000)
    do(player, "pause", "where")
    crank.turn(300)
    do(player, "longer")
    turn(player, crank, 60_000)
    assert (player.mode, player.view().at_ms) == ("paused", rest.at_ms + 20_000)
    assert len(heard(crank)) < 4_000 * FRAMES_PER_MS  # the answer alone


def test_a_rest_whose_end_the_device_has_already_is_not_changed() -> None:
    player, crank = playing(at_ms=SETS[1].at_ms - 100)
    do(player, "longer")
    assert player.view().note == "no rest is under way"
    turn(player, crank, 2_000)
    crank.stop()
    assert np.array_equal(heard(crank), session(0, SETS[1].at_ms + 1_900))


def test_where_am_i_is_said_over_a_beat_that_never_moves() -> None:
    at = SETS[1].at_ms + 3_100  # set 2, rep 2
    player, crank = playing(at_ms=at)
    do(player, "where")
    assert player.view().note == "Set two of three. Rep two"
    turn(player, crank, 8_000)
    assert len(crank.runs) == 1
    said = [e for e in player.view().chart.speeches.events if e.moment == "where"]
    assert [e.text for e in said] == ["Set two of three.", "Rep two."]
    assert at <= said[0].at_ms <= at + 1_500  # at once, or when the cue under way has ended
    speeches = player.view().chart.speeches.events
    assert all(a.end_ms <= b.at_ms for a, b in pairwise(speeches))
    crank.stop()
    clip = bridges().with_phrases(("Rep two.",), cache=shared_cache()).clips.phrases["Rep two."].pcm
    start = said[1].at_ms * FRAMES_PER_MS
    sound = heard(crank)[start : start + len(clip)].astype(float)
    likeness = np.corrcoef(sound, clip.astype(float))[0, 1]
    assert likeness > 0.9


def test_where_am_i_answers_in_a_pause_and_the_place_stays() -> None:
    at = SETS[0].at_ms + 700
    player, crank = playing(at_ms=at)
    do(player, "pause", "where")
    crank.turn(5_000)
    player.step()
    assert (player.mode, player.view().at_ms) == ("paused", at)
    assert len(crank.runs) == 2 and np.abs(heard(crank)).max() > 1_000
    do(player, "resume")
    assert player.view().at_ms == SETS[0].at_ms


def test_where_am_i_answers_once() -> None:
    player, crank = playing(at_ms=SETS[1].at_ms + 3_100)
    do(player, "where")
    turn(player, crank, 5_000)
    do(player, "repeat")
    again = SETS[1].at_ms - SETS[1].lead_in_ms
    turn(player, crank, 14_000)
    crank.stop()
    assert np.array_equal(heard(crank), session(again, again + 14_000))


def test_where_am_i_wakes_earbuds_that_fell_asleep_in_a_pause() -> None:
    player, crank = playing(at_ms=SETS[0].at_ms + 500)
    do(player, "pause")
    crank.turn(11_000)
    do(player, "where")
    crank.turn(5_000)
    awake = bridges().timeline.wake_ms * FRAMES_PER_MS
    assert 0 < np.abs(heard(crank)[: awake - 4_800]).max() < 500  # faint noise
    assert np.abs(heard(crank)[awake:]).max() > 1_000
    do(player, "resume")
    assert player.view().count_ms == 3_300  # awake they are now
    assert player.paused_s == pytest.approx(16.0)


def test_waiting_holds_each_set_until_someone_is_ready() -> None:
    player, crank = playing(wait=True)
    for index, span in enumerate(SETS):
        turn(player, crank, 120_000)
        stop = span.at_ms - span.lead_in_ms
        assert (player.mode, player.view().at_ms) == ("waiting", stop), index
        crank.turn(1_000)
        do(player, "toggle")
        assert player.view().at_ms == stop
    turn(player, crank, 60_000)
    assert player.mode == "finished"
    assert player.pauses == 0


@pytest.mark.parametrize("rest", [0, 1, 3])
def test_a_set_ended_early_waits_for_the_next_however_short_the_rest(rest: int) -> None:
    short = prepared(ready(PROGRAM.replace("rest = 60", f"rest = {rest}")))
    first, second = Chart(short.timeline).sets.events[:2]
    player, crank = playing(wait=True, of=short)
    turn(player, crank, first.at_ms)
    do(player, "resume")
    turn(player, crank, 6_000)
    do(player, "end")
    end = first.at_ms + first.duration_ms
    assert (player.mode, player.view().at_ms, player.place()) == ("waiting", end, (1, 2))
    turn(player, crank, 5_000)
    assert (player.mode, len(crank.runs)) == ("waiting", 2)
    do(player, "end")
    assert (player.mode, player.view().note) == ("waiting", "no set is under way")
    do(player, "where")
    assert player.view().note == "Next: set two of three"
    do(player, "toggle")
    turn(player, crank, 3_500 if rest == 0 else rest * 1_000 + 200)
    now = player.view().chart.at(player.view().at_ms)
    assert now.set == second


def test_a_set_ended_early_without_a_rest_counts_in_the_next() -> None:
    dense = prepared(ready(PROGRAM.replace("rest = 60", "rest = 0")))
    first, second = Chart(dense.timeline).sets.events[:2]
    player, crank = playing(at_ms=first.at_ms + 4_000, of=dense)
    do(player, "end")
    assert (player.mode, player.view().at_ms, player.view().count_ms) == (
        "counting",
        second.at_ms,
        3_300,
    )
    turn(player, crank, 5_000)
    crank.stop()
    assert np.abs(heard(crank)[: 3_300 * FRAMES_PER_MS]).max() > 1_000
    tape = dense.tape(uncounted(dense.timeline, second.at_ms), dense.mixer())
    set_2 = session(second.at_ms, second.at_ms + 1_700, tape)
    assert np.array_equal(heard(crank)[3_300 * FRAMES_PER_MS :], set_2)


@pytest.mark.parametrize(("command", "index"), [("next", 1), ("repeat", 0), ("previous", 0)])
def test_keys_pressed_while_a_set_is_waited_for(command: Command, index: int) -> None:
    """It has not begun: `n` begins it, `r` and `p` go back to the one that is done."""
    player, crank = playing(wait=True)
    for _ in range(2):
        turn(player, crank, 120_000)
        assert player.mode == "waiting"
        if player.place() == (1, 1):
            do(player, "toggle")
    assert (player.place(), now_playing(player).has_next) == ((1, 2), True)
    do(player, "longer")
    assert (player.mode, player.view().note) == ("waiting", "no rest is under way")
    do(player, command)
    goal_ms = SETS[index].at_ms - SETS[index].lead_in_ms
    assert (player.mode, player.view().at_ms) == ("playing", goal_ms)
    assert player.view().note == f"set {index + 1} of 3"
    turn(player, crank, 5_000)
    assert player.place() == (1, index + 1)


def test_before_the_last_set_there_is_a_next_one_and_in_it_there_is_none() -> None:
    player, crank = playing(wait=True)
    for _ in SETS[:-1]:
        turn(player, crank, 120_000)
        do(player, "next")
    turn(player, crank, 120_000)
    assert (player.mode, now_playing(player).has_next) == ("waiting", True)
    do(player, "next")
    assert (player.mode, now_playing(player).has_next) == ("playing", False)


def test_the_time_to_get_ready_is_made_shorter_down_to_what_is_said_in_it() -> None:
    calm = prepared(
        ready(PROGRAM.replace("[[exercise]]", "[session]\nsetup = 60\n[[exercise]]", 1))
    )
    first = Chart(calm.timeline).sets.events[0]
    assert first.at_ms == 62_016
    player, crank = playing(at_ms=2_500, of=calm)
    do(player, "longer", "shorter", "shorter")
    assert player.notes == ["start 15 s longer", "start 15 s shorter", "start 15 s shorter"]
    assert player.view().chart.sets.events[0].at_ms == 47_016
    do(player, *["shorter"] * 4)  # type: ignore[list-item]
    assert player.notes[-1] == "press n to begin the set"
    coming = player.view().chart.sets.events[0]
    said = introduction(player.view().chart)
    assert said == introduction(Chart(calm.timeline))
    assert said[-1].end_ms < coming.at_ms - coming.lead_in_ms
    assert len(crank.runs) == 1
    do(player, "next")
    assert player.view().at_ms == coming.at_ms - coming.lead_in_ms


def introduction(chart: Chart) -> list[Speech]:
    first_ms = chart.sets.events[0].at_ms
    return [e for e in chart.speeches.events if e.moment == "intro" and e.at_ms < first_ms]


def test_volume_has_ten_steps_and_two_ends() -> None:
    player, crank = playing(at_ms=1_000)
    do(player, "louder")
    assert (crank.volume, player.view().note) == (1.0, "volume 100 %")
    do(player, *["quieter"] * 3)  # type: ignore[list-item]
    assert (crank.volume, player.view().volume, player.view().note) == (0.7, 70, "volume 70 %")
    do(player, *["quieter"] * 9)  # type: ignore[list-item]
    assert crank.volume == 0.0


def test_help_opens_and_closes() -> None:
    player, _ = playing()
    do(player, "help")
    assert player.view().help
    do(player, "help")
    assert not player.view().help


def test_a_device_that_goes_away_is_an_error_and_the_place_is_kept() -> None:
    player, crank = playing(at_ms=SETS[1].at_ms + 3_500)
    crank.lose()
    with pytest.raises(DeviceError, match=r"^the crank came off$"):
        player.step()
    assert player.place() == (1, 2)
    assert [(s.start_ms, s.end_ms) for s in player.stretches] == [(0, SETS[1].at_ms + 3_500)]


def test_time_under_tension_is_what_was_really_done() -> None:
    player, crank = playing(at_ms=SETS[0].at_ms + 6_500)
    assert player.view().tension_ms == 6_500
    do(player, "next")
    turn(player, crank, SETS[1].lead_in_ms + 1_000)
    assert player.view().tension_ms == 7_500
    do(player, "pause", "resume")  # the rep is begun again, and is one rep all the same
    turn(player, crank, 3_300 + 900)
    assert player.view().tension_ms == 7_500
    turn(player, crank, 600)
    assert player.view().tension_ms == 8_000


# ---- a superset: a squat by turns with lunges, one leg after the other ---------------------------

PAIR = """
title = "Legs"
[[exercise]]
name = "Squat"
sets = 2
reps = 2
tempo = "2-0-1-0"
rest = 20
[[exercise]]
name = "Lunge"
sets = 2
reps = 2
tempo = "2-0-1-0"
rest = 40
"""


@lru_cache(maxsize=1)
def legs() -> Prepared:
    program = load_bytes(PAIR.encode(), name="legs.toml", folder="")
    squat, lunge = program.exercises
    squats = tuple(replace(set_, number=n) for n, set_ in enumerate(squat.sets, 1))
    sides = tuple(
        replace(set_, number=n, side=side, rest_ms=8_000 if side == "left" else 40_000)
        for n, set_ in enumerate(lunge.sets, 1)
        for side in ("left", "right")
    )
    pair = (replace(squat, superset="A", sets=squats), replace(lunge, superset="A", sets=sides))
    return prepared(prepared_of(replace(program, exercises=pair)))


def legs_sets() -> tuple[SetSpan, ...]:
    return Chart(legs().timeline).sets.events


def test_a_superset_has_its_bouts_in_turn() -> None:
    bouts = [(span.exercise, span.set, span.nth, span.side) for span in legs_sets()]
    assert bouts == [
        *((1, 1, 1, ""), (2, 1, 1, "left"), (2, 2, 1, "right")),
        *((1, 2, 2, ""), (2, 3, 2, "left"), (2, 4, 2, "right")),
    ]


def test_jumps_in_a_superset_name_the_exercise_and_the_side() -> None:
    player, crank = playing(at_ms=legs_sets()[0].at_ms + 500, of=legs())
    for _ in range(6):  # Lunge is announced first
        do(player, "next")
        turn(player, crank, 100)
    do(player, "next", "previous", "previous", "previous")
    assert player.notes == [
        "Lunge, set 1 of 2, left side",
        "set 1 of 2, left side",
        "set 1 of 2, right side",
        "Squat, set 2 of 2",
        "Lunge, set 2 of 2, left side",
        "set 2 of 2, right side",
        "there is no next set",
        "set 2 of 2, left side",
        "Squat, set 2 of 2",
        "Lunge, set 1 of 2, right side",
    ]
    assert player.place() == (2, 2)


@pytest.mark.parametrize("index", [0, 1, 2])
def test_the_rest_of_a_superset_that_is_changed_is_the_one_under_way(index: int) -> None:
    span = legs_sets()[index]
    end = span.at_ms + span.duration_ms
    player, crank = playing(at_ms=end + 1_000, of=legs())
    do(player, "longer")
    chart = player.view().chart
    moved = [new.at_ms - old.at_ms for new, old in zip(chart.sets.events, legs_sets(), strict=True)]
    assert moved == [0] * (index + 1) + [15_000] * (5 - index)
    assert player.view().note == "rest 15 s longer"
    do(player, "repeat")
    assert player.view().at_ms == span.at_ms - span.lead_in_ms
    turn(player, crank, span.lead_in_ms + span.duration_ms + 1_000)
    do(player, "shorter")
    assert [s.at_ms for s in player.view().chart.sets.events] == [s.at_ms for s in legs_sets()]


def test_a_superset_is_logged_as_it_was_done() -> None:
    player, crank = playing(at_ms=legs_sets()[1].at_ms + 3_500, of=legs())
    do(player, "end")
    turn(player, crank, 8_000 + legs_sets()[2].duration_ms + 1_000)
    do(player, "repeat")
    turn(player, crank, legs_sets()[2].lead_in_ms + legs_sets()[2].duration_ms + 500)
    player.finish()
    done = sets_done(player.stretches)
    assert [(d.name, d.set, d.sets, d.side, d.reps, d.completed) for d in done] == [
        ("Squat", 1, 2, "", 2, True),
        ("Lunge", 1, 2, "left", 1, False),
        ("Lunge", 1, 2, "right", 2, True),
        ("Lunge", 1, 2, "right", 2, True),
    ]
    assert counted(done) == 3  # the right side once more is a set more


def test_a_superset_goes_on_with_the_side_at_which_it_was_left() -> None:
    player, _ = playing(at_ms=legs_sets()[4].at_ms + 500, of=legs())
    assert player.place() == (2, 3)
    options = Options(intro=False, start=player.place())
    rest = Chart(prepared_of(legs().program, options=options).timeline).sets.events
    assert [(span.exercise, span.nth, span.side) for span in rest] == [
        (2, 2, "left"),
        (2, 2, "right"),
    ]
