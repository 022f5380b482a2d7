"""The embedded voice: real speech, offline, the same each time, and no word to anyone."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest

from mmc_audio.errors import UserError
from mmc_audio.program import VoiceSettings
from mmc_audio.voices.embedded import LONGEST_PIECE, Embedded
from tests.parts import need, need_unplugged_network

SPEAK = """
from mmc_audio.cache import Cache
from mmc_audio.folders import cache_folder
from mmc_audio.phrasebook import speak_all
from mmc_audio.program import VoiceSettings
phrases, cache = ["squeeze your glutes", "last one"], Cache(cache_folder())
book = speak_all(phrases, VoiceSettings(), cache=cache)
print(book.voice, book.made, [clip.duration_ms > 300 for clip in book.clips.values()])
for reason in book.reasons:
    print(reason)
"""
SPOKE = "embedded 2 [True, True]\n"


@pytest.fixture(scope="module")
def voice() -> Embedded:
    return Embedded(VoiceSettings())


def run(*before: str, home: Path, code: str = SPEAK, **environment: str) -> str:
    """What the code prints, run with an empty home folder and nothing else of this process."""
    variables = {"HOME": str(home), "PATH": os.environ["PATH"], **environment}
    command = [*before, sys.executable, "-c", code]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_same_words_are_the_same_samples(voice: Embedded) -> None:
    first, rate = voice.speak("squeeze your glutes")
    second, _ = Embedded(VoiceSettings()).speak("squeeze your glutes")
    assert rate == 24_000
    assert first.dtype == np.float32
    assert np.array_equal(first, second)
    assert 1.0 < len(first) / rate < 2.5


def test_pace_makes_it_faster_and_slower(voice: Embedded) -> None:
    lengths = [
        len(Embedded(VoiceSettings(pace=pace)).speak("push the floor away")[0])
        for pace in (0.7, 1.0, 1.3)
    ]
    assert lengths[0] > lengths[1] * 1.1
    assert lengths[2] < lengths[1] * 0.95


def test_long_text_is_spoken_in_pieces(voice: Embedded) -> None:
    text = "squeeze your glutes and breathe " * 30
    pieces = textwrap.wrap(text, LONGEST_PIECE)
    assert len(pieces) == 3
    whole = voice.speak(text)[0]
    assert np.array_equal(whole, np.concatenate([voice.speak(piece)[0] for piece in pieces]))


@pytest.mark.parametrize("text", ["臀部", "-", "🔥"])
def test_what_it_has_no_sounds_for_is_an_error(voice: Embedded, text: str) -> None:
    with pytest.raises(UserError) as caught:
        voice.speak(text)
    assert str(caught.value) == f'It has no sounds for "{text}".'


def test_it_speaks_english_only() -> None:
    assert Embedded(VoiceSettings(language="en-GB")).available() is None
    assert Embedded(VoiceSettings(language="de")).available() == (
        'it speaks English only, and the language is "de"'
    )


def test_its_identity_names_all_that_shapes_its_sound(tmp_path: Path) -> None:
    names = f"hibari-tts {version('hibari-tts')} onnxruntime {version('onnxruntime')} numpy"
    identity = Embedded(VoiceSettings(pace=1.2)).identity()
    assert identity.startswith(f"embedded heart {names} {np.__version__} scipy ")
    assert identity.endswith(" pace 1.2")
    code = (
        "import sys; from mmc_audio.program import VoiceSettings\n"
        "from mmc_audio.voices.embedded import Embedded\n"
        "Embedded(VoiceSettings()).identity()\n"
        "print({'hibari', 'onnxruntime', 'numpy', 'scipy'} & set(sys.modules))"
    )
    assert run(home=tmp_path, code=code) == "set()\n"


def test_it_speaks_without_any_network(tmp_path: Path) -> None:
    need_unplugged_network()
    assert run("unshare", "-rn", home=tmp_path) == SPOKE


@pytest.mark.parametrize("telemetry", ["", "0"])
def test_nothing_phones_home(tmp_path: Path, telemetry: str) -> None:
    need("strace")
    home, log = tmp_path / "home", tmp_path / "log"
    home.mkdir()
    trace = ("strace", "-f", "-e", "trace=network", "-o", str(log))
    assert run(*trace, home=home, ORT_DISABLE_TELEMETRY=telemetry) == SPOKE
    assert "AF_INET" not in log.read_text()
    assert "exited with 0" in log.read_text()
    files = [path.relative_to(home) for path in home.rglob("*") if path.is_file()]
    assert len(files) == 2
    assert {path.parts[:2] for path in files} == {(".cache", "mmc-audio")}


def test_a_broken_engine_is_told_and_the_next_voice_speaks(tmp_path: Path) -> None:
    need("espeak-ng")
    broken = tmp_path / "path" / "hibari" / "__init__.py"
    broken.parent.mkdir(parents=True)
    broken.write_text("raise ImportError('undefined symbol: x')")
    said = run(home=tmp_path, PYTHONPATH=str(tmp_path / "path"))
    assert said == (
        "espeak 2 [True, True]\n"
        "embedded: hibari-tts could not be started (ImportError: undefined symbol: x)\n"
    )
