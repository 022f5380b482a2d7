"""Where a session was left is found again, whatever happened to the file."""

from __future__ import annotations

import json
import os
import resource
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from mmc_audio.bookmark import OPTIONS, Bookmark, forget, keep, kept, lasting_name
from mmc_audio.errors import UserError
from tests.command import ROOT, bound_by_modes
from tests.depth import drawn

CHOSEN: dict[str, object] = {
    "voice": "espeak",
    "talk": "quiet",
    "intro": False,
    "focus": "external",
    "imagine": False,
    "week": 2,
    "tempo": 0.9,
    "wait": True,
    "output": None,
    "volume": 60,
    "plain": True,
    "log": False,
}
LEFT = Bookmark("/home/día/\udcff.toml", 2, 3, CHOSEN)


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MMC_DATA", str(tmp_path / "kept" / "data"))
    return tmp_path / "kept" / "data" / "bookmark.json"


def test_a_bookmark_is_kept_until_it_is_forgotten(file: Path) -> None:
    assert kept() is None
    forget()
    keep(LEFT)
    assert kept() == LEFT
    keep(replace(LEFT, set=4))
    assert kept() == replace(LEFT, set=4)
    assert [path.name for path in file.parent.iterdir()] == ["bookmark.json"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    forget()
    assert (kept(), file.exists()) == (None, False)


def test_only_options_worth_keeping_are_kept() -> None:
    assert set(CHOSEN) == set(OPTIONS)
    keep(replace(LEFT, options={**CHOSEN, "start": (1, 1), "colour": "red"}))
    assert kept() == LEFT
    keep(replace(LEFT, options={"volume": 5}))
    assert kept() == replace(LEFT, options={"volume": 5})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("format", 2),
        ("program", None),
        ("exercise", 0),
        ("set", True),
        ("set", "3"),
        ("options", None),
        ("options", {"voice": 1}),
        ("options", {"talk": "loud"}),
        ("options", {"talk": []}),
        ("options", {"intro": 0}),
        ("options", {"focus": "inward"}),
        ("options", {"imagine": 1}),
        ("options", {"week": 0}),
        ("options", {"tempo": 2.5}),
        ("options", {"tempo": float("nan")}),
        ("options", {"tempo": "1"}),
        ("options", {"wait": None}),
        ("options", {"output": ["null"]}),
        ("options", {"volume": 101}),
        ("options", {"volume": 50.5}),
    ],
)
def test_what_is_not_right_is_no_bookmark(name: str, value: object, file: Path) -> None:
    keep(LEFT)
    right = json.loads(file.read_text())
    file.write_text(json.dumps({**right, name: value}))
    assert kept() is None
    file.write_text(json.dumps({k: v for k, v in right.items() if k != name}))
    assert kept() is None


def test_every_torn_file_is_no_bookmark(file: Path) -> None:
    keep(LEFT)
    whole = file.read_bytes()
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        assert kept() is None
    for spoilt in (b"\xff", b"[" * 100_000, b"[]", b"0", b"null", b"9" * 5_000):
        file.write_bytes(spoilt)
        assert kept() is None


@drawn(50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10_000), st.integers(0, 255))
def test_a_changed_byte_is_no_bug(file: Path, where: int, byte: int) -> None:
    keep(LEFT)
    data = bytearray(file.read_bytes())
    data[where % len(data)] = byte
    file.write_bytes(data)
    found = kept()
    assert found is None or (found.exercise >= 1 and set(found.options) <= set(OPTIONS))


def test_what_is_no_file_is_no_bookmark(file: Path) -> None:
    file.parent.mkdir(parents=True)
    os.mkfifo(file)
    assert kept() is None
    file.unlink()
    file.mkdir()
    assert kept() is None
    forget()
    assert refused() == (
        f"Where this session stands can't be kept, {file}: Is a directory. "
        "MMC_DATA names another folder."
    )
    assert [path.name for path in file.parent.iterdir()] == ["bookmark.json"]


def refused() -> str:
    with pytest.raises(UserError) as caught:
        keep(replace(LEFT, set=4))
    return str(caught.value)


def test_a_full_disk_leaves_the_old_one(file: Path) -> None:
    keep(LEFT)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))
    try:
        message = refused()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert f"{file}: File too large. " in message
    assert kept() == LEFT
    assert [path.name for path in file.parent.iterdir()] == ["bookmark.json"]


KEEP = """
from mmc_audio.bookmark import Bookmark, keep, kept
keep(Bookmark("curl", 1, 1, {}))
"""


def test_a_folder_that_may_not_be_written_is_told(file: Path) -> None:
    file.parent.mkdir(parents=True)
    file.parent.chmod(0o555)
    command = [*bound_by_modes(), sys.executable, "-c", KEEP]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.stderr.splitlines()[-1] == (
        f"mmc_audio.errors.UserError: Where this session stands can't be kept, {file}: "
        "Permission denied. MMC_DATA names another folder."
    )


HURRY = """
import itertools
from mmc_audio.bookmark import Bookmark, keep
from tests.depth import drawn
print("ready", flush=True)
for number in itertools.count(1):
    keep(Bookmark("curl" * 1_000, number, 1, {}))
"""


def test_kills_and_company_never_damage_it(file: Path) -> None:
    keep(LEFT)
    for _ in range(6):
        runs = [
            subprocess.Popen([sys.executable, "-c", HURRY], cwd=ROOT, stdout=subprocess.PIPE)
            for _ in range(2)
        ]
        for run in runs:
            assert run.stdout is not None
            run.stdout.readline()
        assert all(kept() is not None for _ in range(200))
        for run in runs:
            run.kill()
            run.communicate()
        assert kept() is not None


def test_without_a_home_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("MMC_DATA", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert kept() is None
    forget()
    assert refused() == (
        "Where this session stands can't be kept: no home folder is known; MMC_DATA names one."
    )


def test_a_lasting_name_holds_in_every_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "legs.toml").write_text("")
    assert lasting_name("legs.toml") == f"{tmp_path}/legs.toml"
    assert lasting_name("in/../legs.toml") == "in/../legs.toml"  # there is no folder `in`
    assert lasting_name("hip-thrust") == "hip-thrust"
    (tmp_path / "hip-thrust").mkdir()
    assert lasting_name("hip-thrust") == "hip-thrust"
    (tmp_path / "hip-thrust").rmdir()
    (tmp_path / "hip-thrust").write_text("")  # a file goes before a shipped program
    assert lasting_name("hip-thrust") == f"{tmp_path}/hip-thrust"
