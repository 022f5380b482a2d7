"""Disks that are full, read-only, limited or pulled out, for every kind of file there is.

On real file systems of a few kilobytes, mounted where nobody else sees them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mmc_audio.outputs import SUFFIXES
from tests.command import ROOT, bound_by_modes, environment, mmc
from tests.parts import need, need_unplugged_network

# Saves every kind of file over an old one, and tells what came of it.
SAVE = """
import json, os, resource, shutil, subprocess, sys
from pathlib import Path
from mmc_audio.errors import UserError
from mmc_audio.outputs import files, save
from mmc_audio.timeline import Speech
from tests import audio
from tests.studio import ready
way, folder, program, suffixes = sys.argv[1], Path(sys.argv[2]), sys.argv[3], sys.argv[4:]
words = tuple(Speech(at, "Up and down again. " * 9, "ready", 100, 0) for at in range(0, 8_000, 10))
recording = audio.recording(8_000, {at: audio.click() for at in range(0, 7_000, 37)}, events=words)
session = ready(program).recording()  # whose sounds are known apart, and with much to draw
recordings = {".html": session, ".svg": session, ".png": session}

def mount(*options):
    subprocess.run(["mount", "-t", "tmpfs", *options, "tmpfs", str(folder)], check=True)

def vanish(write):
    def pull_out(recording, temporary):
        write(recording, temporary)
        shutil.rmtree(folder)
    return pull_out

results = {}
for suffix in suffixes:
    target = folder / f"a{suffix}"
    sound = recordings.get(suffix, recording)
    if way == "full":
        mount("-o", "size=64k")
    elif way == "read-only":
        mount("-o", "size=1m")
    target.write_bytes(b"old")
    if way == "full":
        filler = os.open(folder / "filler", os.O_WRONLY | os.O_CREAT)
        room = int(os.environ["ROOM"])
        os.write(filler, bytes(65_536 - 4_096 - 4_096 * room))
        os.close(filler)
    elif way == "read-only":
        mount("-o", "remount,ro")
    elif way == "limited":
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (3_000, limits[1]))
    said = ""
    try:
        if way == "vanishing":
            from mmc_audio import outputs
            write = outputs.writer_for(target)
            files.replace(target, lambda temporary: vanish(write)(sound, temporary))
        else:
            save(sound, target)
    except UserError as error:
        said = str(error)
    if way == "limited":
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    old = target.exists() and target.read_bytes() == b"old"
    left = sorted(set(os.listdir(folder)) - {target.name, "filler"}) if folder.exists() else []
    results[suffix] = (said, old, left)
    if way in ("full", "read-only"):
        subprocess.run(["umount", str(folder)], check=True)
    else:
        target.unlink(missing_ok=True)
        folder.mkdir(exist_ok=True)
print(json.dumps(results))
"""
ALL = tuple(SUFFIXES)
SESSION = 'title = "Drawn"\nvoice.engine = "none"\n' + "".join(
    f'[[exercise]]\nname = "Curl {n}"\nsets = 5\nreps = 1\ntempo = "1-0-1-0"\n' for n in range(20)
)


def saved(way: str, folder: Path, *wrapped: str, **more: str) -> dict[str, Any]:
    """(message, whether the old file is there as it was, what else is there) of each suffix."""
    folder.mkdir(exist_ok=True)
    need("ffmpeg")
    done = subprocess.run(
        [*wrapped, sys.executable, "-c", SAVE, way, str(folder), SESSION, *ALL],
        cwd=ROOT,
        env=environment(folder.parent, **more),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    results: dict[str, Any] = json.loads(done.stdout)
    return results


@pytest.mark.parametrize(
    "room", [1, *(pytest.param(room, marks=pytest.mark.slow) for room in (0, 2))]
)
def test_a_full_disk(tmp_path: Path, room: int) -> None:
    need_unplugged_network()
    folder = tmp_path / "disk"
    results = saved("full", folder, "unshare", "-rm", ROOM=str(room))
    for suffix, (said, old, left) in results.items():
        assert (old, left) == (True, []), suffix
        assert said.startswith(f"{folder}/a{suffix} was not written: "), (suffix, said)
        assert "No space left on device" in said, (suffix, said)
        assert f" bytes are free in {folder}; make room or name another place." in said


def test_a_disk_that_is_read_only(tmp_path: Path) -> None:
    need_unplugged_network()
    folder = tmp_path / "disk"
    results = saved("read-only", folder, "unshare", "-rm")
    for suffix, (said, old, left) in results.items():
        assert (old, left) == (True, []), suffix
        reason = f"{folder}/a{suffix} was not written: Read-only file system."
        assert said == f"{reason} Choose a folder that you may write to; {folder} is not one."


def test_a_limit_of_size(tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    for suffix, (said, old, left) in saved("limited", folder).items():
        assert (old, left) == (True, []), suffix
        assert said.startswith(f"{folder}/a{suffix} was not written: "), (suffix, said)
        assert "File too large" in said, (suffix, said)


def test_a_folder_that_vanishes(tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    for suffix, (said, _, left) in saved("vanishing", folder).items():
        assert left == [], suffix
        assert said == (
            f"{folder}/a{suffix} was not written: No such file or directory. "
            f"The folder {folder} is gone."
        )


# ---- what else can stand in the place of the file ------------------------------------------------


def targets(folder: Path) -> dict[str, tuple[str, str]]:
    """Places that can't be written to: the name, and the message about it."""
    (folder / "folder.wav").mkdir()
    os.mkfifo(folder / "pipe.wav")
    (folder / "loop.wav").symlink_to("loop.wav")
    (folder / "device.wav").symlink_to("/dev/full")
    (folder / "locked").mkdir()
    (folder / "locked").chmod(0o555)
    (folder / "fixed.wav").write_bytes(b"old")
    (folder / "fixed.wav").chmod(0o444)
    special = "is not a regular file but a device, a pipe or a socket. "
    special += "Name a file that may be replaced."
    nowhere = "was not written: the folder {0}/no does not exist. "
    nowhere += "Make it first, or name another place."
    locked = "was not written: Permission denied. "
    locked += "Choose a folder that you may write to; {0}/locked is not one."
    return {
        "folder.wav": ("folder.wav", "is a folder. Name a file inside it."),
        "pipe.wav": ("pipe.wav", special),
        "device.wav": ("device.wav", special),
        "loop.wav": ("loop.wav", "was not written: Too many levels of symbolic links. "),
        "no": ("no/a.wav", nowhere.format(folder)),
        "locked": ("locked/a.wav", locked.format(folder)),
        "fixed": ("fixed.wav", "is read-only. Make it writable, or name another file."),
    }


PROGRAM = """
title = "Tiny"
voice.engine = "none"
[[exercise]]
name = "Curl"
reps = 1
tempo = "1-0-1-0"
"""
COMMANDS = {
    "export": ("export", "tiny.toml", "-o"),
    "say": ("say", "Up", "--voice", "espeak", "-o"),
    "play": ("play", "tiny.toml", "--plain", "--no-log", "--output"),
    "new": ("new", "--force"),
}


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        *((name, ("no",)) for name in COMMANDS),
        ("say", ("folder.wav",)),
        ("export", ("device.wav", "locked")),
        pytest.param("export", ("pipe.wav", "loop.wav", "fixed"), marks=pytest.mark.slow),
        pytest.param("play", ("folder.wav", "device.wav", "locked"), marks=pytest.mark.slow),
        pytest.param("new", ("folder.wav", "device.wav", "locked"), marks=pytest.mark.slow),
    ],
)
def test_what_can_not_be_written_is_told_by_every_command(
    tmp_path: Path, name: str, keys: tuple[str, ...]
) -> None:
    need("espeak-ng")
    (tmp_path / "tiny.toml").write_text(PROGRAM)
    places = targets(tmp_path)
    for target, message in (places[key] for key in keys):
        before = sorted(tmp_path.rglob("*"))
        named = f"file:{target}" if name == "play" else target
        run = mmc(*COMMANDS[name], named, cwd=tmp_path, prefix=bound_by_modes())
        assert run.code == 1, (target, run)
        said = run.err.splitlines()[-1]
        assert said.startswith(f"error: {target} {message}"), said
        ours = [p for p in tmp_path.rglob("*") if "cache" not in p.parts and "data" not in p.parts]
        assert set(ours) <= set(before)
    assert (tmp_path / "fixed.wav").read_bytes() == b"old"


def test_a_new_program_on_a_full_disk_leaves_the_old_one(tmp_path: Path) -> None:
    need_unplugged_network()
    (tmp_path / "disk").mkdir()
    script = (
        "mount -t tmpfs -o size=8k tmpfs disk && cd disk && echo old > a.toml && "
        "head -c 4096 /dev/zero > filler; "
        f"{sys.executable} -m mmc_audio new a.toml --force; echo $?; cat a.toml; ls -A"
    )
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "1\nold\na.toml\nfiller\n"
    assert done.stderr.startswith("error: a.toml was not written: No space left on device. ")
