"""A session on one sheet: a row an exercise, with its sets, phases and cues to scale. Pure.

The height of a phase shows how short the muscle is: it climbs as the weight is lifted. Whatever is
in a program, a picture has a bounded size: what is smaller than can be seen is drawn together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mmc_audio.chart import Chart, Work
from mmc_audio.errors import count
from mmc_audio.figures import clock, seconds
from mmc_audio.hues import HUES
from mmc_audio.pictures.axis import Axis, label
from mmc_audio.pictures.inks import CUE, EDGE, FAINT, INK, PAPER, SET, SOFT, TOLD
from mmc_audio.pictures.letters import width
from mmc_audio.pictures.rows import CUED, Exercise, exercises
from mmc_audio.pictures.shapes import Area, Box, Line, Picture, Point, Shape, Text
from mmc_audio.timeline import Phase, SetSpan, Timeline

Asked = Mapping[int, Sequence[str]]  # by the number of an exercise, what its sets ask for

WIDTH, MARGIN = 1_000, 32
NAMES, FIGURES, GAP = 228, 92, 18  # the columns left and right of the rows
LEFT, RIGHT = MARGIN + NAMES + GAP, WIDTH - MARGIN - FIGURES - GAP
HEAD, FOOT = 148, 62
NAME_SIZES = (15, 13)
MOST_LINES = 3  # of what the sets of an exercise ask for
MOST_TALL = 24  # exercises; more of them get rows of one line
MOST_PHASES = 6_000  # more of them are not drawn one by one
NARROW = 2  # pixels: reps that are narrower are not drawn one by one either
ONE = 0.3  # pixels: what is nearer to its neighbour is drawn as one with it

LEGEND = {
    "concentric": "lift",
    "squeeze": "squeeze",
    "eccentric": "lower",
    "pause": "pause",
    "hold": "hold",
}


@dataclass(frozen=True, slots=True)
class Look:
    """How tall things are: `high` the whole row, from its top the `base` on which sets stand."""

    high: int
    base: int
    short: int  # where the muscle is short, above the base
    long: int
    said: int  # the lane of what is said, below the base, and its height
    said_high: int


TALL = Look(high=104, base=56, short=36, long=8, said=6, said_high=6)
FLAT = Look(high=24, base=15, short=11, long=4, said=2, said_high=3)


def picture(timeline: Timeline, asked: Asked) -> Picture:
    """The session as shapes, whatever is in it."""
    chart = Chart(timeline)
    found = exercises(chart)
    look = TALL if len(found) <= MOST_TALL else FLAT
    longest_ms = max((one.end_ms - one.since_ms for one in found), default=0)
    axis = Axis(LEFT, (RIGHT - LEFT) / max(1, longest_ms))
    bottom = HEAD + look.high * len(found)
    shapes: list[Shape] = [
        Box(0.5, 0.5, WIDTH - 1, bottom + FOOT - 1, PAPER, round=12, edge=EDGE),
        *_head(timeline, found),
        *_legend(found, coarse=not all(_fine(one, chart, axis) for one in found)),
        *_grid(axis, longest_ms, HEAD, bottom),
    ]
    for index, one in enumerate(found):
        own = Axis(LEFT, axis.scale, one.since_ms)
        row = Row(one, own, look, HEAD + index * look.high, fine=_fine(one, chart, axis))
        shapes += row.shapes(asked.get(one.number, ()))
    return Picture(WIDTH, bottom + FOOT, tuple(shapes), timeline.title, _about(timeline, found))


def _fine(one: Exercise, chart: Chart, axis: Axis) -> bool:
    """Whether there is room for each phase of an exercise."""
    reps = sum(max(1, span.reps) for span in one.sets)
    room = one.under_tension_ms * axis.scale / reps
    return len(chart.work.events) <= MOST_PHASES and room >= NARROW


def _about(timeline: Timeline, found: Sequence[Exercise]) -> str:
    """The picture in words."""
    rows = "; ".join(
        f"{one.number} {one.name}: {count(_rounds(one), 'set')}, "
        f"{clock(one.under_tension_ms)} under tension"
        for one in found
    )
    return f"{clock(timeline.duration_ms)} long. {rows}."


def _rounds(one: Exercise) -> int:
    """How many sets people would count."""
    return len({span.nth for span in one.sets})


# ---- the head ------------------------------------------------------------------------------------


def _head(timeline: Timeline, found: Sequence[Exercise]) -> Iterator[Shape]:
    """The title, the figures, and the whole session as a strip."""
    tension = sum(one.under_tension_ms for one in found)
    sets = sum(map(_rounds, found))
    figures = (
        f"{clock(timeline.duration_ms)} long · {clock(tension)} under tension · "
        f"{count(len(found), 'exercise')}, {count(sets, 'set')}"
    )
    yield Text(MARGIN, 44, timeline.title, 24, INK, bold=True, room=WIDTH - 2 * MARGIN)
    yield Text(MARGIN, 68, figures, 14, SOFT)
    axis = Axis(MARGIN, (WIDTH - 2 * MARGIN) / max(1, timeline.duration_ms))
    yield Box(MARGIN, 84, WIDTH - 2 * MARGIN, 8, FAINT, round=4)
    spans = sorted((span.at_ms, span.duration_ms) for one in found for span in one.sets)
    yield from _bars(axis, spans, 84, 8, INK)
    yield from _numbers(axis, found, 106)


def _numbers(axis: Axis, found: Sequence[Exercise], y: float) -> Iterator[Shape]:
    """The numbers of the exercises where they begin, those that have room."""
    free = 0.0
    for one in sorted(found, key=lambda one: one.sets[0].at_ms):
        x = axis.x(one.sets[0].at_ms)
        if x >= free:
            yield Text(x, y, str(one.number), 11, SOFT, bold=True)
            free = x + width(str(one.number), 11, bold=True) + 4


def _legend(found: Sequence[Exercise], *, coarse: bool) -> Iterator[Shape]:
    """What the colours mean: those that are there."""
    names = {work.name if isinstance(work, Phase) else "hold" for one in found for work in one.work}
    entries = [(HUES[name], word) for name, word in LEGEND.items() if name in names]
    entries += [(SET, "a set")] * coarse
    x, y = float(LEFT), 134
    for colour, word in entries:
        yield Box(x, y - 10, 12, 12, colour, round=3)
        yield Text(x + 18, y, word, 12, SOFT)
        x += 18 + width(word, 12) + 16
    for colour, word in ((CUE, "a cue"), (TOLD, "what else is said")):
        yield Box(x, y - 7, 16, 5, colour, round=2)
        yield Text(x + 22, y, word, 12, SOFT)
        x += 22 + width(word, 12) + 16
    yield Text(WIDTH - MARGIN, y, "under tension", 12, SOFT, anchor="end")


def _grid(axis: Axis, longest_ms: int, top: float, bottom: float) -> Iterator[Shape]:
    """Lines through all rows, and how long after the beginning of each row they stand."""
    for at_ms in range(0, longest_ms + 1, axis.step_ms()):
        x = axis.x(at_ms)
        yield Line(((x, top), (x, bottom + 6)), FAINT)
        yield Text(x, bottom + 22, label(at_ms), 12, SOFT, anchor="middle")
    words = "Each row begins where its exercise is announced; all have the same scale."
    yield Text(LEFT, bottom + 44, words, 12, SOFT)


# ---- a row ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """One exercise, drawn from `top` down."""

    one: Exercise
    axis: Axis
    look: Look
    top: float
    fine: bool

    @property
    def base(self) -> float:
        return self.top + self.look.base

    def shapes(self, asked: Sequence[str]) -> Iterator[Shape]:
        tall = self.look is TALL
        yield Line(((MARGIN, self.top), (WIDTH - MARGIN, self.top)), FAINT)
        yield from self._texts(asked) if tall else self._one_line()
        yield from self._rests()
        yield from self._phases() if self.fine else self._blocks()
        yield from self._said()
        if tall:
            yield from self._labels()

    def _one_line(self) -> Iterator[Shape]:
        name, tension = f"{self.one.number} {self.one.name}", clock(self.one.under_tension_ms)
        yield Text(MARGIN, self.top + 16, name, 12, INK, room=NAMES)
        yield Text(WIDTH - MARGIN, self.top + 16, tension, 12, INK, bold=True, anchor="end")

    def _texts(self, asked: Sequence[str]) -> Iterator[Shape]:
        one, right = self.one, WIDTH - MARGIN
        name = f"{one.number} {one.name}"
        size = next((s for s in NAME_SIZES if width(name, s, bold=True) <= NAMES), NAME_SIZES[-1])
        yield Text(MARGIN, self.top + 26, name, size, INK, bold=True, room=NAMES)
        lines = [*asked[:MOST_LINES]]
        if len(asked) > MOST_LINES:
            lines[-1] = f"and {len(asked) - MOST_LINES + 1} more kinds of set"
        if one.turns:
            lines.append(f"in turns with {', '.join(map(str, one.turns))}")
        for index, line in enumerate(lines):
            yield Text(MARGIN, self.top + 45 + 16 * index, line, 12, SOFT, room=NAMES)
        tension = clock(one.under_tension_ms)
        yield Text(right, self.top + 50, tension, 20, INK, bold=True, anchor="end")
        begins = f"begins at {clock(one.start_ms)}"
        yield Text(right, self.top + 68, begins, 11, SOFT, anchor="end")
        cues = " · ".join(f"“{cue}”" for cue in one.cues)
        if cues:
            yield Text(LEFT, self.base + 32, cues, 12.5, SOFT, room=RIGHT - LEFT)

    def _labels(self) -> Iterator[Shape]:
        """The numbers of the sets and the lengths of the rests, where there is room for them."""
        for span in self.one.sets:
            x, wide = self.axis.x(span.at_ms), span.duration_ms * self.axis.scale
            text = next((t for t in _set_names(span) if width(t, 11) <= wide), "")
            if text:
                yield Text(x + wide / 2, self.top + 14, text, 11, SOFT, anchor="middle")
        for rest in self.one.rests:
            x, wide = self.axis.x(rest.at_ms), rest.duration_ms * self.axis.scale
            text = f"rest {seconds(rest.duration_ms)}"
            text = text if width(text, 11) <= wide - 8 else seconds(rest.duration_ms)
            if width(text, 11) <= wide - 8 and rest.at_ms < self.one.end_ms:
                yield Text(x + wide / 2, self.base - 14, text, 11, SOFT, anchor="middle")

    def _rests(self) -> Iterator[Shape]:
        """The line on which all stands, and what is done in the rests, low on it."""
        start, end = self.axis.x(self.one.start_ms), self.axis.x(self.one.end_ms)
        yield Line(((start, self.base), (end, self.base)), EDGE)
        drills = [(d.at_ms, d.duration_ms) for d in self.one.drills if d.at_ms < self.one.end_ms]
        high = self.look.long / 2
        yield from _bars(self.axis, drills, self.base - high, high, HUES["hold"], opacity=0.5)

    def _blocks(self) -> Iterator[Shape]:
        spans = [(span.at_ms, span.duration_ms) for span in self.one.sets]
        high = self.look.short
        yield from _bars(self.axis, spans, self.base - high, high, SET)

    def _phases(self) -> Iterator[Shape]:
        by_name: dict[str, list[tuple[Point, ...]]] = {}
        for work in self.one.work:
            name = work.name if isinstance(work, Phase) else "hold"
            by_name.setdefault(name, []).append(self._phase(work))
        for name, polygons in by_name.items():
            yield Area(tuple(polygons), HUES[name])

    def _phase(self, work: Work) -> tuple[Point, ...]:
        start, end = self.axis.x(work.at_ms), self.axis.x(work.at_ms + work.duration_ms)
        low, high = heights(work, self.look.long, self.look.short)
        return (
            (start, self.base),
            (start, self.base - low),
            (end, self.base - high),
            (end, self.base),
        )

    def _said(self) -> Iterator[Shape]:
        top, high = self.base + self.look.said, self.look.said_high
        for cued, colour in ((False, TOLD), (True, CUE)):
            spans = [
                (speech.at_ms, speech.duration_ms)
                for speech in self.one.speeches
                if (speech.moment in CUED) is cued
            ]
            yield from _bars(self.axis, spans, top, high, colour)


def heights(work: Work, long: float, short: float) -> tuple[float, float]:
    """How high it begins and ends: as high as the muscle is short; a hold is between the two."""
    if not isinstance(work, Phase):
        return (long + short) / 2, (long + short) / 2
    begins = short if work.name in ("eccentric", "squeeze") else long
    ends = short if work.name in ("concentric", "squeeze") else long
    return begins, ends


def _set_names(span: SetSpan) -> tuple[str, ...]:
    """`set 2 left`, or as much of it as there is room for."""
    side = span.side if span.side in ("left", "right") else ""
    part = f"{span.part}/{span.parts}" if span.parts > 1 else ""
    more = " ".join(filter(None, (side, part)))
    letter = " ".join(filter(None, (side[:1].upper(), part)))
    long = f"set {span.nth} {more}".rstrip()
    return long, f"{span.nth} {letter}".rstrip(), str(span.nth)


def _bars(
    axis: Axis,
    spans: Iterable[tuple[int, int]],
    top: float,
    high: float,
    colour: str,
    opacity: float = 1,
) -> Iterator[Shape]:
    """A bar for each (from, for how long), in order of time; neighbours too near are one."""
    edges: list[tuple[float, float]] = []
    for at_ms, lasts_ms in spans:
        start, end = axis.x(at_ms), axis.x(at_ms + lasts_ms)
        if edges and start - edges[-1][1] < ONE:
            edges[-1] = edges[-1][0], max(end, edges[-1][1])
        else:
            edges.append((start, end))
    bottom = top + high
    bars = tuple(((a, top), (b, top), (b, bottom), (a, bottom)) for a, b in edges)
    if bars:
        yield Area(bars, colour, opacity)
