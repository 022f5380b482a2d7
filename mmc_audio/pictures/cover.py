"""The cover of a session: what it is called, its shape, how long it takes. Pure.

Made to be told from others as small as a thumbnail: the minutes and the colours are what is left
of it at 64 pixels.
"""

from __future__ import annotations

from collections.abc import Iterator

from mmc_audio.captions import name_of
from mmc_audio.chart import Chart
from mmc_audio.figures import clock
from mmc_audio.hues import HUES
from mmc_audio.pictures.axis import Axis
from mmc_audio.pictures.letters import lines
from mmc_audio.pictures.shapes import Area, Box, Picture, Point, Shape, Text
from mmc_audio.timeline import SetSpan, Timeline

SIDE, MARGIN = 600, 44
GROUND, LIGHT, DIM = "#16202b", "#ffffff", "#2c3947"
TITLE_SIZES, TITLE_TOP, MOST_LINES = (60, 50, 42), 96, 3
BARS, HIGH = 290, 120  # the top of the session's shape, and its height
FIGURE, UNIT, BASE = 176, 64, 558
NARROWEST = 3.0  # pixels: a set that is shorter still has to be seen


def picture(title: str, timeline: Timeline) -> Picture:
    """The cover of a session that has at least one set."""
    minutes = f"{max(1, round(timeline.duration_ms / 60_000))}"
    shapes = (
        Box(0, 0, SIDE, SIDE, GROUND),
        *_title(title),
        *_shape(Chart(timeline)),
        Text(MARGIN - 8, BASE, minutes, FIGURE, LIGHT, bold=True),
        Text(SIDE - MARGIN, BASE, "min", UNIT, LIGHT, anchor="end"),
    )
    return Picture(SIDE, SIDE, shapes, title, f"{clock(timeline.duration_ms)} long.")


def _title(title: str) -> Iterator[Shape]:
    """As large as it can be written on so many lines."""
    room = SIDE - 2 * MARGIN
    for size in TITLE_SIZES:
        found = lines(title, room, size, most=MOST_LINES, bold=True)
        if not found[-1:] or not found[-1].endswith("…"):
            break
    for index, line in enumerate(found):
        y = TITLE_TOP + index * size * 1.15
        yield Text(MARGIN, y, line, size, LIGHT, bold=True, room=room)


def _shape(chart: Chart) -> Iterator[Shape]:
    """A bar for each set, in its place and of its length, in the colours of its phases."""
    axis = Axis(MARGIN, (SIDE - 2 * MARGIN) / max(1, chart.timeline.duration_ms))
    yield Box(MARGIN, BARS + HIGH - 6, SIDE - 2 * MARGIN, 6, DIM, round=3)
    found: dict[str, list[tuple[Point, ...]]] = {}
    for span in chart.sets.events:
        start = axis.x(span.at_ms)
        end = max(start + NARROWEST, axis.x(span.at_ms + span.duration_ms))
        top = float(BARS)
        for name, share in _shares(chart, span):
            bottom = top + HIGH * share
            bar = ((start, top), (end, top), (end, bottom), (start, bottom))
            found.setdefault(name, []).append(bar)
            top = bottom
    for name, bars in found.items():
        yield Area(tuple(bars), HUES[name])


def _shares(chart: Chart, span: SetSpan) -> list[tuple[str, float]]:
    """Which part of a set each phase takes, in the order of the first rep."""
    first = chart.work.begun_before(span.at_ms)
    end = chart.work.begun_before(span.at_ms + span.duration_ms)
    times: dict[str, int] = {}
    for work in chart.work.events[first:end]:
        times[name_of(work)] = times.get(name_of(work), 0) + work.duration_ms
    whole = sum(times.values())
    return [(name, ms / whole) for name, ms in times.items()]
