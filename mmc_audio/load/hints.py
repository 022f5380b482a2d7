"""Advice on a line that the TOML parser refuses: what coaches write, and what TOML wants instead.

Every function looks at text alone and gives advice, or None for "not my case".
"""

from __future__ import annotations

import re
from collections.abc import Callable

from mmc_audio import tempo
from mmc_audio.errors import shown
from mmc_audio.load.format import HOMES
from mmc_audio.load.notations import RANGE, read_time

CURLY = "“”„‟«»‘’‚‛"
SPACES = ("\u00a0", "\u2003", "\u200b", "\u202f")  # what web pages put for a space
_QUOTE = r'"(?:[^"\\]|\\.)*"|\'[^\']*\''


def value_advice(key: str, raw: str) -> str:
    """What is wrong with `raw`, an unreadable value as it stands behind `key =`, and the remedy."""
    for look in _LOOKS:
        if advice := look(key, raw):
            return advice
    return f"the value of {_safe(key)} can't be read; text stands in quotes, a list in [ ]"


def _empty(key: str, raw: str) -> str | None:
    return f"{_safe(key)} has no value; write it behind the =" if not raw else None


def _no_break(key: str, raw: str) -> str | None:
    outside = re.sub(_QUOTE, "", raw)
    if not any(space in outside for space in SPACES):
        return None
    return "this line has a no-break space in it; write an ordinary space"


def _curly(key: str, raw: str) -> str | None:
    if not raw.startswith(tuple(CURLY)):
        return None
    return f"these are curly quotes; write straight ones: {_assign(key, raw.strip(CURLY))}"


def _doubled(key: str, raw: str) -> str | None:
    return f"one = is enough: {_safe(key)} = ..." if raw.startswith("=") else None


def _capital(key: str, raw: str) -> str | None:
    if raw.lower() not in ("true", "false"):
        return None
    return f"write {raw.lower()} in small letters"


def _comment(key: str, raw: str) -> str | None:
    if not re.match(rf"(?:{_QUOTE}|[^\"';/]+?)\s*(?://|;\s*\S|;$)", raw):
        return None
    if "//" in raw:
        return "a comment begins with #, not with //"
    return "a line holds one key, and no semicolon"


def _tempo(key: str, raw: str) -> str | None:
    if key != "tempo" and (key in HOMES or not _is_tempo(raw)):
        return None
    return f"a tempo stands in quotes: {_assign(key, raw)}" if raw[0] not in "\"'[{" else None


def _time(key: str, raw: str) -> str | None:
    try:
        read_time(raw)
    except ValueError:
        return None
    return f"a time with a unit or a colon stands in quotes: {_assign(key, raw)}"


def _range(key: str, raw: str) -> str | None:
    if not re.fullmatch(RANGE, raw):
        return None
    return f"a range stands in quotes: {_assign(key, raw)}"


def _decimal(key: str, raw: str) -> str | None:
    if re.fullmatch(r"[-+]?(?:[0-9]+\.|\.[0-9]+)", raw):
        right = _safe((f"0{raw}" if raw.startswith(".") else f"{raw}0").lstrip("+"))
        return f"a decimal has digits on both sides of the dot: {_safe(key)} = {right}"
    if re.fullmatch("[0-9]+,[0-9]+", raw):
        return f"decimals are written with a dot: {_safe(key)} = {_safe(raw.replace(',', '.'))}"
    return None


def _zero(key: str, raw: str) -> str | None:
    if not re.fullmatch("0+[0-9]+", raw):
        return None
    return f"a number does not begin with 0: {_safe(key)} = {_safe(raw.lstrip('0')) or '0'}"


def _percent(key: str, raw: str) -> str | None:
    if not re.fullmatch(r"[0-9.]+ *%", raw):
        return None
    return f"write the number alone: {_safe(key)} = {_safe(raw.rstrip(' %'))}"


def _several_keys(key: str, raw: str) -> str | None:
    if not re.search(r",\s*[A-Za-z_.]+\s*=", raw) or raw.startswith(("{", "[")):
        return None
    return "a line holds one key; write the next one on a line of its own"


def _several_values(key: str, raw: str) -> str | None:
    if re.match(rf"(?:{_QUOTE})\s*,", raw) or re.match(r"\{[^}]*\}\s*,", raw):
        return f"several values stand in a list: {_safe(key)} = [ ..., ... ]"
    return None


def _backslash(key: str, raw: str) -> str | None:
    if raw.startswith('"') and "\\" in raw:
        return "a backslash means something else in double quotes; write / in paths"
    return None


def _unclosed(key: str, raw: str) -> str | None:
    if raw[0] not in "\"'" or raw.count(raw[0]) != 1:
        return None
    return f"this text does not end; close it with {raw[0]} on the same line"


def _quote_inside(key: str, raw: str) -> str | None:
    if raw[0] == "'" and raw.count("'") > 2:
        return f'text with an apostrophe stands in double quotes: "{_safe(raw[1:-1])}"'
    if raw[0] == '"' and raw.count('"') > 2:
        return 'text in double quotes has no " inside; write \' there, or \\"'
    if raw[0] in "\"'":
        return "something stands behind the text; one key a line, and a comment begins with #"
    return None


def _nothing(key: str, raw: str) -> str | None:
    if raw.lower() not in ("none", "null", "nil", "-", "n/a"):
        return None
    return f"TOML has no {_safe(raw)}; leave {_safe(key)} out instead"


def _bare(key: str, raw: str) -> str | None:
    if not re.match(r"[^\W_]", raw):
        return None
    return f"text stands in quotes: {_assign(key, raw)}"


_LOOKS: tuple[Callable[[str, str], str | None], ...] = (
    _empty,
    _no_break,
    _curly,
    _doubled,
    _capital,
    _comment,
    _tempo,
    _time,
    _range,
    _decimal,
    _zero,
    _percent,
    _several_keys,
    _several_values,
    _unclosed,
    _backslash,
    _quote_inside,
    _nothing,
    _bare,
)


def _is_tempo(raw: str) -> bool:
    try:
        tempo.parse(raw)
    except tempo.TempoError:
        return False
    return True


def line_advice(line: str) -> str:
    """What is wrong with a line that is neither key = value, a [table] nor a comment."""
    plain = line.strip()
    if any(space in line.split("=")[0] for space in SPACES):
        return "this line has a no-break space in it; write an ordinary space"
    if plain.startswith(("//", ";", "--", "/*")):
        return "a comment begins with #"
    if plain.startswith(("- ", "* ")):
        return "TOML has no bullets; write key = value, and lists in [ ]"
    if plain.startswith("="):
        return "the key is missing before the ="
    if plain.startswith(tuple(CURLY)):
        return "these are curly quotes; write straight ones"
    if match := re.fullmatch(r"([A-Za-z0-9_. -]*[A-Za-z0-9_]) *=.*", plain):
        return f"a key has no spaces; write {_safe('_'.join(match[1].split()))} = ..."
    if match := re.fullmatch(r"([A-Za-z0-9_.-]+)\s*(?::\s*|\s)(\S.*)", plain):
        return f"write = between key and value: {_safe(match[1])} = {_safe(match[2])}"
    if re.fullmatch(r"[A-Za-z0-9_.-]+:?", plain):
        key = _safe(plain.rstrip(":"))
        return f"{key} has no value; write {key} = ... or a table as [{key}]"
    return "this is neither key = value, nor a [table], nor a comment with #"


def header_advice(line: str) -> str:
    """What is wrong with a line that begins with a bracket; `mended_header` shows it right."""
    if mended := mended_header(line):
        return f"write the header as {_safe(mended)}"
    return "a header is [name] or [[name]], alone on its line"


def mended_header(line: str) -> str:
    """ "[[exercise]" -> "[[exercise]]"; "" where it is not clear what was meant."""
    match = re.match(r"\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*(\]?\]?)\s*(?:#.*)?$", line)
    if not match:
        return ""
    double = "[[" in match[1] or "]]" in match[3] or match[2] == "exercise"
    return f"[[{match[2]}]]" if double else f"[{match[2]}]"


def _assign(key: str, raw: str) -> str:
    return f"{_safe(key)} = {shown(raw.strip())}"


def _safe(text: str) -> str:
    return shown(text)[1:-1]
