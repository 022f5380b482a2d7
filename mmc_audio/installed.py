"""Where the outside programs are that this one starts, by the folders that PATH names in full.

A program that lies in the working folder is none of them: it may have come with a stranger's
session. Windows looks there first of all, and so does a PATH with a dot in it.
"""

from __future__ import annotations

import os
import shutil


def installed(name: str) -> str | None:
    """The whole path of a program, or None where it is not installed."""
    listed = os.environ.get("PATH", os.defpath).split(os.pathsep)
    for folder in filter(os.path.isabs, listed):
        found = shutil.which(os.path.join(folder, name))
        if found:
            return found
    return None
