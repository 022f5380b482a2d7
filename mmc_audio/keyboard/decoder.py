"""What a terminal sends, taken apart into keys. Pure but for what it has not yet read to the end.

Control sequences are those of ECMA-48, section 5.4, and the ones of xterm and the Linux console.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

NAMED = {
    f"\x1b{lead}{final}": name
    for lead in "[O"  # O: the keypad's "application" mode
    for final, name in {"A": "up", "B": "down", "C": "right", "D": "left"}.items()
} | {"\x1bOM": "enter"}
PASTE_BEGINS, PASTE_ENDS = "\x1b[200~", "\x1b[201~"

# How long the rest of a sequence may take; Escape pressed alone is known by nothing following it.
SEQUENCE_S, PASTE_S = 0.05, 1.0

WHOLE = re.compile(
    r"""\x1b (?: \[\[.                         # F1 to F5 of the Linux console
               | \[ (?!\[) [0-?]* [\ -/]* [@-~]  # most keys, and a terminal's reports
               | O [0-?]* [@-~]                # keypad
               | [\]PX^_] .*? (?: \x07 | \x1b\\ )  # a terminal's answer in words
               | [^\x1b\[O\]PX^_]              # a key together with Alt
             )""",
    re.VERBOSE | re.DOTALL,
)
BEGUN = re.compile(
    r"\x1b (?: \[\[ | \[ [0-?]* [\ -/]* | O [0-?]* | [\]PX^_] .* )?", re.VERBOSE | re.DOTALL
)
LONGEST = 4_096  # characters; what goes on for longer is no answer of a terminal


class Decoder:
    """Bytes in, keys out. What is no key of its own gives nothing: Alt, mouse, F keys, pastes."""

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._text = ""  # begins with ESC, or is the end of an unfinished paste
        self._in_paste = False

    def feed(self, data: bytes) -> list[str]:
        """The keys that are whole now; `data` may end anywhere."""
        self._text += self._decode(data)
        return [key for key in self._keys() if key]

    @property
    def patience_s(self) -> float | None:
        """How long to wait for more before `give_up`; None while nothing is unfinished."""
        if self._in_paste:
            return PASTE_S
        return SEQUENCE_S if self._text else None

    def give_up(self) -> list[str]:
        """Nothing more came: a lone ESC was the key itself."""
        alone = self._text == "\x1b" and not self._in_paste
        self._text, self._in_paste = "", False
        return ["escape"] if alone else []

    def _keys(self) -> Iterator[str]:
        while self._text:
            if self._in_paste:
                self._skip_paste()
                if self._in_paste:
                    return
            elif self._text[0] != "\x1b":
                yield _key(self._take(1))
            elif whole := WHOLE.match(self._text):
                sequence = self._take(whole.end())
                self._in_paste = sequence == PASTE_BEGINS
                yield NAMED.get(sequence, "")
            elif BEGUN.fullmatch(self._text) and len(self._text) < LONGEST:
                return
            elif self._text.startswith("\x1b\x1b"):
                self._take(1)
                yield "escape"
            else:
                begun = BEGUN.match(self._text)
                self._take(begun.end() if begun else 1)

    def _take(self, length: int) -> str:
        taken, self._text = self._text[:length], self._text[length:]
        return taken

    def _skip_paste(self) -> None:
        end = self._text.find(PASTE_ENDS)
        self._in_paste = end < 0
        # The mark that ends it may itself be cut in two.
        self._take(end + len(PASTE_ENDS) if end >= 0 else max(0, len(self._text) - len(PASTE_ENDS)))


def _key(character: str) -> str:
    if character in "\r\n":
        return "enter"
    return character if character.isprintable() and character != "\ufffd" else ""
