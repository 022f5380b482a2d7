"""The page, in a real browser: what it looks like, what its buttons do, what it lets nobody do."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mmc_audio.captions import clean
from mmc_audio.outputs import page
from mmc_audio.session import Options
from mmc_audio.timeline import Click, ExerciseSpan, Hold, Phase, Rest, SetSpan, Speech
from mmc_audio.words import LANGUAGES
from tests.browser import DESK, ON_ITS_SIDE, PHONE, SMALL, Visit, browser, visit, with_rules
from tests.command import mmc
from tests.parts import need_browser
from tests.studio import ready

TEXT = """\
title = "Three things"
author = "Ann Lee"
[[exercise]]
name = "Curl"
start = "concentric"
sets = 3
reps = 4
tempo = "3-1-2-1"
rest = 60
cues.concentric = ["squeeze", "curl it"]
cues.rest = "shake it out"

[[exercise]]
name = "Plank"
hold = 20
sets = 2
rest = 40

[[exercise]]
name = "Push-up"
start = "eccentric"
sets = 2
reps = "amrap"
max_reps = 6
tempo = "2-0-1-0"
rest = 45
"""
# Where things are in it, in ms.
FIRST, SECOND, THIRD = 31_008, 119_016, 207_024  # the first click of a set of curls
REST, WARN = 59_008, 89_016  # after the first of them
REP = 7_000
HOLD, AMRAP = 295_032, 415_032
LEAD = 3_200  # counted before a set


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    need_browser()
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def session() -> Any:
    return ready(TEXT)


@pytest.fixture(scope="module")
def file(session: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "session.html"
    path.write_text(page.html(session.recording()), "utf-8")
    return path


@pytest.fixture
def seen(chromium: Any, file: Path) -> Iterator[Visit]:
    with visit(chromium, file) as opened:
        yield opened
        assert opened.said == []
        assert [url for url in opened.asked if not url.startswith(("file:", "blob:"))] == []


def awake(seen: Visit) -> None:
    """There was a sound just now: no faint noise comes before the next."""
    seen.do("m.player.silentSince = performance.now()")


def go_to(seen: Visit, at: int) -> None:
    """Be there, paused."""
    awake(seen)
    seen.do(
        "(m.player.pause(), m.player.at = m.player.asPlanned(a[0]), m.player.mode = 'paused')", at
    )


def play_from(seen: Visit, at: int) -> int:
    """Play from that moment of the session; the ms of the audio clock at which it is heard."""
    awake(seen)
    seen.do("(m.player.asPlanned(0), m.player.go({at: a[0]}))", at)
    return zero(seen)


def zero(seen: Visit) -> int:
    """The ms of the audio clock at which the stretch under way begins."""
    return round(seen.do("m.player.live.playing.zero * 1000"))


def now(seen: Visit) -> int:
    return round(seen.do("m.player.live.context.currentTime * 1000"))


def planned(session: Any, start: int, end: int) -> list[tuple[int, str]]:
    """What the timeline has in a stretch: ms after its start, and the sound or the words."""
    return [
        (event.at_ms - start, event.sound if isinstance(event, Click) else f'"{event.text}"')
        for event in session.timeline.events
        if isinstance(event, (Click, Speech)) and start <= event.at_ms < end
    ]


def heard_after(seen: Visit, start: int, end: int) -> list[tuple[int, str]]:
    """What is heard in a stretch of the audio clock, by ms after its start."""
    return [(at - start, name) for at, name in seen.heard() if start <= at < end]


# ---- the file ------------------------------------------------------------------------------------


def test_it_opens_from_a_file_with_the_network_cut(chromium: Any, file: Path) -> None:
    """No request but for itself, no word on the console; and it says so in a policy."""
    with visit(chromium, file, fake=False) as opened:
        assert (opened.asked, opened.said) == ([file.as_uri()], [])
        assert (opened.text("title"), opened.text("left")) == ("Three things", "8:27")
        opened.tap("toggle")
        opened.page.wait_for_timeout(700)  # by the real clock, once
        mode, at = opened.state()
        assert mode == "playing" and 100 < at < 3_000
        assert opened.said == []
        (policy,) = re.findall(r'Policy" content="([^"]+)"', file.read_text("utf-8"))
        assert re.sub(r"sha256-[\w+/=]{44}", "HASH", policy) == (
            "default-src 'none'; script-src 'HASH'; style-src 'HASH'; media-src data: blob:; "
            "img-src data:; base-uri 'none'; form-action 'none'"
        )


def test_the_same_session_makes_the_same_bytes(session: Any, file: Path) -> None:
    assert page.html(ready(TEXT).recording()) == file.read_text("utf-8")


def facts_of(text: str) -> dict[str, Any]:
    (facts,) = re.findall(r'id="facts">(.*?)</script>', text, re.DOTALL)
    found: dict[str, Any] = json.loads(facts)
    return found


def test_each_sound_is_in_it_once(session: Any, file: Path) -> None:
    facts = facts_of(file.read_text("utf-8"))
    levels = [ready(TEXT, options=Options(talk=talk)).timeline for talk in ("quiet", "full")]
    events = [event for timeline in levels for event in timeline.events]
    words = {(e.text, e.tempo_permille) for e in events if isinstance(e, Speech)}
    assert len(facts["phrases"]) == len(words)
    assert {text for text, *_ in facts["phrases"]} == {text for text, _ in words}
    clicks = {e.sound for e in events if isinstance(e, Click)}
    assert sorted(name for name, *_ in facts["sounds"]) == sorted(clicks)


def test_a_page_of_45_minutes_is_well_below_a_megabyte(tmp_path: Path) -> None:
    from bench.workload import program

    prepared = ready(program(45))
    assert 45 * 60_000 < prepared.timeline.duration_ms < 48 * 60_000
    size = len(page.html(prepared.recording()).encode())
    assert 300_000 < size < 720_000


def test_with_audio_is_for_a_page(tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(TEXT, "utf-8")
    run = mmc("export", "p.toml", "--with-audio", cwd=tmp_path)
    message = 'error: --with-audio is for a page, .html, and "p.mp3" is none.\n'
    assert (run.code, run.out, run.err) == (1, "", message)


def test_the_command_writes_the_page(session: Any, file: Path, tmp_path: Path) -> None:
    (tmp_path / "p.toml").write_text(TEXT, "utf-8")
    run = mmc("export", "p.toml", "-o", "p.html", cwd=tmp_path)
    size = -(-file.stat().st_size // 1_000)
    voice = 'Voice: embedded, the first choice for the language "en".'
    assert (run.code, run.out) == (0, f"p.html: 8:27, {size} kB\n{voice}\n")
    assert (tmp_path / "p.html").read_bytes() == file.read_bytes()


# ---- playing -------------------------------------------------------------------------------------


def test_it_plays_the_timeline(session: Any, seen: Visit) -> None:
    seen.tap("toggle")
    start = zero(seen)
    seen.pass_(125_000)
    assert heard_after(seen, start, start + 120_000) == planned(session, 0, 120_000)
    assert seen.state() == ("playing", now(seen) - start)


def test_sounds_are_handed_over_ahead_and_further_ahead_on_a_hidden_page(seen: Visit) -> None:
    seen.tap("toggle")
    seen.pass_(40_000)
    ahead = seen.do("window.started.map((one) => one.when - one.given)")
    assert min(ahead) >= 0 and max(ahead) <= 2.2
    seen.page.evaluate(
        "Object.defineProperty(document, 'hidden', {configurable: true, get: () => true});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    assert 85_000 < max(at for at, _ in seen.heard()) - now(seen) <= 90_000


def test_a_pause_is_silent_at_once_and_goes_on_at_the_rep_after_a_count_in(
    session: Any, seen: Visit
) -> None:
    start = play_from(seen, FIRST)
    seen.pass_(REP + 3_500)  # in the lowering of the second rep
    before = [one for one in seen.heard() if one[0] <= now(seen)]
    seen.tap("toggle")
    assert seen.state()[0] == "paused"
    assert seen.text("word") == "paused" and seen.text("toggle-word") == "Go on"
    seen.pass_(50)
    assert seen.page.evaluate("window.sounding()") == 0
    assert seen.heard() == before and before[-1][0] - start <= REP + 3_500
    seen.pass_(5_000)
    assert seen.state() == ("paused", seen.state()[1])
    seen.tap("toggle")
    assert seen.state() == ("counting", FIRST + REP)
    again = zero(seen)
    assert again == now(seen) + 3_400
    seen.pass_(1_000)
    assert (seen.text("word"), seen.text("number")) == ("get set", "3")
    seen.pass_(9_000)
    counted = [(-3_000, "count"), (-2_000, "count"), (-1_000, "count")]
    clicks = [one for one in heard_after(seen, again - 3_300, again) if one[1] == "count"]
    assert [(at - 3_300, name) for at, name in clicks] == counted
    words = [name for _, name in heard_after(seen, again - 3_300, again) if name[0] == '"']
    assert words == ['"three"', '"two"', '"one"']
    assert heard_after(seen, again, again + 5_000) == planned(
        session, FIRST + REP, FIRST + REP + 5_000
    )


def test_after_a_long_pause_faint_noise_wakes_the_earbuds(seen: Visit) -> None:
    play_from(seen, FIRST)
    seen.pass_(1_000)
    seen.tap("toggle")
    seen.pass_(11_000)
    seen.tap("toggle")
    assert zero(seen) == now(seen) + 5_400
    assert next(name for at, name in seen.heard() if at > now(seen)) == "noise"


def test_a_hold_goes_on_at_its_second_and_a_rest_where_it_was(seen: Visit) -> None:
    play_from(seen, HOLD)
    seen.pass_(7_700)
    seen.tap("toggle", "toggle")
    assert seen.state() == ("counting", HOLD + 7_000)
    play_from(seen, REST + 10_000)
    seen.pass_(1_100)
    seen.tap("toggle", "toggle")
    assert seen.state() == ("playing", REST + 11_000)


def test_buttons_lead_from_set_to_set(seen: Visit) -> None:
    play_from(seen, SECOND + 3_000)
    seen.pass_(200)
    places = []
    for button in ("repeat", "next", "previous", "previous", "next"):
        seen.tap(button)
        places.append((*seen.state(), seen.text("toast")))
    assert places == [
        ("playing", SECOND - LEAD, "Set 2 of 3"),
        ("playing", THIRD - LEAD, "Set 3 of 3"),
        ("playing", SECOND - LEAD, "Set 2 of 3"),
        ("playing", FIRST - LEAD, "Set 1 of 3"),
        ("playing", SECOND - LEAD, "Set 2 of 3"),
    ]
    go_to(seen, THIRD + 1_000)
    seen.tap("next")  # another exercise begins where it is announced
    assert (seen.state(), seen.text("toast")) == (("playing", 275_032), "Plank, set 1 of 2")
    go_to(seen, 5_000)
    seen.tap("repeat")
    assert (seen.state(), seen.text("toast")) == (("paused", 5_000), "No set has begun yet")
    go_to(seen, 500_000)
    seen.tap("next")
    assert seen.text("toast") == "There is no next set"
    assert seen.page.get_attribute("#next", "aria-disabled") == "true"


def test_the_strip_leads_to_the_set_that_is_touched(session: Any, seen: Visit) -> None:
    awake(seen)
    box = seen.page.locator("#strip").bounding_box()
    assert box
    seen.page.mouse.click(box["x"] + box["width"] * 0.612, box["y"] + box["height"] / 2)
    assert seen.state() == ("playing", HOLD - LEAD)
    assert seen.text("toast") == "Plank, set 1 of 2"
    sets = [e for e in session.timeline.events if isinstance(e, SetSpan)]
    for span in sets:  # the middle of each block, to the ends of the strip
        share = (span.at_ms + span.duration_ms / 2) / session.timeline.duration_ms
        seen.page.mouse.click(box["x"] + box["width"] * share, box["y"] + box["height"] / 2)
        assert abs(seen.state()[1] - span.at_ms) <= LEAD
    seen.page.mouse.click(box["x"] + box["width"] * 0.612, box["y"] + box["height"] / 2)
    seen.page.locator("#jump").focus()
    seen.page.keyboard.press("ArrowRight")
    assert seen.state() == ("playing", HOLD + 60_000 - LEAD)
    seen.pass_(20)
    assert seen.page.get_attribute("#jump", "aria-valuetext") == "Plank, set 2 of 2"
    seen.page.keyboard.press("ArrowLeft")
    assert seen.state() == ("playing", HOLD - LEAD)


# ---- rests ---------------------------------------------------------------------------------------


def test_a_rest_is_15_s_longer_and_its_warning_is_given_again(session: Any, seen: Visit) -> None:
    start = play_from(seen, REST)
    seen.pass_(33_200)  # 26.9 s are left
    seen.tap("longer")
    assert seen.text("toast") == "Rest 15 s longer"
    assert seen.text("number") == "42"
    seen.pass_(45_000)
    rest = planned(session, REST, SECOND + 3_000)
    before = [one for one in rest if one[0] < 33_000]
    again = [(45_008, "warn"), (45_512, '"Thirty seconds."')]
    after = [(at + 15_000, name) for at, name in rest if at > 33_000]
    assert heard_after(seen, start, start + 78_000) == [*before, *again, *after]
    seen.tap("repeat")  # the set that was just reached, in the session as it was planned
    assert seen.state() == ("playing", SECOND - LEAD)


def test_a_rest_is_15_s_shorter_and_what_is_said_closes_up(seen: Visit) -> None:
    start = play_from(seen, REST)
    seen.pass_(1_000)
    seen.tap("shorter")
    assert seen.text("toast") == "Rest 15 s shorter"
    seen.pass_(50_000)
    assert heard_after(seen, start, start + 46_000) == [
        (0, "end"),
        (608, '"Done."'),
        (1_376, '"Rest. One minute."'),
        (3_470, '"shake it out"'),
        (5_000, "tick"),
        (15_008, "warn"),
        (15_512, '"Thirty seconds."'),
        (16_778, '"Next: set two of three."'),
        (25_000, "tick"),
        (35_008, "warn"),
        (35_528, '"Ten seconds."'),
        (40_981, '"curl it"'),
        (41_916, '"three"'),
        (42_008, "count"),
        (42_934, '"two"'),
        (43_008, "count"),
        (43_953, '"one"'),
        (44_008, "count"),
        (45_008, "go"),
        (45_008, "concentric"),
    ]


def test_with_little_left_less_rest_begins_the_set(seen: Visit) -> None:
    play_from(seen, SECOND - 15_000)
    seen.pass_(100)
    seen.tap("shorter")
    assert seen.state() == ("playing", SECOND - LEAD)
    seen.tap("shorter")
    assert seen.text("toast") == "The set is being counted in"
    play_from(seen, FIRST)
    seen.pass_(200)
    seen.tap("longer")
    assert seen.text("toast") == "No rest is under way"
    assert seen.page.get_attribute("#longer", "aria-disabled") == "true"


def test_the_time_to_get_ready_can_be_longer_too(seen: Visit) -> None:
    seen.tap("longer")
    assert (seen.text("toast"), seen.state()) == ("Start 15 s longer", ("start", 0))
    seen.pass_(50)
    assert seen.text("left") == "8:42"
    seen.tap("toggle")
    start = zero(seen)
    seen.pass_(50_000)
    assert [at - start for at, name in seen.heard() if name == "go"] == [FIRST + 15_000]


# ---- tempo, talk, volumes ------------------------------------------------------------------------


def slide(seen: Visit, name: str, value: int) -> None:
    seen.page.locator("#settings").evaluate("(it) => { it.open = true }")
    seen.page.locator(f"#{name}").fill(str(value))


@pytest.mark.parametrize("percent", [80, 120])
def test_reps_go_at_another_tempo_and_rests_stay(session: Any, seen: Visit, percent: int) -> None:
    slide(seen, "tempo", percent)
    assert seen.text("tempo-value") == f"{percent} %"
    start = play_from(seen, FIRST)
    seen.pass_(100_000)
    set_ms = round(4 * REP * 100 / percent)
    clicks = [one for one in planned(session, FIRST, SECOND) if one[1][0] != '"']
    expected = [
        (round(at * 100 / percent) if at <= 28_000 else at - 28_000 + set_ms, name)
        for at, name in clicks
    ]
    end = start + set_ms + 60_000
    assert [one for one in heard_after(seen, start, end) if one[1][0] != '"'] == expected
    rest = [(at + set_ms, name) for at, name in planned(session, REST, SECOND)]
    assert heard_after(seen, start, end)[-len(rest) :] == rest


def test_numbers_stay_on_their_clicks_at_another_tempo(session: Any, seen: Visit) -> None:
    """Speech has its own pace: a number begins as long before its click as ever."""
    slide(seen, "tempo", 80)
    start = play_from(seen, FIRST)
    seen.pass_(36_000)
    words = [one for one in heard_after(seen, start, start + 35_000) if one[1][0] == '"']
    assert words == [
        (2_500 - 55, '"one"'),
        (3_850, '"lower"'),  # 0.1 s after its click
        (11_250 - 84, '"halfway"'),
        (20_000 - 45, '"last one"'),
        (26_250 - 175 - 552, '"curl it"'),  # ends 0.175 s before its click
        (28_750 - 104, '"four"'),
    ]


def test_the_tempo_can_change_in_mid_set(seen: Visit) -> None:
    start = play_from(seen, FIRST)
    seen.pass_(4_000)
    slide(seen, "tempo", 80)
    left = FIRST + REP - seen.do("m.player.live.playing.at")
    changed = zero(seen) - start
    seen.pass_(10_000)
    at = [at - start for at, name in seen.heard() if name == "concentric"]
    assert at[:2] == [0, round(changed + left / 0.8)]


def test_talk_can_be_quiet_or_full(seen: Visit) -> None:
    seen.page.locator("#settings").evaluate("(it) => { it.open = true }")
    for talk in ("quiet", "full", "normal"):
        timeline = ready(TEXT, options=Options(talk=talk)).timeline  # type: ignore[arg-type]
        seen.page.locator(f'input[value="{talk}"]').check(force=True)
        start = play_from(seen, FIRST)
        seen.pass_(90_000)
        words = [one for one in heard_after(seen, start, start + 88_000) if one[1][0] == '"']
        assert words == [
            (event.at_ms - FIRST, f'"{event.text}"')
            for event in timeline.events
            if isinstance(event, Speech) and FIRST <= event.at_ms < SECOND
        ]
        seen.tap("toggle")


def test_voice_and_clicks_have_volumes_of_their_own(seen: Visit) -> None:
    play_from(seen, FIRST)
    slide(seen, "voice", 30)
    slide(seen, "clicks", 150)
    gains = "['say', 'click'].map((bus) => m.player.live.playing.outlet[bus].gain.value)"
    assert seen.do(gains) == [0.3, 1.5]
    seen.tap("repeat")
    assert seen.do(gains) == [0.3, 1.5]
    assert (seen.text("voice-value"), seen.text("clicks-value")) == ("30 %", "150 %")


# ---- as many as you can --------------------------------------------------------------------------


def test_done_ends_the_set_without_its_number(session: Any, seen: Visit) -> None:
    amrap = next(e for e in session.timeline.events if isinstance(e, SetSpan) and e.exercise == 3)
    start = play_from(seen, amrap.at_ms)
    seen.pass_(7_000)
    assert seen.page.get_attribute("#done", "data-wanted") == "true"
    seen.tap("done")
    end = amrap.at_ms + amrap.duration_ms
    assert seen.state() == ("playing", end)
    again = zero(seen)
    assert again - start < 7_300
    seen.pass_(4_000)
    first = [name for _, name in heard_after(seen, again, again + 3_000)][:2]
    assert first == ["end", '"Done."']
    seen.pass_(300)
    assert seen.text("word") == "rest"


# ---- what goes on --------------------------------------------------------------------------------


def test_after_a_reload_it_goes_on_where_it_was(seen: Visit) -> None:
    slide(seen, "tempo", 90)
    slide(seen, "voice", 50)
    play_from(seen, SECOND)
    seen.pass_(9_000)
    seen.page.reload()
    seen.wait()
    mode, at = seen.state()
    assert mode == "start" and SECOND + REP < at < SECOND + 9_000
    assert seen.text("toggle-word") == "Go on"
    assert seen.text("place") == "Set 2 of 3"
    assert (seen.text("tempo-value"), seen.text("voice-value")) == ("90 %", "50 %")
    seen.tap("toggle")
    assert seen.state() == ("counting", SECOND + REP)


def test_at_the_end_it_says_so_and_begins_anew(session: Any, seen: Visit) -> None:
    play_from(seen, session.timeline.duration_ms - 1_500)
    seen.pass_(3_000)
    assert seen.state() == ("finished", session.timeline.duration_ms)
    assert (seen.text("word"), seen.text("place")) == ("done", "That was the whole session.")
    assert seen.text("toggle-word") == "Once more"
    seen.tap("toggle")
    assert seen.state() == ("playing", 0)


def test_the_picture_follows_what_is_heard(chromium: Any, file: Path) -> None:
    """A bluetooth speaker is 300 ms late: so is the picture."""
    with visit(chromium, file) as late:
        late.page.evaluate("window.latency = 0.3")
        start = play_from(late, FIRST)
        late.pass_(2_200)
        assert late.state() == ("playing", FIRST + now(late) - start - 300)
        assert late.text("word") == "lift"
        late.pass_(400)
        assert late.text("word") == "squeeze"


def test_where_you_are_is_seen(seen: Visit) -> None:
    names = ("word", "number", "unit", "place", "exercise", "which", "said", "coming", "left")
    play_from(seen, FIRST + REP + 2_050)
    seen.pass_(300)
    assert [seen.text(name) for name in names] == [
        *("squeeze", "2", "of 4 reps", "Set 1 of 3", "Curl", "1 of 3", "“halfway”"),
        *("Next: lower 3 s", "7:47"),
    ]
    play_from(seen, REST + 4_000)
    seen.pass_(300)
    assert [seen.text(name) for name in names] == [
        *("rest", "56", "seconds", "Set 1 of 3 done", "Curl", "1 of 3", "“shake it out”"),
        *("Next: set 2 of 3, 4 reps", "7:24"),
    ]
    play_from(seen, HOLD + 5_000)
    seen.pass_(300)
    assert [seen.text(name) for name in names] == [
        *("hold", "15", "seconds", "Set 1 of 2", "Plank", "2 of 3", "", "Next: rest 40 s", "3:27"),
    ]


def test_the_ring_runs_down_with_the_phase(seen: Visit) -> None:
    play_from(seen, FIRST + 3_000)
    seen.pass_(100)
    gone = []
    for _ in range(3):
        gone.append(
            float(seen.page.evaluate("document.getElementById('run').style.strokeDashoffset"))
        )
        seen.pass_(1_000)
    whole = 2 * 3.14159265 * 52
    assert [round(length / whole * 3, 1) for length in gone] == [0.0, 1.0, 2.0]


def test_with_reduced_motion_the_ring_goes_by_seconds(chromium: Any, file: Path) -> None:
    with visit(chromium, file, reduced_motion="reduce") as still:
        play_from(still, FIRST + 3_000)
        still.pass_(100)
        shown = []
        for _ in range(30):
            still.pass_(100)
            ring = still.page.evaluate("document.getElementById('run').style.strokeDashoffset")
            shown.append(float(ring))
        whole = 2 * math.pi * 52
        steps = [whole * third / 3 for third in range(3)]  # of a phase of three seconds
        assert sorted(set(shown[:25])) == pytest.approx(steps, abs=0.01)


# ---- the phone -----------------------------------------------------------------------------------


def test_the_lock_screen_and_earbuds_control_it(seen: Visit) -> None:
    seen.tap("toggle")
    names = ["nexttrack", "pause", "play", "previoustrack", "stop"]
    assert sorted(seen.page.evaluate("Object.keys(window.handlers)")) == names
    play_from(seen, SECOND + 100)
    seen.pass_(1_500)
    told = seen.page.evaluate(
        "(() => { const m = navigator.mediaSession; return [m.metadata.title, m.metadata.artist,"
        " m.metadata.album, m.playbackState]; })()"
    )
    assert told == ["Curl. Set 2 of 3", "Ann Lee", "Three things", "playing"]
    states = []
    for key in ("pause", "play", "nexttrack", "previoustrack", "stop"):
        seen.page.evaluate(f"window.handlers.{key}()")
        states.append(seen.state())
    assert states == [
        ("paused", states[0][1]),
        ("counting", SECOND),
        ("playing", THIRD - LEAD),
        ("playing", SECOND - LEAD),
        ("paused", SECOND - LEAD),
    ]


def test_the_screen_is_kept_on_while_it_plays(seen: Visit) -> None:
    locks = "window.locks.map((lock) => [lock.kind, lock.released])"
    assert seen.page.evaluate(locks) == []
    seen.tap("toggle")
    seen.pass_(50)
    assert seen.page.evaluate(locks) == [["screen", False]]
    seen.tap("toggle")
    seen.pass_(50)
    assert seen.page.evaluate(locks) == [["screen", True]]


def test_when_the_phone_stops_the_sound_it_pauses(seen: Visit) -> None:
    play_from(seen, SECOND)
    seen.pass_(1_000)
    seen.do("m.player.live.context.interrupt()")
    assert (seen.state()[0], seen.text("toast")) == ("paused", "Paused")
    seen.tap("toggle")
    assert seen.state() == ("counting", SECOND)


LIMITS = [
    "Sound starts only after you tap Start: phones ask for that.",
    "When the screen locks, the phone may stop the sound. Leave the screen on, or make this page "
    "with --with-audio: that one goes on playing.",
    "While it plays, the page asks for the screen to stay on, and says so where it is refused. In "
    "battery saving mode a phone may turn it off all the same.",
    "A silent switch can silence it: turn it off, and set the volume while it is quiet.",
]


def test_it_tells_what_a_phone_can_not_do(chromium: Any, file: Path, seen: Visit) -> None:
    assert seen.page.locator("#limits li").all_text_contents() == LIMITS
    poor = (
        "delete Navigator.prototype.wakeLock; delete Navigator.prototype.mediaSession;"
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('no') }});"
        "OfflineAudioContext.prototype.decodeAudioData = () => Promise.reject(new Error('no'));"
    )
    with visit(chromium, file, fake=False, ready=False) as opened:
        opened.page.add_init_script(poor)
        opened.page.reload()
        opened.page.wait_for_selector("html[data-ready]")
        assert opened.page.locator("#limits li").all_text_contents() == [
            *LIMITS[:2],
            "This browser does not let a page keep the screen on. Set the screen of your phone to "
            "stay on for longer.",
            LIMITS[3],
            "This browser has no controls on the lock screen, and none by earbuds.",
            "This browser keeps nothing for a page that is opened as a file: after a reload, tap "
            "the strip to find your place.",
            "This browser could not decode the voice: you hear the clicks alone.",
        ]
        opened.tap("toggle")
        opened.page.wait_for_timeout(300)
        assert (opened.state()[0], opened.said) == ("playing", [])


def test_keys_do_as_in_mmc_play(seen: Visit) -> None:
    play_from(seen, SECOND + 100)
    states = []
    for key in ("n", "p", "r", " ", " "):
        seen.page.keyboard.press(key)
        states.append(seen.state())
    assert states == [
        ("playing", THIRD - LEAD),
        ("playing", SECOND - LEAD),
        ("playing", SECOND - LEAD),
        ("paused", SECOND - LEAD),
        ("playing", SECOND - LEAD),
    ]
    play_from(seen, REST + 5_000)
    seen.pass_(100)
    seen.page.keyboard.press("+")
    assert seen.text("toast") == "Rest 15 s longer"
    play_from(seen, SECOND + 100)
    seen.pass_(100)
    seen.page.keyboard.press("e")
    assert seen.state() == ("playing", SECOND + 28_000)


def test_a_screen_reader_hears_of_sets_and_rests_alone(seen: Visit) -> None:
    seen.page.evaluate(
        "window.told = []; new MutationObserver(() => told.push("
        "document.getElementById('live').textContent))"
        ".observe(document.getElementById('live'), {childList: true})"
    )
    play_from(seen, FIRST - 1_000)
    seen.pass_(125_000)
    assert seen.page.evaluate("window.told") == [
        "Curl. Set 1 of 3, 4 reps",
        "Rest 60 s. Next: set 2 of 3, 4 reps",
        "Curl. Set 2 of 3, 4 reps",
        "Rest 60 s. Next: set 3 of 3, 4 reps",
    ]


# ---- the recording -------------------------------------------------------------------------------

SHORT = """\
title = "Short"
[[exercise]]
name = "Curl"
start = "concentric"
sets = 2
reps = 3
tempo = "2-0-1-0"
rest = 20
"""


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "recorded.html"
    path.write_text(page.html(ready(SHORT).recording(with_audio=True)), "utf-8")
    return path


def test_a_page_with_the_mp3_plays_it(chromium: Any, recorded: Path) -> None:
    """By the browser's own player and clock: it goes on where scripts may not."""
    prepared = ready(SHORT)
    first, second = (e.at_ms for e in prepared.timeline.events if isinstance(e, SetSpan))
    with visit(chromium, recorded, fake=False) as opened:
        audio = opened.page.locator("#recording")
        assert (
            abs(audio.evaluate("(it) => it.duration") * 1_000 - prepared.timeline.duration_ms) < 30
        )
        opened.tap("toggle")
        opened.page.wait_for_timeout(500)
        assert audio.evaluate("(it) => [it.paused, it.muted, it.currentTime > 0.1]") == [
            *(False, False, True)
        ]
        opened.tap("next", "next", "next")
        opened.page.wait_for_timeout(300)
        state, at = opened.state()
        assert state == "playing" and second - LEAD <= at < second - LEAD + 1_500
        opened.page.evaluate("document.getElementById('recording').pause()")  # as a phone call does
        opened.page.wait_for_timeout(100)
        assert opened.state()[0] == "paused"
        opened.do("m.player.at = a[0]", first + 3_500)
        opened.tap("toggle")
        opened.page.wait_for_timeout(200)
        assert opened.state() == ("counting", first + 3_000)
        assert audio.evaluate("(it) => [it.paused, it.muted]") == [False, True]
        opened.page.wait_for_timeout(4_000)
        assert (opened.state()[0], opened.text("toast")) == ("playing", "Paused")
        assert audio.evaluate("(it) => it.muted") is False
        slide(opened, "tempo", 80)
        slide(opened, "voice", 40)
        assert audio.evaluate("(it) => [it.playbackRate, it.preservesPitch, it.volume]") == [
            *(0.8, True, 0.4)
        ]
        assert opened.text("voice-name") == "Volume"
        assert [
            opened.page.locator(f"#{name}").is_visible() for name in ("talk", "clicks-row")
        ] == [*(False, False)]
        opened.page.locator('input[value="live"]').check(force=True)
        assert (opened.state()[0], audio.evaluate("(it) => it.paused")) == ("paused", True)
        opened.tap("toggle")
        assert opened.state()[0] == "counting"
        assert opened.page.locator("#clicks-row").is_visible()
        assert opened.said == []


HIDDEN = "Object.defineProperty(document, 'hidden', {get: () => window.locked === true});"
LOCKED = "(window.locked = true, document.dispatchEvent(new Event('visibilitychange')))"


def test_behind_a_locked_screen_a_recording_goes_on_without_a_count_in(
    chromium: Any, recorded: Path
) -> None:
    first = next(e.at_ms for e in ready(SHORT).timeline.events if isinstance(e, SetSpan))
    muted = "(it) => [it.paused, it.muted]"
    with visit(chromium, recorded, fake=False, ready=False) as opened:
        opened.page.add_init_script(HIDDEN)
        opened.page.reload()
        opened.wait(stop=False)
        audio = opened.page.locator("#recording")
        opened.do("m.player.at = a[0]", first + 3_500)
        opened.tap("toggle")
        assert audio.evaluate(muted) == [False, True]  # it counts in
        opened.page.evaluate(LOCKED)
        assert audio.evaluate(muted) == [False, False]  # and is heard at once where it locks
        opened.tap("toggle")
        opened.do("m.player.at = a[0]", first + 3_500)
        opened.do("m.player.resume()")  # by the earbuds
        assert audio.evaluate(muted) == [False, False]
        state, at = opened.state()
        assert state == "playing" and abs(at - first) < 400  # 3 s before the rep
        assert opened.said == []


def test_a_recording_that_can_not_be_played_is_told(chromium: Any, recorded: Path) -> None:
    with visit(chromium, recorded, fake=False) as opened:
        opened.page.evaluate(
            "void (document.getElementById('recording').play ="
            " () => Promise.reject(new DOMException('no', 'NotSupportedError')))"
        )
        opened.tap("toggle")
        opened.page.wait_for_timeout(100)
        told = "This browser can not play the recording: choose Live"
        assert (opened.state()[0], opened.text("toast")) == ("paused", told)


UNASKED = """
setTimeout(() => window.mmc.then((m) => {
    m.player.go({at: 0});
    setTimeout(() => { window.early = m.player.live.context.state; m.player.pause(); }, 300);
}), 500);
"""


def test_before_a_tap_it_is_silent_and_after_one_it_sounds(chromium: Any, file: Path) -> None:
    with (
        with_rules(chromium) as strict,
        visit(strict, file, fake=False, ready=False) as opened,
    ):
        opened.page.add_init_script(UNASKED)  # whatever a test asks of a page counts as a tap
        opened.page.reload()
        opened.page.wait_for_timeout(2_500)
        assert opened.page.evaluate("window.early") == "suspended"
        opened.tap("toggle")
        opened.page.wait_for_timeout(300)
        assert opened.do("m.player.live.context.state") == "running"
        assert opened.state()[0] == "playing" and opened.state()[1] > 0


def test_rests_of_a_recording_are_heard_again_or_left_out(chromium: Any, recorded: Path) -> None:
    rest = next(e for e in ready(SHORT).timeline.events if type(e).__name__ == "Rest")
    with visit(chromium, recorded, fake=False) as opened:
        opened.do("m.player.at = a[0]", rest.at_ms + 10_000)
        opened.tap("longer")
        assert (opened.state()[1], opened.text("toast")) == (rest.at_ms, "Rest 10 s longer")
        opened.tap("shorter")
        assert (opened.state()[1], opened.text("toast")) == (
            rest.at_ms + 15_000,
            "Rest 15 s shorter",
        )


# ---- what it looks like --------------------------------------------------------------------------

STATES = {
    "before": "0",
    "running": f"m.player.go({{at: {FIRST + REP + 300}}})",
    "paused": f"(m.player.go({{at: {FIRST + 300}}}), m.player.pause())",
    "rest": f"m.player.go({{at: {REST + 3_600}}})",
    "settings": "document.querySelectorAll('details').forEach((it) => { it.open = true })",
    "done": "m.player.go({at: m.session.duration - 100})",
}


def test_axe_finds_nothing(chromium: Any, file: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe

    found = {}
    for scheme in ("light", "dark"):
        with visit(
            chromium,
            file,
            color_scheme=scheme,
            reduced_motion="reduce",  # not what is fading
        ) as opened:
            for state, script in STATES.items():
                opened.do(f"({script}, 0)")
                opened.pass_(3_000 if state != "running" else 300)
                opened.page.clock.resume()  # axe waits by it
                results = Axe().run(opened.page).response["violations"]
                found[scheme, state] = [
                    (one["id"], one["impact"], [node["target"] for node in one["nodes"]])
                    for one in results
                ]
    assert {key: value for key, value in found.items() if value} == {}


SIZES = [SMALL, PHONE, ON_ITS_SIDE, DESK]


@pytest.mark.parametrize("size", SIZES, ids=["320", "390", "side", "desk"])
def test_everything_that_is_needed_is_on_the_screen(chromium: Any, file: Path, size: Any) -> None:
    """Nothing to scroll for, nothing cut off, every button large enough for a thumb."""
    with visit(chromium, file, viewport=size) as opened:
        play_from(opened, REST + 4_000)
        opened.pass_(3_000)
        page = opened.page
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
        for button in (
            "previous",
            "toggle",
            "next",
            "repeat",
            "shorter",
            "longer",
            "done",
            "strip",
        ):
            box = page.locator(f"#{button}").bounding_box()
            assert box, button
            assert box["y"] + box["height"] <= size["height"], button
            assert box["x"] >= 0 and box["x"] + box["width"] <= size["width"], button
            assert box["width"] >= 44 and box["height"] >= (44 if button != "strip" else 35), button
        for part in ("word", "number", "place", "said", "coming", "toggle-word"):
            cut = page.locator(f"#{part}").evaluate(
                "(it) => it.scrollWidth > it.clientWidth + 1"
                " && getComputedStyle(it).display !== 'inline'"
            )
            assert not cut, part
        letters = page.locator("#word").evaluate(
            "(it) => parseFloat(getComputedStyle(it).fontSize)"
        )
        assert letters >= 48


PHASES = """\
title = "T"
[voice]
engine = "none"
language = "{language}"
[[exercise]]
name = "Curl"
start = "concentric"
sets = 1
reps = 1
tempo = "1-1-1-1"
[[exercise]]
name = "Plank"
hold = 5
sets = 1
rest = 20
"""
INSIDE = """() => {
    const word = document.getElementById("word");
    const range = document.createRange();
    range.selectNodeContents(word);
    const [text, card] = [range.getBoundingClientRect(),
                          document.getElementById("card").getBoundingClientRect()];
    const dial = document.getElementById("dial").getBoundingClientRect();
    const beside = text.right <= dial.left || word.getBoundingClientRect().bottom <= dial.top + 2;
    return [word.textContent, text.left >= card.left && text.right <= card.right && beside];
}"""


def test_the_phase_is_told_in_one_line_in_every_language(chromium: Any, tmp_path: Path) -> None:
    """As large as there is room for it, beside or above the ring, also when the phone is turned."""
    words = set()
    for language in LANGUAGES:
        prepared = ready(PHASES.format(language=language))
        path = tmp_path / f"{language}.html"
        path.write_text(page.html(prepared.recording()), "utf-8")
        events = prepared.timeline.events
        moments = [e.at_ms + 500 for e in events if isinstance(e, Phase | Hold | Rest)]
        with visit(chromium, path) as opened:
            for at in (500, *moments, prepared.timeline.duration_ms - 1):
                play_from(opened, at)
                opened.pass_(50)
                for size in SIZES:
                    opened.page.set_viewport_size(size)
                    opened.page.evaluate("window.dispatchEvent(new Event('resize'))")
                    word, inside = opened.page.evaluate(INSIDE)
                    assert inside, (language, word, size)
                    words.add(word)
    assert len(words) > 20


def test_without_javascript_the_plan_is_there(chromium: Any, file: Path) -> None:
    with visit(chromium, file, fake=False, ready=False, java_script_enabled=False) as opened:
        assert opened.page.get_by_text("One moment. If this stays").is_visible()
        assert opened.page.get_by_role("cell", name="sets 1-3").is_visible()


SHEETS = ("full-body-beginner", "leg-day-heavy-light", "hip-thrust-mmc")


@pytest.mark.parametrize("name", SHEETS)
def test_it_prints_as_one_sheet(chromium: Any, tmp_path: Path, name: str) -> None:
    from mmc_audio.resources import folder

    prepared = ready(folder("programs") / f"{name}.toml", voice="none")
    path = tmp_path / "p.html"
    path.write_text(page.html(prepared.recording()), "utf-8")
    with visit(chromium, path, fake=False) as opened:
        pdf = opened.page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
        opened.page.emulate_media(media="print")
        assert not opened.page.locator("#app").is_visible()
        shown = opened.page.locator(".sheet").inner_text()
    for exercise in prepared.program.exercises:
        assert exercise.name in shown
    assert prepared.program.title in shown


# ---- texts from strangers ------------------------------------------------------------------------

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<iframe src=https://example.org></iframe>",
    "<!--<script>",
    "--><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "${alert(1)}`;alert(1)//",
    "\\u003cscript>alert(1)",
    "{{facts}}{{script}}",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "<link rel=stylesheet href=https://example.org/x.css>",
    "<meta http-equiv=refresh content=0;url=https://example.org>",
    "</textarea></noscript><script>alert(1)</script>",
    "<base href=https://example.org><form action=https://example.org>",
]
ODD = ["line\u2028separators\u2029", "\u202egnp.exe\u202c and on", "nul\x00 and bell\x07"]


def test_texts_of_strangers_do_nothing(chromium: Any, session: Any, tmp_path: Path) -> None:
    """All of them are in its title and are said; some are exercises' names and a set's label."""
    path = tmp_path / "p.html"
    path.write_text(page.html(as_hostile(session)), "utf-8")
    shown = [clean(text) for text in (*HOSTILE, *ODD)]
    assert shown[: len(HOSTILE)] == [" ".join(text.split()) for text in HOSTILE]
    with visit(chromium, path) as opened:
        opened.tap("toggle")
        opened.pass_(2_000)
        for number, text in enumerate(shown):
            seen = opened.do(
                "[m.player.at = m.session.speech.full[a[0]].at, m.player.mode = 'paused'].length",
                number,
            )
            opened.pass_(50)
            assert (seen, opened.text("said")) == (2, f"“{text}”")
        assert opened.text("title") == opened.page.title() == " ".join(shown)
        names = opened.do("m.session.exercises.map((one) => one.name)")
        assert names == shown[: len(names)]
        for number, name in enumerate(names):
            opened.do("(m.player.at = m.session.exercises[a[0]].end - 1, 0)", number)
            opened.pass_(50)
            assert opened.text("exercise") == name
            assert opened.text("place").endswith(f", {shown[-1]}")
        opened.page.emulate_media(media="print")
        assert opened.page.locator(".sheet h2").text_content() == " ".join(shown)
        printed = opened.page.locator(".sheet tr.exercise bdi").all_text_contents()
        assert printed == [f"{number} {name}" for number, name in enumerate(names, start=1)]
        assert opened.said == []
        assert [url for url in opened.asked if not url.startswith(("file:", "blob:"))] == []
        assert opened.page.locator("script").count() == 2
        active = "iframe, img, link, base, meta[content*=url], form"
        assert opened.page.locator(active).count() == 1  # the page's own icon


def as_hostile(session: Any) -> Any:
    """The recording with everything in it named so; the words sound as one of them does."""
    texts = (*HOSTILE, *ODD)
    recording = session.recording()
    apart = recording.apart()
    quiet = apart.levels["quiet"].events
    one = next(event.text for event in quiet if isinstance(event, Speech))

    def renamed(timeline: Any) -> Any:
        events, said = [], 0
        for event in timeline.events:
            match event:
                case ExerciseSpan():
                    event = replace(event, name=texts[event.exercise - 1])
                case SetSpan():
                    event = replace(event, label=texts[-1])
                case Speech():
                    event = replace(event, text=texts[said % len(texts)], onset_ms=0)
                    said += 1
            events.append(event)
        return replace(timeline, title=" ".join(texts), events=tuple(events))

    exercises = [
        replace(exercise, name=texts[number])
        for number, exercise in enumerate(apart.program.exercises)
    ]
    changed = replace(
        apart,
        program=replace(apart.program, exercises=tuple(exercises)),
        levels={talk: renamed(level) for talk, level in apart.levels.items()},
        phrase=lambda _, speed: apart.phrase(one, speed)[:4_800],
    )
    timeline, title = renamed(recording.timeline), " ".join(texts)
    return replace(recording, title=title, author=title, timeline=timeline, apart=lambda: changed)
