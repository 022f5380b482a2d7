"""The checker and the JSON Schema are printed from one table; here they judge the same documents.

The judge is the jsonschema package, which knows nothing of ours. Rules that JSON Schema can't
express are marked where they are checked, and are left out of the comparison: the names of tempos,
lists of reps against numbers of sets, more than 100 sets through `times`, ranges that fall
("12-8"), tempos that are numbers and lift in no time (3100), 12 hours in all. Neither NaN,
infinity, dates nor times of day exist in JSON.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from mmc_audio.errors import Place
from mmc_audio.load import schema
from mmc_audio.load.build import build
from mmc_audio.load.cuekind import FORMS, CueKind
from mmc_audio.load.fields import Choice, Either, Flag, Kind, ListOf, Notation, Number, Text, Whole
from mmc_audio.load.findings import At, EnoughFound
from mmc_audio.load.format import HOMES, ROOT
from mmc_audio.load.tables import FreeTable, Shared, Table
from tests.depth import cases

DOCUMENTS = cases(1_000)
VALIDATOR = Draft202012Validator(schema())

TEXTS = (
    "+1",
    "+2.5 every 2 to 70",
    "45m",
    "1h30m",
    "amrap",
    "flex 30",
    *("3-1-2-0", "30X1", "3/1/2", "2:0:2:0", "31×1", "@ 30X1", "4–0–1–0", "31A1", "20V0", "XXX"),
    *("1.5-0-1.5-0", "2 0 2 0", "10-0-30-60", "30.00-60-0.3-5.25", "10010", "3-1-0-0", "A010"),
    *("30.01-0-1-0", "3-60.01-1-0", "3-1/2-0", "3-1-2-", "slow", "very slow", "Ärgerlich", "2nd"),
    *("90s", "1m30s", "2 min", "1:30", "60:00", "60 min", "3600 seconds", "60:01", "3601s", "0:01"),
    *("0s", "0.5s", "1.25 s", "0m", "0.1m", "59m59s", "1:5", "61 min", "90", "s", "0:00", "00s"),
    *("8-12", "8 – 12", "1-1000", "0-5", "5-1001", "12-8", "8-", "amrap"),
    *("every", "every 3", "every 3 from 2", "first", "first 2", "last 2", "odd", "even"),
    *("reps 1,5", "reps 1, 5 ,9", "1 in 3", "1 in 0", "every 0", "every 1001", "reps 1 5", "in 3"),
    *("en", "pt-BR", "zh-TW", "english", "e", "sounds/go.wav", "a/../b", "..", "../x", "/etc/x"),
    *(
        "~/x",
        "C:/x",
        "a\\b",
        "a//b",
        "voices/",
        "...",
        "!",
        " ",
        "",
        "\t",
        "a\nb",
        "a\n",
        "x\u202ey",
    ),
    *("hip-thrust", "hip thrust", "-a", "a_b", "X", "x", "V", "A", "a", "×", "lead", "on", "up"),
    *("muscle", "com", "turn", "random", "auto", "squeeze your glutes", "1", "é", "動", "١"),
    *("x" * 60, "x" * 61, "x" * 120, "x" * 121, "x" * 240, "x" * 301, "every 3\n", "3-1-2-0\n"),
)
NUMBERS = (
    *(-1, 0, 1, 2, 3, 8, 10, 11, 40, 41, 60, 61, 99, 100, 101, 200, 201, 301, 1000, 1001, 3120),
    *(
        3100,
        3600,
        3601,
        9999,
        10000,
        2**31 - 1,
        2**31,
        10**30,
        0.3,
        0.29,
        0.5,
        0.49,
        1.0,
        2.0,
        2.01,
    ),
    *(30.0, 30.5, 60.0, 60.5, 100.0, 0.001, 3600.5, 1e300, -0.0),
)
JUNK: tuple[Any, ...] = (True, False, [], {}, [1], [""], {"say": "x"}, {"a": 1}, ["a", 1], [[]])


def right(kind: Kind, rng: random.Random) -> Any:
    """A value that the kind should take."""
    match kind:
        case Shared():
            return right(kind.kind, rng)
        case CueKind():
            return right(FORMS, rng)
        case Either():
            return right(rng.choice(kind.kinds), rng)
        case Whole():
            return rng.choice([kind.low, kind.high, rng.randint(kind.low, kind.high)])
        case Number():
            low, high = float(kind.low), float(kind.high)
            return rng.choice([low, high, round(rng.uniform(low, high), 2)])
        case Flag():
            return rng.choice([True, False])
        case Choice():
            return rng.choice(kind.options)
        case Notation():
            return rng.choice(_taken(kind))
        case Text():
            return rng.choice(["squeeze", "Slow, and down.", "動作", "x" * min(kind.most, 120)])
        case ListOf():
            return [right(kind.item, rng) for _ in range(rng.randint(max(kind.least, 1), 3))]
        case FreeTable():
            return {rng.choice(["slow", "quick", "RDL"]): right(kind.item, rng)}
        case Table():
            return right_table(kind, rng)
    raise AssertionError(kind)


@cache
def _taken(kind: Notation) -> tuple[str, ...]:
    return tuple(text for text in TEXTS if VALIDATOR.evolve(schema=kind.schema()).is_valid(text))


def right_table(table: Table, rng: random.Random) -> dict[str, Any]:
    """What must be there, and a few of the other keys; now and then two that exclude each other."""
    few = rng.sample(list(table.fields), k=min(len(table.fields), rng.randint(0, 4)))
    needed = [key for key, field in table.fields.items() if field.required]
    document = {key: right(table.fields[key].kind, rng) for key in (*needed, *few)}
    if table.one_of and not any(key in document for key in table.one_of):
        document[table.one_of[0]] = "Bridge"
    for pair in table.never_both:
        if all(key in document for key in pair) and rng.random() < 0.8:
            del document[rng.choice(pair)]
    return document


KEYS = sorted({key for table in (ROOT,) for key in table.fields} | set(HOMES) | {"", "x", "say"})


def spoil(document: Any, rng: random.Random) -> None:
    """Change one thing, somewhere: often it becomes wrong, sometimes it stays right."""
    place = rng.choice(list(_containers(document)))
    keys = list(place) if isinstance(place, dict) else list(range(len(place)))
    key = rng.choice(keys) if keys else None
    action = rng.randrange(6)
    if action == 0 and isinstance(place, dict):
        place[rng.choice(KEYS)] = anything(rng)
    elif key is None:
        return
    elif action == 1:
        del place[key]
    elif action == 2 and isinstance(place, list):
        place.extend(copy.deepcopy(place[key]) for _ in range(rng.choice([1, 10, 101])))
    elif action in (3, 4) and isinstance(place[key], str):
        place[key] = scratched(place[key], rng)
    else:
        place[key] = anything(rng)


def anything(rng: random.Random) -> Any:
    return copy.deepcopy(rng.choice(rng.choice([TEXTS, NUMBERS, JUNK])))


def scratched(text: str, rng: random.Random) -> str:
    at = rng.randint(0, len(text))
    return (
        text[:at]
        + rng.choice(["", "0", "9", "-", " ", ".", "X", "\n"])
        + text[at + rng.choice([0, 1]) :]
    )


def _containers(value: Any) -> Iterator[Any]:
    if isinstance(value, (dict, list)):
        yield value
        for entry in value.values() if isinstance(value, dict) else value:
            yield from _containers(entry)


def as_toml(value: Any) -> Any:
    """The value as the TOML parser gives it: decimals are Decimal."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, dict):
        return {key: as_toml(entry) for key, entry in value.items()}
    return [as_toml(entry) for entry in value] if isinstance(value, list) else value


def accepted(document: Any) -> bool:
    """The checker's verdict, without the rules that no JSON Schema can hold."""
    at = At(homes=HOMES)
    with suppress(EnoughFound):
        checked = ROOT.check(as_toml(document), at)
        before = len(at.findings)
        build(checked, document, lambda path: Place(1, 1), at, 1)
        assert not any(finding.in_schema for finding in at.findings[before:])
    return not any(finding.in_schema for finding in at.findings)


def test_checker_and_schema_agree_on_random_documents() -> None:
    rng = random.Random(1)
    verdicts = []
    for number in range(DOCUMENTS):
        document = right_table(ROOT, rng)
        for _ in range(rng.choice([0, 1]) if number % 2 else rng.randint(1, 4)):
            spoil(document, rng)
        ours, theirs = accepted(document), VALIDATOR.is_valid(document)
        assert ours == theirs, json.dumps(document, ensure_ascii=False, indent=1)
        verdicts.append(ours)
    assert 0.2 < sum(verdicts) / DOCUMENTS < 0.8


def test_the_schema_is_a_schema_and_describes_every_key() -> None:
    Draft202012Validator.check_schema(schema())
    described = [field for part in _objects(schema()) for field in part["properties"].values()]
    assert len(described) > 80
    assert all(field["description"] for field in described)


def _objects(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if part.get("additionalProperties") is False:
            yield part
        for entry in part.values():
            yield from _objects(entry)
    elif isinstance(part, list):
        for entry in part:
            yield from _objects(entry)
