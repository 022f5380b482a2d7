"""One voice for a whole session, each phrase made once, and told which voice spoke and why."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mmc_audio.arrange import Spoken
from mmc_audio.cache import Cache
from mmc_audio.errors import UserError
from mmc_audio.phrasebook import lengths, speak_all
from mmc_audio.program import VoiceSettings
from mmc_audio.voices import chain

PHRASES = ["squeeze your glutes", "last one", "squeeze your glutes", "AMRAP"]
ENGLISH = VoiceSettings()


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def test_each_phrase_is_made_once_and_kept(cache: Cache) -> None:
    seen: list[tuple[int, int]] = []
    first = speak_all(PHRASES, ENGLISH, cache=cache, progress=lambda *at: seen.append(at))
    assert (first.voice, first.reasons, first.notes) == ("embedded", (), ())
    assert list(first.clips) == ["squeeze your glutes", "last one", "AMRAP"]
    assert (first.made, first.kept) == (3, 0)
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]
    again = speak_all([*PHRASES, "new words"], ENGLISH, cache=cache)
    assert (again.made, again.kept) == (1, 3)
    for phrase, clip in first.clips.items():
        assert np.array_equal(again.clips[phrase].pcm, clip.pcm)
        assert again.clips[phrase].onset_ms == clip.onset_ms


def test_lengths_are_those_of_the_clips(cache: Cache) -> None:
    fresh = lengths(PHRASES, ENGLISH, cache=cache)
    kept = lengths(PHRASES, ENGLISH, cache=cache)
    clips = speak_all(PHRASES, ENGLISH, cache=cache).clips
    assert fresh == kept == {
        phrase: Spoken(clip.duration_ms, clip.onset_ms) for phrase, clip in clips.items()
    }  # fmt: skip


def imported(code: str, cache: Cache) -> set[str]:
    """Which of the heavy packages a fresh Python has loaded after running the code."""
    watched = "{'numpy', 'hibari', 'onnxruntime', 'requests', 'gtts', 'soxr'}"
    program = f"""
import sys
from pathlib import Path
from mmc_audio.cache import Cache
from mmc_audio.phrasebook import lengths, speak_all
from mmc_audio.program import VoiceSettings
cache, phrases = Cache(Path({str(cache.root)!r})), ["squeeze", "last one"]
{code}
print(*({watched} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_what_is_kept_needs_no_engine(cache: Cache) -> None:
    speak_all(["squeeze", "last one"], ENGLISH, cache=cache)
    assert imported("lengths(phrases, VoiceSettings(), cache=cache)", cache) == set()
    spoken = 'speak_all(phrases, VoiceSettings(), cache=cache).clips["squeeze"]'
    assert imported(spoken, cache) == {"numpy"}


@pytest.mark.parametrize("damage", [b"", b"rubbish", None])
def test_a_damaged_entry_is_spoken_again(cache: Cache, damage: bytes | None) -> None:
    first = speak_all(["squeeze", "last one"], ENGLISH, cache=cache)
    assert cache.root is not None
    path = next(cache.root.rglob("*.clip"))
    path.write_bytes(path.read_bytes()[:-1] if damage is None else damage)
    again = speak_all(["squeeze", "last one"], ENGLISH, cache=cache)
    assert (again.made, again.kept) == (1, 1)
    for phrase, clip in first.clips.items():
        assert np.array_equal(again.clips[phrase].pcm, clip.pcm)
    assert speak_all(["squeeze", "last one"], ENGLISH, cache=cache).kept == 2


@pytest.mark.parametrize(
    "settings",
    [VoiceSettings(pace=1.2), VoiceSettings(respell={"squeeze": "squeeeze"})],
)
def test_other_settings_are_other_sounds(cache: Cache, settings: VoiceSettings) -> None:
    speak_all(["squeeze", "last one"], ENGLISH, cache=cache)
    made = speak_all(["squeeze"], settings, cache=cache).made
    assert made == 1


def test_a_new_spelling_makes_only_its_own_phrases_anew(cache: Cache) -> None:
    speak_all(["squeeze", "last one"], ENGLISH, cache=cache)
    book = speak_all(["squeeze", "last one"], VoiceSettings(respell={"last": "final"}), cache=cache)
    assert (book.made, book.kept) == (1, 1)


def test_an_unusable_folder_costs_one_note(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("in the way")
    book = speak_all(["squeeze", "last one"], ENGLISH, cache=Cache(place))
    assert (book.voice, book.made) == ("embedded", 2)
    assert book.notes == (
        f"The spoken phrases are not kept in {place} (File exists); all else works.",
    )
    assert place.read_text() == "in the way"
    homeless = speak_all(["squeeze", "last one"], ENGLISH, cache=Cache(None))
    assert homeless.notes == (
        "The spoken phrases are not kept on disk (no home folder is known); all else works.",
    )


@pytest.mark.skipif(sys.platform != "linux", reason="/sys is where even root may not write")
def test_a_folder_that_can_not_be_written_costs_one_note() -> None:
    place = Path("/sys/mmc")
    with pytest.raises(OSError) as refused:
        place.mkdir()
    book = speak_all(["squeeze", "last one"], ENGLISH, cache=Cache(place))
    assert (book.voice, book.made) == ("embedded", 2)
    assert book.notes == (
        f"The spoken phrases are not kept in /sys/mmc ({refused.value.strerror}); all else works.",
    )


def test_no_voice_means_no_clips(cache: Cache) -> None:
    for settings, choice in ((ENGLISH, "none"), (VoiceSettings(engine="none"), None)):
        book = speak_all(PHRASES, settings, choice=choice, cache=cache)
        assert (book.voice, book.clips, book.made, book.reasons) == ("none", {}, 0, ())
        assert lengths(PHRASES, settings, choice=choice, cache=cache) == {}


@pytest.mark.parametrize("text", ["...", "🔥🔥", " ", "—"])
def test_a_phrase_without_words_is_an_error(cache: Cache, text: str) -> None:
    with pytest.raises(UserError) as caught:
        speak_all(["up", text], ENGLISH, cache=cache)
    assert str(caught.value) == (
        f'There is nothing to say in "{text}": a cue needs at least one letter or digit.'
    )


def test_a_phrase_has_a_length_that_can_be_spoken(cache: Cache) -> None:
    with pytest.raises(UserError) as caught:
        lengths(["squeeze " * 300], ENGLISH, cache=cache)
    assert str(caught.value).endswith("has 2400 characters; 2000 can be spoken at once.")


@pytest.mark.parametrize(
    ("settings", "choice", "names"),
    [
        (ENGLISH, None, "embedded espeak google"),
        (VoiceSettings(language="de"), None, "google espeak"),
        (VoiceSettings(engine="google"), None, "google embedded espeak"),
        (VoiceSettings(engine="recorded", language="de"), None, "recorded google espeak"),
        (VoiceSettings(engine="none"), None, "none"),
        (VoiceSettings(engine="google"), "espeak", "espeak"),
        (VoiceSettings(engine="google"), "none", "none"),
        (VoiceSettings(engine="google"), "auto", "embedded espeak google"),
        (VoiceSettings(engine="none"), "auto", "embedded espeak google"),
    ],
)
def test_the_order_of_the_voices(settings: VoiceSettings, choice: str | None, names: str) -> None:
    assert chain(settings, choice) == tuple(names.split())


def test_when_no_voice_can_speak_each_reason_is_told(
    cache: Cache, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MMC_OFFLINE", "1")
    monkeypatch.setenv("PATH", str(tmp_path))
    settings = VoiceSettings(engine="embedded", language="de")
    for call in (speak_all, lengths):
        with pytest.raises(UserError) as caught:
            call(["drücken"], settings, cache=cache)
        assert str(caught.value) == (
            "None of 3 voices can speak this session:\n"
            '  embedded: it speaks English only, and the language is "de"\n'
            "  google: MMC_OFFLINE is set, so nothing may be sent\n"
            "  espeak: espeak-ng is not installed (Debian: apt install espeak-ng)\n"
            "--voice none gives clicks and tones alone."
        )


def test_a_voice_that_is_none_of_ours_is_an_error(cache: Cache) -> None:
    with pytest.raises(UserError) as caught:
        speak_all(["up"], ENGLISH, choice="siri", cache=cache)
    assert str(caught.value) == (
        'There is no voice "siri"; there are embedded, google, espeak, recorded or none.'
    )
