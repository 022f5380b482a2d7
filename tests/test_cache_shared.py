"""Whatever becomes of the caches, an export is what it is with empty ones, byte for byte."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.command import environment
from tests.parts import need, need_unplugged_network
from tests.zygote import Ended, Zygote

PROGRAM = """
title = "Kept"
voice.engine = "espeak"
[session]
setup = 5
[[exercise]]
name = "Curl"
start = "concentric"
cues.concentric = "squeeze"
reps = 3
tempo = "2-0-1-0"
"""
EXPORT = ("export", "a.toml", "--no-intro", "-o", "a.mp3")
MAGIC, DIGEST = 8, 32
NOT_KEPT = "The spoken phrases are not kept in "


@pytest.fixture(scope="module")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    need("espeak-ng")
    folder = tmp_path_factory.mktemp("caches")
    (folder / "a.toml").write_text(PROGRAM)
    with Zygote(folder, environment(folder)) as zygote:
        yield zygote


@pytest.fixture(scope="module")
def right(zygote: Zygote) -> bytes:
    """The file that empty caches lead to; in `kept` is what they hold then."""
    assert exported(zygote).code == 0
    (zygote.cwd / "cache").rename(zygote.cwd / "kept")
    return (zygote.cwd / "a.mp3").read_bytes()


def exported(zygote: Zygote) -> Ended:
    (zygote.cwd / "a.mp3").unlink(missing_ok=True)
    return zygote.run(*EXPORT)


def fresh(zygote: Zygote) -> Path:
    """The cache as a whole run has left it."""
    root = zygote.cwd / "cache"
    if root.is_symlink() or root.is_file() or root.is_fifo():
        root.unlink()
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(zygote.cwd / "kept", root)
    return root


def entries(root: Path) -> list[Path]:
    return sorted(root.rglob("*.clip"))


# ---- damage --------------------------------------------------------------------------------------


def flipped(start: int, end: int | None) -> Callable[[Path, random.Random], None]:
    """One bit of a stretch of bytes turned over."""

    def damage(path: Path, draw: random.Random) -> None:
        data = bytearray(path.read_bytes())
        at = draw.randrange(start, end or len(data))
        data[at] ^= 1 << draw.randrange(8)
        path.write_bytes(data)

    return damage


def cut(path: Path, draw: random.Random) -> None:
    path.write_bytes(path.read_bytes()[: draw.randrange(path.stat().st_size)])


def swapped(path: Path, draw: random.Random) -> None:
    others = [other for other in entries(root_of(path)) if other.is_file() and other != path]
    shutil.copy(draw.choice(others), path)


def root_of(path: Path) -> Path:
    return next(folder for folder in path.parents if folder.name == "cache")


def longer(path: Path, draw: random.Random) -> None:
    path.write_bytes(path.read_bytes() + draw.randbytes(draw.randrange(1, 9)))


def emptied(path: Path, draw: random.Random) -> None:
    path.write_bytes(b"")


def gone(path: Path, draw: random.Random) -> None:
    path.unlink()


def linked(path: Path, draw: random.Random) -> None:
    aim = path.with_suffix(".aside")
    path.rename(aim)
    path.symlink_to(draw.choice([aim.name, "/etc/hostname", path.name, "/dev/zero"]))


def piped(path: Path, draw: random.Random) -> None:
    path.unlink()
    os.mkfifo(path)


def locked(path: Path, draw: random.Random) -> None:
    path.chmod(0)


def given_away(path: Path, draw: random.Random) -> None:
    if os.geteuid() == 0:
        os.chown(path, 12_345, 12_345)
    path.chmod(0o600)


def redated(path: Path, draw: random.Random) -> None:
    then = draw.choice([0.0, time.time() + 10 * 365 * 86_400, time.time() - 400 * 86_400])
    os.utime(path, (then, then))


DAMAGE = (
    *(flipped(0, MAGIC), flipped(MAGIC, MAGIC + DIGEST), flipped(MAGIC + DIGEST, None)),
    *(cut, swapped, longer, emptied, gone, linked, piped, locked, given_away, redated),
)


@pytest.mark.parametrize("runs", [2, pytest.param(150, marks=pytest.mark.slow)])
@pytest.mark.timeout(1_200)
def test_damaged_entries_change_nothing(zygote: Zygote, right: bytes, runs: int) -> None:
    """Each entry of both caches is damaged in some way, or in none."""
    draw, ways = random.Random(3), set()
    for _ in range(runs):
        root = fresh(zygote)
        for path in entries(root):
            if draw.random() < 0.8:
                way = draw.choice(DAMAGE)
                ways.add(way)
                way(path, draw)
        run = exported(zygote)
        assert (run.code, run.err) == (0, "")
        assert (zygote.cwd / "a.mp3").read_bytes() == right
        assert exported(zygote).err == ""
        assert (zygote.cwd / "a.mp3").read_bytes() == right
    assert runs < 10 or ways == set(DAMAGE)


def plant_folder(path: Path) -> None:
    path.mkdir()


def plant_file(path: Path) -> None:
    path.write_bytes(b"")


def plant_dangling(path: Path) -> None:
    path.symlink_to("nowhere")


def plant_loop(path: Path) -> None:
    path.symlink_to(path.name)


PLANTS = (plant_file, os.mkfifo, plant_dangling, plant_loop)
QUICK = (("root", plant_file), ("entries", plant_file))


@pytest.mark.parametrize(
    ("where", "plant"),
    [
        pytest.param(where, plant, marks=() if (where, plant) in QUICK else pytest.mark.slow)
        for where in ("root", "folders", "encodings", "entries")
        for plant in PLANTS
    ],
)
def test_what_is_planted_is_told_and_changes_nothing(
    zygote: Zygote, right: bytes, where: str, plant: Callable[[Path], None]
) -> None:
    root = fresh(zygote)
    places = {
        "root": [root],
        "folders": [path for path in (*root.iterdir(), *(root / "encoded").iterdir())],
        "encodings": [root / "encoded"],
        "entries": entries(root),
    }[where]
    for path in places:
        if path.name != "encoded" or where == "encodings":
            shutil.rmtree(path, ignore_errors=True)
            path.unlink(missing_ok=True)
            (plant_folder if where == "entries" and plant is plant_file else plant)(path)
    run = exported(zygote)
    assert run.code == 0
    assert (zygote.cwd / "a.mp3").read_bytes() == right
    told = [line for line in run.err.splitlines() if line]
    assert len(told) <= 1 and all(line.startswith(NOT_KEPT) for line in told), told
    assert bool(told) == (where in ("root", "folders") or (where, plant) == ("entries", plant_file))


# ---- company -------------------------------------------------------------------------------------


@pytest.mark.parametrize("rounds", [1, pytest.param(20, marks=pytest.mark.slow)])
@pytest.mark.timeout(600)
def test_eight_processes_fill_it_at_once(zygote: Zygote, right: bytes, rounds: int) -> None:
    for _ in range(rounds):
        shutil.rmtree(fresh(zygote))
        arguments = [(*EXPORT[:-1], f"b{number}.mp3") for number in range(8)]
        runs = [zygote.start(*one) for one in arguments]
        assert [run.ended().code for run in runs] == [0] * 8
        assert {(zygote.cwd / f"b{number}.mp3").read_bytes() for number in range(8)} == {right}
        assert list((zygote.cwd / "cache").rglob(".mmc-*")) == []
        kept = zygote.cwd / "kept"
        for path in entries(kept):
            assert (zygote.cwd / "cache" / path.relative_to(kept)).read_bytes() == path.read_bytes()


@pytest.mark.parametrize("runs", [2, pytest.param(60, marks=pytest.mark.slow)])
@pytest.mark.timeout(600)
def test_it_may_be_deleted_while_it_is_used(zygote: Zygote, right: bytes, runs: int) -> None:
    shutil.rmtree(fresh(zygote))
    loop = "while true; do rm -rf cache; sleep 0.01; done 2>/dev/null"
    with subprocess.Popen(["bash", "-c", loop], cwd=zygote.cwd) as deleting:
        try:
            for _ in range(runs):
                run = exported(zygote)
                assert run.code == 0
                assert all(line.startswith(NOT_KEPT) for line in run.err.splitlines()), run.err
                assert (zygote.cwd / "a.mp3").read_bytes() == right
        finally:
            deleting.kill()


@pytest.mark.parametrize(
    ("mount", "reason"),
    [
        pytest.param("size=8k", "No space left on device", id="full"),
        pytest.param("ro", "Read-only file system", id="read-only", marks=pytest.mark.slow),
    ],
)
def test_a_disk_of_no_use_is_told_once(
    zygote: Zygote, right: bytes, mount: str, reason: str
) -> None:
    need_unplugged_network()
    folder = zygote.cwd / "disk"
    folder.mkdir(exist_ok=True)
    script = (
        f"mount -t tmpfs -o {mount} tmpfs disk && "
        f"MMC_CACHE=$PWD/disk {sys.executable} -m mmc_audio {' '.join(EXPORT)}"
    )
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script],
        cwd=zygote.cwd,
        env=environment(zygote.cwd),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (
        0,
        f"{NOT_KEPT}{folder} ({reason}); all else works.\n",
    )
    assert (zygote.cwd / "a.mp3").read_bytes() == right
