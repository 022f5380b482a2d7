"""A page for a phone's browser: one file that plays the session, offline and with nothing fetched.

Every sound is in it once, beside the times of the session; its script puts them together by the
browser's audio clock. What a program says reaches the page as data and as escaped text only, and
the page forbids itself every script but its own, and all of the network.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from html import escape
from pathlib import Path

from mmc_audio.captions import clean
from mmc_audio.outputs import mp3, pcm
from mmc_audio.outputs.page.facts import as_json, facts
from mmc_audio.outputs.page.sheet import sheet
from mmc_audio.outputs.recording import Recording
from mmc_audio.outputs.text import write_lines
from mmc_audio.program import TALKS
from mmc_audio.temporary import Temporary, scratch_folder, sweep

_PARTS = Path(__file__).parent / "parts"
# In the order in which they need each other.
_SCRIPTS = (
    *("unpack", "chart", "pace", "lay", "rests", "sound", "live", "file"),
    *("player", "scene", "view", "phone", "main"),
)
_GAP = re.compile(r"\{\{(\w+)\}\}")
_ICON = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64'><rect width='64' height='64' "
    "rx='14' fill='#1d4ed8'/><path d='M10 46 26 18h12l16 28' fill='none' stroke='#fff' "
    "stroke-width='7' stroke-linejoin='round' stroke-linecap='round'/></svg>"
)


def write(recording: Recording, temporary: Path) -> None:
    """Write the page."""
    write_lines(temporary, (html(recording),))
    recording.progress(1.0)


def html(recording: Recording, *, kept_under: str = "") -> str:
    """The page as text; with the MP3 inside where the recording asks for that.

    A browser keeps place and settings for this very session, or where there is a name to keep them
    under, for all sessions of that name. BrokenOutput for a recording whose sounds are not known
    apart.
    """
    if recording.apart is None:
        raise pcm.BrokenOutput("a page needs the sounds of a session apart")
    apart = recording.apart()
    known = facts(recording, apart)
    style, script = _part("style.css"), _script()
    contents = {
        "policy": _policy(script, style),
        "icon": escape("data:image/svg+xml," + _ICON.replace("#", "%23").replace("<", "%3C")),
        "title": escape(clean(recording.title)),
        "style": style,
        "sheet": sheet(recording, apart),
        "recording": _audio(recording) if recording.with_audio else "",
        "facts": as_json({**known, "id": kept_under or known["id"]}),
        "script": script,
    }
    # One pass: what is filled in is not looked through for gaps.
    return _GAP.sub(lambda gap: contents[gap[1]], _part("page.html"))


def _policy(script: str, style: str) -> str:
    """Nothing is fetched, and no script or style runs but those of the page."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "media-src data: blob:; img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@cache
def _script() -> str:
    parts = "\n".join(_part(f"{name}.js") for name in _SCRIPTS)
    return f'(() => {{\n"use strict";\n\nconst TALKS = {list(TALKS)};\n\n{parts}}})();\n'


@cache
def _part(name: str) -> str:
    return (_PARTS / name).read_text(encoding="utf-8")


def _audio(recording: Recording) -> str:
    """The whole session as an MP3, in an element of the page."""
    folder = Path(scratch_folder())
    sweep(folder)
    with Temporary(folder) as file:
        mp3.write(recording, file.path)
        data = base64.b64encode(file.path.read_bytes()).decode("ascii")
    return f'<audio id="recording" preload="auto" src="data:audio/mpeg;base64,{data}"></audio>\n'
