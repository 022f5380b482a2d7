"""Draws the two pictures of the README into docs/pictures: `make pictures`.

They are what `mmc show hip-thrust --picture session.svg` draws, and with `--rep 2.1.3` one rep.
"""

from __future__ import annotations

import sys
from pathlib import Path

from mmc_audio.cli import run

ROOT = Path(__file__).resolve().parent.parent
PICTURES = {"session.svg": (), "rep.svg": ("--rep", "2.1.3")}


def make(folder: Path) -> None:
    """Draw each of PICTURES into a folder."""
    for name, how in PICTURES.items():
        code = run(["show", "hip-thrust", "--picture", str(folder / name), *how])
        if code:
            sys.exit(code)


if __name__ == "__main__":
    (ROOT / "docs" / "pictures").mkdir(exist_ok=True)
    make(ROOT / "docs" / "pictures")
