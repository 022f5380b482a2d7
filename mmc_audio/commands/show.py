"""`mmc show`: a program's plan, as a table or as JSON."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

import click

from mmc_audio.commands import plantable
from mmc_audio.commands.options import (
    Listener,
    listener_argument,
    program_argument,
    session_options,
)
from mmc_audio.console import echo
from mmc_audio.program import Program
from mmc_audio.summary import SetTime, Summary, summarise
from mmc_audio.tempo import in_words


@click.command()
@program_argument
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
@click.option("--explain", is_flag=True, help="Tell where each value came from.")
@session_options
@listener_argument
def command(program: str, as_json: bool, explain: bool, listener: Listener) -> None:
    """Show a program's plan: sets, tempo, time under tension, length.

    Time under tension is the time that a set keeps the muscle working, pauses included. The
    picture of one rep falls as the weight is lowered; two strokes are a second.

    \b
    Examples:
      mmc show bridges.toml
      mmc show hip-thrust --explain
    """
    plan = listener.program(program)
    summary = summarise(plan, listener.options(plan))
    if as_json:
        echo(json.dumps(as_data(plan, summary), indent=2, ensure_ascii=False))
        return
    plantable.print_plan(plan, summary)
    if explain:
        plantable.print_origins(plan, summary)


def as_data(program: Program, summary: Summary) -> dict[str, Any]:
    """The plan as JSON can hold it; all times in milliseconds."""
    return {
        "title": program.title,
        "duration_ms": summary.duration_ms,
        "under_tension_ms": summary.under_tension_ms(),
        "muscles": {name: summary.under_tension_ms(target=name) for name in summary.targets},
        "exercises": [
            {
                "exercise": number,
                "name": program.exercises[number - 1].name,
                "target": program.exercises[number - 1].target,
                "start": program.exercises[number - 1].start,
                "under_tension_ms": summary.under_tension_ms(exercise=number),
                "sets": [_set_data(program, time) for time in times],
            }
            for number, times in groupby(summary.sets, lambda time: time.exercise)
        ],
    }


def _set_data(program: Program, time: SetTime) -> dict[str, Any]:
    exercise = program.exercises[time.exercise - 1]
    set_ = exercise.sets[time.set - 1]
    work: dict[str, Any] = {"hold_ms": set_.hold_ms}
    if not set_.hold_ms:
        work = {
            "reps": set_.reps,
            "tempo": set_.tempo.text,
            "tempo_in_words": in_words(set_.tempo, exercise.start),
        }
    return {
        "set": time.set,
        "label": set_.label,
        **work,
        "load": set_.load,
        "under_tension_ms": time.under_tension_ms,
        "moving_ms": time.moving_ms,
        "rest_ms": time.rest_ms,
        "origins": dict(set_.origins),
    }
