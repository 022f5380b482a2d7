"""Places of keys and values: the text that stands there reads as the value; nothing ever breaks."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mmc_audio.errors import Place, ProgramError, UserError
from mmc_audio.load import load_bytes
from mmc_audio.load.findings import Path as KeyPath
from mmc_audio.load.places import DEEPEST, Lines, locate
from mmc_audio.tomlfile import parse
from tests.depth import drawn

ROOT = Path(__file__).parent.parent
CORPUS = [
    path.read_bytes()
    for folder in ("programs", "tests/data/invalid", "tests/data/valid")
    for path in sorted((ROOT / folder).glob("*.toml"))
]

BARE = st.sampled_from(["title", "reps", "cues", "a-b", "c_d", "3", "name"])
KEYS = BARE | st.sampled_from(['"a b"', "'x.y'", '"\\u00e9\\t"', '"#"', '""'])
SCALARS = st.sampled_from(
    [
        *("1", "-2.50", "0x1F", "1_000", "true", "nan", "1e3", "01:30", "2011-01-01"),
        *('"text"', '"# no comment"', '"\\" ] } ,"', "'C:\\'", '"é\U0001f3cb"', '""', "''"),
        *('"""two\nlines"""', "'''it's\nthree\n'''", '"""a "quote" \\""""', '"""x""" # c'),
        *("2011-01-01 07:32:00", "2011-01-01T07:32:00Z"),
    ]
)
GAPS = st.sampled_from(["", " ", "\t ", " # note, with ] and }\n ", "\n\n"])


@st.composite
def values(draw: st.DrawFn, depth: int = 3) -> str:
    kind = draw(st.sampled_from(["scalar", "scalar", "list", "table"])) if depth else "scalar"
    if kind == "scalar":
        return draw(SCALARS).removesuffix(" # c")
    gap = draw(GAPS)
    if kind == "list":
        entries = draw(st.lists(values(depth - 1), max_size=3))
        return f"[{gap}{f'{gap},{gap}'.join(entries)}{gap}]"
    keys = draw(st.lists(KEYS, max_size=3, unique_by=lambda key: key))
    pairs = [f"{key} = {draw(values(depth - 1))}" for key in keys]
    return f"{{{gap}{f'{gap},{gap}'.join(pairs)}{gap}}}"


@st.composite
def documents(draw: st.DrawFn) -> str:
    """TOML texts: headers, arrays of tables, dotted keys. A few are wrong by repeated keys."""
    lines = []
    for _ in range(draw(st.integers(0, 8))):
        key = ".".join(draw(st.lists(KEYS, min_size=1, max_size=3)))
        form = draw(st.sampled_from(["pair", "pair", "pair", "table", "array", "blank"]))
        header = {"table": f"[ {key} ]", "array": f"[[{key}]]", "blank": "\t# note = 3"}
        lines.append(header.get(form) or f" {key}\t= {draw(values())}  # note")
    return "\n".join(lines)


def paths(value: Any, path: KeyPath = ()) -> dict[KeyPath, Any]:
    """Every key path of a document with its value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found: dict[KeyPath, Any] = {}
    for key, entry in inner:
        found[(*path, key)] = entry
        if isinstance(entry, (dict, list)):
            found |= paths(entry, (*path, key))
    return found


def check_places(text: str) -> int:
    """Read every located key and value again, from the text at its place; how many there were."""
    document = parse(text)
    spans = locate(text)
    expected = {path: value for path, value in paths(document).items() if len(path) <= DEEPEST}
    assert spans.keys() == expected.keys()
    for path, span in spans.items():
        written = text[slice(*span.value)]
        if text[span.key[0]] == "[" and span.key == span.value:  # a header names its table
            assert written.endswith("]")
            continue
        if isinstance(path[-1], str):
            assert list(parse(f"{text[slice(*span.key)]} = 0")) == [path[-1]]
        if span.key != span.value:  # else a dotted key opened a table here
            assert repr(parse(f"x = {written}")["x"]) == repr(expected[path])
    return len(spans)


@drawn(150)
@given(documents())
def test_what_stands_at_a_place_reads_as_the_value(text: str) -> None:
    try:
        parse(text)
    except ValueError:
        return
    check_places(text)


def test_the_same_for_every_program_there_is() -> None:
    checked = 0
    for data in CORPUS:
        try:
            text = data.decode().lstrip("\ufeff").replace("\r\n", "\n")
            parse(text)
        except (ValueError, RecursionError):
            continue
        checked += check_places(text)
    assert checked > 500


def test_lines_and_columns() -> None:
    lines = Lines("ab\n\ncdé\n")
    places = [lines.place(start, start + 2) for start in (0, 3, 5, 6)]
    assert places == [Place(1, 1, 2), Place(2, 1, 1), Place(3, 2, 2), Place(3, 3, 1)]


def survives(data: bytes) -> None:
    """Loading either works or says in words what is wrong, at a place inside the text."""
    try:
        load_bytes(data, name="p.toml", folder="")
    except ProgramError as error:
        lines = error.source.split("\n")
        assert error.faults
        for fault in error.faults:
            assert 1 <= fault.place.line <= len(lines)
            assert 1 <= fault.place.column <= len(lines[fault.place.line - 1]) + 1
    except UserError as error:
        assert str(error)


@drawn(100)
@given(st.text(max_size=200) | documents())
def test_any_text_is_a_program_or_a_user_error(text: str) -> None:
    survives(text.encode("utf-8", "surrogatepass"))


@drawn(100)
@given(st.binary(max_size=100))
def test_any_bytes_are_a_program_or_a_user_error(data: bytes) -> None:
    survives(data)


def test_programs_with_pieces_moved_are_programs_or_user_errors() -> None:
    rng = random.Random(7)
    for _ in range(3_000):
        data = bytearray(rng.choice(CORPUS)[:2_000])
        for _ in range(rng.randint(1, 4)):
            start, other = rng.randrange(len(data) + 1), rng.randrange(len(data) + 1)
            piece = data[other : other + rng.choice([1, 1, 5, 40])]
            data[start : start + rng.choice([0, 0, 1, 10])] = piece or b'"'
        survives(bytes(data))


def test_a_list_beyond_all_bounds_is_located_without_its_end() -> None:
    text = f"x = [{'1, ' * 2_000}]\ny = 2\n"
    spans = locate(text)
    assert len(spans) == 1_000 + 2
    assert text[slice(*spans["x",].value)] == text[4 : text.index("\n")]
    assert text[slice(*spans["y",].value)] == "2"
