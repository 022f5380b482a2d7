"""What a person sees while a session plays: a picture of any size, a pure function of a View.

What is read from two metres is the sign: a word and a number, as big as there is room for, under a
flash of colour wherever a phase begins. Nothing hangs on colour alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mmc_audio.bigletters import big
from mmc_audio.captions import clean
from mmc_audio.errors import columns as columns_of
from mmc_audio.figures import clock
from mmc_audio.fitting import clipped, fitting, wrapped
from mmc_audio.keyhelp import KEYS, When, hints, page
from mmc_audio.layout import PARTS, THICK, Lettering, heights, letterings
from mmc_audio.scene import Choices, Mode, Scene, Sign, View, scene
from mmc_audio.spans import Row, Span, Style

__all__ = ["Mode", "View", "frame"]

BESIDE_BAR, THICK_BESIDE = 5, 13  # columns for "60 s", or for two big digits
NAME_COLUMNS = 16  # a name is not cut shorter than this to have the time left beside it


def frame(view: View, columns: int, lines: int) -> tuple[Row, ...]:
    """The picture: at most `lines` rows, none of them wider than `columns`."""
    if columns < 1 or lines < 1:
        return ()
    margin = 2 if columns >= 60 else 1 if columns >= 40 else 0
    seen, inner = scene(view), columns - 2 * margin
    rows = (_help if view.help else _picture)(view, seen, inner, lines)
    return tuple(_indented(row, margin) for row in rows)


def _indented(row: Row, margin: int) -> Row:
    """A row between margins; where it flashes they do too."""
    if not row or not margin:
        return row
    blank = " " * margin
    if row[0].style.endswith("-flash"):
        return (Span(blank, row[0].style), *row, Span(blank, row[-1].style))
    return (Span(blank), *row)


def _picture(view: View, seen: Scene, inner: int, lines: int) -> Iterator[Row]:
    word, words = view.words[seen.sign.name], tuple(view.words.values())
    usable = letterings(words, (word, seen.sign.number), inner, blocks=view.blocks)
    rows = heights(usable, lines)
    lettering = next((each for each in reversed(usable) if each.least <= rows["sign"]), None)
    for part in PARTS:
        height = rows.get(part, 0)
        if part == "sign":
            yield from _sign(view, seen.sign, lettering, inner, height)
        elif part == "bar":
            yield from _bar(seen.sign, inner, height, blocks=view.blocks)
        elif part == "said":
            yield from _said(view, seen, inner, height)
        elif height:
            yield _line(part, view, seen, inner, noted="foot" in rows)


# ---- the sign and its bar ------------------------------------------------------------------------


def _sign(
    view: View, sign: Sign, lettering: Lettering | None, inner: int, height: int
) -> Iterator[Row]:
    """The sign in the middle of its rows, which flash as a whole."""
    word = view.words[sign.name]
    rows = [_small(word, sign, inner)]
    if lettering:
        rows = _drawn(word, sign, lettering, inner, blocks=view.blocks)
    above = (height - len(rows)) // 2
    blank: Row = (Span(" " * inner, _style(sign)),) if sign.flash else ()
    yield from [blank] * above
    yield from rows
    yield from [blank] * (height - len(rows) - above)


def _drawn(word: str, sign: Sign, lettering: Lettering, inner: int, *, blocks: bool) -> list[Row]:
    words, numbers = (
        big(text, wide=lettering.wide, high=lettering.high, blocks=blocks)
        for text in (word, sign.number)
    )
    if lettering.stacked:
        both = [(word, "") for word in words] + [("", "")] * lettering.between
        both += [("", number) for number in numbers]
    else:
        both = list(zip(words, numbers, strict=True))
    return [_apart(word, number, sign, inner) for word, number in both]


def _small(word: str, sign: Sign, inner: int) -> Row:
    number = sign.number if len(sign.number) <= inner else ""
    room = inner - len(number) - bool(number)
    return _apart(clipped(word.upper(), room, "."), number, sign, inner)


def _apart(word: str, number: str, sign: Sign, inner: int) -> Row:
    """The word at the left, the number at the right."""
    blank = " " * (inner - columns_of(word) - columns_of(number))
    if sign.flash:
        return (Span(word + blank + number, _style(sign)),)
    return (Span(word, sign.style), Span(blank), Span(number, "bold"))


def _style(sign: Sign) -> Style:
    flashing: dict[Style, Style] = {
        "eccentric": "eccentric-flash",
        "pause": "pause-flash",
        "concentric": "concentric-flash",
        "squeeze": "squeeze-flash",
        "hold": "hold-flash",
        "rest": "rest-flash",
    }
    return flashing.get(sign.style, sign.style) if sign.flash else sign.style


def _bar(sign: Sign, inner: int, height: int, *, blocks: bool) -> Iterator[Row]:
    """What is left runs down towards the left; beside it the seconds, big where there is room."""
    if not sign.whole_ms:
        yield from [()] * height
        return
    thick = height == THICK and blocks and inner > 2 * THICK_BESIDE
    beside = THICK_BESIDE if thick else BESIDE_BAR if inner > 2 * BESIDE_BAR else 0
    halves = min(sign.left_ms, sign.whole_ms) * 2 * (inner - beside) // sign.whole_ms
    full, half, gone = "█▌░" if blocks else "#--"
    bar = full * (halves // 2) + half * (halves % 2)
    rest = gone * (inner - beside - len(bar))
    for row, seconds in enumerate(_seconds(sign.seconds, height, thick=thick), start=1):
        right = seconds.rjust(beside)[:beside]
        if thick and row == height:  # the lower half of it is below the digits
            bar, rest = "", " " * (inner - beside)
        if sign.flash:
            yield (Span(bar + rest + right, _style(sign)),)
        else:
            yield (Span(bar, sign.style), Span(rest, "dim"), Span(right, "bold"))


def _seconds(left: int, height: int, *, thick: bool) -> Sequence[str]:
    """A text for each row of the bar."""
    if thick and 0 < left < 100:
        return big(str(left))
    return [*[""] * (height - 1), f"{left} s" if left else ""] if height else []


# ---- the lines around it -------------------------------------------------------------------------


def _line(part: str, view: View, seen: Scene, inner: int, *, noted: bool) -> Row:
    """One of the lines; a note that has no line of its own takes that of what comes next."""
    mark = _mark(view)
    note = clean(view.note) if view.note != view.mode else ""  # "paused" is told anyway
    match part:
        case "title":
            return (Span(clipped(clean(view.chart.timeline.title), inner, mark), "dim"),)
        case "exercise":
            return _edges(seen.exercise, _time_left(view), inner, mark, "bold")
        case "place":
            return _edges(seen.place, _tension(view), inner, mark)
        case "foot" if note:
            return (Span(clipped(note, inner, mark), "bold"),)
        case "foot" if view.keys:
            return hints(view.mode, _when(view), inner)
        case "next" if note and not noted:
            return (Span(clipped(note, inner, mark), "bold"),)
        case "next":
            volume = f"volume {view.volume} %" if view.volume != 100 else ""
            asks = view.mode in ("paused", "waiting")
            return _edges(seen.next, volume, inner, mark, "warn" if asks else "plain")
    return ()


def _edges(choices: Choices, right: str, inner: int, mark: str, style: Style = "plain") -> Row:
    """One of the choices at the left and, where there is room beside it, something at the right."""
    room = inner - len(right) - 2
    shortest = min(map(columns_of, choices))
    if not right or room < min(shortest, NAME_COLUMNS):
        return (Span(fitting(choices, inner, mark), style),)
    text = fitting(choices, room, mark)
    blank = " " * (inner - columns_of(text) - len(right))
    return (Span(text, style), Span(blank), Span(right, "dim"))


def _said(view: View, seen: Scene, inner: int, height: int) -> Iterator[Row]:
    lines = wrapped(seen.said, inner, height, _mark(view))
    yield from ((Span(line, "bold" if seen.saying else "dim"),) for line in lines)
    yield from [()] * (height - len(lines))


def _time_left(view: View) -> str:
    left_ms = view.chart.timeline.duration_ms - view.at_ms
    return f"{clock(-(-left_ms // 1_000) * 1_000)} left" if view.mode != "finished" else ""


def _tension(view: View) -> str:
    return f"{clock(view.tension_ms // 1_000 * 1_000)} under tension"


def _when(view: View) -> When:
    sets = view.chart.sets
    if view.mode == "waiting" or not (sets.now(view.at_ms) or sets.next(view.at_ms)):
        return "always"
    return "set" if sets.now(view.at_ms) else "rest"


def _mark(view: View) -> str:
    return "…" if view.blocks else "."


# ---- help ----------------------------------------------------------------------------------------


def _help(view: View, seen: Scene, inner: int, lines: int) -> Iterator[Row]:
    """The keys under a line that still tells where we are."""
    word = view.words[seen.sign.name]
    yield _small(word, seen.sign, inner)
    apart = lines > len(KEYS) + 1
    if apart:
        yield ()
    yield from page(view.mode, inner, lines - 1 - apart)
