"""Checked keys -> Program: names resolved, every default and inheritance worked out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mmc_audio.errors import Place, count, listed, nearest, shown
from mmc_audio.library import Known, find
from mmc_audio.load.activities import activities_of
from mmc_audio.load.cues import PlaceOf, cues_of, with_shared
from mmc_audio.load.findings import At
from mmc_audio.load.inherit import (
    BUILT_IN,
    PER_SET,
    Keys,
    Level,
    done,
    sets_of,
    to_ms,
)
from mmc_audio.load.named import named_tempos
from mmc_audio.load.parts import MOST_BOUTS_IN_ALL
from mmc_audio.program import (
    PHASES,
    Activity,
    Cue,
    Exercise,
    MusicSettings,
    Placement,
    Program,
    SessionSettings,
    SoundSettings,
    VoiceSettings,
)
from mmc_audio.scripts import scripts
from mmc_audio.tempo import parse, rep_ms

LONGEST_MS = 12 * 60 * 60 * 1_000
MOST_REPS_IN_ALL = 40_000  # in 12 h, one a second
MOST_SAYINGS = 60_000  # cues times reps: how often it has to be asked if one is wanted
PLAIN = ("format", "about", "author", "goal", "priority", "seed")


@dataclass(frozen=True, slots=True)
class Building:
    """What every part of the build reads.

    `tempos` are the right ones; `tempo_names` all that are written; `cue_sets` the named sets of
    cues. `place` finds a key path. `english`: the library, which speaks English, may be heard.
    """

    tempos: Keys
    tempo_names: tuple[str, ...]
    defaults: Level
    shared_cues: tuple[Cue, ...]
    cue_sets: Mapping[str, tuple[Cue, ...]]
    week: int
    english: bool
    place: PlaceOf
    at: At


def build(checked: Keys, written: Mapping[str, Any], place: PlaceOf, at: At, week: int) -> Program:
    """The program, without what only the caller knows: its name, folder and source.

    `checked` may lack wrong keys; then what is built is only good for finding more faults.
    """
    building = _building(checked, written, place, at, week)
    program = Program(
        title=checked.get("title", ""),
        exercises=tuple(_exercises(checked.get("exercise", []), building)),
        voice=_voice(checked.get("voice", {})),
        sound=_sound(checked.get("sound", {}), place),
        music=_music(checked.get("music", {}), place),
        session=_session(checked.get("session", {}), place),
        length_ms=to_ms(checked.get("length", Decimal(0))),
        week=week,
        weeks=max(_weeks([building.defaults.keys, *checked.get("exercise", [])])),
        words=checked.get("words", {}),
        places=_places(checked, place),
        **{key: checked[key] for key in PLAIN if key in checked},
    )
    if not at.findings:
        _check_length(program, at)
    if not at.findings:
        _check_work(program, at)
    return program


def _weeks(levels: Sequence[Keys]) -> Iterator[int]:
    """How many weeks are told apart where weeks are written."""
    for keys in levels:
        yield max(1, len(keys.get("weeks", [])), 2 if "progress" in keys else 1)


def _places(checked: Keys, place: PlaceOf) -> dict[str, Place]:
    """Where single keys stand that messages are about."""
    own = {key: place((key,)) for key in checked if key != "exercise"}
    return own | {f"voice.{key}": place(("voice", key)) for key in checked.get("voice", {})}


def _building(
    checked: Keys, written: Mapping[str, Any], place: PlaceOf, at: At, week: int
) -> Building:
    tempos = checked.get("tempos", {})
    named = written.get("tempos")
    names = tuple(named) if isinstance(named, dict) else ()
    defaults = named_tempos(checked.get("defaults", {}), tempos, names, at.into("defaults"))
    language = checked.get("voice", {}).get("language", "en")
    return Building(
        tempos=tempos,
        tempo_names=names,
        defaults=Level("defaults", defaults, ("defaults",)),
        shared_cues=cues_of(checked.get("cues", {}), place, ("cues",)),
        cue_sets={
            name: cues_of(table, place, ("cue_sets", name))
            for name, table in checked.get("cue_sets", {}).items()
        },
        week=week,
        english=language.split("-")[0].lower() == "en",
        place=place,
        at=at,
    )


def _exercises(tables: Sequence[Keys], building: Building) -> Iterator[Exercise]:
    """The exercises, as far as their sets stay within what a program may have in all."""
    sets, bouts = 0, 0
    for number, keys in enumerate(tables):
        sets += _written(keys, building.defaults.keys)
        if sets <= MOST_BOUTS_IN_ALL:
            exercise = _exercise(keys, number, building)
            bouts += len(exercise.sets)
        if max(sets, bouts) > MOST_BOUTS_IN_ALL:
            text = (
                f"the program has more than {MOST_BOUTS_IN_ALL:,} sets by here, "
                "each side, hold and group counted"
            )
            building.at.into("exercise").into(number).say(text, in_schema=False)
            return
        yield exercise


def _written(keys: Keys, defaults: Keys) -> int:
    """How many sets an exercise asks for: enough to tell before any of them is made."""
    sets = keys.get("sets", defaults.get("sets", 1))
    lines = sets if isinstance(sets, int) else sum(line.get("times", 1) for line in sets)
    return max([lines, *(len(keys[key]) for key in PER_SET if isinstance(keys.get(key), list))])


def _exercise(keys: Keys, number: int, building: Building) -> Exercise:
    at, place = building.at.into("exercise").into(number), building.place
    own = Level("exercise", named_tempos(keys, building.tempos, building.tempo_names, at), at.path)
    id_, name = keys.get("id", ""), keys.get("name", "")
    known = find(id_) or find(name)
    name = name or (known.name if known else _readable(id_))
    outer = (building.defaults, *_library(known), Level("built-in", BUILT_IN))
    cues, cues_from = _cues(keys, known, building, at)
    lore = known if known and building.english else None
    found = {key: getattr(known, key) for key in FROM_LIBRARY if known and getattr(known, key)}
    return Exercise(
        name=name,
        start=keys.get("start") or found.get("start", "eccentric"),
        sets=sets_of(own, outer, building.week, place, at),
        cues=cues,
        where=place(at.path),
        id=keys.get("id", ""),
        known=known.id if known else "",
        target=keys.get("target", found.get("target", "")),
        helpers=_names(keys.get("helpers", found.get("helpers", ()))),
        takes_over=_names(keys.get("takes_over", found.get("takes_over", ()))),
        role=keys.get("role", "work"),
        superset=keys.get("superset", ""),
        setup=lore.setup if lore else "",
        words=lore.words if lore else {},
        before=tuple(done("before", (own, building.defaults), place)),
        spotter=known.spotter if known else False,
        start_written="start" in keys or known is not None,
        origins={
            **dict.fromkeys(found, "library"),
            **{key: "exercise" for key in (*FROM_LIBRARY, "role", "superset") if key in keys},
            **({"setup": "library"} if lore else {}),
            **({"cues": cues_from} if cues_from else {}),
        },
        places={key: place((*at.path, key)) for key in keys},
    )


FROM_LIBRARY = ("start", "target", "helpers", "takes_over")
HELD = Decimal(30)  # how long what has no tempo is held, where nothing else is written


def _library(known: Known | None) -> tuple[Level, ...]:
    if known is None:
        return ()
    if not known.tempo:
        return (Level("library", {"hold": HELD}),)
    return (Level("library", {"tempo": parse(known.tempo)}),)


def _names(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _cues(
    keys: Keys, known: Known | None, building: Building, at: At
) -> tuple[tuple[Cue, ...], str]:
    """An exercise's cues, and "library" where those of the lift came from there.

    Its own, the program's for the moments it has none for, the library's for the lift where there
    is none; and the sets of cues that it asks for by name.
    """
    own = cues_of(keys.get("cues", {}), building.place, (*at.path, "cues"))
    cues, origin = with_shared(own, building.shared_cues), ""
    spoken = any(cue.moment in ("concentric", "during") for cue in cues)
    if known and building.english and not spoken:
        cues += tuple(_of_library(known, building.place(at.path)))
        origin = "library"
    for number, name in enumerate(_names(keys.get("cue_sets", ()))):
        if name in building.cue_sets:
            cues += building.cue_sets[name]
            continue
        where = at.into("cue_sets")
        where = where.into(number) if isinstance(keys["cue_sets"], list) else where
        where.fault(_no_cue_set(name, building.cue_sets), in_schema=False)
    return cues, origin


def _of_library(known: Known, where: Place) -> Iterator[Cue]:
    """The library's cues: for the lift, or for the hold where there is none."""
    moment = "concentric" if known.tempo else "during"
    place: Placement = "lead" if known.tempo else "in"
    if known.internal:
        yield Cue(moment, known.internal, None, place, where, focus="internal")
    if known.external:
        yield Cue(moment, known.external, None, place, where, focus="external")


def _no_cue_set(name: str, cue_sets: Keys) -> str:
    if meant := nearest(name, list(cue_sets)):
        return f'{shown(name)} is no name in [cue_sets]; did you mean "{meant}"?'
    if not cue_sets:
        return f"{shown(name)} is no name in [cue_sets]; the program has no [cue_sets.NAME]"
    return f"{shown(name)} is no name in [cue_sets]; it has {listed([shown(n) for n in cue_sets])}"


def _readable(slug: str) -> str:
    """Hip thrust, from hip-thrust."""
    words = slug.replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]


def _voice(keys: Keys) -> VoiceSettings:
    pace = {"pace": float(keys["pace"])} if "pace" in keys else {}
    return VoiceSettings(**{**keys, **pace})


def _sound(keys: Keys, place: PlaceOf) -> SoundSettings:
    names = ("clicks", "ticks", "glide", "pan_sides", "files")
    settings = {name: keys[name] for name in names if name in keys}
    if "duck" in keys:
        settings["duck_db"] = keys["duck"]
    places = {name: place(("sound", "files", name)) for name in keys.get("files", {})}
    if "clicks" in keys:
        places["clicks"] = place(("sound", "clicks"))
    return SoundSettings(**settings, places=places)


def _music(keys: Keys, place: PlaceOf) -> MusicSettings | None:
    if "files" not in keys:
        return None
    names = {"level": "level_db", "duck": "duck_db", "stereo": "stereo"}
    times = {"hold": "hold_ms", "fade": "fade_ms", "crossfade": "crossfade_ms"}
    settings = {field: keys[key] for key, field in names.items() if key in keys}
    settings |= {field: to_ms(keys[key]) for key, field in times.items() if key in keys}
    return MusicSettings(
        files=tuple(keys["files"]),
        places=tuple(place(("music", "files", number)) for number in range(len(keys["files"]))),
        **settings,
    )


def _session(keys: Keys, place: PlaceOf) -> SessionSettings:
    settings = {key: keys[key] for key in ("lead_in", "count", "count_at") if key in keys}
    names = {"setup": "setup_ms", "x_seconds": "x_ms", "a_seconds": "a_ms"}
    settings |= {field: to_ms(keys[key]) for key, field in names.items() if key in keys}
    if "remind" in keys:
        settings["remind"] = activities_of(keys["remind"], place, ("session", "remind"))
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


def _check_work(program: Program, at: At) -> None:
    """Refuse more reps, or more cues on them, than anyone could do or hear; by arithmetic, too."""
    reps = [sum(one.reps for one in exercise.sets) for exercise in program.exercises]
    asked = [_sayings(exercise) for exercise in program.exercises]
    for counts, most, what in (
        (reps, MOST_REPS_IN_ALL, "reps"),
        (asked, MOST_SAYINGS, "times at which a cue might be said, each cue on each rep"),
    ):
        if sum(counts) > most:
            number = max(range(len(counts)), key=counts.__getitem__)
            at.into("exercise").into(number).say(
                f"the session has {sum(counts):,} {what}; at most {most:,} are allowed "
                f"(most of them here: {counts[number]:,})",
                in_schema=False,
            )
            return


def _sayings(exercise: Exercise) -> int:
    """How many times it is asked whether a cue is wanted."""
    often = sum(cue.moment in PHASES for cue in exercise.cues)
    during = [cue.every_ms for cue in exercise.cues if cue.moment == "during"]
    return sum(
        sum(one.hold_ms // every_ms + 1 for every_ms in during) if one.hold_ms else one.reps * often
        for one in exercise.sets
    )


def _lengths(program: Program) -> Iterator[int]:
    """Milliseconds that each exercise takes, its rests included."""
    session = program.session
    for exercise in program.exercises:
        yield sum(_activity_ms(activity) for activity in exercise.before) + sum(
            (one.hold_ms or one.reps * rep_ms(one.tempo, x_ms=session.x_ms, a_ms=session.a_ms))
            + one.rest_ms
            for one in exercise.sets
        )


def _activity_ms(activity: Activity) -> int:
    """About how long an activity takes; a breath takes ten seconds."""
    if not activity.name:
        return activity.lasts_ms
    script = scripts()[activity.name]
    each = {"seconds": 1_000, "times": 10_000, "none": 0}[script.unit]
    return (activity.amount or script.usual) * each


def _hours(ms: int) -> str:
    minutes = ms // 60_000
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
