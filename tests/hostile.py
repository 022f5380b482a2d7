"""Names that try to steer a terminal. Loading refuses them; the screen does not rely on that."""

from __future__ import annotations

from dataclasses import replace

from mmc_audio.timeline import Event, ExerciseSpan, SetSpan, Speech, Timeline

NAME = "\x1b]0;owned\x07\x1b[2J\x1b[31m\u202ename\u200b\x9b1m\tof\nit"
SHOWN = r"\x1b]0;owned\x07\x1b[2J\x1b[31m\u202ename\u200b\x9b1m of it"


def renamed(timeline: Timeline) -> Timeline:
    """The timeline with everything in it named so."""
    return replace(timeline, title=NAME, events=tuple(map(_renamed, timeline.events)))


def _renamed(event: Event) -> Event:
    match event:
        case ExerciseSpan():
            return replace(event, name=NAME)
        case SetSpan():
            return replace(event, label=NAME)
        case Speech():
            return replace(event, text=NAME)
    return event
