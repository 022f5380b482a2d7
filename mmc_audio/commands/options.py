"""Options and arguments that several commands share, each defined once."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import wraps
from typing import Any, TypeVar

import click

from mmc_audio.errors import shown
from mmc_audio.listener import Listener, Place
from mmc_audio.program import TALKS
from mmc_audio.session import FOCUSES
from mmc_audio.voices import NAMES

LAST_WEEK = 520  # ten years

F = TypeVar("F", bound=Callable[..., object])


class Start(click.ParamType):
    """`2.3` is exercise 2, set 3; `2` is its first set."""

    name = "EXERCISE.SET"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> Place:
        match = re.fullmatch(r"([1-9][0-9]{0,3})(?:\.([1-9][0-9]{0,3}))?", value)
        if match is None:
            self.fail(
                f"{shown(value)} is no place in a program. Write 2.3 for exercise 2, set 3, "
                "or 2 for the first set of exercise 2."
            )
        return Place(int(match[1]), int(match[2] or 1))


def program_argument(function: F) -> F:
    """PROGRAM: a path or the name of a shipped program."""
    return click.argument("program", metavar="PROGRAM")(function)


def programs_argument(function: F) -> F:
    """PROGRAM...: at least one."""
    return click.argument("programs", metavar="PROGRAM...", nargs=-1, required=True)(function)


def voice_option(function: F) -> F:
    """--voice, over what the program asks for."""
    return click.option(
        "--voice",
        type=click.Choice(("auto", *NAMES)),
        help="Which voice speaks, whatever the program says; `mmc voices` tells more.",
    )(function)


def week_option(function: F) -> F:
    """--week: which week of a program that changes from week to week."""
    return click.option(
        "--week",
        type=click.IntRange(1, LAST_WEEK),
        default=1,
        help="The week of a program that changes from week to week.",
    )(function)


def listener_argument(function: Callable[..., object]) -> Callable[..., object]:
    """Give a command one `listener` in the place of all its options that make one."""

    @wraps(function)
    def command(**options: Any) -> object:
        listener, others = gathered(options)
        return function(listener=listener, **others)

    return command


def session_options(function: F) -> F:
    """What the listener decides: the same options wherever a session is planned."""
    decorators = (
        voice_option,
        click.option(
            "--talk",
            type=click.Choice(TALKS),
            help="How much is said: quiet leaves out the cues, full says all there is.",
        ),
        click.option(
            "--from",
            "start",
            type=Start(),
            help="Begin at this exercise and set: 2.3 is exercise 2, set 3.",
        ),
        click.option(
            "--no-intro",
            "intro",
            is_flag=True,
            flag_value=False,
            default=True,
            help="Leave out the explanations before the exercises.",
        ),
        click.option(
            "--no-music",
            "music",
            is_flag=True,
            flag_value=False,
            default=True,
            help="Leave out the music of the program.",
        ),
        click.option(
            "--focus",
            type=click.Choice(FOCUSES),
            help="Cues for the muscle (internal) or for the weight (external), whatever the "
            "program says; auto: as it says.",
        ),
        click.option(
            "--imagine",
            is_flag=True,
            help="A rehearsal in the mind: the same times, in the words of someone doing it.",
        ),
        week_option,
    )
    for decorate in reversed(decorators):
        function = decorate(function)
    return function


class Speed(click.FloatRange):
    """A number from 0.5 to 2; what is no number is in every range of click's."""

    def __init__(self) -> None:
        super().__init__(0.5, 2.0)

    def convert(
        self, value: str | float, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        speed: float = super().convert(value, param, ctx)
        if math.isnan(speed):
            self.fail(f"{speed} is no speed. Write a number from 0.5 to 2.", param, ctx)
        return speed


def tempo_option(function: F) -> F:
    """--tempo: the speed at which a session is played."""
    return click.option(
        "--tempo",
        type=Speed(),
        default=1.0,
        help="Play the whole session slower (0.9) or faster (1.1); speech keeps its own pace.",
    )(function)


def gathered(options: Mapping[str, Any]) -> tuple[Listener, dict[str, Any]]:
    """The options of a listener among those of a command, and the other ones."""
    names = {field.name for field in fields(Listener)}
    own = {name: value for name, value in options.items() if name in names}
    return Listener(**own), {name: options[name] for name in options if name not in names}
