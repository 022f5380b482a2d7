"""`mmc log`: whole outputs of the real command over a log on the disk."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mmc_audio.journal import Entry, append
from tests.command import Run, mmc
from tests.test_journal import ENTRY, LINE

SHOWN = """\
Began             Program    Sets  Reps  Tension    Pauses  Ended
2026-11-23 18:04  legs.toml     2     8     1:23  1 (0:21)  finished
2026-11-25 18:04  curl          0     0     0:00         0  output lost
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MMC_DATA", str(tmp_path / "data"))
    return tmp_path


def log(*sessions: Entry) -> None:
    for session in sessions:
        append(session)


def after(days: int, **changes: object) -> Entry:
    return replace(ENTRY, began=ENTRY.began + timedelta(days=days), **changes)  # type: ignore[arg-type]


def test_nothing_is_logged_yet(folder: Path) -> None:
    assert mmc("log", cwd=folder) == Run(
        0, "No session is logged yet. Play one: mmc play hip-thrust\n"
    )
    assert mmc("log", "--json", cwd=folder) == Run(0, "")
    assert not (folder / "data").exists()


def test_its_place(folder: Path) -> None:
    assert mmc("log", "--path", cwd=folder) == Run(0, f"{folder}/data/log.jsonl\n")


def test_the_sessions_with_the_newest_last(folder: Path) -> None:
    lost = after(2, program="curl", sets=(), tension_ms=0, pauses=0, ended="output lost")
    log(ENTRY, lost)
    assert mmc("log", cwd=folder) == Run(0, SHOWN)


def test_the_last_few_of_many(folder: Path) -> None:
    log(*(after(day) for day in range(25)))
    days = [row.split()[0] for row in mmc("log", cwd=folder).out.splitlines()[1:]]
    assert (len(days), days[0], days[-1]) == (20, "2026-11-28", "2026-12-17")
    rows = mmc("log", "--last", "2", cwd=folder).out.splitlines()[1:]
    assert [row.split()[0] for row in rows] == ["2026-12-16", "2026-12-17"]
    assert len(mmc("log", "--last", "99", cwd=folder).out.splitlines()) == 26


def test_as_json_all_lines_are_as_they_are_kept(folder: Path) -> None:
    log(ENTRY, *(after(day) for day in range(1, 25)))
    run = mmc("log", "--json", cwd=folder)
    assert (run.code, run.err) == (0, "")
    assert run.out == (folder / "data" / "log.jsonl").read_text()
    assert run.out.splitlines()[0] == LINE
    last = mmc("log", "--json", "--last", "1", cwd=folder).out
    assert json.loads(last)["began"] == "2026-12-17T18:04:05+01:00"


def test_lines_that_can_not_be_read_are_told_and_steer_no_terminal(folder: Path) -> None:
    log(ENTRY)
    place = folder / "data" / "log.jsonl"
    steering = LINE.replace("legs.toml", "\x9b31m\u202egs").replace("finished", "\\u001b]0;x")
    place.write_text(f"{{torn\n\x1b]0;owned\x07\n{steering}\n{LINE}\n", encoding="utf-8")
    run = mmc("log", cwd=folder)
    assert (run.code, run.err) == (0, f"2 unreadable lines of {place} are left out.\n")
    assert "\\x9b31m\\u202egs" in run.out and "\\x1b]0;x" in run.out
    assert all(c.isprintable() or c == "\n" for c in run.out)
    lines = mmc("log", "--json", cwd=folder).out.splitlines()
    assert [json.loads(line)["program"] for line in lines] == ["\x9b31m\u202egs", "legs.toml"]


def test_one_line_that_can_not_be_read(folder: Path) -> None:
    log(ENTRY)
    place = folder / "data" / "log.jsonl"
    place.write_text("{torn")
    run = mmc("log", cwd=folder)
    assert run.err == f"1 unreadable line of {place} is left out.\n"
    assert run.out == "No session is logged yet. Play one: mmc play hip-thrust\n"


def test_a_log_that_is_a_folder(folder: Path) -> None:
    (folder / "data" / "log.jsonl").mkdir(parents=True)
    assert mmc("log", cwd=folder) == Run(
        1, "", f"error: The log, {folder}/data/log.jsonl, can't be read: Is a directory.\n"
    )


def test_less_than_one_session_is_no_number(folder: Path) -> None:
    run = mmc("log", "--last", "0", cwd=folder)
    assert (run.code, run.out) == (2, "")
    assert run.err.endswith("\nerror: Invalid value for '--last': 0 is not in the range x>=1.\n")
