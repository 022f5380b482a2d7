"""The coach's own recordings: found by phrase, all that is missing named at once."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from mmc_audio.cache import Cache
from mmc_audio.clips import Samples
from mmc_audio.errors import UserError
from mmc_audio.phrasebook import speak_all
from mmc_audio.program import VoiceSettings
from mmc_audio.voices.recorded import slug

SETTINGS = VoiceSettings(engine="recorded", recordings="voice")


def tone(hertz: float, seconds: float = 0.5, rate: int = 44_100) -> Samples:
    """A tone with 0.2 s of silence on either side."""
    time = np.arange(int(seconds * rate)) / rate
    sound = 0.3 * np.sin(2 * np.pi * hertz * time)
    return np.pad(sound, int(0.2 * rate)).astype(np.float32)


def record(folder: Path, name: str, hertz: float) -> Path:
    path = folder / "voice" / name
    path.parent.mkdir(exist_ok=True)
    soundfile.write(path, tone(hertz), 44_100)
    return path


def pitch(pcm: np.ndarray) -> float:
    """The strongest frequency in Hz."""
    return float(np.argmax(np.abs(np.fft.rfft(pcm, 48_000))))


def test_each_phrase_is_the_recording_named_after_it(tmp_path: Path) -> None:
    record(tmp_path, "squeeze-your-glutes.wav", 500)
    record(tmp_path, "Don't rush.FLAC", 700)
    record(tmp_path, "up.ogg", 900)
    record(tmp_path, "drücken.mp3", 600)
    phrases = ["Squeeze your glutes!", "don't rush", "up", "Drücken"]
    book = speak_all(phrases, SETTINGS, folder=str(tmp_path), cache=Cache(None))
    assert book.voice == "recorded"
    assert [pitch(book.clips[p].pcm) for p in phrases] == pytest.approx([500, 700, 900, 600], abs=2)
    assert [book.clips[p].duration_ms for p in phrases] == pytest.approx([547] * 4, abs=25)


def test_what_is_missing_is_listed_at_once_and_another_voice_speaks_it_all(tmp_path: Path) -> None:
    record(tmp_path, "up.wav", 500)
    phrases = ["up", "squeeze your glutes", "hold"]
    book = speak_all(phrases, SETTINGS, folder=str(tmp_path), cache=Cache(None))
    assert (book.voice, book.made) == ("embedded", 3)
    assert book.reasons == (
        'recorded: 2 phrases without a recording in "voice": hold.wav, squeeze-your-glutes.wav',
    )


def test_asked_for_by_the_user_it_has_no_second_best(tmp_path: Path) -> None:
    (tmp_path / "voice").mkdir()
    with pytest.raises(UserError) as caught:
        speak_all(["up"], SETTINGS, choice="recorded", folder=str(tmp_path), cache=Cache(None))
    assert str(caught.value) == (
        'The voice recorded: 1 phrase without a recording in "voice": up.wav\n'
        "Other voices are embedded, google, espeak; --voice none gives clicks and tones alone."
    )


@pytest.mark.parametrize(
    ("recordings", "reason"),
    [
        ("", 'the program names no folder of recordings (recordings = "..." under [voice])'),
        ("nowhere", 'there is no folder "nowhere" beside the program'),
    ],
)
def test_without_a_folder_it_says_so(recordings: str, reason: str, tmp_path: Path) -> None:
    settings = VoiceSettings(engine="recorded", recordings=recordings)
    book = speak_all(["up"], settings, folder=str(tmp_path), cache=Cache(None))
    assert (book.voice, book.reasons) == ("embedded", (f"recorded: {reason}",))


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = record(tmp_path, "up.wav", 500)
    program = tmp_path / "program"
    (program / "voice").mkdir(parents=True)
    (program / "voice" / "up.wav").symlink_to(outside)
    book = speak_all(["up"], SETTINGS, folder=str(program), cache=Cache(None))
    assert book.voice == "embedded"
    assert len(book.reasons) == 1


def test_a_recording_that_is_no_sound_is_told(tmp_path: Path) -> None:
    record(tmp_path, "up.wav", 500).write_bytes(b"not a sound")
    book = speak_all(["up"], SETTINGS, folder=str(tmp_path), cache=Cache(None))
    assert book.voice == "embedded"
    assert book.reasons[0].startswith('recorded: The recording "up.wav" ')


def test_a_new_recording_is_heard_at_once(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    path = record(tmp_path, "up.wav", 500)
    os.utime(path, (1, 1))
    speak_all(["up"], SETTINGS, folder=str(tmp_path), cache=cache)
    again = speak_all(["up"], SETTINGS, folder=str(tmp_path), cache=cache)
    record(tmp_path, "up.wav", 800)
    new = speak_all(["up"], SETTINGS, folder=str(tmp_path), cache=cache)
    assert (again.made, new.made) == (0, 1)
    assert pitch(new.clips["up"].pcm) == pytest.approx(800, abs=2)


def test_the_name_of_a_recording() -> None:
    phrases = ["Squeeze your glutes!", "3-1-2-0", "don’t  rush…", "à gauche", "x" * 300]
    assert [slug(phrase) for phrase in phrases] == [
        "squeeze-your-glutes",
        "3-1-2-0",
        "dont-rush",
        "à-gauche",
        "x" * 100,
    ]
