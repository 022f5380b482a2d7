"""What check says as a coach's assistant: each rule by a tiny program, its message and its place.

Words without room are in test_check.
"""

from __future__ import annotations

import pytest
from hypothesis import given

from mmc_audio.check import findings
from mmc_audio.program import PHASES
from mmc_audio.session import Options
from mmc_audio.timeline import Speech
from tests.depth import drawn
from tests.draw import PROGRAMS
from tests.pretend import case_of

CALATAYUD = (
    "attending to the muscle raised its activity up to 60 % and at controlled speed, not at 80 % "
    "nor in fast lifts (Calatayud et al. 2016 and 2018, PubMed 26700744, 28795879); "
    'write focus = "auto"'
)


def said(text: str, options: Options | None = None, *, week: int = 1) -> list[str]:
    """The findings as `line:column: severity: text`, in the order of the file."""
    faults = sorted(findings(case_of(text, options, week=week)), key=lambda fault: fault.place)
    return [f"{f.place.line}:{f.place.column}: {f.severity}: {f.text}" for f in faults]


def press(*keys: str) -> str:
    """A program of one exercise that the library does not know; its keys begin on line 7."""
    head = 'title = "T"\n[[exercise]]\nname = "Zzz press"\nstart = "concentric"\nreps = 6'
    return "\n".join((head, 'tempo = "3-0-3-0"' * ("tempo" not in " ".join(keys)), *keys, ""))


def several(*exercises: str) -> str:
    """A program of exercises without cues: seven lines each, `[[exercise]]` on 2, 9, 16 ..."""
    body = '[[exercise]]\nname = "{}"\nstart = "concentric"\nreps = 6\ntempo = "3-0-3-0"\n{}\n{}\n'
    filled = []
    for number, keys in enumerate(exercises):
        lines = [*keys.split("; "), "", ""][:2] if keys else ["", ""]
        filled.append(body.format(f"Zzz {'ABCDEF'[number]}", *lines))
    return 'title = "T"\n' + "".join(filled)


# ---- cues ----------------------------------------------------------------------------------------

ZZZ = "exercise 1 (Zzz press): "
NEVER = f'{ZZZ}"push" is never said: '


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        (
            ("load = 70", 'cues.concentric = { say = "push", focus = "internal" }'),
            f"8:19: warning: {NEVER}it is internal, and its sets are external, being heavier than "
            '60 % or lifted with X; take the tag away, or write focus = "internal" for a set',
        ),
        (
            ("load = 50", 'cues.concentric = { say = "push", focus = "external" }'),
            f"8:19: note: {NEVER}it is external, and its sets are internal; only --focus external "
            "says it",
        ),
        (
            ('cues.concentric = { say = "push", side = "left" }',),
            f"7:19: warning: {NEVER}it is for the left side, which no set works; "
            'write sides = "left-right"',
        ),
        (
            ("sets = 2", 'cues.concentric = { say = "push", sets = [3, 4] }'),
            f"8:19: warning: {NEVER}the exercise has 2 sets, and it is for others",
        ),
        (
            ('cues.concentric = { say = "push", when = "reps 7,8" }',),
            f"7:19: warning: {NEVER}its when is for none of the 6 reps",
        ),
        (
            ("reps = 3", 'cues.halfway = "push"'),
            f"8:16: warning: {NEVER}it is for sets of 4 reps or more, and of a known number",
        ),
        (
            ('cues.halfway = "push"', "[session]", 'announce = ["last"]'),
            f'7:16: warning: {NEVER}announce of [session] has no "halfway"',
        ),
        (
            ('cues.concentric = "one two three four five six seven eight nine"',),
            f'7:19: warning: {ZZZ}"one two three four five six seven eight nine" has 9 words, too '
            "many to follow in a set; say it in 8 at most, and the rest in cues.intro or cues.rest",
        ),
    ],
)
def test_a_cue_as_it_is_written(keys: tuple[str, ...], found: str) -> None:
    text = press(*keys)
    if "reps = 3" in keys:
        text = text.replace("reps = 6\n", "\n")
    assert said(text) == [found]


@pytest.mark.parametrize(
    "keys",
    [
        # An external cue beside an internal one waits for a listener's --focus.
        'cues.concentric = [{ say = "push", focus = "internal" }, '
        '{ say = "away", focus = "external" }]',
        # Eight words, and an introduction of any length.
        'cues.eccentric = { say = "one two three four five six a b", when = "first" }',
        'cues.intro = "Lie down, and take the bar with your hands a little wider apart than that."',
        'cues.concentric = { say = "push", sets = "last", when = "last 2" }',
    ],
)
def test_a_cue_with_nothing_to_say_of(keys: str) -> None:
    assert said(press(keys)) == []


def test_a_shared_cue_is_silent_only_where_no_exercise_says_it() -> None:
    shared = '[cues]\nsqueeze = "hold"\n'
    hold = '[[exercise]]\nname = "Zzz"\nhold = 20\n'
    text = press('tempo = "3-0-3-1"')
    assert said(text.replace("[[exercise]]", f"{shared}[[exercise]]") + hold) == []
    text = press()
    assert said(text.replace("[[exercise]]", f"{shared}[[exercise]]") + hold) == [
        f'3:11: warning: {ZZZ}"hold" is never said: the squeeze has 0 seconds; '
        "the phases are eccentric, concentric"
    ]


def test_a_cue_of_the_librarys_that_has_no_room_is_a_note_with_the_way_out() -> None:
    text = 'title = "T"\n[[exercise]]\nname = "Hip thrust"\nsets = 1\ntempo = "0.8-0-0.8-0"\n'
    found = said(text)
    assert found and all(line.startswith("2:1: note: exercise 1 (Hip thrust): ") for line in found)
    assert all(
        line.endswith(
            "; it comes from the exercise library; cues.concentric of your own replaces it"
        )
        for line in found
    )
    assert any(": left out (" in line for line in found)


def test_a_coachs_cue_comes_before_one_of_the_librarys() -> None:
    text = (
        'title = "T"\n[[exercise]]\nname = "Hip thrust"\nsets = 1\ncue_every = 1\n'
        'cues.eccentric = "slow"\n'
    )
    events = case_of(text).timeline.events
    heard = [e.text for e in events if isinstance(e, Speech) and e.moment in PHASES]
    assert heard.count("slow") == 10
    assert said(text) == []


def test_three_cues_in_a_rep_are_too_many() -> None:
    cues = [
        'cues.eccentric = { say = "slow", when = "first" }',
        'cues.squeeze = { say = "hold", when = "first" }',
        'cues.concentric = { say = "push", when = "first", place = "in" }',
    ]
    text = press('tempo = "3-0-3-2"', *cues)
    assert said(text, Options(talk="full")) == [
        f'10:19: warning: {ZZZ}3 cues in one rep, "push", "hold", "slow" '
        "(3 times, first in set 1, rep 1); nobody attends to more than two: "
        "give one of them other reps with when"
    ]
    assert said(press('tempo = "3-0-3-2"', *cues[1:]), Options(talk="full")) == []
    named = [cue.replace("slow", "lower").replace("hold", "squeeze") for cue in cues]
    assert said(press('tempo = "3-0-3-2"', *named), Options(talk="full")) == []  # phases by name
    kept_apart = said(text, Options(talk="normal"))  # which says one of the three
    assert [line.split("; ")[1] for line in kept_apart] == [
        'talk = "normal" keeps one cue a rep, "full" all that fit'
    ] * 2


# ---- exercises -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        (
            ("load = 85", 'focus = "internal"'),
            f'8:9: warning: {ZZZ}focus = "internal" with a load of 85 % (set 1); {CALATAYUD}',
        ),
        (
            ('tempo = "2-0-X-0"', 'focus = "internal"'),
            f'8:9: warning: {ZZZ}focus = "internal" with a lift at X (set 1); {CALATAYUD}',
        ),
        (
            ('reps = "amrap"',),
            f"7:8: note: {ZZZ}as many reps as possible: an export plays 20 at most; "
            "write max_reps if more or fewer are likely",
        ),
        (
            ('id = "hip-trust"',),
            f'7:6: note: {ZZZ}id "hip-trust" is not in the exercise library; did you mean '
            '"hip-thrust"?',
        ),
        (
            ("switch = 5",),
            f'7:10: warning: {ZZZ}switch changes nothing here; it goes with sides = "left-right"',
        ),
        (
            ("gap = 5",),
            f"7:7: warning: {ZZZ}gap changes nothing here; it goes with hold = 8 and reps = 5",
        ),
        (
            ("cluster_rest = 5",),
            f"7:16: warning: {ZZZ}cluster_rest changes nothing here; it goes with "
            "cluster = [4, 4, 4]",
        ),
        (
            ("max_reps = 5",),
            f'7:12: warning: {ZZZ}max_reps changes nothing here; it goes with reps = "amrap"',
        ),
        (
            ('target = "glutes"', 'tap = "partner"'),
            f"8:7: warning: {ZZZ}many do not want a partner to tap their glutes; "
            'write tap = "self"',
        ),
        (
            ('target = "glute"',),
            f'7:10: note: {ZZZ}target "glute" is not in the exercise library; '
            'did you mean "glutes"?',
        ),
        (
            ('takes_over = ["lats", "hamstring"]',),
            f'7:14: note: {ZZZ}takes_over "hamstring" is not in the exercise library; '
            'did you mean "hamstrings"?',
        ),
    ],
)
def test_an_exercise(keys: tuple[str, ...], found: str) -> None:
    text = press(*keys)
    if keys[0].startswith("reps"):
        text = text.replace("reps = 6\n", "\n")
    assert said(text) == [found]


@pytest.mark.parametrize(
    "keys",
    [
        ("load = 80", 'focus = "internal"'),
        ("load = 90", 'focus = "auto"'),
        ('target = "middle delts"', 'tap = "partner"'),
        ('target = "glutes"', 'tap = "self"'),
        ('target = "the whole chain"',),
    ],
)
def test_an_exercise_with_nothing_to_say_of(keys: tuple[str, ...]) -> None:
    assert said(press(*keys)) == []


def test_a_cap_for_as_many_as_possible() -> None:
    text = press("max_reps = 15").replace("reps = 6\n", 'reps = "amrap"\n')
    assert said(text) == []


def test_the_library_knows_how_an_exercise_begins() -> None:
    text = 'title = "T"\n[[exercise]]\nname = "Hip thrust"\n'
    assert said(text) == []


def test_other_languages_have_other_muscles() -> None:
    assert said(press('target = "glute"', "[voice]", 'language = "es"')) == []


# ---- rests ---------------------------------------------------------------------------------------


def test_a_rest_too_short_for_what_is_done_in_it() -> None:
    text = press("rest = 30", 'rest_do = ["flex 30", "visualise 20"]')
    (found,) = said(text)
    assert found.startswith(f'8:12: warning: {ZZZ}"flex 30" and "visualise 20" take ')
    assert " s, and the rest of 30 s has " in found
    assert found.split(": left out ")[1].startswith("(2 times, first in set 1); make the rest ")
    enough = int(found.split("make the rest ")[1].split(" s, or do less in it")[0])
    assert said(text.replace("rest = 30", f"rest = {enough}")) == []
    assert len(said(text.replace("rest = 30", f"rest = {enough - 5}"))) == 1


def test_a_rest_too_short_for_what_comes_next() -> None:
    text = several("rest = 60", "rest = 4", "rest = 60")
    (found,) = said(text)
    assert found.startswith(
        "14:8: note: exercise 2 (Zzz B): the rest of 4 s after set 3 has no room for "
        '"Next: Zzz C." and 2 more sentences; make it '
    )
    enough = int(found.split("make it ")[1].removesuffix(" s"))
    assert said(text.replace("rest = 4\n", f"rest = {enough}\n")) == []


def test_a_coachs_words_that_have_no_room_in_a_rest_are_told_once() -> None:
    text = several("rest = 4", 'cues.intro = "Now the other one, and as slowly as you can."')
    assert [line[:4] for line in said(text)] == ["14:1"]


# ---- sessions ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stated", "found"),
    [("4m", []), ("45m", ["45:00"]), ("2m", ["2:00"])],
)
def test_the_stated_length(stated: str, found: list[str]) -> None:
    text = press().replace('"T"\n', f'"T"\nlength = "{stated}"\n')
    case = case_of(text)
    lasts = (
        f"{case.timeline.duration_ms // 60_000}:{round(case.timeline.duration_ms / 1000) % 60:02}"
    )
    minutes = round(case.timeline.duration_ms / 60_000)
    assert said(text) == [
        f"2:10: warning: length says {length}, and the session lasts {lasts}; "
        f'write length = "{minutes}m", or change what is done'
        for length in found
    ]
    assert said(text, Options(start=(1, 2))) == []
    assert said(text + "weeks = [{}, { reps = 7 }]\n", week=2) == []


def test_a_language_without_words() -> None:
    assert said(press("[voice]", 'language = "it"')) == [
        '8:12: note: the machine\'s own phrases are English: there are none in "it"; '
        "[words] replaces them one by one"
    ]
    assert said(press("[voice]", 'language = "pt-BR"')) == []


APART = (
    '21:12: warning: exercise 3 (Zzz C): superset "A" is that of exercise 1 (Zzz A) too, but '
    "others stand between them; only neighbours take turns: put them side by side, or write "
    "another label"
)
ALONE = (
    '14:12: warning: exercise 2 (Zzz B): superset "A" has this exercise alone; give a neighbour '
    "the same label, or leave it out"
)
UNEVEN = (
    '14:12: note: exercise 2 (Zzz B): superset "A" has 3 rounds, and this exercise 2 sets; the '
    "last rounds are without it"
)


@pytest.mark.parametrize(
    ("exercises", "found"),
    [
        (('superset = "A"', "", 'superset = "A"'), [APART]),
        (("", 'superset = "A"', ""), [ALONE]),
        (('superset = "A"', 'superset = "A"; sets = 2'), [UNEVEN]),
        (('superset = "A"', 'superset = "A"', 'superset = "B"', 'superset = "B"'), []),
    ],
)
def test_supersets(exercises: tuple[str, ...], found: list[str]) -> None:
    assert said(several(*exercises)) == found


def test_what_is_found_is_that_of_the_week() -> None:
    text = press('weeks = [{}, { load = 90, focus = "internal" }]')
    assert said(text) == []
    assert said(text, week=2) == [
        f'2:1: warning: {ZZZ}focus = "internal" with a load of 90 % (set 1); {CALATAYUD}'
    ]


BIG = """\
title = "Legs, back and shoulders"
length = "29m"
priority = "glutes"
[voice]
talk = "full"
[session]
remind = ["phone", "podcast"]
[defaults]
tempo = "3-0-2-2"
rest = "1m30s"
[cues]
done = "Good. Shake it out."
[cue_sets.breathing]
eccentric = { say = "breathe in", when = "first 2", sets = "first" }
[[exercise]]
id = "glute-bridge"
role = "activation"
sets = 1
load = "bodyweight"
tap = "self"
[[exercise]]
name = "Hip thrust"
before = ["contrast"]
rest = "2m"
rest_do = ["flex 30"]
check_in = true
cue_sets = ["breathing"]
sets = [
  { label = "warm-up", reps = 8, load = 40 },
  { reps = "8-10", load = 60 },
  { label = "heavy", reps = 6, load = 75, tempo = "20X1" },
]
cues.concentric = [
  { say = ["squeeze the glutes", "hips up"], focus = "internal" },
  { say = "drive the bar up", focus = "external" },
]
cues.last = "last best one"
[[exercise]]
superset = "A"
name = "Lateral raise"
reps = [12, 10]
rest = 45
tap = "partner"
cues.concentric = ["side delts lift", "reach for the walls"]
[[exercise]]
superset = "A"
name = "Single-leg calf raise"
start = "concentric"
target = "calves"
sides = "left-right"
sets = 2
reps = 8
cues.concentric = { say = "other leg relaxed", side = "left" }
[[exercise]]
name = "Push-up"
sets = 1
reps = "amrap"
max_reps = 12
load = "bodyweight"
[[exercise]]
name = "Plank"
sets = 2
hold = 30
cues.during = "belly hard, and breathe"
"""


def test_a_big_program_with_nothing_to_say_of() -> None:
    assert said(BIG) == []


@drawn(20)
@given(PROGRAMS)
def test_whatever_is_found_is_said_once_and_has_a_place(text: str) -> None:
    faults = findings(case_of(text))
    assert len({(fault.place, fault.text) for fault in faults}) == len(faults)
    lines = text.split("\n")
    for fault in faults:
        assert fault.place.line <= len(lines)
        assert fault.place.column <= len(lines[fault.place.line - 1])
