"""How lengths and sizes are written."""

from __future__ import annotations


def clock(ms: int) -> str:
    """`7:05`, or `1:07:05` from an hour on; rounded to the second."""
    seconds = (ms + 500) // 1_000
    minutes, hours = seconds // 60 % 60, seconds // 3_600
    head = f"{hours}:{minutes:02}" if hours else f"{minutes}"
    return f"{head}:{seconds % 60:02}"


def seconds(ms: int) -> str:
    """`64 s`, `2.5 s`; to the tenth."""
    whole, tenths = divmod((ms + 50) // 100, 10)
    return f"{whole}.{tenths} s" if tenths else f"{whole} s"


def size(bytes_: int) -> str:
    """`12 kB`, `3.4 MB`."""
    if bytes_ < 1_000_000:
        return f"{-(-bytes_ // 1_000)} kB"
    return f"{bytes_ / 1_000_000:.1f} MB"
