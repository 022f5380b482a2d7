"""Texts with placeholders in braces: `{left} to go`."""

from __future__ import annotations

import re
from typing import Any

from mmc_audio.errors import nearest, shown
from mmc_audio.load.fields import Text
from mmc_audio.load.findings import At
from mmc_audio.program import PLACEHOLDERS

_BRACES = re.compile(r"\{\{|\}\}|\{(\w*)\}|[{}]")


class Said(Text):
    """Text that is spoken, and may have placeholders."""

    def check(self, value: Any, at: At) -> Any:
        text = super().check(value, at)
        wrong = _wrong(text, PLACEHOLDERS) if isinstance(text, str) else ""
        return at.fault(wrong, in_schema=False) if wrong else text


class Gapped(Text):
    """Text in the place of one of the machine's own: it may have the gaps of that one."""

    def check(self, value: Any, at: At) -> Any:
        from mmc_audio.words import phrase_gaps

        text = super().check(value, at)
        gaps = tuple(sorted(phrase_gaps()[str(at.path[-1])]))
        wrong = _wrong(text, gaps) if isinstance(text, str) else ""
        return at.fault(wrong, in_schema=False) if wrong else text


def _wrong(text: str, allowed: tuple[str, ...]) -> str:
    """What is wrong with the braces of a text, "" for nothing."""
    for found in _BRACES.finditer(text):
        name = found[1]
        if found[0] in ("{{", "}}") or name in allowed:
            continue
        if name is None:
            return f"has a lone {found[0]}; write {found[0]}{found[0]} for a brace that is spoken"
        meant = nearest(name, allowed)
        hint = f'did you mean "{{{meant}}}"?' if meant else f"allowed are {_listed(allowed)}"
        return f"has the placeholder {shown(found[0])}; {hint}"
    return ""


def _listed(allowed: tuple[str, ...]) -> str:
    return ", ".join(f"{{{name}}}" for name in allowed) or "none"
