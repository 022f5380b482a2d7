"""The program file as a table of its keys: what the checker, the JSON Schema and editors read.

A new key is a line here or in `work`, and its use in `build`.
"""

from __future__ import annotations

from typing import Any

from mmc_audio import tempo
from mmc_audio.accents import ACCENTS
from mmc_audio.errors import shown
from mmc_audio.load import notations
from mmc_audio.load.activities import REMINDERS
from mmc_audio.load.fields import (
    Choice,
    Either,
    Flag,
    ListOf,
    Notation,
    Schema,
    Text,
    Whole,
    number,
)
from mmc_audio.load.findings import At
from mmc_audio.load.placeholders import Gapped
from mmc_audio.load.tables import Field, FreeTable, Table, homes
from mmc_audio.load.work import (
    CUES,
    EXERCISE,
    NAMED_TEMPO,
    NEVER_BOTH,
    SHARED,
    SLOT,
    TIME,
    WORK,
)
from mmc_audio.program import MusicSettings, SessionSettings, SoundSettings, VoiceSettings
from mmc_audio.words import phrase_gaps

MOST_EXERCISES = 500
MOST_MUSIC = 100  # files
SOUNDS = (
    "eccentric",
    "pause",
    "concentric",
    "squeeze",
    "tick",
    "count",
    "go",
    "fast",
    "last",
    "mark",
    "end",
    "warn",
    "finish",
)
_VOICE, _SOUND, _SESSION = VoiceSettings(), SoundSettings(), SessionSettings()  # the defaults
_MUSIC = MusicSettings(())

_LANGUAGE = Notation(notations.read_language, notations.LANGUAGE, 'a language such as "en"')
_FILE = Notation(notations.read_file, notations.FILE, "a file in the program's folder", 240)
_FOLDER = Notation(notations.read_folder, notations.FOLDER, "a folder beside the program", 240)
_CLICKS = Notation(notations.read_slug, notations.SLUG, "the name of a click set")
_RESPELL = FreeTable(
    Text(120), notations.WORD, "it is a word of at most 60 letters on one line", most=500
)
_COUNTS = ("up", "down", "up-then-down", "off")
_ENGINES = ("auto", "embedded", "google", "espeak", "recorded", "none")

VOICE = Table(
    {
        "engine": Field(Choice(_ENGINES), "Which voice speaks.", _VOICE.engine),
        "language": Field(_LANGUAGE, "The language of the texts: en, de.", _VOICE.language),
        "accent": Field(Choice(ACCENTS), "The accent of the google voice: co.uk, com.au."),
        "pace": Field(number("0.5", "2"), "1 is ordinary, 0.8 slow, 1.3 quick.", 1),
        "talk": Field(Choice(("quiet", "normal", "full")), "How much is said.", _VOICE.talk),
        "recordings": Field(_FOLDER, "A folder of your own recordings, beside the program."),
        "respell": Field(_RESPELL, "Words the voice says wrong, and how to spell them for it."),
    }
)
SOUND = Table(
    {
        "clicks": Field(_CLICKS, "The click set; mmc sounds lists them.", _SOUND.clicks),
        "ticks": Field(
            Choice(("off", "soft", "full")), "The tick each second in a phase.", _SOUND.ticks
        ),
        "glide": Field(
            Choice(("off", "effort")),
            "A tone that rises as the muscle shortens and falls as it lengthens.",
            _SOUND.glide,
        ),
        "pan_sides": Field(Flag(), "Stereo that leans to the side that works.", _SOUND.pan_sides),
        "duck": Field(Whole(0, 40), "Decibels that clicks drop under speech.", _SOUND.duck_db),
        "files": Field(
            Table({name: Field(_FILE, f"Your own {name} sound.") for name in SOUNDS}),
            "Your own sounds in place of single ones of the click set.",
        ),
    }
)
MUSIC = Table(
    {
        "files": Field(
            ListOf(_FILE, MOST_MUSIC, noun="files"),
            "Your own music, in the order in which it is played, again and again.",
            required='files = ["music.mp3"]',
        ),
        "level": Field(Whole(0, 40), "Decibels that it is under the voice.", _MUSIC.level_db),
        "duck": Field(Whole(0, 60), "Decibels that it drops under speech.", _MUSIC.duck_db),
        "hold": Field(number("0", "30", "of seconds"), "How long it stays down after speech.", 2),
        "fade": Field(
            number("0", "30", "of seconds"), "How long it fades in at the start, out at the end.", 3
        ),
        "crossfade": Field(
            number("0", "10", "of seconds"), "How long a file fades into the next.", 2
        ),
        "stereo": Field(Flag(), "false: both channels in one, a file half the size.", True),
    }
)
SESSION = Table(
    {
        "remind": Field(REMINDERS, "What to be reminded of at the start.", ["phone"]),
        "setup": Field(TIME, "Time to get in place at the start.", 20),
        "lead_in": Field(Whole(0, 10), "Beats counted before each set.", _SESSION.lead_in),
        "count": Field(Choice(_COUNTS), "How the reps are counted.", _SESSION.count),
        "count_at": Field(
            Choice(("lift", "end")),
            "Say the number as the lift is done, or as the rep ends.",
            _SESSION.count_at,
        ),
        "announce": Field(
            ListOf(Choice(("halfway", "last")), 2, least=0, noun="words"),
            "What is announced in a set.",
            list(_SESSION.announce),
        ),
        "warn": Field(
            ListOf(Whole(1, 3_600), 10, least=0, noun="numbers"),
            "Say when so many seconds of a rest are left.",
            list(_SESSION.warn),
        ),
        "x_seconds": Field(SLOT, "How long an X lasts.", 1),
        "a_seconds": Field(SLOT, "How long an A or a V lasts.", 2),
    }
)
TEMPOS = FreeTable(
    NAMED_TEMPO, notations.TEMPO_NAME, notations.TEMPO_NAME_WORDS, most=200, refused=tempo.PATTERN
)


LENGTH = Either(
    (
        number("60", "43200", "of seconds"),
        Notation(notations.read_length, notations.LENGTH, 'a text such as "45m"'),
    )
)
CUE_SETS = FreeTable(CUES, notations.TEMPO_NAME, notations.TEMPO_NAME_WORDS, most=100)
WORDS = Table({name: Field(Gapped(300), f"In place of: {name}.") for name in phrase_gaps()})


class _Version(Whole):
    """The version of the format; a file from the future is not half understood."""

    def check(self, value: Any, at: At) -> Any:
        if type(value) is int and value > self.high:
            text = f"is {shown(value)}; this mmc reads format {self.high}, a newer one may read it"
            return at.fault(text)
        return super().check(value, at)


class _Exercises(ListOf):
    """The `[[exercise]]` tables; a single bracket is the slip that everybody makes."""

    def check(self, value: Any, at: At) -> Any:
        if isinstance(value, dict):
            return at.say("write [[exercise]] with two brackets on each side")
        if value == []:
            return at.say("exercise is an empty list; write [[exercise]], and its keys below it")
        return super().check(value, at)


ROOT = Table(
    {
        "format": Field(_Version(1, 1), "The version of this format.", 1),
        "title": Field(Text(120), "What the session is called.", required='title = "..."'),
        "about": Field(Text(4_000, lines=True), "What it is for, and what it is not."),
        "author": Field(Text(120), "Who wrote it."),
        "goal": Field(
            Choice(("muscle", "strength", "rehab", "skill")), "What it is for.", "muscle"
        ),
        "priority": Field(Text(120), "The muscle that the session is for first of all."),
        "length": Field(LENGTH, 'How long it is meant to be: "45m"; mmc check compares.'),
        "seed": Field(Whole(0, 2**31 - 1), "The same seed picks the same variants.", 0),
        "voice": Field(VOICE, "Who speaks, and how."),
        "sound": Field(SOUND, "Clicks and ticks."),
        "music": Field(MUSIC, "Music of your own under the session."),
        "session": Field(SESSION, "Settings of the whole session."),
        "tempos": Field(TEMPOS, "Names for tempos, to use below."),
        "defaults": Field(Table(WORK, never_both=NEVER_BOTH), "What holds for every exercise."),
        "words": Field(WORDS, "Words of your own for those of the machine."),
        "cue_sets": Field(CUE_SETS, "Named sets of cues, which exercises ask for."),
        "cues": Field(CUES, "Cues for every exercise that has none of its own at that moment."),
        "exercise": Field(
            _Exercises(EXERCISE, MOST_EXERCISES, noun="exercises"),
            "The exercises, in the order they are done.",
            required="[[exercise]], and its keys below it",
        ),
    }
)
HOMES = homes(ROOT)


def schema() -> Schema:
    """The JSON Schema (draft 2020-12) of a program file, printed from the same table."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mmc-audio program",
        **ROOT.schema(),
        "$defs": {shared.name: shared.kind.schema() for shared in SHARED},
    }
