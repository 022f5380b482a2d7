"""Sessions in other languages than English, Spanish first of all: each sentence is of the pack."""

from __future__ import annotations

import re
import shutil
from itertools import pairwise
from pathlib import Path

import pytest

from mmc_audio.cache import Cache
from mmc_audio.load import load_bytes
from mmc_audio.plan import plan
from mmc_audio.session import Options
from mmc_audio.studio import Prepared, prepare
from mmc_audio.timeline import Speech
from mmc_audio.voices import google
from mmc_audio.words import LANGUAGES, Words, load_words
from tests.every_feature import OWN_WORDS
from tests.fake_google import FakeGoogle
from tests.parts import need
from tests.test_languages import everything_said, program
from tests.test_voice_google import authority, mp3, service  # noqa: F401 - fixtures

FOREIGN = tuple(language for language in LANGUAGES if language != "en")
OWN = {*OWN_WORDS, "bench", "press", "heart"}  # names in the program

SHORT = """\
title = "Elevaciones"
[voice]
language = "es"
[[exercise]]
name = "Elevación lateral"
start = "concentric"
target = "middle delts"
takes_over = "upper traps"
sides = "left-right"
rir = 1
sets = 2
reps = 5
rest = 60
rest_do = "flex 5"
check_in = true
cues.concentric = "codos al cielo"
"""


def of_the_pack(pack: Words) -> re.Pattern[str]:
    """One or more sentences of a pack, their gaps filled with its numbers, muscles and times."""
    numbers = {*pack.numbers, r"\d+(?:[.,]\d+)?"} | {
        f"{number.rpartition(' ')[0]} {forms[number.rpartition(' ')[2]]}".strip()
        for forms in pack.forms.values()
        for number in pack.numbers
        if number.rpartition(" ")[2] in forms
    }
    number = either(numbers)
    units = (pack.phrases[unit] for unit in ("second", "seconds", "minute", "minutes"))
    time = either(re.escape(text).replace(r"\{n\}", number) for text in units)
    things = either([*map(re.escape, pack.muscles.values()), pack.phrases["the_muscle"], *OWN])
    named = rf"(?:{things}(?:(?:, | {pack.verbs['and']} | ){things})*)"
    listed = rf"{number}(?:(?:, | {pack.verbs['and']} ){number})*"
    value = rf"(?:{time}(?: {time})?|{listed}|{named})"
    texts = (pack.phrases, pack.phases, pack.scripts, pack.imagery.instead)
    sentence = either(
        re.sub(r"\\{\w+\\}", lambda gap: value, re.escape(text))
        for table in texts
        for name, text in table.items()
        if name not in ("anatomy", "for_more")
    )
    verb = either(re.escape(pack.verbs[name]) for name in pack.verbs if len(name) > 3)
    how = either([time, number, *(re.escape(pack.verbs[letter]) for letter in "XAV")])
    tempo = rf"{verb} {how}(?:, {verb} {how})*\."
    whole = rf"(?:{sentence}|{tempo}|{number}|{named}\.?)"
    return re.compile(rf"{whole}(?: {whole})*", re.IGNORECASE)


def either(patterns: object) -> str:
    return f"(?:{'|'.join(sorted({*patterns}, key=len, reverse=True))})"  # type: ignore[misc]


@pytest.mark.parametrize("language", FOREIGN)
def test_each_phrase_is_made_of_sentences_of_the_pack(language: str) -> None:
    pattern = of_the_pack(load_words(language))
    said = everything_said(language)
    assert [phrase for phrase in sorted(said) if not pattern.fullmatch(phrase)] == []
    assert len(said) > 100


def test_english_is_told_from_spanish() -> None:
    """The test above can fail: hardly an English phrase is made of the Spanish pack."""
    pattern = of_the_pack(load_words("es"))
    english = {phrase for phrase in everything_said("en") if pattern.fullmatch(phrase)}
    names = re.compile(rf"(?:{'|'.join(OWN)}|[ .])+", re.IGNORECASE)
    assert {phrase for phrase in english if not names.fullmatch(phrase)} == set()


def session(text: str, voice: str, cache: Path) -> Prepared:
    loaded = load_bytes(text.encode(), name="t.toml", folder="")
    return prepare(
        loaded,
        Options(),
        voice=voice,
        cache=Cache(cache),
        progress=lambda done, total: None,
        notice=lambda line: None,
    )


def test_espeak_is_started_with_the_spanish_voice_and_nothing_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need("espeak-ng")
    log, real = tmp_path / "log", shutil.which("espeak-ng")
    (tmp_path / "espeak-ng").write_text(f'#!/bin/sh\necho "$@" >> {log}\nexec {real} "$@"\n')
    (tmp_path / "espeak-ng").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    loaded = program("es")
    prepared = prepare(
        loaded,
        Options(talk="normal"),
        voice="espeak",
        cache=Cache(tmp_path / "cache"),
        progress=lambda done, total: None,
        notice=lambda line: None,
    )
    calls = [line for line in log.read_text().splitlines() if line.startswith("--stdin")]
    assert set(calls) == {"--stdin --stdout -v es -s 175"}
    assert len(calls) == len(plan(loaded, Options(talk="normal")).phrases())
    speeches = [event for event in prepared.timeline.events if isinstance(event, Speech)]
    quicker = {r.text for r in prepared.timeline.reports if r.what == "faster"}
    for speech in speeches:
        assert speech.duration_ms == prepared.spoken[speech.text].duration_ms or (
            speech.text in quicker
        )
    assert [(a, b) for a, b in pairwise(speeches) if a.end_ms > b.at_ms] == []
    assert speeches[-1].end_ms <= prepared.timeline.duration_ms


def test_a_spanish_session_with_room_is_said_whole(tmp_path: Path) -> None:
    need("espeak-ng")
    timeline = session(SHORT, "espeak", tmp_path).timeline
    assert timeline.reports == ()
    said = [event.text for event in timeline.events if isinstance(event, Speech)]
    assert said[0] == "Elevaciones."
    assert {"Dos series de cinco por lado.", "Deja una en reserva.", "Cambia al lado derecho."} < {
        *said
    }


def test_google_is_asked_for_each_phrase_in_spanish_and_for_no_other(
    service: FakeGoogle,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hurried = google.Patience(pause=0)  # our own endpoint needs no politeness
    monkeypatch.setattr(google, "Patience", lambda: hurried)
    prepared = session(SHORT, "google", tmp_path)
    loaded = load_bytes(SHORT.encode(), name="t.toml", folder="")
    wanted = plan(loaded, Options()).phrases()
    assert prepared.voice == "google"
    assert {request.language for request in service.requests} == {"es"}
    asked = " ".join(request.text for request in service.requests)  # long ones come in parts
    assert re.findall(r"\w+", asked) == re.findall(r"\w+", " ".join(wanted))
    assert {"codos al cielo", "Tensa: deltoides laterales. Aguanta.", "Deja una en reserva."} < {
        *wanted
    }
