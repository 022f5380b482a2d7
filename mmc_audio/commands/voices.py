"""`mmc voices`: who can speak here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mmc_audio.cache import Cache
from mmc_audio.commands.hearing import hear, play_options
from mmc_audio.console import table
from mmc_audio.folders import cache_folder
from mmc_audio.program import VoiceSettings
from mmc_audio.voices import NAMES, make

if TYPE_CHECKING:
    from mmc_audio.clips import Pcm

OFFLINE = ("embedded", "espeak")
ABOUT = {
    "embedded": ("English", "a neural voice that comes with mmc; offline"),
    "google": ("over 60", "gTTS: needs the network, and sends the words of each cue to Google"),
    "espeak": ("over 100", "espeak-ng; offline"),
    "recorded": ("any", "the coach's own recordings, from the folder that a program names"),
    "none": ("", "clicks and tones alone"),
}


@click.command()
@play_options
def command(play: bool, output: str | None) -> None:
    """List the voices, and why one can't speak here.

    A program, or --voice, names one; otherwise the language decides. --play lets those speak that
    need no network; mmc say TEXT --voice NAME --play lets any.

    \b
    Examples:
      mmc voices
      mmc voices --play
    """
    rows = []
    for name in NAMES:
        languages, about = ABOUT[name]
        reason = refusal(name)
        about = f"{about}. Not here: {reason}" if reason else about
        rows.append((name, "no" if reason else "yes", languages, about))
    table(("Voice", "Here", "Languages", "What it is"), rows)
    if play:
        for name in OFFLINE:
            if refusal(name) is None:
                hear(_introduced(name), output)


def _introduced(name: str) -> Pcm:
    """What a voice says of itself."""
    from mmc_audio.phrasebook import speak_all

    text = f"This is the {name} voice. Ten slow reps: squeeze your glutes."
    book = speak_all((text,), VoiceSettings(), cache=Cache(cache_folder()), choice=name)
    return book.clips[text].pcm


def refusal(name: str) -> str | None:
    """Why a voice can't speak on this machine, or None. A program's own recordings always can."""
    return None if name == "recorded" else make(name, VoiceSettings()).available()
