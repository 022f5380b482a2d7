"""Tables of the program file: known keys with a kind each, or free names for one kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mmc_audio.errors import listed, nearest, shown
from mmc_audio.load.fields import Either, Kind, ListOf, Schema
from mmc_audio.load.findings import BAD, At

ONE_SET = "a table of sets"
# What people write, and the key that they mean.
SYNONYMS = {
    "repetitions": "reps",
    "weight": "load",
    "percent": "load",
    "duration": "hold",
    "seconds": "hold",
    "time": "hold",
    "description": "about",
    "comment": "about",
    "notes": "about",
    "muscle": "target",
    "muscles": "target",
    "stretch": "pause",
    "between": "rest",
    "lower": "eccentric",
    "down": "eccentric",
    "lift": "concentric",
    "up": "concentric",
    "text": "say",
    "every": "when",
    "speed": "pace",
    "lang": "language",
    "tld": "accent",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a table. `about` is what editors show, `default` what holds when unwritten.

    `required`: how to write it, which also says that it must be there.
    """

    kind: Kind
    about: str
    default: Any = None
    required: str = ""

    def schema(self) -> Schema:
        default = {} if self.default is None else {"default": self.default}
        return {**self.kind.schema(), "description": self.about, **default}


@dataclass(frozen=True, slots=True)
class Table:
    """A table of known keys.

    `one_of`: at least one of these must stand. `never_both`: pairs that exclude each other.
    """

    fields: Mapping[str, Field]
    words: str = "a table"
    one_of: tuple[str, ...] = ()
    never_both: tuple[tuple[str, str], ...] = ()
    types = ("object",)

    def check(self, value: Any, at: At) -> Any:
        """The keys that are right; those that are wrong are reported and left out."""
        if not isinstance(value, dict):
            return at.wrong(self, value, self._list_hint(value))
        self._check_keys(value, at)
        for one, other in self.never_both:
            if one in value and other in value:
                at.into(other).say(f"{one} and {other} exclude each other; take one of them out")
        checked = {
            key: field.kind.check(value[key], at.into(key))
            for key, field in self.fields.items()
            if key in value
        }
        return {key: entry for key, entry in checked.items() if entry is not BAD}

    def _list_hint(self, value: Any) -> str:
        is_section = isinstance(value, list) and value and isinstance(value[0], dict)
        return "; write one bracket, not two" if is_section else ""

    def _check_keys(self, value: Mapping[str, Any], at: At) -> None:
        missing = [key for key, field in self.fields.items() if field.required and key not in value]
        if self.one_of and not any(key in value for key in self.one_of):
            missing.insert(0, self.one_of[0])
        for key in value:
            if key not in self.fields:
                meant = self._unknown(key, value, missing, at)
                missing = [name for name in missing if name != meant]  # one slip, one message
        for key in missing:
            names = listed(list(self.one_of)) if key in self.one_of else key
            sample = self.fields[key].required or f"{key} = ... ({self.fields[key].kind.words})"
            at.say(f"{names} is missing; write {sample}", missing=key)

    def _unknown(
        self, key: str, value: Mapping[str, Any], missing: list[str], at: At
    ) -> str | None:
        """Report an unknown key; the key of this table that was most likely meant, if any."""
        free = missing + [k for k in self.fields if k not in value and k not in missing]
        synonym = SYNONYMS.get(key.lower())
        meant = nearest(key, free) or (synonym if synonym in free else None)
        homes = () if _inside_exercise(at, "weeks", "progress") else at.homes.get(key, ())
        name = shown(key)[1:-1]
        if homes:
            at.into(key).say(f"{name} {_belongs(at, key, homes)}")
            return None
        if meant:
            at.into(key).say(f'{name} is no known key here; did you mean "{meant}"?')
            return meant
        allowed = f"still free here: {', '.join(free)}" if free else "nothing else may stand here"
        at.into(key).say(f"{name} is no known key here; {allowed}")
        return None

    def schema(self) -> Schema:
        schema: Schema = {
            "type": "object",
            "properties": {key: field.schema() for key, field in self.fields.items()},
            "additionalProperties": False,
        }
        if required := [key for key, field in self.fields.items() if field.required]:
            schema["required"] = required
        if self.one_of:
            key, *others = self.one_of
            schema["if"] = {"not": {"anyOf": [{"required": [other]} for other in others]}}
            schema["then"] = {"required": [key]}
        if self.never_both:
            schema["dependentSchemas"] = {
                one: {"properties": {other: False}} for one, other in self.never_both
            }
        return schema


def _inside_exercise(at: At, *keys: str) -> bool:
    """Whether this table stands behind one of these keys of an exercise."""
    return at.path[:1] == ("exercise",) and len(at.path) > 2 and at.path[2] in keys


def _belongs(at: At, key: str, homes: tuple[str, ...]) -> str:
    """Where a strayed key belongs."""
    if at.path[:1] == ("exercise",) and at.path[-1] == "cues" and "an [[exercise]]" in homes:
        return "belongs to the exercise, not to its cues; write it above the cues"
    if _inside_exercise(at, "sets") and "an [[exercise]]" in homes:
        return "belongs to the exercise, not to one of its sets"
    if homes == (ONE_SET,):
        return f"belongs to a single set: sets = [{{ {key} = ... }}]"
    if at.path[:1] == ("exercise",) and homes == ("[cues]",):
        return f"is a moment for cues; write cues.{key} = ..."
    if homes == ("",):
        return "belongs at the top of the file, before the first [table]"
    return f"belongs {listed([f'under {home}' if home else 'at the top' for home in homes])}"


@dataclass(frozen=True, slots=True)
class FreeTable:
    """A table whose keys are the author's own names, all of one kind.

    `pattern` holds for every name; `refused` for none, because it would mean something else.
    """

    item: Kind
    pattern: str
    name_words: str
    most: int
    refused: str = ""
    words: str = "a table"
    types = ("object",)

    def check(self, value: Any, at: At) -> Any:
        if not isinstance(value, dict):
            return at.wrong(self, value)
        if len(value) > self.most:
            return at.fault(f"has {len(value)} entries; at most {self.most} are allowed")
        return {
            key: checked
            for key, entry in value.items()
            if self._name_is_right(key, at.into(key))
            and (checked := self.item.check(entry, at.into(key))) is not BAD
        }

    def _name_is_right(self, key: str, at: At) -> bool:
        name = shown(key)
        if self.refused and re.fullmatch(self.refused, key):
            at.say(f"{name} can't be a name, because it reads as a tempo")
        elif not re.fullmatch(self.pattern, key):
            at.say(f"{name} can't be a name here; {self.name_words}")
        else:
            return True
        return False

    def schema(self) -> Schema:
        names: Schema = {"pattern": f"^(?:{self.pattern})$(?!\\n)"}
        if self.refused:
            names["not"] = {"pattern": f"^(?:{self.refused})$(?!\\n)"}
        return {
            "type": "object",
            "maxProperties": self.most,
            "propertyNames": names,
            "additionalProperties": self.item.schema(),
        }


@dataclass(frozen=True, slots=True)
class Shared:
    """A kind that is used in several places, printed once in the JSON Schema."""

    name: str
    kind: Kind

    @property
    def types(self) -> tuple[str, ...]:
        return self.kind.types

    @property
    def words(self) -> str:
        return self.kind.words

    def check(self, value: Any, at: At) -> Any:
        return self.kind.check(value, at)

    def schema(self) -> Schema:
        return {"$ref": f"#/$defs/{self.name}"}


def homes(root: Table) -> dict[str, tuple[str, ...]]:
    """For each key of the format, where it belongs: "" is the top of the file."""
    found: dict[str, list[str]] = {}
    for name, table in _tables(root):
        for key in table.fields:
            found.setdefault(key, []).append(name)
    return {key: tuple(_likely(names)) for key, names in found.items()}


def _likely(names: list[str]) -> list[str]:
    """Without the tables that have keys of the same name by chance."""
    for weak in (ONE_SET, "[cues]", "[music]"):
        names = [name for name in names if name != weak] or names
    return names


def _tables(root: Table) -> Iterator[tuple[str, Table]]:
    """Those with keys of the format's own; in [words] stand the names of phrases."""
    yield "", root
    for key, field in root.fields.items():
        if isinstance(field.kind, Table) and key != "words":
            yield f"[{key}]", field.kind
        elif isinstance(field.kind, ListOf) and isinstance(field.kind.item, Table):
            yield f"an [[{key}]]", field.kind.item
            yield from _tables_of_sets(field.kind.item)


def _tables_of_sets(exercise: Table) -> Iterator[tuple[str, Table]]:
    sets = exercise.fields["sets"].kind
    for kind in sets.kinds if isinstance(sets, Either) else ():
        if isinstance(kind, ListOf) and isinstance(kind.item, Table):
            yield ONE_SET, kind.item
