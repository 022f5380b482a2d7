"""What we read from our own folders: others may have written there, and disks lose bits."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from functools import cache
from pathlib import Path

from fuzz.texts import scratch
from mmc_audio import bookmark, journal
from mmc_audio.cache import Cache
from mmc_audio.commands.log import _row


@cache
def folder() -> Path:
    """A data folder of this process, in memory."""
    made = Path(tempfile.mkdtemp(prefix="mmc-fuzz-", dir=scratch()))
    os.environ["MMC_DATA"] = str(made)
    return made


KEY, BODY = b"key", b"what was kept" * 3


def entry(data: bytes) -> None:
    """An entry of a cache is what was put there, or it is not there."""
    store = Cache(folder() / "cache")
    store.put(KEY, BODY)
    (path,) = (folder() / "cache").glob("??/*.clip")
    assert store.get(KEY) == BODY
    path.write_bytes(data)
    found = store.get(KEY)
    assert found is None or data == signed(found)


def signed(body: bytes) -> bytes:
    """The whole entry of a body under KEY."""
    length = len(KEY).to_bytes(8, "little")
    return b"MMCCLIP1" + hashlib.sha256(length + KEY + body).digest() + body


def log(data: bytes) -> None:
    """Each line of the log is a session, or is counted as unreadable; all of them can be shown."""
    path = folder() / "log.jsonl"
    path.write_bytes(data)
    found = journal.entries()
    lines = [line for line in data.split(b"\n") if line]
    assert len(found.entries) + found.unreadable == len(lines)
    assert len(found.lines) == len(found.entries)
    for line, session in zip(found.lines, found.entries, strict=True):
        assert line.isascii()
        json.loads(line)
        assert all(type(cell) is str for cell in _row(session))


def mark(data: bytes) -> None:
    """A bookmark is one that we could have written, or there is none."""
    (folder() / "bookmark.json").write_bytes(data)
    found = bookmark.kept()
    if found is not None:
        assert found.exercise >= 1 and found.set >= 1
        bookmark.keep(found)
        assert bookmark.kept() == found
