"""Guesses at how long words will take, made before anyone has spoken. Pure.

They are generous and depend on the text alone, so that a program has the same beat with every
voice and at every level of talk.
"""

from __future__ import annotations


def guess_ms(text: str, pace: float) -> int:
    """A generous guess at the length of a phrase (measured voices need 0.25 to 0.4 s a word)."""
    pauses = sum(text.count(mark) for mark in ".?!:;,")
    return round((380 * len(text.split()) + 250 * pauses) / pace)


def seconds_up(ms: int) -> int:
    """The next whole second, in milliseconds."""
    return -(-ms // 1_000) * 1_000
