"""Checked keys -> Program: names resolved, every default and inheritance worked out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mmc_audio.errors import count
from mmc_audio.load.cues import PlaceOf, cues_of, with_shared
from mmc_audio.load.findings import At
from mmc_audio.load.inherit import BUILT_IN, Keys, Level, named_tempos, sets_of, to_ms
from mmc_audio.program import (
    Cue,
    Exercise,
    Program,
    SessionSettings,
    SoundSettings,
    VoiceSettings,
)
from mmc_audio.tempo import rep_ms

LONGEST_MS = 12 * 60 * 60 * 1_000
PLAIN = ("format", "about", "author", "goal", "seed")


@dataclass(frozen=True, slots=True)
class Building:
    """What every part of the build reads.

    `tempos` are the right ones; `tempo_names` all that are written. `place` finds a key path.
    """

    tempos: Keys
    tempo_names: tuple[str, ...]
    outer: tuple[Level, ...]
    shared_cues: tuple[Cue, ...]
    place: PlaceOf
    at: At


def build(checked: Keys, written: Mapping[str, Any], place: PlaceOf, at: At) -> Program:
    """The program, without what only the caller knows: its name, folder and source.

    `checked` may lack wrong keys; then what is built is only good for finding more faults.
    """
    building = _building(checked, written, place, at)
    session = _session(checked.get("session", {}))
    program = Program(
        title=checked.get("title", ""),
        exercises=tuple(
            _exercise(keys, number, building)
            for number, keys in enumerate(checked.get("exercise", []))
        ),
        voice=_voice(checked.get("voice", {})),
        sound=_sound(checked.get("sound", {}), place),
        session=session,
        **{key: checked[key] for key in PLAIN if key in checked},
    )
    if not at.findings:
        _check_length(program, at)
    return program


def _building(checked: Keys, written: Mapping[str, Any], place: PlaceOf, at: At) -> Building:
    tempos = checked.get("tempos", {})
    named = written.get("tempos")
    names = tuple(named) if isinstance(named, dict) else ()
    defaults = named_tempos(checked.get("defaults", {}), tempos, names, at.into("defaults"))
    return Building(
        tempos,
        names,
        (Level("defaults", defaults), Level("built-in", BUILT_IN)),
        cues_of(checked.get("cues", {}), place, ("cues",)),
        place,
        at,
    )


def _exercise(keys: Keys, number: int, building: Building) -> Exercise:
    at = building.at.into("exercise").into(number)
    own = named_tempos(keys, building.tempos, building.tempo_names, at)
    own_cues = cues_of(keys.get("cues", {}), building.place, (*at.path, "cues"))
    return Exercise(
        name=keys.get("name") or _readable(keys.get("id", "")),
        start=keys.get("start", "eccentric"),
        sets=sets_of(Level("exercise", own), building.outer, at),
        cues=with_shared(own_cues, building.shared_cues),
        where=building.place(at.path),
        id=keys.get("id", ""),
        target=keys.get("target", ""),
        start_written="start" in keys,
    )


def _readable(slug: str) -> str:
    """Hip thrust, from hip-thrust."""
    words = slug.replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]


def _voice(keys: Keys) -> VoiceSettings:
    pace = {"pace": float(keys["pace"])} if "pace" in keys else {}
    return VoiceSettings(**{**keys, **pace})


def _sound(keys: Keys, place: PlaceOf) -> SoundSettings:
    settings = {name: keys[name] for name in ("clicks", "ticks", "files") if name in keys}
    if "duck" in keys:
        settings["duck_db"] = keys["duck"]
    places = {name: place(("sound", "files", name)) for name in keys.get("files", {})}
    if "clicks" in keys:
        places["clicks"] = place(("sound", "clicks"))
    return SoundSettings(**settings, places=places)


def _session(keys: Keys) -> SessionSettings:
    settings = {key: keys[key] for key in ("lead_in", "count", "count_at") if key in keys}
    names = {"setup": "setup_ms", "x_seconds": "x_ms", "a_seconds": "a_ms"}
    settings |= {field: to_ms(keys[key]) for key, field in names.items() if key in keys}
    if "announce" in keys:
        settings["announce"] = tuple(dict.fromkeys(keys["announce"]))
    if "warn" in keys:
        settings["warn"] = tuple(sorted(set(keys["warn"]), reverse=True))
    return SessionSettings(**settings)


def _check_length(program: Program, at: At) -> None:
    """Refuse a session over 12 hours, by arithmetic: nothing is laid out yet."""
    lengths = list(_lengths(program))
    total = program.session.setup_ms + sum(lengths) - program.exercises[-1].sets[-1].rest_ms
    if total <= LONGEST_MS:
        return
    longest = max(range(len(lengths)), key=lengths.__getitem__)
    exercise = program.exercises[longest]
    at.into("exercise").into(longest).say(
        f"the session would last {_hours(total)}; at most 12 h are allowed (the longest exercise "
        f"is this one: {count(len(exercise.sets), 'set')}, {_hours(lengths[longest])})",
        in_schema=False,
    )


def _lengths(program: Program) -> Iterator[int]:
    """Milliseconds that each exercise takes, its rests included."""
    session = program.session
    for exercise in program.exercises:
        yield sum(
            (one.hold_ms or one.reps * rep_ms(one.tempo, x_ms=session.x_ms, a_ms=session.a_ms))
            + one.rest_ms
            for one in exercise.sets
        )


def _hours(ms: int) -> str:
    minutes = ms // 60_000
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
