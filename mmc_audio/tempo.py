"""The tempo notation: four numbers, seconds, in the order of what the muscle does.

Lower, pause, lift, squeeze: the order that Charles Poliquin added a fourth number to, and that
research papers write with slashes (2/0/X/0). The order on the page never changes, whichever phase
an exercise begins with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import accumulate, pairwise, product
from typing import Literal

from mmc_audio.errors import UserError, listed, shown

Letter = Literal["", "X", "A", "V"]

NAMES = ("eccentric", "pause", "concentric", "squeeze")
VERBS = {"eccentric": "lower", "pause": "pause", "concentric": "lift", "squeeze": "squeeze"}
MOVING_MS = (300, 30_000)
STILL_MS = (0, 60_000)

# One phase in the separated form, for the JSON Schema: the same bounds as above, as digits.
_MOVING = (
    r"0?0\.[3-9][0-9]?|0?[1-9](?:\.[0-9]{1,2})?|[12][0-9](?:\.[0-9]{1,2})?|30(?:\.00?)?|[XxVv×]"
)
_STILL = r"0?[0-9](?:\.[0-9]{1,2})?|[1-5][0-9](?:\.[0-9]{1,2})?|60(?:\.00?)?|[Xx×]"
_SPACE = "[ \t\u00a0]"
_DASH = "[-‐‑‒–—−]"


def _separated(sep: str) -> str:
    lift = f"{_MOVING}|[Aa]"
    return f"(?:{_MOVING}){sep}(?:{_STILL}){sep}(?:{lift})(?:{sep}(?:{_STILL}))?"


_FORMS = [_separated(f"{_SPACE}*{sep}{_SPACE}*") for sep in (_DASH, "/", ":")]
_FORMS += [_separated(f"{_SPACE}+"), "[1-9XxVv×][0-9Xx×][1-9XxVv×Aa][0-9Xx×]?"]

PATTERN = f"{_SPACE}*@?{_SPACE}*(?:{'|'.join(_FORMS)}){_SPACE}*"
"""A regular expression for the texts that `parse` accepts (whole text; Python and ECMAScript)."""


class TempoError(UserError):
    """A text that is no tempo. The message quotes it and says why, and what to write."""


@dataclass(frozen=True, slots=True)
class Part:
    """One phase of a tempo: a length in milliseconds, or a letter whose slot the session sets.

    X: as fast as you can; A: assisted (concentric only); V: the lifter's own speed.
    """

    ms: int = 0
    letter: Letter = ""

    @property
    def text(self) -> str:
        """The part as it is written: "3", "1.5", "X"."""
        return self.letter or seconds(self.ms)


@dataclass(frozen=True, slots=True)
class Tempo:
    """`text` is the tempo as it is shown, in separated form: "3-1-2-0"."""

    eccentric: Part
    pause: Part
    concentric: Part
    squeeze: Part

    @property
    def text(self) -> str:
        return "-".join(part.text for part in self.parts)

    @property
    def parts(self) -> tuple[Part, Part, Part, Part]:
        return self.eccentric, self.pause, self.concentric, self.squeeze


def parse(text: str) -> Tempo:
    """The tempo that a text such as "3-1-2-0", "30X1" or "2/0/2" spells. Raises TempoError."""
    plain = _plain(text)
    words = _words(text, plain)
    if len(words) == 3:
        words.append("0")
    return Tempo(*(_part(text, name, word) for name, word in zip(NAMES, words, strict=True)))


def at_speed(tempo: Tempo, permille: int) -> Tempo:
    """The tempo as it is when played at a speed of `permille`, to a tenth of a second."""
    parts = (replace(part, ms=round(part.ms * 10 / permille) * 100) for part in tempo.parts)
    return tempo if permille == 1_000 else Tempo(*parts)


def in_words(tempo: Tempo, start: str = "eccentric") -> str:
    """The tempo as one says it, from the phase it starts with; phases of no length are left out."""
    first = NAMES.index(start)
    said: list[str] = []
    unit = True  # "for 3 seconds" once, then "for 1"
    for name in NAMES[first:] + NAMES[:first]:
        part: Part = getattr(tempo, name)
        if part.letter:
            said.append(f"{VERBS[name]} {_LETTER_WORDS[part.letter]}")
        elif part.ms:
            word = "" if not unit else " second" if part.ms == 1_000 else " seconds"
            said.append(f"{VERBS[name]} for {seconds(part.ms)}{word}")
            unit = False
    return ", ".join(said)


_LETTER_WORDS = {"X": "as fast as you can", "A": "with help", "V": "at your own pace"}


def rep_ms(tempo: Tempo, *, x_ms: int, a_ms: int) -> int:
    """The length of one rep, with the session's slots for the letters (V has that of A)."""
    slots = {"X": x_ms, "A": a_ms, "V": a_ms}
    return sum(slots.get(part.letter, part.ms) for part in tempo.parts)


def seconds(ms: int) -> str:
    """1500 -> "1.5", 3000 -> "3"."""
    whole, rest = divmod(ms, 1_000)
    return f"{whole}.{rest:03d}".rstrip("0") if rest else str(whole)


def _plain(text: str) -> str:
    """The text without @ and outer spaces, with one kind of dash, and X for what blogs make of it.

    Blog software turns the letter into a multiplication sign ("31×1"): coaches paste that.
    """
    for wrong, right in (("‐‑‒–—−", "-"), ("×", "X"), ("\t\u00a0", " ")):
        for character in wrong:
            text = text.replace(character, right)
    return text.strip(" ").removeprefix("@").strip(" ").upper()


def _words(text: str, plain: str) -> list[str]:
    """The three or four phases of a text, as texts."""
    said = shown(text)
    if not plain:
        raise TempoError(f'{said} is empty; write four numbers, such as "3-1-2-0"')
    if "," in plain:
        fixed = plain.replace(",", ".") if re.search("[-/: ]", plain) else "1.5-0-1.5-0"
        raise TempoError(f'{said} has a comma; write a dot for decimals: "{shown(fixed)[1:-1]}"')
    if "*" in plain:
        raise TempoError(f"{said} has a *; write X for as fast as you can")
    found = [match.group().strip(" ") or " " for match in re.finditer(" *[-/:] *| +", plain)]
    if not found:
        return _compact(said, plain)
    if len(set(found)) > 1:
        raise TempoError(f'{said} mixes separators; use one kind, as in "3-1-2-0"')
    return _separate(said, re.split(" *[-/:] *| +", plain))


def _separate(said: str, words: list[str]) -> list[str]:
    if "" in words:
        raise TempoError(f'{said} has a separator with no number beside it; write "3-1-2-0"')
    if len(words) not in (3, 4):
        raise TempoError(
            f"{said} has {len(words)} numbers; a tempo has 4: lower, pause, lift, squeeze"
        )
    return words


def _compact(said: str, plain: str) -> list[str]:
    if "." in plain:
        raise TempoError(f'{said}: decimals need dashes between the numbers, as in "1.5-0-1.5-0"')
    odd = [character for character in plain if character not in "0123456789XAV"]
    if odd:
        raise TempoError(_odd(said, odd[0]))
    if len(plain) < 3:
        raise TempoError(f'{said} is too short; write four numbers, such as "3-1-2-0"')
    if len(plain) > 4:
        raise TempoError(_too_long(said, plain))
    return list(plain)


def _odd(said: str, found: str) -> str:
    if found == "J":
        return f"{said}: J (jump) is written X, as fast as you can"
    return (
        f"{said}: {shown(found)} is no part of a tempo; "
        "use seconds, X (as fast as you can), A (helped lift) or V (own pace)"
    )


def _too_long(said: str, plain: str) -> str:
    cuts = [cut for cut in product((1, 2), repeat=4) if sum(cut) == len(plain)]
    readings = ["-".join(_cut(plain, cut)) for cut in reversed(cuts)]
    could = [reading for reading in readings if not re.search(r"(^|-)0\w|\w[XAV]|[XAV]\w", reading)]
    if not could:
        return f'{said} has {len(plain)} characters; put dashes between the numbers: "3-1-2-0"'
    meanings = listed(could[:3])
    return f"{said} could be {meanings}; put dashes between the numbers"


def _cut(plain: str, widths: tuple[int, ...]) -> list[str]:
    edges = [0, *accumulate(widths)]
    return [plain[start:end] for start, end in pairwise(edges)]


def _part(text: str, name: str, word: str) -> Part:
    """One phase, its bounds checked."""
    said, moving = shown(text), name in ("eccentric", "concentric")
    if word in ("X", "V", "A"):
        return _letter(said, name, word, moving=moving)
    if not re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,2})?", word):
        raise TempoError(_no_number(said, word))
    ms = int(Decimal(word) * 1_000)
    low, high = MOVING_MS if moving else STILL_MS
    if low <= ms <= high:
        return Part(ms)
    verb = {"eccentric": "lowers", "concentric": "lifts"}.get(name, "holds still")
    if ms == 0:
        raise TempoError(f"{said} {verb} in 0 seconds; write X for as fast as you can")
    limits = f"{seconds(low)} to {seconds(high)}"
    raise TempoError(f"{said} {verb} for {seconds(ms)} seconds; allowed are {limits}")


def _no_number(said: str, word: str) -> str:
    if re.fullmatch(r"[0-9.]+", word):
        return f"{said}: {shown(word)} is no length; write up to 99, with at most two decimals"
    return _odd(said, next(c for c in word if c not in "0123456789."))


def _letter(said: str, name: str, word: str, *, moving: bool) -> Part:
    if word == "X":  # "XXX" is written for Olympic lifts: nothing is held
        return Part(letter="X") if moving else Part()
    if word == "A" and name == "concentric":
        return Part(letter="A")
    if word == "V" and moving:
        return Part(letter="V")
    only = "the lift (third place)" if word == "A" else "a moving phase (first and third place)"
    raise TempoError(f"{said}: {word} is for {only} only")
