"""Programs of any length in the style of the shipped full-body-beginner."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from mmc_audio.resources import folder
from mmc_audio.timeline import SAMPLE_RATE

MODEL = "full-body-beginner.toml"
MUSIC = "music.flac"
MINUTES = 23.07  # of the model, with the embedded voice's default settings


def program(minutes: float, *, cue: str = "", glide: bool = False, bed: bool = False) -> str:
    """TOML of about so many minutes: the model's exercises, as often as needed.

    `cue` stands for the first cue of all, for an edit of one word. `glide`: with a tone through
    every rep, so that sound is continuous. `bed`: with the music of `write_music` under it all.
    """
    head, *exercises = _model().split("[[exercise]]")
    each = MINUTES / len(exercises)
    count = max(1, round(minutes / each))
    chosen = [exercises[number % len(exercises)].rstrip() for number in range(count)]
    text = head + "\n\n".join(f"[[exercise]]{exercise}" for exercise in chosen) + "\n"
    text = text.replace("thighs and glutes lift", cue) if cue else text
    more = '[sound]\nglide = "effort"\n\n' if glide else ""
    more += f'[music]\nfiles = ["{MUSIC}"]\n\n' if bed else ""
    return text.replace("[defaults]", f"{more}[defaults]")


def write_music(into: Path) -> None:
    """A minute of stereo that nobody would listen to: chords that swell, and noise."""
    at = np.arange(60 * SAMPLE_RATE) / SAMPLE_RATE
    chord = sum(np.sin(2 * np.pi * hertz * at) for hertz in (110, 220, 277.2, 329.6, 440))
    swell = 0.05 * (1 + np.sin(2 * np.pi * at / 4))
    noise = np.random.default_rng(1).normal(0, 0.02, (2, len(at)))
    both = np.stack([chord * swell, chord * swell[::-1]]) + noise
    soundfile.write(into / MUSIC, both.T, SAMPLE_RATE)


def steady(minutes: float) -> str:
    """A click each second for about so many minutes, and nothing else: what a metronome does."""
    sets = max(1, round(minutes / 8))
    return (
        'title = "A click a second"\n[voice]\nengine = "none"\n'
        f'[[exercise]]\nname = "Curl"\nstart = "concentric"\nsets = {sets}\nreps = 240\n'
        'tempo = "1-0-1-0"\nrest = 0\n'
    )


def many_reps(count: int) -> str:
    """A program of so many reps of four seconds, in sets of fifty."""
    sets = count // 50
    exercises = "".join(
        f'\n[[exercise]]\nname = "Curl"\nstart = "concentric"\nsets = {min(100, sets - first)}\n'
        'reps = 50\ntempo = "2-0-1-0"\nrest = 20\ncues.concentric = ["squeeze", "curl it"]\n'
        for first in range(0, sets, 100)
    )
    return f'title = "Many reps"\n{exercises}'


def short(reps: int = 8) -> str:
    """A session of some five minutes for batches."""
    return program(5).replace("reps = 10", f"reps = {reps}")


def _model() -> str:
    text = (folder("programs") / MODEL).read_text(encoding="utf-8")
    return "\n".join(line for line in text.split("\n") if not line.startswith("length"))
