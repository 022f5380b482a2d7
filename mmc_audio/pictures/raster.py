"""A picture as a PNG: its SVG, drawn by resvg. The only module that imports it.

The letters are those of two fonts that come with the package, so that a machine without fonts draws
the same picture; the fonts of the machine are asked only for letters that those two lack.
"""

from __future__ import annotations

from pathlib import Path

from mmc_audio.captions import clean
from mmc_audio.pictures.shapes import Picture, Text
from mmc_audio.pictures.svg import svg

FONTS = tuple(
    str(Path(__file__).with_name("fonts") / name)
    for name in ("Inter-Regular.otf", "Inter-SemiBold.otf")
)
FAMILY = "Inter"
# What the two fonts hold, first to last: Latin, Greek, Cyrillic, Vietnamese, punctuation.
HELD = (
    *(
        (0x20, 0x7E),
        (0xA0, 0x148),
        (0x14A, 0x17F),
        (0x218, 0x21B),
        (0x384, 0x386),
        (0x388, 0x38A),
        (0x38C, 0x38C),
    ),
    *((0x38E, 0x3A1), (0x3A3, 0x3CE), (0x400, 0x45F), (0x490, 0x491), (0x1EA0, 0x1EF9)),
    *((0x2010, 0x2015), (0x2018, 0x201E), (0x2020, 0x2022), (0x2026, 0x2026), (0x20AC, 0x20AC)),
)
ZOOM = 2
MOST_PIXELS = 16_000_000  # of a picture; a larger one is drawn with one pixel for each of its own


def png(picture: Picture, *, zoom: int = ZOOM) -> bytes:
    """The picture with `zoom` times as many pixels each way, or with its own where it is huge."""
    import resvg_py

    if picture.width * picture.height * zoom * zoom > MOST_PIXELS:
        zoom = 1
    known = held(picture)
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg(picture, clipped=not known),
            zoom=zoom,
            skip_system_fonts=known,
            font_files=list(FONTS),
            font_family=FAMILY,
            sans_serif_family=FAMILY,
        )
    )


def version() -> str:
    """What draws: with another one the same picture may be other bytes."""
    import resvg_py

    return f"resvg_py {resvg_py.__version__}"


def held(picture: Picture) -> bool:
    """Whether the two fonts have every letter of the picture."""
    texts = (clean(shape.text) for shape in picture.shapes if isinstance(shape, Text))
    letters = {ord(letter) for text in texts for letter in text}
    return all(any(low <= letter <= high for low, high in HELD) for letter in letters)
