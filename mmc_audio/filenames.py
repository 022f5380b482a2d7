"""Names of files that every file system takes. Standard library only."""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 120  # bytes; file systems allow 255, and players show far less
WINDOWS_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])")


def file_name(text: str, *, keep: str = "") -> str:
    """A text as a name: letters, digits, `-`, `_`, `.`, spaces, and what `keep` has."""
    plain = unicodedata.normalize("NFC", text)
    kept = "".join(c if c.isalnum() or c in f"-_. {keep}" else "_" for c in plain)
    kept = kept.strip(" .").lstrip("-.")
    short = kept.encode()[:LONGEST_NAME].decode(errors="ignore").rstrip(" .")
    return f"{short}_" if WINDOWS_DEVICES.fullmatch(short) else short or "session"
