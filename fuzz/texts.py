"""What people write and paste: programs, tempos, rosters, phrases of their own, language packs."""

from __future__ import annotations

import re
import tempfile
from functools import cache
from pathlib import Path

from fuzz import sessions
from mmc_audio import words
from mmc_audio.errors import ProgramError, UserError
from mmc_audio.load import load_bytes
from mmc_audio.load.places import DEEPEST, locate
from mmc_audio.load.reading import decode
from mmc_audio.load.syntax import read as read_toml
from mmc_audio.program import Program
from mmc_audio.roster import read as read_roster
from mmc_audio.tempo import NAMES, PATTERN, TempoError, parse
from mmc_audio.tomlfile import parse as parse_toml

ROOT = Path(__file__).parent.parent
PROGRAM = ROOT / "programs" / "hip-thrust.toml"


def load(data: bytes) -> None:
    """Bytes are a program, or every fault is told at a place inside the text."""
    program = loaded(data)
    if program is not None:
        sessions.whole(program, chosen_by=len(data))


def loaded(data: bytes) -> Program | None:
    """The program in the bytes; None where they were refused as they should be."""
    try:
        return load_bytes(data, name="p.toml", folder="")
    except ProgramError as error:
        refused(str(error))
        lines = error.source.split("\n")
        assert error.faults
        for fault in error.faults:
            assert 1 <= fault.place.line <= len(lines), fault
            assert 1 <= fault.place.column <= len(lines[fault.place.line - 1]) + 1, fault
    except UserError as error:
        refused(str(error))
    return None


def refused(message: str) -> None:
    """A message says something, and nothing that a terminal would obey."""
    assert message.strip()
    assert all(c == "\n" or c.isprintable() for c in message), ascii(message)


def places(data: bytes) -> None:
    """Where a key and its value stand in a TOML text, the text reads as that key and value."""
    try:
        text = decode(data, "p.toml")
    except UserError:
        return
    parsed = read_toml(text)
    for fault in parsed.faults:
        assert 1 <= fault.place.line <= parsed.text.count("\n") + 1
    if parsed.document is None:
        assert parsed.faults
        return
    for path, span in locate(parsed.text).items():
        assert len(path) <= DEEPEST
        written = parsed.text[slice(*span.value)]
        if span.key == span.value:  # a header, or a part of a dotted key
            continue
        if isinstance(path[-1], str):
            assert list(parse_toml(f"{parsed.text[slice(*span.key)]} = 0")) == [path[-1]]
        value: object = parsed.document
        for name in path:
            value = value[name]  # type: ignore[index]
        assert repr(parse_toml(f"x = {written}")["x"]) == repr(value), path


def tempo(data: bytes) -> None:
    """A tempo reads the same again as it is shown; the pattern for editors takes the same texts."""
    text = data.decode(errors="replace")
    fits = re.fullmatch(PATTERN, text) is not None
    try:
        found = parse(text)
    except TempoError as error:
        refused(str(error))
        assert not fits, text
        return
    assert fits, text
    assert parse(found.text) == found


EXERCISES = ("Hip thrust", "Frog pump")


def roster(data: bytes) -> None:
    """A table of clients is read row by row, or one message says what is wrong with it."""
    with tempfile.NamedTemporaryFile(dir=scratch(), suffix=".csv") as file:
        file.write(data)
        file.flush()
        try:
            found = read_roster(Path(file.name), EXERCISES)
        except UserError as error:
            refused(str(error))
            return
    for fault in found.faults:
        refused(fault)
    clients = [row.client.casefold() for row in found.rows]
    assert len(set(clients)) == len(clients)
    for row in found.rows[:3]:
        try:
            program = load_bytes(a_program(), name="p.toml", folder="", row=row)
        except UserError as error:
            refused(str(error))
        else:
            assert program.exercises[0].name == EXERCISES[0]


@cache
def scratch() -> str | None:
    """A folder in memory, where there is one."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


@cache
def a_program() -> bytes:
    return b"""title = "T"
[[exercise]]
name = "Hip thrust"
sets = 2
reps = 8
load = 60
tempo = "2-0-1-1"
[[exercise]]
name = "Frog pump"
sets = 1
reps = 10
tempo = "1-0-1-0"
"""


def phrases(data: bytes) -> None:
    """A program's own words take the place of the machine's, and all of them can still be said."""
    lines = data.decode(errors="replace").split("\n")
    names = sorted(words.phrase_gaps())
    own = {names[ord(line[0]) % len(names)]: line[1:] for line in lines if line}
    language = words.LANGUAGES[len(data) % len(words.LANGUAGES)]
    spoken(words.load_words(language).with_phrases(own))


def pack(data: bytes) -> None:
    """A pack with the names of the English one can say everything, whatever its texts are."""
    try:
        found = parse_toml(data.decode(errors="replace"))
    except (ValueError, ArithmeticError, RecursionError):
        return
    if shape(found) == shape(english()):
        spoken(words.pack_of(found))


def english() -> dict[str, object]:
    """The data of the English pack."""
    path = ROOT / "mmc_audio" / "words" / "en.toml"
    return parse_toml(path.read_text(encoding="utf-8"))


FREE = ("forms", "swap", "numbers", "verbs")  # whose entries are a language's own


def shape(data: object, name: str = "") -> object:
    """Which names there are, and what kind each is of."""
    if not isinstance(data, dict):
        return type(data)
    inside = {key: shape(value, key) for key, value in data.items() if key != "forms"}
    return {} if name in FREE[:2] else inside


def spoken(pack: words.Words) -> None:
    """Say all that there is to say."""
    values: dict[str, str | int] = {"n": 3, "name": "Hip thrust", "set": 2, "sets": 3}
    for said in (pack, pack.imagined(), pack.at_speed(900)):
        texts = [said.say(name, **values) for name in said.phrases]
        texts += [said.script(name, target="glutes", n="three") for name in said.scripts]
        texts += [said.time(seconds) for seconds in (0, 1, 59, 60, 61, 119, 3_600)]
        texts += [said.number(number) for number in (0, 20, 99, 10_000)]
        texts += [
            said.tempo(parse(text), start) for text in ("31X0", "2-0.5-A-1") for start in NAMES
        ]
        texts += [said.amount(62.5), said.muscle("glutes"), said.listed(["glutes", "calves"])]
        texts += [said.rephrased("squeeze, your glutes!"), said.rephrased("")]
        assert all(type(text) is str for text in texts)
