"""The outside parts that real tests need, and how to get them.

On a developer's machine a missing part skips the test and says what to install; in CI it fails,
so that a green run never hides a test that did not run.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess

import pytest

PACKAGES = {  # program: Debian package
    "ffmpeg": "ffmpeg",
    "ffprobe": "ffmpeg",
    "mpg123": "mpg123",
    "espeak-ng": "espeak-ng",
    "klick": "klick",
    "strace": "strace",
    "mp3val": "mp3val",
    "unshare": "util-linux",
    "setpriv": "util-linux",
}


def need(*parts: str) -> None:
    """Skip (in CI: fail) unless every program, or `module:NAME`, is there."""
    for part in parts:
        module = part.removeprefix("module:")
        if part != module:
            _require(importlib.util.find_spec(module) is not None, module, f"pip install {module}")
        else:
            install = f"apt-get install {PACKAGES.get(part, part)}"
            _require(shutil.which(part) is not None, part, install)


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
