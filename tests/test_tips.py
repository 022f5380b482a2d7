"""Each tip for the mind-muscle connection: how a program asks for it, and what is heard.

Ten tips and the claims around them, as a coach would write them down. Each program here is short;
what is asserted are the lines of its timeline, with speech of a length that depends on the text.
"""

from __future__ import annotations

from dataclasses import replace

from mmc_audio.program import Talk
from mmc_audio.session import Options
from mmc_audio.timeline import Click, Drill, Phase, SetSpan, Speech, Timeline
from tests.pretend import arranged, load

RAISE = '[[exercise]]\nname = "Lateral raise"\nsets = 2\nreps = 4\nrest = 90\ntempo = "3-0-2-1"\n'
THRUST = '[[exercise]]\nname = "Hip thrust"\nsets = 2\nreps = 4\nrest = 90\ntempo = "3-0-2-2"\n'


def heard(text: str, talk: Talk = "full", **options: object) -> Timeline:
    return arranged('title = "T"\n' + text, replace(Options(talk=talk), **options))  # type: ignore[arg-type]


def said(timeline: Timeline, start_ms: int = 0, end_ms: int | None = None) -> list[str]:
    """What is said between two moments, in order."""
    end = timeline.duration_ms if end_ms is None else end_ms
    speeches = (e for e in timeline.events if isinstance(e, Speech))
    return [e.text for e in speeches if start_ms <= e.at_ms < end]


def sets(timeline: Timeline) -> list[SetSpan]:
    return [e for e in timeline.events if isinstance(e, SetSpan)]


def drills(timeline: Timeline) -> list[tuple[str, int, int]]:
    """(name, exercise, seconds) of everything done outside the reps."""
    return [
        (e.name, e.exercise, e.duration_ms // 1_000)
        for e in timeline.events
        if isinstance(e, Drill)
    ]


def before_first(timeline: Timeline) -> list[str]:
    return said(timeline, 0, sets(timeline)[0].at_ms)


def in_rest(timeline: Timeline) -> list[str]:
    """What is said between the first two sets."""
    first, second = sets(timeline)[:2]
    return said(timeline, first.at_ms + first.duration_ms, second.at_ms)


def in_set(timeline: Timeline, number: int = 1) -> list[str]:
    span = sets(timeline)[number - 1]
    return said(timeline, span.at_ms, span.at_ms + span.duration_ms)


def test_1_an_activation_set_wakes_the_muscle_up() -> None:
    timeline = heard(
        '[[exercise]]\nname = "Glute bridge"\nrole = "activation"\nreps = 10\nsets = 1\nrest = 45\n'
        'tempo = "2-0-1-3"\nload = "bodyweight"\nbefore = ["activate 4"]\n'
    )
    words = before_first(timeline)
    assert "Wake-up set. No weight." in words
    assert "One set of ten." in words
    assert [name for name, _, _ in drills(timeline)] == ["activate"]
    assert words.count("squeeze") == words.count("let go") == 4


def test_2_a_cue_ends_just_before_the_lift() -> None:
    timeline = heard(THRUST + 'cues.concentric = { say = "squeeze the glutes", when = "every 2" }')
    lifts = [e.at_ms for e in timeline.events if isinstance(e, Phase) and e.name == "concentric"]
    cues = [
        e
        for e in timeline.events
        if isinstance(e, Speech) and e.text == "squeeze the glutes" and e.at_ms > lifts[0]
    ]
    assert len(cues) == 3  # reps 3 of set 1, then 1 (before the count) and 3 of set 2
    for cue in (cues[0], cues[2]):
        lift = next(at for at in lifts if at > cue.at_ms)
        assert 150 <= lift - cue.end_ms <= 200


def test_3_tapping_shows_where_the_muscle_is() -> None:
    timeline = heard(RAISE + 'tap = "self"')
    assert [name for name, _, _ in drills(timeline)] == ["tap", "tap"]
    assert any(
        text.startswith("Tap the outside of your shoulder") for text in before_first(timeline)
    )
    assert any(text.startswith("Tap the outside of your shoulder") for text in in_rest(timeline))
    partner = heard(RAISE + 'tap = "partner"')
    assert [name for name, _, _ in drills(partner)] == ["tap-partner", "tap-partner"]


def test_4_slow_reps_tick_once_a_second() -> None:
    timeline = heard(RAISE)
    span = sets(timeline)[0]
    ticks = [
        (e.at_ms - span.at_ms) // 1_000
        for e in timeline.events
        if isinstance(e, Click) and e.sound == "tick" and span.at_ms < e.at_ms < span.at_ms + 6_000
    ]
    assert ticks == [1, 4, 5]  # lift 2 s, squeeze 1 s, lower 3 s
    assert span.duration_ms == 4 * 6_000  # the time under tension


def test_5_the_weight_goes_down_and_there_is_heavy_work_too() -> None:
    timeline = heard(
        '[[exercise]]\nname = "Hip thrust"\nreps = 4\nrest = 90\ntempo = "3-0-2-2"\n'
        "load = [55, 75]\n"
        'cues.concentric = [{ say = "squeeze the glutes", focus = "internal" },\n'
        '  { say = "drive the bar up", focus = "external" }]'
    )
    assert "Fifty-five percent of your best single." in before_first(timeline)
    assert "squeeze the glutes" in said(timeline, 0, sets(timeline)[1].at_ms - 10_000)
    assert "drive the bar up" not in in_set(timeline, 1)
    assert "drive the bar up" in in_set(timeline, 2)
    assert "squeeze the glutes" not in in_set(timeline, 2)


def test_6_the_next_rep_is_seen_before_it_is_done() -> None:
    timeline = heard(RAISE + 'rest_do = ["visualise 12"]')
    assert [name for name, _, _ in drills(timeline)] == ["visualise"]
    words = in_rest(timeline)
    start = words.index("Eyes open or shut. Feel the next rep.")
    assert words[start + 1 : start + 4] == ["lift", "squeeze", "lower"]


def test_7_the_muscle_is_flexed_first_in_the_rest() -> None:
    timeline = heard(THRUST + 'rest_do = ["flex 20"]')
    span = sets(timeline)[0]
    [flexed] = [e for e in timeline.events if isinstance(e, Drill)]
    marks = [
        e.at_ms
        for e in timeline.events
        if isinstance(e, Click) and e.sound == "mark" and e.at_ms > span.at_ms
    ]
    assert flexed.at_ms < span.at_ms + span.duration_ms + 10_000
    assert len(marks) == 1 and flexed.at_ms < marks[0] < flexed.at_ms + flexed.duration_ms
    assert "Let go." in in_rest(timeline)


def test_8_phone_and_podcast_are_put_away_once() -> None:
    timeline = heard('[session]\nremind = ["phone", "podcast"]\n' + RAISE)
    words = said(timeline)
    assert words.count("Phone on do not disturb.") == 1
    assert words.count("No podcast: this track needs your attention.") == 1


def test_9_the_attention_stays_after_the_set() -> None:
    timeline = heard(RAISE + 'check_in = true\nfocus = "internal"')
    assert "Where did you feel it?" in in_rest(timeline)
    assert [name for name, _, _ in drills(timeline)] == ["check-in", "check-in"]


def test_10_the_muscle_is_explained_once() -> None:
    timeline = heard(RAISE + 'before = ["anatomy"]')
    about = [text for text in said(timeline) if "middle delt" in text.lower() and "arm" in text]
    assert len(about) == 1
    assert about[0] in before_first(timeline)


def test_11_the_same_program_speaks_of_the_muscle_or_of_the_weight() -> None:
    text = RAISE + (
        'cues.concentric = [{ say = "side delts lift", focus = "internal" },\n'
        '  { say = "reach for the walls", focus = "external" }]'
    )
    inside, outside = heard(text, focus="internal"), heard(text, focus="external")
    assert "side delts lift" in said(inside) and "reach for the walls" not in said(inside)
    assert "reach for the walls" in said(outside) and "side delts lift" not in said(outside)


def test_12_what_takes_over_is_named_felt_and_kept_out() -> None:
    timeline = heard(
        RAISE + 'takes_over = ["upper traps"]\nbefore = ["contrast"]\n'
        'cues.eccentric = { say = "traps down", when = "first 1" }'
    )
    words = before_first(timeline)
    assert "If you feel it in your upper traps, use less weight." in words
    start = next(i for i, text in enumerate(words) if "upper traps" in text and "ense" in text)
    assert "middle delts" in " ".join(words[start + 1 :])
    assert [name for name, _, _ in drills(timeline)] == ["contrast"]
    assert "traps down" in in_set(timeline)


def test_13_the_top_is_held_and_squeezed() -> None:
    timeline = heard(THRUST + 'cues.squeeze = { say = "hold", when = "first 2" }')
    squeezes = [e.at_ms for e in timeline.events if isinstance(e, Phase) and e.name == "squeeze"]
    holds = [e.at_ms for e in timeline.events if isinstance(e, Speech) and e.text == "hold"]
    assert len(holds) >= 3
    assert all(any(0 <= at - squeeze < 2_000 for squeeze in squeezes) for at in holds)


def test_14_an_external_cue_is_a_cue_like_any_other() -> None:
    cue = (
        'cues.concentric = { say = "push the floor away", focus = "external" }\nfocus = "external"'
    )
    assert "push the floor away" in said(heard(THRUST + cue))


def test_15_the_belly_is_braced_while_working() -> None:
    timeline = heard(
        '[[exercise]]\nname = "Plank"\nhold = 30\nsets = 1\nbefore = ["brace 8"]\n'
        'cues.during = { say = "belly hard, and breathe", every = 10 }'
    )
    assert [(name, number) for name, number, _ in drills(timeline)] == [("brace", 1)]
    assert in_set(timeline).count("belly hard, and breathe") == 3


def test_16_abs_are_seen_and_done_slowly() -> None:
    timeline = heard(
        '[[exercise]]\nname = "Crunch"\nsets = 2\nreps = 4\ntempo = "3-0-2-2"\nrest = 60\n'
        'rest_do = ["visualise 14"]'
    )
    assert [name for name, _, _ in drills(timeline)] == ["visualise"]
    assert sets(timeline)[0].duration_ms == 4 * 7_000


def test_17_the_stubborn_muscle_comes_first_and_is_named() -> None:
    assert "Today's priority: middle delts." in before_first(
        heard('priority = "middle delts"\n' + RAISE)
    )


def test_18_mind_first_then_weight() -> None:
    timeline = heard(
        '[[exercise]]\nname = "Hip thrust"\nreps = [4, 4]\nrest = 90\n'
        'tempo = "3-0-2-2"\nload = [50, 75]'
    )
    [told] = [text for text in in_rest(timeline) if text.startswith("Next:")]
    assert "Seventy-five percent of your best single." in told
    assert "Heavier now: think of the weight." in told


def test_19_the_research_is_in_about_and_not_in_the_ear() -> None:
    about = "For anyone. Calatayud et al. 2016, PubMed 26700744."
    program = load(f'title = "T"\nabout = "{about}"\n{RAISE}')
    assert program.about == about
    assert not any("Calatayud" in text for text in said(heard(f'about = "{about}"\n{RAISE}')))


def test_20_heavy_and_light_in_one_session() -> None:
    timeline = heard(
        '[[exercise]]\nname = "Back squat"\nsets = 1\nreps = 4\ntempo = "30X1"\nload = 80\n'
        '[[exercise]]\nname = "Leg extension"\nsets = 1\nreps = 4\ntempo = "3-0-1-2"\nload = 50\n'
    )
    program = load('title = "T"\n[[exercise]]\nname = "Leg extension"\n')
    inside = {
        text for cue in program.exercises[0].cues if cue.focus == "internal" for text in cue.say
    }
    outside = {
        text for cue in program.exercises[0].cues if cue.focus == "external" for text in cue.say
    }
    assert inside and outside
    light = sets(timeline)[1]
    assert inside & set(said(timeline, light.at_ms - 20_000)) and not outside & set(said(timeline))
    fast = [e for e in timeline.events if isinstance(e, Click) and e.sound == "fast"]
    assert len(fast) == 4


def test_21_a_session_is_rehearsed_in_the_mind() -> None:
    text = THRUST + 'cues.concentric = "squeeze your glutes"\nrest_do = ["flex 10"]'
    done, imagined = heard(text), heard(text, imagine=True)
    clicks = [e for e in done.events if isinstance(e, (Click, Phase, SetSpan, Drill))]
    assert [e for e in imagined.events if isinstance(e, (Click, Phase, SetSpan, Drill))] == clicks
    assert imagined.duration_ms == done.duration_ms
    assert "squeeze your glutes" in said(done) and "squeeze your glutes" not in said(imagined)
    assert "I squeeze my glutes" in said(imagined)
    assert "A rehearsal in the mind. Sit or lie still; nothing is lifted." in said(imagined)
