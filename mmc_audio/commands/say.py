"""`mmc say`: one phrase, to audition a cue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mmc_audio.cache import Cache
from mmc_audio.commands.hearing import hear
from mmc_audio.commands.options import voice_option
from mmc_audio.console import echo, notice
from mmc_audio.errors import UserError, printable, shown
from mmc_audio.folders import cache_folder
from mmc_audio.program import VoiceSettings

if TYPE_CHECKING:
    from mmc_audio.clips import Clip, Pcm
    from mmc_audio.outputs.recording import Recording

BLOCK_FRAMES = 65_536


@click.command()
@click.argument("text")
@click.option("-o", "--output", metavar="OUT", help="Write the phrase to this file, say cue.wav.")
@click.option("--language", default="en", show_default=True, help="The language of the text.")
@click.option("--play", is_flag=True, help="Hear it.")
@voice_option
def command(text: str, output: str | None, language: str, play: bool, voice: str | None) -> None:
    """Audition a cue: speak one phrase and print its length.

    The onset is the moment at which a listener hears the phrase begin; it is what is put on a
    click.

    \b
    Examples:
      mmc say "squeeze your glutes" --play
      mmc say "squeeze your glutes" -o cue.wav --voice espeak
    """
    from mmc_audio.phrasebook import speak_all

    settings = VoiceSettings(language=language)
    cache = Cache(cache_folder())
    book = speak_all((text,), settings, cache=cache, choice=voice, notice=notice)
    if text not in book.clips:
        raise UserError(f"The voice {book.voice} says nothing.")
    for line in (*book.reasons, *book.notes):
        notice(line)
    clip = book.clips[text]
    echo(f"{clip.duration_ms / 1_000:.2f} s, onset at {clip.onset_ms} ms, voice {book.voice}")
    if output is not None:
        from mmc_audio.outputs import save

        save(_recording(text, clip), Path(output))
        echo(f"Wrote {printable(output)}.")
    if play:
        hear(clip.pcm)


def _recording(text: str, clip: Clip) -> Recording:
    """The phrase alone, filled up to a whole millisecond."""
    import numpy as np

    from mmc_audio.outputs.recording import Recording
    from mmc_audio.timeline import Speech, Timeline

    speech = Speech(0, text, "say", clip.duration_ms, clip.onset_ms)
    timeline = Timeline(text, clip.duration_ms, 0, (speech,))
    whole = np.concatenate([clip.pcm, np.zeros(timeline.frames - len(clip.pcm), np.int16)])

    def blocks() -> Iterator[Pcm]:
        return (whole[at : at + BLOCK_FRAMES] for at in range(0, len(whole), BLOCK_FRAMES))

    return Recording(shown(text, 80)[1:-1], "", timeline, blocks)
