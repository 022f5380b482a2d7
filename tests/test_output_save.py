"""save(): the suffix chooses the writer, and no length of a session needs more memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mmc_audio.errors import UserError
from mmc_audio.outputs import SUFFIXES, available, save, writer_for
from tests import audio
from tests.parts import need
from tests.studio import ready

KNOWN = (
    "Known are .mp3, .wav, .flac, .ogg, .opus, .m4a, .m4b, .json, .csv, .srt, .lrc, .svg, .png "
    "and .html."
)
PROGRAM = """
title = "Up"
[[exercise]]
name = "Curl"
start = "concentric"
sets = 1
reps = 1
tempo = "1-0-1-0"
"""


def test_every_suffix_has_a_writer_that_works_here(tmp_path: Path) -> None:
    need("ffmpeg")
    recording = ready(PROGRAM).recording()
    for suffix, entry in SUFFIXES.items():
        assert available(suffix) is None
        assert entry.description
        target = tmp_path / f"a{suffix}"
        assert save(recording, target) == target
        assert target.stat().st_size > 0
    assert sorted(path.suffix for path in tmp_path.iterdir()) == sorted(SUFFIXES)


def test_capitals_in_a_suffix_make_no_difference(tmp_path: Path) -> None:
    assert writer_for(Path("A.MP3")) is writer_for(Path("a.mp3"))
    assert save(audio.recording(100), tmp_path / "A.WAV").name == "A.WAV"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a.mp33", f'".mp33" is not a known kind of file. Did you mean .mp3? {KNOWN}'),
        ("a.oggg", f'".oggg" is not a known kind of file. Did you mean .ogg? {KNOWN}'),
        ("a.xyz", f'".xyz" is not a known kind of file. {KNOWN}'),
        ("a.mp3\x07", f'".mp3\\x07" is not a known kind of file. Did you mean .mp3? {KNOWN}'),
        ("a", f'"a" has no suffix, which says what kind of file to write. {KNOWN}'),
        (".mp3", f'".mp3" has no suffix, which says what kind of file to write. {KNOWN}'),
    ],
)
def test_an_unknown_suffix_gets_the_list(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        save(audio.recording(100), tmp_path / name)
    assert str(caught.value) == message
    assert list(tmp_path.iterdir()) == []


def test_a_library_that_cannot_be_loaded_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("mp3", "mp3runs", "lame"):
        monkeypatch.delitem(sys.modules, f"mmc_audio.outputs.{module}", raising=False)
        monkeypatch.delattr(f"mmc_audio.outputs.{module}", raising=False)
    monkeypatch.setitem(sys.modules, "lameenc", None)
    reason = available(".mp3")
    assert reason is not None
    assert reason.startswith(".mp3 needs a library that can't be loaded here: import of lameenc")
    with pytest.raises(UserError, match="lameenc"):
        writer_for(Path("a.mp3"))
    assert available(".wav") is None


MEASURE = """
import sys
from pathlib import Path
import numpy as np
from mmc_audio.outputs import save
from mmc_audio.outputs.recording import Recording
from mmc_audio.timeline import Timeline
from tests import audio
from tests.process import peak_kb
minutes, target = int(sys.argv[1]), Path(sys.argv[2])
timeline = Timeline("Long", minutes * 60_000, 0, ())
block = np.zeros(48_000, np.int16)
block[:1440] = audio.click()
runs = audio.Repeated(audio.click(), minutes * 60)
sound = lambda: (block for _ in range(minutes * 60))
recording = Recording("Long", "", timeline, sound, runs=runs)
save(recording, target)
print(peak_kb())
"""


@pytest.mark.parametrize("suffix", [".mp3", ".wav", ".flac", ".ogg"])
def test_memory_does_not_grow_with_the_session(tmp_path: Path, suffix: str) -> None:
    peaks = []
    for minutes in (1, 12):
        command = [sys.executable, "-c", MEASURE, str(minutes), str(tmp_path / f"a{suffix}")]
        root = Path(__file__).parent.parent
        peaks.append(int(subprocess.check_output(command, cwd=root)))
    assert peaks[1] < 1.1 * peaks[0]
