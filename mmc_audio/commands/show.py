"""`mmc show`: a program's plan, as a table or as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from mmc_audio.commands import drawing, origintable, plantable
from mmc_audio.commands.drawing import RepChoice
from mmc_audio.commands.options import (
    listener_argument,
    program_argument,
    session_options,
)
from mmc_audio.console import echo, echo_json
from mmc_audio.interludes import described
from mmc_audio.listener import Listener
from mmc_audio.pictures.reps import RepPlace
from mmc_audio.program import Program, Set
from mmc_audio.rounds import by_exercise
from mmc_audio.summary import SetTime, Summary, summarise
from mmc_audio.tempo import in_words


@click.command()
@program_argument
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
@click.option("--explain", is_flag=True, help="Tell where each value came from.")
@click.option(
    "--picture",
    metavar="OUT",
    help="Draw the session to scale: a row an exercise. OUT ends in .svg or .png.",
)
@click.option(
    "--rep",
    type=RepChoice(),
    is_flag=False,
    flag_value=RepChoice.TELLING,
    help="With --picture: draw one rep with its sound. 1.2.3 is exercise 1, set 2, rep 3; without "
    "a number it is the first rep in which a cue is said.",
)
@session_options
@listener_argument
def command(
    program: str,
    as_json: bool,
    explain: bool,
    picture: str | None,
    rep: RepPlace | str | None,
    listener: Listener,
) -> None:
    """Show a program's plan: sets, tempo, time under tension, length.

    Time under tension is the time that a set keeps the muscle working, pauses included; with two
    sides, that of each. The picture of one rep falls as the weight is lowered; two strokes are a
    second. RIR are the reps left in reserve.

    \b
    Examples:
      mmc show bridges.toml
      mmc show hip-thrust --explain
      mmc show strength.toml --week 3
      mmc show hip-thrust --picture session.svg
      mmc show hip-thrust --picture rep.png --rep 2.1.3
    """
    if rep is not None and picture is None:
        raise click.UsageError("--rep is for a picture; name it with --picture OUT.")
    if picture is not None:
        if as_json or explain:
            raise click.UsageError("--picture is drawn by itself, without --json and --explain.")
        echo("\n".join(drawing.draw(program, Path(picture), rep, listener)))
        return
    plan = listener.program(program)
    if plan.music:
        from mmc_audio.music import check_files

        check_files(plan)
    summary = summarise(plan, listener.options(plan))
    if as_json:
        echo_json(as_data(plan, summary))
        return
    plantable.print_plan(plan, summary)
    if explain:
        origintable.print_origins(plan, summary)


def as_data(program: Program, summary: Summary) -> dict[str, Any]:
    """The plan as JSON can hold it; all times in milliseconds."""
    return {
        "title": program.title,
        "week": program.week,
        "weeks": program.weeks,
        "duration_ms": summary.duration_ms,
        "under_tension_ms": summary.under_tension_ms(),
        "music": list(program.music.files) if program.music else [],
        "muscles": {name: summary.under_tension_ms(target=name) for name in summary.targets},
        "exercises": [
            {
                **_exercise_data(program, number),
                "under_tension_ms": summary.under_tension_ms(exercise=number),
                "sets": [_set_data(program, time) for time in times],
            }
            for number, times in by_exercise(summary)
        ],
    }


def _exercise_data(program: Program, number: int) -> dict[str, Any]:
    exercise = program.exercises[number - 1]
    return {
        "exercise": number,
        "name": exercise.name,
        "known": exercise.known,
        "role": exercise.role,
        "superset": exercise.superset,
        "target": exercise.target,
        "helpers": list(exercise.helpers),
        "takes_over": list(exercise.takes_over),
        "start": exercise.start,
        "before": [described(activity) for activity in exercise.before],
        "origins": dict(exercise.origins),
    }


def _set_data(program: Program, time: SetTime) -> dict[str, Any]:
    """One bout: `set` is its number among those of its exercise, `number` that of the set."""
    exercise = program.exercises[time.exercise - 1]
    set_ = exercise.sets[time.set - 1]
    return {
        "set": time.set,
        "number": set_.number,
        "side": "both" if set_.alternate else set_.side,
        "part": set_.part,
        "parts": set_.parts,
        "label": set_.label,
        **_work_data(set_, exercise.start),
        "load": set_.load,
        "rir": set_.rir,
        "focus": set_.focus,
        "under_tension_ms": time.under_tension_ms,
        "moving_ms": time.moving_ms,
        "rest_ms": time.rest_ms,
        "rest_do": [described(activity) for activity in set_.rest_do],
        "after": [described(activity) for activity in set_.after],
        "origins": dict(set_.origins),
    }


def _work_data(set_: Set, start: str) -> dict[str, Any]:
    if set_.hold_ms:
        return {"hold_ms": set_.hold_ms}
    return {
        "reps": set_.reps,
        "reps_from": set_.reps_from,
        "amrap": set_.amrap,
        "tempo": set_.tempo.text,
        "tempo_in_words": in_words(set_.tempo, start),
    }
