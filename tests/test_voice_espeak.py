"""The system's espeak-ng: real runs of the program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mmc_audio.cache import Cache
from mmc_audio.errors import UserError
from mmc_audio.phrasebook import speak_all
from mmc_audio.program import VoiceSettings
from mmc_audio.speech import MARGIN_BEFORE_MS, house_clip
from mmc_audio.voices import VoiceError
from mmc_audio.voices.espeak import Espeak
from tests.parts import need


def voice(**settings: object) -> Espeak:
    need("espeak-ng")
    return Espeak(VoiceSettings(**settings))  # type: ignore[arg-type]


def seconds(text: str, **settings: object) -> float:
    samples, rate = voice(**settings).speak(text)
    return len(samples) / rate


# Measured with the British voice, counted from the first sound above -40 dB.
@pytest.mark.parametrize(
    ("word", "onset_ms"),
    [
        ("up", 5),
        ("eight", 5),
        ("down", 53),
        ("hold", 81),
        ("six", 99),
        ("one", 120),
        ("squeeze", 163),
    ],
)
def test_a_word_is_heard_where_its_vowel_begins(word: str, onset_ms: int) -> None:
    clip = house_clip(*voice(accent="co.uk").speak(word))
    assert clip.onset_ms - MARGIN_BEFORE_MS == pytest.approx(onset_ms, abs=10)


@pytest.mark.parametrize(("word", "seconds_"), [("squeeze", 0.51), ("halfway", 0.52), ("up", 0.25)])
def test_a_clip_is_as_long_as_its_speech(word: str, seconds_: float) -> None:
    clip = house_clip(*voice(accent="co.uk").speak(word))
    assert clip.duration_ms / 1_000 == pytest.approx(seconds_ + 0.047, abs=0.03)


def test_text_is_never_an_argument(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("word " * 500)
    assert seconds(f"-f{secret}") < 15
    assert seconds("--version") < 3
    assert seconds('<break time="600s"/> up') < 10
    assert seconds("up\0down") == seconds("up")  # a NUL can't be in an argument
    assert seconds("up" + " " * 200_000) < 15  # nor so much


def test_pace_is_a_speed_within_its_bounds() -> None:
    text = "push the floor away and squeeze at the top"
    slow, usual, quick = (seconds(text, pace=pace) for pace in (0.7, 1.0, 1.4))
    assert slow > usual * 1.2
    assert quick < usual * 0.85
    speeds = [re.findall(r"(\d+) words", voice(pace=p).identity())[0] for p in (0.01, 1, 1.3, 99)]
    assert speeds == ["80", "175", "228", "450"]


@pytest.mark.parametrize(
    ("language", "accent", "name"),
    [
        ("en", "", "en-us"),
        ("en", "co.uk", "en-gb"),
        ("en", "ca", "en-us"),
        ("en-GB", "", "en-gb"),
        ("de", "", "de"),
        ("de-AT", "", "de"),
        ("fr", "", "fr-fr"),
        ("pt", "com.br", "pt-br"),
        ("pt", "", "pt-br"),
        ("pt", "pt", "pt"),
        ("es", "com.mx", "es-419"),
        ("zh-TW", "", "cmn"),
    ],
)
def test_the_language_is_one_of_its_own(language: str, accent: str, name: str) -> None:
    espeak = voice(language=language, accent=accent)
    assert espeak.available() is None
    assert f" {name} 175 words" in espeak.identity()


@pytest.mark.parametrize(
    ("language", "reason"),
    [
        ("en+../../etc/passwd", 'espeak-ng has no language "en+../../etc/passwd"'),
        ("../../etc/passwd", 'espeak-ng has no language "../../etc/passwd"'),
        ("xx", 'espeak-ng has no language "xx"'),
        ("dee", 'espeak-ng has no language "dee"; did you mean "de"?'),
    ],
)
def test_a_language_can_not_name_a_file(language: str, reason: str) -> None:
    assert voice(language=language).available() == reason


def test_other_languages_fall_back_to_it_when_nothing_may_be_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    need("espeak-ng")
    monkeypatch.setenv("MMC_OFFLINE", "1")
    book = speak_all(["drücken", "und hoch"], VoiceSettings(language="de"), cache=Cache(None))
    assert (book.voice, sorted(book.clips)) == ("espeak", ["drücken", "und hoch"])
    assert book.reasons == ("google: MMC_OFFLINE is set, so nothing may be sent",)


def test_without_the_program_it_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError) as caught:
        speak_all(["up"], VoiceSettings(), choice="espeak", cache=Cache(None))
    assert str(caught.value) == (
        "The voice espeak: espeak-ng is not installed (Debian: apt install espeak-ng)\n"
        "Other voices are embedded, google, recorded; --voice none gives clicks and tones alone."
    )


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("echo 'no such thing' >&2; exit 3", "espeak-ng failed: no such thing"),
        ("exit 1", "espeak-ng failed: it gave no reason"),
        ("echo RIFF", "espeak-ng wrote no sound that can be read"),
        ("sleep 5", "espeak-ng gave no answer within 0.2 s"),
    ],
)
def test_a_broken_program_is_told_in_words(
    script: str, message: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "espeak-ng"
    program.write_text(
        "#!/bin/sh\n"
        'case "$1" in\n'
        "--voices) echo head; echo '5 en-us --/M America gmw/en-US' ;;\n"
        "--version) echo 1 ;;\n"
        f"*) {script} ;;\n"
        "esac\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr("mmc_audio.voices.espeak.TIMEOUT_S", 0.2)
    with pytest.raises(VoiceError) as caught:
        Espeak(VoiceSettings()).speak("up")
    assert str(caught.value).startswith(message)
