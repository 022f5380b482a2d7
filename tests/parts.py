"""The outside parts that real tests need, and how to get them.

On a developer's machine a missing part skips the test and says what to install; in CI it fails,
so that a green run never hides a test that did not run.
"""

from __future__ import annotations

import ctypes.util
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

PACKAGES = {  # program, library or header: Debian package
    "ffmpeg": "ffmpeg",
    "ffprobe": "ffmpeg",
    "mpg123": "mpg123",
    "espeak-ng": "espeak-ng",
    "klick": "klick",
    "strace": "strace",
    "mp3val": "mp3val",
    "exiftool": "libimage-exiftool-perl",
    "unshare": "util-linux",
    "setpriv": "util-linux",
    "pactl": "pulseaudio-utils",
    "paplay": "pulseaudio-utils",
    "parec": "pulseaudio-utils",
    "dbus-daemon": "dbus",
    "dbus-send": "dbus",
    "portaudio": "libportaudio2",
    "chromium": "chromium",
    "alsa/asoundlib.h": "libasound2-dev",
}

MODULES = {"axe_playwright_python": "axe-playwright-python"}  # module: package, where they differ

KINDS: dict[str, Callable[[str], bool]] = {
    "program": lambda name: shutil.which(name) is not None,
    "library": lambda name: ctypes.util.find_library(name) is not None,
    "header": lambda name: Path("/usr/include", name).exists(),
    "module": lambda name: importlib.util.find_spec(name) is not None,
}


def need(*parts: str) -> None:
    """Skip (in CI: fail) unless every program, library:NAME, header:NAME, module:NAME is there."""
    for part in parts:
        kind, _, name = part.rpartition(":")
        package = PACKAGES.get(name, name)
        module = MODULES.get(name, name)
        install = f"pip install {module}" if kind == "module" else f"apt-get install {package}"
        _require(KINDS[kind or "program"](name), name, install)


BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def need_browser() -> None:
    """Skip (in CI: fail) unless there is a browser and what drives it; nothing is downloaded."""
    need("module:playwright", "module:axe_playwright_python")
    found = any(shutil.which(name) for name in BROWSERS)
    _require(found, "chromium", "apt-get install chromium")


def need_unplugged_network() -> None:
    """Skip (in CI: fail) unless a network namespace without any interface can be made."""
    need("unshare")
    made = subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False)
    allow = "sysctl -w kernel.unprivileged_userns_clone=1, or be root"
    _require(made.returncode == 0, "leave to make a network namespace", allow)


def _require(found: bool, part: str, install: str) -> None:
    if found:
        return
    message = f"{part} is not here; install it with: {install}"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
