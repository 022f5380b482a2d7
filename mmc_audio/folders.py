"""Where files of our own live: what can be made again, and what can't.

A few lines instead of a dependency: the rules are XDG's, Apple's and Windows' own
(https://specifications.freedesktop.org/basedir-spec/latest/).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

NAME = "mmc-audio"


def cache_folder() -> Path | None:
    """For what can be made again; `MMC_CACHE` names another place. None: no home is known."""
    return _named("MMC_CACHE") or _below(
        "XDG_CACHE_HOME", {"darwin": "Library/Caches", "win32": "AppData/Local"}, ".cache"
    )


def data_folder() -> Path | None:
    """For what the user would miss; `MMC_DATA` names another place. None: no home is known."""
    return _named("MMC_DATA") or _below(
        "XDG_DATA_HOME",
        {"darwin": "Library/Application Support", "win32": "AppData/Local"},
        ".local/share",
    )


def _named(variable: str) -> Path | None:
    named = os.environ.get(variable)
    if not named:
        return None
    try:
        return Path(named).expanduser()
    except RuntimeError:  # the home of a user whom this system does not know
        return Path(named)


def _below(xdg: str, elsewhere: dict[str, str], here: str) -> Path | None:
    """Our folder in the one that the system's variable names, or in its usual place at home."""
    named = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else xdg, "")
    if os.path.isabs(named):  # XDG: a relative path is to be ignored
        return Path(named) / NAME
    try:
        return Path.home() / elsewhere.get(sys.platform, here) / NAME
    except RuntimeError:
        return None
