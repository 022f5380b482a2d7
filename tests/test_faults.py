"""One call at a time fails, or is the last: a file is the old one or the new one, and it is told.

As SQLite's crash tests do, an export is run again and again. Before its first, second, ... call
that changes a file, by whichever library, it is killed, or the call fails.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from mmc_audio.outputs import SUFFIXES
from tests.command import environment
from tests.parts import need
from tests.zygote import Zygote

PROGRAM = """
title = "Tiny"
voice.engine = "none"
[session]
setup = 3
[[exercise]]
name = "Curl"
reps = 1
tempo = "1-0-1-0"
"""
OLD = b"old" * 1_000
FEW, MANY = 3, 40  # calls of an export that are tried
FULL, FULL_ONCE, BROKEN_ONCE = -errno.ENOSPC, errno.ENOSPC, errno.EIO
PAGE = re.compile(rb"OggS\0.{21}", re.DOTALL)


@pytest.fixture(scope="module")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    need("ffmpeg")
    folder = tmp_path_factory.mktemp("faults")
    (folder / "tiny.toml").write_text(PROGRAM)
    with Zygote(folder, environment(folder), faults=True) as zygote:
        yield zygote


def whole(data: bytes) -> bytes:
    """Ogg without what differs from run to run: a serial number, and the checksum over it."""
    return PAGE.sub(lambda page: page[0][:14] + bytes(4) + page[0][18:22] + bytes(4), data)


def left_behind(folder: Path) -> list[str]:
    """Everything temporary of ours, wherever it may lie."""
    hidden = [str(path.relative_to(folder)) for path in folder.rglob(".mmc-*")]
    return sorted([*hidden, *(name for name in os.listdir(folder / "tmp") if name[0] != ".")])


def made(zygote: Zygote, target: Path) -> tuple[bytes, int]:
    """The new file, made with empty caches; and how many calls that took."""
    shutil.rmtree(zygote.cwd / "cache", ignore_errors=True)
    target.write_bytes(OLD)  # whose mode is kept, by a call of its own
    run = zygote.run("export", "tiny.toml", "-o", str(target))
    assert (run.code, run.err) == (0, "")
    return whole(target.read_bytes()), run.calls


def spread(calls: int, most: int) -> list[int]:
    """So many of the calls, mostly first and last ones, which do more; and one that never comes."""
    ends = most // 2
    middle = range(ends + 1, calls - ends, max(1, calls // (most - ends)))
    never = calls + 10
    if calls <= most:
        return [*range(1, calls + 1), never]
    return sorted({*range(1, ends + 1), *middle, *range(calls - ends + 1, calls + 1), never})


@pytest.mark.parametrize(
    ("suffixes", "most"),
    [
        pytest.param((".mp3", ".srt"), FEW, id="some"),
        pytest.param(tuple(SUFFIXES), MANY, id="all", marks=pytest.mark.slow),
    ],
)
@pytest.mark.timeout(1_800)
def test_killed_before_any_call_it_leaves_a_whole_file(
    zygote: Zygote, suffixes: tuple[str, ...], most: int
) -> None:
    for suffix in suffixes:
        shutil.rmtree(zygote.cwd / "out", ignore_errors=True)
        target = zygote.cwd / "out" / f"a{suffix}"
        target.parent.mkdir()
        new, calls = made(zygote, target)
        seen = set()
        for at in spread(calls, most):
            target.write_bytes(OLD)
            shutil.rmtree(zygote.cwd / "cache", ignore_errors=True)
            run = zygote.run("export", "tiny.toml", "-o", str(target), at=at)
            found = whole(target.read_bytes())
            assert found in (OLD, new), (suffix, at)
            assert run.code in (0, -signal.SIGKILL) or found == OLD  # ffmpeg was killed
            seen.add((run.code, found == OLD))
        assert {(-signal.SIGKILL, True), (0, False)} <= seen
        assert made(zygote, target)[0] == new
        assert os.listdir(zygote.cwd / "out") == [target.name]
        assert left_behind(zygote.cwd) == []


@pytest.mark.parametrize(
    ("suffixes", "most", "error"),
    [
        pytest.param((".mp3", ".wav"), FEW, FULL, id="some"),
        pytest.param(tuple(SUFFIXES), MANY, FULL, id="full", marks=pytest.mark.slow),
        pytest.param(tuple(SUFFIXES), MANY, FULL_ONCE, id="full once", marks=pytest.mark.slow),
        pytest.param(tuple(SUFFIXES), MANY, BROKEN_ONCE, id="broken once", marks=pytest.mark.slow),
    ],
)
@pytest.mark.timeout(1_800)
def test_a_call_that_fails_is_told_and_leaves_the_old_file(
    zygote: Zygote, suffixes: tuple[str, ...], most: int, error: int
) -> None:
    for suffix in suffixes:
        shutil.rmtree(zygote.cwd / "out", ignore_errors=True)
        target = zygote.cwd / "out" / f"a{suffix}"
        target.parent.mkdir()
        new, calls = made(zygote, target)
        told = f"error: {re.escape(str(target))} was not written: .+\n"
        seen = set()
        for at in spread(calls, most):
            target.write_bytes(OLD)
            shutil.rmtree(zygote.cwd / "cache", ignore_errors=True)
            run = zygote.run("export", "tiny.toml", "-o", str(target), at=at, error=error)
            found = whole(target.read_bytes())
            if run.code == 0:
                assert (found, run.err) == (new, ""), (suffix, at)
            else:
                assert (run.code, run.out, found) == (1, "", OLD), (suffix, at, run)
                assert re.fullmatch(told, run.err), (suffix, at, run.err)
                if error < 0:
                    assert os.strerror(-error) in run.err or "temporary directory" in run.err
            assert left_behind(zygote.cwd) == [], (suffix, at)
            seen.add(run.code)
        assert seen == {0, 1}
