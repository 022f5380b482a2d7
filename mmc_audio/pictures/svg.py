"""A picture as SVG: the same bytes on every machine; no script, nothing fetched, text inert. Pure.

SVG 1.1, the part that every browser, office program and rasteriser draws alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from mmc_audio.pictures.letters import cut
from mmc_audio.pictures.shapes import Area, Box, Line, Picture, Point, Shape, Text

FONTS = (
    "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, "
    "'Noto Sans', 'DejaVu Sans', sans-serif"
)
# Above and below the baseline, in ems: what a line may fill.
ABOVE, BELOW = 1.1, 0.4


def svg(picture: Picture, *, clipped: bool = True) -> str:
    """The picture as a complete XML document.

    With `clipped` no text leaves its room in whatever font it is seen. Where the font is known that
    is not needed, and costs a rasteriser more than all the rest.
    """
    return "".join(f"{line}\n" for line in _lines(picture, clipped=clipped))


def _lines(picture: Picture, *, clipped: bool) -> Iterator[str]:
    wide, high = picture.width, picture.height
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" '
        f'viewBox="0 0 {wide} {high}" role="img" aria-labelledby="title about" '
        f'font-family="{FONTS}">'
    )
    yield f'<title id="title">{_words(picture.title)}</title>'
    yield f'<desc id="about">{_words(picture.about)}</desc>'
    clips = _clips(picture.shapes) if clipped else {}
    if clips:
        yield "<defs>"
        for box, name in clips.items():
            x, y, width, height = box
            place = f'x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
            yield f'<clipPath id="{name}"><rect {place}/></clipPath>'
        yield "</defs>"
    for shape in picture.shapes:
        yield _text(shape, clips) if isinstance(shape, Text) else _drawn(shape)
    yield "</svg>"


def _drawn(shape: Box | Area | Line) -> str:
    match shape:
        case Box():
            return _box(shape)
        case Area():
            d = "".join(f"M{_points(polygon)}z" for polygon in shape.polygons)
            return f'<path fill="{shape.fill}"{_opacity(shape.opacity)} d="{d}"/>'
        case Line():
            dashes = f' stroke-dasharray="{" ".join(map(_n, shape.dashes))}"'
            return (
                f'<path fill="none" stroke="{shape.stroke}" stroke-width="{_n(shape.width)}"'
                f'{dashes if shape.dashes else ""} d="M{_points(shape.points)}"/>'
            )


def _box(box: Box) -> str:
    corners = f' rx="{_n(box.round)}"' if box.round else ""
    edge = f' stroke="{box.edge}"' if box.edge else ""
    size = f'width="{_n(box.width)}" height="{_n(box.height)}"'
    return (
        f'<rect x="{_n(box.x)}" y="{_n(box.y)}" {size}{corners} '
        f'fill="{box.fill}"{_opacity(box.opacity)}{edge}/>'
    )


def _words(text: str, room: float = 0, size: float = 1, *, bold: bool = False) -> str:
    """A text as XML, cut to its room."""
    return escape(cut(text, room, size, bold=bold), quote=False)


def _text(text: Text, clips: dict[tuple[float, ...], str]) -> str:
    name = clips.get(_room(text), "") if text.room else ""
    clip = f' clip-path="url(#{name})"' if name else ""
    anchor = f' text-anchor="{text.anchor}"' if text.anchor != "start" else ""
    weight = ' font-weight="600"' if text.bold else ""
    words = _words(text.text, text.room, text.size, bold=text.bold)
    return (
        f'<text x="{_n(text.x)}" y="{_n(text.y)}" font-size="{_n(text.size)}"{weight}{anchor} '
        f'fill="{text.fill}"{clip}>{words}</text>'
    )


def _clips(shapes: Iterable[Shape]) -> dict[tuple[float, ...], str]:
    """A name for the place of each text that has to keep to it, whatever font it is seen in."""
    rooms = (_room(shape) for shape in shapes if isinstance(shape, Text) and shape.room)
    return {room: f"c{number}" for number, room in enumerate(dict.fromkeys(rooms), start=1)}


def _room(text: Text) -> tuple[float, float, float, float]:
    x = text.x - text.room * {"start": 0.0, "middle": 0.5, "end": 1.0}[text.anchor]
    return x, text.y - ABOVE * text.size, text.room, (ABOVE + BELOW) * text.size


def _points(points: Iterable[Point]) -> str:
    return "L".join(f"{_n(x)} {_n(y)}" for x, y in points)


def _opacity(opacity: float) -> str:
    return "" if opacity == 1 else f' opacity="{_n(opacity)}"'


def _n(number: float) -> str:
    """A number to the hundredth, as short as can be."""
    text = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
