"""The log keeps every session it took, under crashes, full disks and many processes."""

from __future__ import annotations

import json
import os
import random
import re
import resource
import signal
import stat
import subprocess
import sys
import time
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import get_args

import pytest

from mmc_audio import journal
from mmc_audio.errors import UserError
from mmc_audio.journal import Entry, append, entries, place
from mmc_audio.tally import SetDone
from tests.command import ROOT, bound_by_modes

ENTRY = Entry(
    began=datetime(2026, 11, 23, 18, 4, 5, tzinfo=timezone(timedelta(hours=1))),
    title="Día de pierna",
    program="legs.toml",
    planned_ms=600_000,
    took_ms=620_500,
    sets=(
        SetDone(1, "Squat", 1, 2, "warm-up", 8, 8, 0, 0, 64_000),
        SetDone(2, "Plank", 1, 1, "", 0, 0, 18_000, 30_000, 18_000),
    ),
    tension_ms=83_000,
    pauses=1,
    paused_ms=20_500,
    voice="embedded",
    output="sounddevice",
    ended="finished",
)
LINE = (
    '{"format": 1, "began": "2026-11-23T18:04:05+01:00", "title": "D\\u00eda de pierna", '
    '"program": "legs.toml", "planned_ms": 600000, "took_ms": 620500, "sets": ['
    '{"exercise": 1, "name": "Squat", "set": 1, "sets": 2, "label": "warm-up", "reps": 8, '
    '"reps_planned": 8, "held_ms": 0, "hold_ms": 0, "tension_ms": 64000, "side": "", '
    '"part": 1, "parts": 1, "completed": true}, '
    '{"exercise": 2, "name": "Plank", "set": 1, "sets": 1, "label": "", "reps": 0, '
    '"reps_planned": 0, "held_ms": 18000, "hold_ms": 30000, "tension_ms": 18000, '
    '"side": "", "part": 1, "parts": 1, "completed": false}], '
    '"tension_ms": 83000, "pauses": 1, "paused_ms": 20500, '
    '"voice": "embedded", "output": "sounddevice", "ended": "finished"}'
)
# Appends entries numbered from its own first number on; a long one is torn more easily.
WRITER = """
import sys
from dataclasses import replace
from mmc_audio import journal
from mmc_audio.journal import append
from tests.test_journal import ENTRY
many = replace(ENTRY, sets=ENTRY.sets * 60)
journal.LOCKED_S = 60  # a disk of a busy machine takes long for each line
print("ready", flush=True)
for number in range(int(sys.argv[1]), int(sys.argv[1]) + int(sys.argv[2])):
    append(replace(many, took_ms=number))
    print(number, flush=True)
"""


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MMC_DATA", str(tmp_path / "kept" / "data"))
    return tmp_path / "kept" / "data"


def writer(first: int, number: int, *wrapped: str) -> subprocess.Popen[str]:
    command = [*wrapped, sys.executable, "-c", WRITER, str(first), str(number)]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def numbers() -> list[int]:
    return [entry.took_ms for entry in entries().entries]


def test_nothing_logged_yet() -> None:
    assert entries() == journal.Log((), (), 0)


def test_an_entry_is_one_line_and_is_read_as_it_was(data: Path) -> None:
    append(ENTRY)
    later = replace(ENTRY, sets=(), ended="output lost")
    append(later)
    log = entries()
    assert (log.entries, log.unreadable) == ((ENTRY, later), 0)
    assert place() == data / "log.jsonl"
    lines = place().read_text("ascii").splitlines()
    assert lines[0] == LINE
    assert log.lines == tuple(lines)
    assert json.loads(lines[1])["ended"] == "output lost"


def test_a_line_from_before_sets_had_sides_is_read() -> None:
    append(ENTRY)
    old = LINE.replace('"side": "", "part": 1, "parts": 1, ', "")
    assert old.count("side") == 0
    place().write_text(f"{old}\n", "ascii")
    assert (entries().entries, entries().unreadable) == ((ENTRY,), 0)


def test_nobody_else_may_read_it(data: Path) -> None:
    append(ENTRY)
    assert stat.S_IMODE(place().stat().st_mode) == 0o600
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


def test_eight_processes_lose_nothing_and_tear_nothing() -> None:
    writers = [writer(first * 100, 40) for first in range(8)]
    for run in writers:
        _, err = run.communicate(timeout=60)
        assert (run.returncode, err) == (0, "")
    assert entries().unreadable == 0
    taken = numbers()
    for first in range(0, 800, 100):  # each in its own order
        assert [n for n in taken if first <= n < first + 100] == [*range(first, first + 40)]
    assert len(taken) == 8 * 40


def test_a_killed_writer_loses_nothing_that_it_had_written() -> None:
    draw, told = random.Random(1), []
    for first in range(0, 12_000, 1_000):
        with writer(first, 1_000) as run:
            assert run.stdout and run.stderr
            run.stdout.readline()
            told += [int(run.stdout.readline()) for _ in range(draw.randint(1, 3))]
            time.sleep(draw.uniform(0.001, 0.03))
            run.send_signal(signal.SIGKILL)
            told += [int(line) for line in run.stdout]
            assert run.stderr.read() == ""
    append(replace(ENTRY, took_ms=99_999))
    assert len(told) >= 12
    assert set(told) <= set(numbers())
    assert numbers()[-1] == 99_999
    assert len(numbers()) == len(set(numbers()))


def test_what_a_crash_left_of_a_line_does_not_spoil_the_next() -> None:
    append(ENTRY)
    whole = place().read_bytes()
    for end in (1, 20, len(whole) - 1):
        place().write_bytes(whole + whole[:end])
        append(replace(ENTRY, took_ms=1))
        torn = end < len(whole) - 1  # all but its last "\n" is a whole entry
        assert numbers() == ([620_500, 1] if torn else [620_500, 620_500, 1])
        assert entries().unreadable == torn


@pytest.mark.parametrize(
    "line",
    [
        "hello",
        "[]",
        "1",
        "null",
        "[" * 100_000,
        "\udcff",
        LINE[:-1],
        LINE.replace('"format": 1', '"format": 2'),
        LINE.replace("620500", "620500.5"),
        LINE.replace("620500", "true"),
        LINE.replace("620500", "NaN"),
        LINE.replace("620500", "9" * 5_000),
        LINE.replace('"legs.toml"', "null"),
        LINE.replace('"embedded"', "[]"),
        LINE.replace('"finished"', "0"),
        LINE.replace('"sets": [', '"sets": [0, '),
        LINE.replace('"reps": 8', '"reps": "8"'),
        LINE.replace('"label": "", ', ""),
        LINE.replace("T18:04:05+01:00", "T18:04:05"),
        LINE.replace("2026-11-23T18:04:05+01:00", "yesterday"),
        LINE.replace('"2026-11-23T18:04:05+01:00"', "0"),
    ],
    ids=lambda line: line[:40].encode("ascii", "replace").decode(),
)
def test_a_line_that_can_not_be_read_is_counted_and_left_out(line: str) -> None:
    append(ENTRY)
    with place().open("ab") as file:
        file.write(line.encode(errors="surrogateescape") + b"\n\n")
    append(ENTRY)
    log = entries()
    assert (log.entries, log.lines, log.unreadable) == ((ENTRY, ENTRY), (LINE, LINE), 1)


def test_a_key_of_a_later_version_is_kept_and_no_obstacle(data: Path) -> None:
    data.mkdir(parents=True)
    line = LINE.replace("{", '{"mood": "\\u001b", ', 1)
    place().write_text(line + "\n")
    assert entries() == journal.Log((ENTRY,), (line,), 0)


def refused() -> str:
    with pytest.raises(UserError) as caught:
        append(ENTRY)
    return str(caught.value)


def test_a_full_disk_leaves_the_log_as_it_was() -> None:
    append(ENTRY)
    before = place().read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 100, limits[1]))
    try:
        message = refused()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert message == (
        f"This session is not in the log, {place()}: File too large. "
        "MMC_DATA names another folder for it."
    )
    assert place().read_bytes() == before
    append(replace(ENTRY, took_ms=1))
    assert numbers() == [620_500, 1]


def test_a_folder_that_may_not_be_written_is_told(data: Path) -> None:
    data.mkdir(parents=True)
    data.chmod(0o555)
    _, err = writer(0, 1, *bound_by_modes()).communicate(timeout=60)
    assert err.splitlines()[-1] == (
        f"mmc_audio.errors.UserError: This session is not in the log, {place()}: "
        "Permission denied. MMC_DATA names another folder for it."
    )


def test_what_is_no_file_is_not_waited_for(data: Path) -> None:
    data.mkdir(parents=True)
    os.mkfifo(place())
    assert ": It is no regular file. " in refused()
    assert entries() == journal.Log((), (), 0)
    place().unlink()
    place().symlink_to("/dev/full")
    assert ": It is no regular file. " in refused()
    place().unlink()
    place().mkdir()
    assert "Is a directory" in refused()
    with pytest.raises(UserError) as caught:
        entries()
    assert str(caught.value) == f"The log, {place()}, can't be read: Is a directory."


def test_a_lock_that_stays_is_told_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    append(ENTRY)
    monkeypatch.setattr(journal, "LOCKED_S", 0.1)
    with place().open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert "another program keeps it locked" in refused()
    append(ENTRY)
    assert len(numbers()) == 2


def test_without_a_home_there_is_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("MMC_DATA", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    message = "There is no place for the log: no home folder is known; MMC_DATA names one."
    assert refused() == message
    with pytest.raises(UserError, match=message):
        entries()


def test_the_documentation_names_every_key() -> None:
    text = (ROOT / "docs" / "log-format.md").read_text("utf-8")
    named = [
        {name for row in re.findall(r"^\| (`.*?) \|", table, re.M) for name in row.split("`")[1::2]}
        for table in text.split("Each of `sets`:")
    ]
    line = json.loads(LINE)
    assert named == [set(line), set(line["sets"][0])]
    assert all(f"`{ending}`" in text for ending in get_args(journal.Ending))
