"""`mmc voices`: who can speak here."""

from __future__ import annotations

import click

from mmc_audio.console import table
from mmc_audio.program import VoiceSettings
from mmc_audio.voices import NAMES, make

ABOUT = {
    "embedded": ("English", "a neural voice that comes with mmc; offline"),
    "google": ("over 60", "gTTS: needs the network, and sends the words of each cue to Google"),
    "espeak": ("over 100", "espeak-ng, where it is installed; offline"),
    "recorded": ("any", "the coach's own recordings, where a program names their folder"),
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
        reason = make(name, VoiceSettings()).available()
        rows.append((name, languages, f"no: {reason}" if reason else "yes", about))
    table(("Voice", "Languages", "Speaks here", "What it is"), rows)
