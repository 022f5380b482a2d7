"""The accents of the online voice: the ending of the Google host that is asked for them.

A fixed list, because the ending goes into a host name: a program file must not choose the host.
The pairs are those that gTTS documents (gtts.readthedocs.io, "Localized accents"); other hosts
answer with the accent of the place they are reached from.
"""

from __future__ import annotations

ACCENTS: tuple[str, ...] = (
    "ca",
    "co.in",
    "co.uk",
    "co.za",
    "com",
    "com.au",
    "com.br",
    "com.mx",
    "com.ng",
    "es",
    "fr",
    "ie",
    "pt",
    "us",
)
