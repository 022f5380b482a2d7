"""One rep on one sheet: its phases, its clicks, its words and its sound on a time axis. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from mmc_audio.captions import name_of
from mmc_audio.chart import Chart, Work
from mmc_audio.figures import seconds
from mmc_audio.hues import HUES
from mmc_audio.pictures.axis import Axis, label
from mmc_audio.pictures.inks import CUE, EDGE, FAINT, INK, PAPER, SET, SOFT
from mmc_audio.pictures.letters import width
from mmc_audio.pictures.reps import Rep
from mmc_audio.pictures.rows import CUED
from mmc_audio.pictures.session import LEGEND, heights
from mmc_audio.pictures.shapes import Area, Box, Line, Picture, Shape, Text
from mmc_audio.timeline import Click, Speech

Peaks = Sequence[tuple[float, float]]  # lowest and highest in each column, -1 to 1
Sound = Callable[[int, int], Peaks]  # of the session, from and to, in ms

WIDTH, MARGIN = 1_000, 32
LEFT, RIGHT = 112, WIDTH - MARGIN
PHASES, SHORT, LONG = 162, 66, 28  # where the phases stand, and how high: as in a session
WAVE, SWING = 236, 56  # the middle of the waveform, and how far it swings
CLICKS = 316
WORDS, LANE = 340, 30
FOOT = 46
AROUND_MS = 1_500  # words that begin before the rep or end after it are shown so far
LETTERS, PAD = 13, 7
QUIET = 0.02  # of full scale: what is quieter is not drawn as if it were loud


@dataclass(frozen=True, slots=True)
class Label:
    """A phrase in its place: the bar of its sound, and its words in or beside it."""

    speech: Speech
    start: float
    end: float
    x: float
    room: float
    inside: bool
    lane: int


def picture(chart: Chart, rep: Rep, sound: Sound) -> Picture:
    """The rep as shapes. Words said across its beginning or end are shown with it."""
    speeches = _overlapping(chart.speeches.events, rep)
    since_ms = min([rep.at_ms, *(max(s.at_ms, rep.at_ms - AROUND_MS) for s in speeches)])
    until_ms = max([rep.end_ms, *(min(s.end_ms, rep.end_ms + AROUND_MS) for s in speeches)])
    axis = Axis(LEFT, (RIGHT - LEFT) / (until_ms - since_ms), since_ms)
    clicks = [e for e in chart.timeline.events if isinstance(e, Click)]
    clicks = [click for click in clicks if since_ms <= click.at_ms < until_ms]
    labels = _labels(axis, speeches, until_ms)
    lanes = 1 + max((one.lane for one in labels), default=0)
    bottom = WORDS + LANE * lanes
    shapes = (
        Box(0.5, 0.5, WIDTH - 1, bottom + FOOT - 1, PAPER, round=12, edge=EDGE),
        *_head(rep),
        *_grid(axis, rep, until_ms, bottom),
        *_lanes(),
        *_phases(axis, rep),
        *_wave(sound(since_ms, until_ms)),
        *_clicks(axis, clicks),
        *(shape for one in labels for shape in _words(one)),
    )
    phases = ", ".join(_named(work) for work in rep.work)
    said = "; ".join(speech.text for speech in speeches) or "nothing"
    title = f"{rep.name}: {rep.called}"
    return Picture(WIDTH, bottom + FOOT, shapes, title, f"{phases}. Said: {said}.")


def _overlapping(speeches: Sequence[Speech], rep: Rep) -> list[Speech]:
    return [one for one in speeches if one.at_ms < rep.end_ms and one.end_ms > rep.at_ms]


def _named(work: Work) -> str:
    """`lift 2 s`."""
    return f"{LEGEND[name_of(work)]} {seconds(work.duration_ms)}"


# ---- around it -----------------------------------------------------------------------------------


def _head(rep: Rep) -> Iterator[Shape]:
    yield Text(MARGIN, 44, rep.name, 22, INK, bold=True, room=WIDTH - 2 * MARGIN)
    length = f" · {seconds(rep.end_ms - rep.at_ms)}" if len(rep.work) > 1 else ""
    words = rep.called + length
    yield Text(MARGIN, 68, words, 14, SOFT, room=WIDTH - 2 * MARGIN)


def _grid(axis: Axis, rep: Rep, until_ms: int, bottom: float) -> Iterator[Shape]:
    """A line each second of the rep, through all there is."""
    step_ms = axis.step_ms()
    first = axis.since_ms - rep.at_ms
    for at_ms in range(-(-first // step_ms) * step_ms, until_ms - rep.at_ms + 1, step_ms):
        x = axis.x(rep.at_ms + at_ms)
        yield Line(((x, PHASES - SHORT - 10), (x, bottom + 4)), FAINT)
        text = f"-{label(-at_ms)}" if at_ms < 0 else label(at_ms)
        yield Text(x, bottom + 22, text, 12, SOFT, anchor="middle")


def _lanes() -> Iterator[Shape]:
    """What is in each of the lanes."""
    lanes = (("phases", PHASES - 12), ("sound", WAVE + 4), ("clicks", CLICKS + 4))
    for name, y in (*lanes, ("words", WORDS + 16)):
        yield Text(MARGIN, y, name, 12, SOFT)


# ---- the rep -------------------------------------------------------------------------------------


def _phases(axis: Axis, rep: Rep) -> Iterator[Shape]:
    """Each phase: a slope as steep as it is fast, its name, and its colour down to the words."""
    for work in rep.work:
        start, end = axis.x(work.at_ms), axis.x(work.at_ms + work.duration_ms)
        low, high = heights(work, LONG, SHORT)
        hue = HUES[name_of(work)]
        slope = (start, PHASES), (start, PHASES - low), (end, PHASES - high), (end, PHASES)
        yield Box(start, PHASES, end - start, CLICKS - PHASES, hue, opacity=0.1)
        yield Area((slope,), hue)
        names = (_named(work), LEGEND[name_of(work)], seconds(work.duration_ms))
        fits = (name for name in names if width(name, LETTERS, bold=True) <= end - start - 6)
        text = next(fits, "")
        yield Text((start + end) / 2, PHASES - 9, text, LETTERS, PAPER, bold=True, anchor="middle")


def _wave(peaks: Peaks) -> Iterator[Shape]:
    """The sound, as loud as it is beside the loudest moment there."""
    loudest = max([QUIET, *(max(-low, high) for low, high in peaks)])
    step = (RIGHT - LEFT) / max(1, len(peaks))
    middles = [LEFT + (column + 0.5) * step for column in range(len(peaks))]
    above = [
        (x, WAVE - max(0.4, high / loudest * SWING))
        for x, (_, high) in zip(middles, peaks, strict=True)
    ]
    below = [
        (x, WAVE + max(0.4, -low / loudest * SWING))
        for x, (low, _) in zip(middles, peaks, strict=True)
    ]
    if above:
        yield Area(((*above, *reversed(below)),), INK)


def _clicks(axis: Axis, clicks: Sequence[Click]) -> Iterator[Shape]:
    """A mark for each click: large where a phase opens, small for the seconds inside it."""
    for click in clicks:
        x, opens = axis.x(click.at_ms), click.sound in HUES
        size = 6.5 if opens else 3.5
        hue = HUES.get(click.sound, SET)
        points = ((x, CLICKS - size), (x + size, CLICKS), (x, CLICKS + size), (x - size, CLICKS))
        yield Area((points,), hue)


# ---- the words -----------------------------------------------------------------------------------


def _labels(axis: Axis, speeches: Sequence[Speech], until_ms: int) -> list[Label]:
    """Where the words stand: in the bar of their sound, or right or left of it; on which lane."""
    found = list[Label]()
    taken = list[list[tuple[float, float]]]()  # on each lane, from and to
    for speech in speeches:
        start = axis.x(max(speech.at_ms, axis.since_ms))
        end = axis.x(min(speech.end_ms, until_ms))
        x, room, inside = _beside(start, end, width(speech.text, LETTERS))
        span = min(start, x), max(end, x + room)
        free = (n for n, own in enumerate(taken) if all(_apart(span, other) for other in own))
        lane = next(free, len(taken))
        taken[lane:] = [[*taken[lane], span], *taken[lane + 1 :]] if lane < len(taken) else [[span]]
        found.append(Label(speech, start, end, x, room, inside, lane))
    return found


def _beside(start: float, end: float, wide: float) -> tuple[float, float, bool]:
    """Where words so wide begin, the room they have there, and whether that is inside the bar."""
    if wide <= end - start - 2 * PAD:
        return start + PAD, end - start - 2 * PAD, True
    right, left = RIGHT - end - PAD, start - PAD - LEFT
    if right >= wide or right >= left:
        return end + PAD, min(wide, right), False
    return start - PAD - min(wide, left), min(wide, left), False


def _apart(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[1] + PAD <= other[0] or other[1] + PAD <= one[0]


def _words(one: Label) -> Iterator[Shape]:
    top = WORDS + one.lane * LANE
    hue = CUE if one.speech.moment in CUED else SET
    yield Box(one.start, top, one.end - one.start, LANE - 8, hue, round=4)
    ink = PAPER if one.inside else INK
    yield Text(one.x, top + 15.5, one.speech.text, LETTERS, ink, room=one.room)
