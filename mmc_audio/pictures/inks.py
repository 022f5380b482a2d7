"""The colours of pictures, beside those of the phases (hues.HUES). Pure.

A picture has a ground of its own, so that it can be read on light pages and on dark ones.
"""

from __future__ import annotations

PAPER, EDGE = "#ffffff", "#d0d7de"
INK, SOFT, FAINT = "#1f2933", "#5a6672", "#e7ebef"  # letters, small letters, lines
SET = "#7b8794"  # a set that is too small for its phases
CUE, TOLD = "#1f2933", "#a3afba"  # cues, and all else that is said
