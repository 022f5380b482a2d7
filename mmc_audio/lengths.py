"""Guesses at how long words will take, made before anyone has spoken. Pure.

They are generous and depend on the text alone, so that a program has the same beat with every
voice and at every level of talk.
"""

from __future__ import annotations

import re

# Hardly a phrase of several words takes longer, of all packs and shipped programs, spoken by the
# embedded voice and by espeak (tests/test_languages.py). A digit is a word of five letters.
WORD_MS, LETTER_MS, DIGIT_LETTERS = 380, 72, 5
MARK_MS = 250
BREAK_MS = 300  # and so much more between two sentences


def guess_ms(text: str, pace: float) -> int:
    """A generous guess at the length of a phrase."""
    letters = sum(DIGIT_LETTERS if char.isdigit() else char.isalpha() for char in text)
    spoken = max(WORD_MS * len(text.split()), LETTER_MS * letters)
    marks = sum(text.count(mark) for mark in ".?!:;,")
    breaks = len(re.findall(r"[.?!] ", text))
    return round((spoken + MARK_MS * marks + BREAK_MS * breaks) / pace)


def seconds_up(ms: int) -> int:
    """The next whole second, in milliseconds."""
    return -(-ms // 1_000) * 1_000
