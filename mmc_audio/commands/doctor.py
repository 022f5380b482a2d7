"""`mmc doctor`: what works on this machine."""

from __future__ import annotations

import platform
import subprocess
import tempfile
from collections.abc import Iterator

import click

from mmc_audio import __version__
from mmc_audio.commands.voices import OFFLINE, refusal
from mmc_audio.console import echo, table
from mmc_audio.errors import UserError
from mmc_audio.folders import cache_folder
from mmc_audio.installed import installed
from mmc_audio.offline import VARIABLE, offline
from mmc_audio.program import VoiceSettings
from mmc_audio.voices import NAMES, make


@click.command()
def command() -> None:
    """Tell what works on this machine, and why the rest does not.

    \b
    Example:
      mmc doctor
    """
    live = list(_live())
    rows = [*_machine(), *_voices(), *(row for _, row in live), *_outputs()]
    table(("Part", "Works", "Remarks"), rows)
    echo(f"\n{_player([name for name, (_, works, _) in live if works == 'yes'])}")


def _machine() -> Iterator[tuple[str, str, str]]:
    yield "mmc", "yes", __version__
    python = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    yield "Python", "yes", python
    version = _ffmpeg_version()
    yield "ffmpeg", "yes" if version else "no", version or "not on the PATH; .m4a and .m4b need it"
    yield _cache_folder()
    yield _network()


def _ffmpeg_version() -> str:
    """Such as `7.1`; "" where there is no ffmpeg that runs."""
    program = installed("ffmpeg")
    if program is None:
        return ""
    try:
        run = subprocess.run([program, "-version"], capture_output=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    words = run.stdout.decode(errors="replace").split()
    return words[2] if len(words) > 2 else ""


def _cache_folder() -> tuple[str, str, str]:
    folder = cache_folder()
    if folder is None:
        return "cache", "no", "no home folder is known; MMC_CACHE names one"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return "cache", "yes", str(folder)
    except OSError as error:
        return "cache", "no", f"{folder}: {error.strerror}; MMC_CACHE names another folder"


def _network() -> tuple[str, str, str]:
    if offline():
        return "network", "no", f"{VARIABLE} forbids it"
    return "network", "yes", f"for the voice google alone; {VARIABLE}=1 forbids it"


def _voices() -> Iterator[tuple[str, str, str]]:
    remarks = {
        "google": "not tried: what it says goes to Google",
        "recorded": "where a program names a folder of recordings",
    }
    for name in NAMES:
        reason = refusal(name) or (_silence(name) if name in OFFLINE else None)
        yield f"voice {name}", "no" if reason else "yes", reason or remarks.get(name, "")


def _silence(name: str) -> str | None:
    """Why a voice that seems to be there does not speak after all, or None."""
    voice = make(name, VoiceSettings())
    try:
        voice.speak(voice.spell("one"))
    except UserError as error:
        return str(error)
    return None


def _live() -> Iterator[tuple[str, tuple[str, str, str]]]:
    """Each live output and its row. It is taken for a moment: nothing else tells if it works."""
    from mmc_audio import devices

    for name in devices.LIVE:
        try:
            device, words = devices.opened(name)
            device.close()
            yield name, (f"output {name}", "yes", words)
        except devices.DeviceError as error:
            yield name, (f"output {name}", "no", str(error))


def _player(working: list[str]) -> str:
    from mmc_audio import devices

    if not working:
        return f"mmc play has nothing to play on. {devices.ADVICE}"
    return f"mmc play uses {working[0]}, the first output that works; --output names another."


def _outputs() -> Iterator[tuple[str, str, str]]:
    from mmc_audio.outputs import SUFFIXES, available

    for suffix, kind in SUFFIXES.items():
        reason = available(suffix)
        yield suffix, "no" if reason else "yes", reason or kind.description
