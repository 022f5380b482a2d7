"""What the fuzzer broke once holds now, and every target takes what it starts from (no atheris)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from fuzz.targets import FOUND, TARGETS, a_few, found
from mmc_audio.decode import answer
from mmc_audio.errors import UserError
from mmc_audio.outputs.mp3frames import Layout
from mmc_audio.outputs.mp3relay import relaid
from mmc_audio.outputs.pcm import BrokenOutput
from tests.command import ROOT
from tests.parts import need

INPUTS = [path for name in TARGETS for path in found(name)]


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_was_found_once(path: Path) -> None:
    TARGETS[path.parent.name].function()(path.read_bytes())


def test_every_input_that_is_kept_belongs_to_a_target() -> None:
    assert {path.name for path in FOUND.iterdir()} <= TARGETS.keys()
    assert len(INPUTS) >= 7


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_takes_its_seeds(name: str) -> None:
    function = TARGETS[name].function()
    for data in a_few(name):
        function(data)


@pytest.mark.parametrize(
    "said", [b"", b"ok", b"ok abc\n1234", b"ok 48000\n123", b"ok 999999\n1234", b"no \n", b"\xff"]
)
def test_a_child_that_gives_no_sound_is_told(said: bytes) -> None:
    with pytest.raises(UserError) as error:
        answer(said, what="The sound boing.wav", max_seconds=2)
    assert str(error.value) == ("The sound boing.wav can't be decoded: the decoder gave no sound.")


@pytest.mark.parametrize(
    "name", ["another-mode", "cut-short", "leans-on-nothing", "more-data-than-there-is"]
)
def test_a_damaged_block_is_not_laid_anew(name: str) -> None:
    """The first byte of what is kept chooses mono."""
    block = (FOUND / "relay-any" / name).read_bytes()[1:]
    with pytest.raises(BrokenOutput) as error:
        list(relaid(block, Layout(64)))
    assert str(error.value) == "MP3 frame 0 of a run is damaged"


@pytest.mark.skipif(sys.version_info < (3, 11), reason="atheris has no wheels for Python 3.10")
def test_fuzzing_tells_what_it_tried() -> None:
    need("module:atheris")
    command = [sys.executable, "-m", "fuzz", "--seconds", "3", "tempo"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    head, row, last = done.stdout.splitlines()
    assert head.split() == ["target", "runs", "CPU", "inputs", "found"]
    name, runs, _, inputs, broken = row.split()
    assert (name, broken) == ("tempo", "0")
    assert int(runs.replace(",", "")) > 100 and int(inputs) >= 8
    assert last.startswith("The inputs are in ")
