"""Naming a program: a file, a shipped name, or an unambiguous beginning of one."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmc_audio.errors import UserError
from mmc_audio.programs import find_program, shipped
from mmc_audio.resources import folder


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_program_by_its_name(name: str) -> None:
    assert find_program(name) == folder("programs") / f"{name}.toml"


@pytest.mark.parametrize(
    ("beginning", "name"),
    [
        ("hip-thrust", "hip-thrust-mmc"),
        ("curl", "curl-3121"),
        ("glute-bridge", "glute-bridge-first-feel"),
        ("heel-drop", "heel-drop-rehab"),
        ("hip-thrust-", "hip-thrust-mmc"),
        ("t", "travel-20"),
    ],
)
def test_a_shipped_program_by_its_beginning(beginning: str, name: str) -> None:
    assert find_program(beginning) == folder("programs") / f"{name}.toml"


@pytest.mark.parametrize(
    ("beginning", "candidates"),
    [
        ("h", "hear-it-first, heel-drop-rehab, hip-thrust-mmc, home-bodyweight"),
        ("he", "hear-it-first, heel-drop-rehab"),
        ("l", "lats-pulldown, leg-day-heavy-light"),
    ],
)
def test_a_beginning_of_several_lists_them(beginning: str, candidates: str) -> None:
    with pytest.raises(UserError) as refused:
        find_program(beginning)
    assert str(refused.value) == (
        f'"{beginning}" is the beginning of several shipped programs: {candidates}. '
        "Write more of the one you mean."
    )


def test_a_file_goes_before_a_beginning_and_a_beginning_before_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "curl").mkdir()
    assert find_program("curl") == folder("programs") / "curl-3121.toml"
    (tmp_path / "curl").rmdir()
    (tmp_path / "curl").touch()
    assert find_program("curl") == Path("curl")
    (tmp_path / "he").touch()  # alone it would be ambiguous
    assert find_program("he") == Path("he")


@pytest.mark.parametrize(
    ("argument", "meant"),
    [
        ("hip-trust", "hip-thrust-mmc"),
        ("leg-dya", "leg-day-heavy-light"),
        ("crul-3121", "curl-3121"),
    ],
)
def test_a_slip_of_the_fingers_in_a_beginning(
    argument: str, meant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError) as refused:
        find_program(argument)
    assert str(refused.value) == (
        f'"{argument}" is neither a file nor a shipped program. Did you mean {meant}?'
    )


def test_no_name_is_no_beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError) as refused:
        find_program("")
    assert str(refused.value) == '"" is a folder; name a program file in it.'
