"""`mmc voices`: who can speak here."""

from __future__ import annotations

import click

from mmc_audio.console import table
from mmc_audio.program import VoiceSettings
from mmc_audio.voices import NAMES, make

ABOUT = {
    "embedded": ("English", "a neural voice that comes with mmc; offline"),
    "google": ("over 60", "gTTS: needs the network, and sends the words of each cue to Google"),
    "espeak": ("over 100", "espeak-ng; offline"),
    "recorded": ("any", "the coach's own recordings, from the folder that a program names"),
    "none": ("", "clicks and tones alone"),
}


@click.command()
def command() -> None:
    """List the voices, and why one can't speak here.

    A program, or --voice, names one; otherwise the language decides.

    \b
    Example:
      mmc voices
    """
    rows = []
    for name in NAMES:
        languages, about = ABOUT[name]
        reason = refusal(name)
        about = f"{about}. Not here: {reason}" if reason else about
        rows.append((name, "no" if reason else "yes", languages, about))
    table(("Voice", "Here", "Languages", "What it is"), rows)


def refusal(name: str) -> str | None:
    """Why a voice can't speak on this machine, or None. A program's own recordings always can."""
    return None if name == "recorded" else make(name, VoiceSettings()).available()
