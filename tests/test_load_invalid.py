"""Wrong programs and what is said about them, whole: tests/data/invalid/NAME.toml and NAME.txt.

tools/accept_invalid.py writes the messages anew after a change; read them before you keep them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from mmc_audio.errors import UserError
from mmc_audio.load import load_bytes

FOLDER = Path(__file__).parent / "data" / "invalid"
PROGRAMS = sorted(FOLDER.glob("*.toml"))


def test_there_are_wrong_programs_and_a_message_for_each() -> None:
    assert len(PROGRAMS) >= 120
    assert {path.stem for path in PROGRAMS} == {path.stem for path in FOLDER.glob("*.txt")}


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_a_wrong_program_gets_its_message(path: Path) -> None:
    with pytest.raises(UserError) as caught:
        load_bytes(path.read_bytes(), name=path.name, folder=str(path.parent))
    assert f"{caught.value}\n" == path.with_suffix(".txt").read_text("utf-8")
