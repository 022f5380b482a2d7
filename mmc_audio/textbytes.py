"""Which encoding the bytes of a text seem to be in, where it is not UTF-8."""

from __future__ import annotations

import codecs

SHORTEST = 4  # bytes from which anything can be told


def is_utf16(data: bytes) -> bool:
    """Whether a mark says so, or most second bytes of its beginning are 0, as of plain words."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    head = data[:200]
    zeros = sorted(part.count(0) / max(1, len(part)) for part in (head[::2], head[1::2]))
    return len(data) >= SHORTEST and zeros[0] < 0.25 and zeros[1] > 0.75
