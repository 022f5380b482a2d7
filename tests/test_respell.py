"""Gym words and shorthand are said right: the phonemes that the embedded voice will speak."""

from __future__ import annotations

import os
from typing import Any

import pytest

from mmc_audio.respell import is_english, spell
from tests.parts import need


@pytest.fixture(scope="module")
def hibari() -> Any:
    need("module:hibari")
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    from hibari import Hibari

    return Hibari()


def say(text: str, *, voice: str = "embedded", language: str = "en", **own: str) -> str:
    return spell(text, language=language, voice=voice, own=own)


# The alphabet is the model's own: A, I, O, W, Y are the diphthongs of "day, my, go, how, boy".
@pytest.mark.parametrize(
    ("text", "phonemes"),
    [
        ("glutes", "ɡlˈuts"),
        ("lats", "lˈæts"),
        ("RDL", "ˌɑɹdˌiˈɛl"),
        ("reps", "ɹˈɛps"),
        ("eccentric", "ɪksˈɛntɹɪk"),
        ("3-1-2-0", "θɹˈi, wˈʌn, tˈu, zˈɪɹO"),
        ("1RM", "wˈʌn ɹˈɛp mˈæks"),
        ("AMRAP", "ˈæmɹˌæp"),
        ("EMOM", "ˈimˌɑm"),
        ("3x10", "θɹˈi sˈɛts ʌv tˈɛn"),
        ("30s", "θˈɜɹTi sˈɛkəndz"),
        ("30X1", "θɹˈi, zˈɪɹO, ˈɛks, wˈʌn"),
        ("0:45", "fˈɔɹTi fˈIv sˈɛkəndz"),
        ("concentric", "kənsˈɛntɹɪk"),
        ("delts", "dˈɛlts"),
        ("squeeze your glutes", "skwˈiz jʊɹ ɡlˈuts"),
        ("HIIT", "hˈɪt"),
        ("bis and tris", "bˈIsˌɛps ænd tɹˈIsˌɛps"),
    ],
)
def test_the_embedded_voice_says_gym_words_right(hibari: Any, text: str, phonemes: str) -> None:
    assert hibari.phonemize(say(text)) == [phonemes]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3-1-X-0", "3, 1, X, 0"),
        ("3/1/2", "3, 1, 2"),
        ("2.5 - 0 - 1 - 0", "2.5, 0, 1, 0"),
        ("tempo 3010 today", "tempo 3, 0, 1, 0 today"),
        ("3×8-12", "3 sets of 8 to 12"),
        ("1x5", "1 set of 5"),
        ("4x30s", "4 sets of 30 seconds"),
        ("5x", "5 times"),
        ("1:30", "1 minute 30 seconds"),
        ("2:00", "2 minutes"),
        ("0:01", "1 second"),
        ("1m30s", "1 minute 30 seconds"),
        ("90 s, then 2 min", "90 seconds, then 2 minutes"),
        ("1 sec", "1 second"),
        ("10RM", "10 rep max"),
        ("70% of your 1RM", "70 percent of your 1 rep max"),
        ("60kg @ RPE 8", "60 kilograms at RPE 8"),
        ("5 lbs", "5 pounds"),
        ("10/side", "10 per side"),
        ("8-12 reps", "8 to 12 reps"),
        ("DB row", "dumbbell row"),
    ],
)
def test_shorthand_is_said_in_words(text: str, words: str) -> None:
    assert say(text, voice="espeak") == words


@pytest.mark.parametrize(
    "text",
    [
        "7:30 pm",
        "555-1234",
        "2026-11-23",
        "X-ray",
        "30-second hold",
        "v2",
        "3120",
        "the 90s",
        "1.2.3",
    ],
)
def test_what_is_not_shorthand_stays(text: str) -> None:
    expected = {"the 90s": "the 90 seconds"}.get(text, text)
    assert say(text, voice="espeak") == expected


def test_each_voice_has_its_own_spellings() -> None:
    assert [say("AMRAP, emom", voice=v) for v in ("embedded", "espeak", "google")] == [
        "[AMRAP](/ˈæmɹˌæp/), [EMOM](/ˈimˌɑm/)",
        "AMRAP, ee-mom",
        "am rap, ee mom",
    ]


def test_the_programs_own_table_wins_and_is_not_expanded_again() -> None:
    own = {"AMRAP": "all you can", "3x10": "three by 10s", "db": "big DB"}
    assert spell("AMRAP 3x10 DB KB 30s", language="en", voice="embedded", own=own) == (
        "all you can three by 10s big DB kettlebell 30 seconds"
    )


def test_phonemes_of_the_program_are_for_the_embedded_voice_alone() -> None:
    assert say("Pallof press", Pallof="/pˈælɔf/") == "[Pallof](/pˈælɔf/) press"
    assert say("Pallof press", voice="espeak", Pallof="/pˈælɔf/") == "Pallof press"
    assert say("Pallof press", Pallof="/x) [y](/z/") == "/x) (y)(/z/ press"


def test_brackets_of_a_coach_are_not_markup(hibari: Any) -> None:
    assert say("[squeeze](/ˈæ/)") == "(squeeze)(/ˈæ/)"
    assert say("[[h@l@U]]", voice="espeak", language="de") == "((h@l@U))"
    assert "skwˈiz" in hibari.phonemize(say("[squeeze](/ˈæ/)"))[0]


def test_other_languages_keep_their_words() -> None:
    assert say("3x10 AMRAP", voice="google", language="de") == "3x10 AMRAP"
    assert say("Los, 3x10", voice="google", language="de", Los="Auf") == "Auf, 3x10"


def test_english_is_told_by_its_tag() -> None:
    tags = ("en", "en-GB", "EN_us", "de", "eng", "")
    assert [is_english(tag) for tag in tags] == [True, True, True, False, False, False]
