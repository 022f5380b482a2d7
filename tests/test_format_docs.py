"""docs/program-format.md: every example loads, every message is as shown, every key is told."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from mmc_audio.errors import ProgramError
from mmc_audio.load import load_bytes
from mmc_audio.load.cuekind import CUE_TABLE
from mmc_audio.load.format import MUSIC, ROOT, SESSION, SOUND, SOUNDS, VOICE
from mmc_audio.load.tables import Field, Table
from mmc_audio.load.work import EXERCISE, SET_ENTRY, WORK
from mmc_audio.program import MOMENTS

TEXT = (Path(__file__).parent.parent / "docs" / "program-format.md").read_text("utf-8")
BLOCKS = re.findall(r"^```toml *(\w*)\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
MISTAKES = re.findall(
    r"^```toml mistake\n(.*?)^```\n\n```text\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE
)

# What the reader adds to a fragment: an exercise of a program, or the tables above one.
AROUND = {
    "": "...",
    "exercise": 'title = "T"\n[[exercise]]\n...',
    "top": 'title = "T"\n...[[exercise]]\nname = "Bridge"\n',
}


@pytest.mark.parametrize(("kind", "example"), [block for block in BLOCKS if block[0] != "mistake"])
def test_an_example_is_a_right_program(kind: str, example: str) -> None:
    text = AROUND[kind].replace("...", example)
    assert load_bytes(text.encode(), name="program.toml", folder="").exercises


@pytest.mark.parametrize(("example", "message"), MISTAKES)
def test_a_mistake_gets_the_message_shown(example: str, message: str) -> None:
    with pytest.raises(ProgramError) as caught:
        load_bytes(example.encode(), name="program.toml", folder="")
    assert f"{caught.value}\n" == message


def test_there_are_examples_of_every_kind() -> None:
    kinds = [kind for kind, _ in BLOCKS]
    assert {kind: kinds.count(kind) >= 3 for kind in (*AROUND, "mistake")} == dict.fromkeys(
        (*AROUND, "mistake"), True
    )
    assert len(MISTAKES) == kinds.count("mistake")


def rows(heading: str) -> dict[str, str]:
    """The keys of the first table below a heading that has a default column, with the defaults."""
    section = TEXT.split(f"\n{heading}\n", 1)[1].split("\n## ", 1)[0]
    table = section.split("| key | default |", 1)[1].split("\n\n", 1)[0]
    return dict(re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", table, re.MULTILINE))


def _default(field: Field) -> str:
    if field.required:
        return "needed"
    return "–" if field.default is None else f"`{json.dumps(field.default)}`"


@pytest.mark.parametrize(
    ("heading", "fields"),
    [
        ("## At the top", ROOT.fields),
        ("## `[[exercise]]`", EXERCISE.fields),
        ("## `[defaults]`, and what wins", WORK),
        ("## Cues", CUE_TABLE.fields),
        ("## `[voice]`", VOICE.fields),
        ("## `[sound]`", SOUND.fields),
        ("## `[music]`", MUSIC.fields),
        ("## `[session]`", SESSION.fields),
    ],
)
def test_every_key_is_told_with_its_default(heading: str, fields: dict[str, Field]) -> None:
    assert rows(heading) == {key: _default(field) for key, field in fields.items()}


def test_every_key_of_a_line_of_sets_is_told() -> None:
    inherited = {key: "–" for key in SET_ENTRY.fields} | {"times": "`1`"}
    assert rows("## Sets that differ") == inherited


def test_every_moment_and_sound_and_choice_is_told() -> None:
    cues = TEXT.split("\n## Cues\n", 1)[1]
    assert tuple(re.findall(r"^\| `(\w+)` \| [a-z]", cues.split("\n\n", 3)[1], re.MULTILINE)) == (
        MOMENTS
    )
    for name in SOUNDS:
        assert f"`{name}`" in TEXT.split("The sounds are", 1)[1].split(". A file", 1)[0]
    for table in (ROOT, EXERCISE, VOICE, SOUND, MUSIC, SESSION, CUE_TABLE):
        for option in _options(table):
            assert f'"{option}"' in TEXT


def _options(table: Table) -> list[str]:
    kinds = [field.kind for field in table.fields.values()]
    return [option for kind in kinds for option in getattr(kind, "options", ())]
