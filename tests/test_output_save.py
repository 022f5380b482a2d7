"""save(): the suffix chooses the writer, and a killed run leaves one whole file."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
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


SAVE = """
import signal, sys
from pathlib import Path
from mmc_audio.outputs import save, writer_for
from tests import audio
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background runner ignores it
recording = audio.recording(120_000, {at_ms: audio.click() for at_ms in range(0, 119_000, 500)})
writer_for(Path(sys.argv[1]))
print("ready", flush=True)
save(recording, Path(sys.argv[1]))
"""


def start(target: Path) -> subprocess.Popen[bytes]:
    """A process that has just begun to save to `target`."""
    child = subprocess.Popen(
        [sys.executable, "-c", SAVE, str(target)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parent.parent,
    )
    assert child.stdout is not None
    assert child.stdout.read(6) == b"ready\n"
    child.stdout.close()
    return child


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT])
def test_a_run_stopped_at_any_moment_leaves_the_old_file_or_the_new(
    tmp_path: Path, sign: signal.Signals
) -> None:
    good = tmp_path / "good.mp3"
    whole_run = start(good)
    began = time.monotonic()
    assert whole_run.wait() == 0
    took, new = time.monotonic() - began, good.read_bytes()
    target, old = tmp_path / "a.mp3", b"old" * 1_000
    draw = random.Random(20_240)
    for _ in range(5):
        target.write_bytes(old)
        child = start(target)
        time.sleep(draw.uniform(0, 1.3 * took))
        child.send_signal(sign)
        status = child.wait()
        content = target.read_bytes()
        assert content in (old, new)
        assert content == new or status != 0
        left = [path.name for path in tmp_path.iterdir() if path.suffix == ".part"]
        assert left == [] or sign == signal.SIGKILL


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
