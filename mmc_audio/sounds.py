"""The click sets: what each sound means, and the clips a program plays, its own files included."""

from __future__ import annotations

import math
import wave
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mmc_audio.beneath import MAX_BYTES, open_beneath
from mmc_audio.clips import Clip, Pcm, Samples
from mmc_audio.errors import Fault, Place, ProgramError, UserError, listed, nearest, shown
from mmc_audio.program import Program
from mmc_audio.resources import folder
from mmc_audio.timeline import FRAMES_PER_MS, SAMPLE_RATE

MEANINGS: Mapping[str, str] = {
    "eccentric": "the muscle lengthens: lower",
    "pause": "wait where the muscle is long",
    "concentric": "the muscle shortens: lift",
    "squeeze": "wait where the muscle is short",
    "tick": "a second has gone by inside a phase",
    "count": "a beat of the lead-in: three, two, one",
    "go": "the set begins; laid over its first opening",
    "fast": "as fast as you can; laid over the opening of a phase written X",
    "last": "the last rep; laid over the opening of its lift",
    "mark": "ten seconds of a hold have gone by",
    "end": "the set is over",
    "warn": "the rest is nearly over",
    "finish": "the session is over",
}
NAMES = tuple(MEANINGS)

MAX_FILE_S = 60
MAX_CLICK_S = 2
# Below the peak, what is quieter comes before the sound: room noise, or the echo that MP3 and OGG
# put up to 5 ms before an attack (at -40 dB it passes for the onset, and the beat comes late).
ONSET_DB = -26
TAIL_DB = -60
SILENT_PEAK = 0.001  # -60 dB below full scale
FADE_MS = 10
_FULL = 32_767


@dataclass(frozen=True, slots=True)
class ClickSet:
    """A shipped set: its name in `clicks = "..."` and what it is like."""

    name: str
    about: str


def click_sets() -> tuple[ClickSet, ...]:
    """The sets in the shipped folder, by name."""
    abouts = sorted(folder("sounds").glob("*/about.txt"))
    return tuple(ClickSet(p.parent.name, p.read_text(encoding="utf-8").strip()) for p in abouts)


def load_sounds(program: Program) -> Mapping[str, Clip]:
    """A clip for each of NAMES: the program's click set, with its own files in their places."""
    clips = _shipped(program)
    faults = []
    for name, file in program.sound.files.items():
        try:
            clips[name] = _own(program.folder, file, like=clips[name])
        except UserError as error:
            faults.append(_fault(program, name, str(error)))
    if faults:
        raise ProgramError(program.name, program.source, tuple(faults))
    return clips


def _fault(program: Program, key: str, text: str) -> Fault:
    return Fault(program.sound.places.get(key, Place(1, 1)), text.removesuffix("."))


def _shipped(program: Program) -> dict[str, Clip]:
    chosen, names = program.sound.clicks, [one.name for one in click_sets()]
    if chosen not in names:
        meant = nearest(chosen, names)
        hint = f"; did you mean {shown(meant)}?" if meant else ""
        wanted = listed([shown(name) for name in names])
        text = f"clicks must be {wanted}, found {shown(chosen)}{hint}"
        raise ProgramError(program.name, program.source, (_fault(program, "clicks", text),))
    return {name: _read(folder("sounds") / chosen / f"{name}.wav") for name in NAMES}


def _read(path: Path) -> Clip:
    """A file of ours, in the house format already."""
    with wave.open(str(path), "rb") as file:
        return Clip(np.frombuffer(file.readframes(file.getnframes()), dtype="<i2"))


def _own(root: str, file: str, *, like: Clip) -> Clip:
    """The coach's own sound, begun at its onset and as loud as the one it replaces."""
    from mmc_audio.decode import decode
    from mmc_audio.resample import resample
    from mmc_audio.shape import shape

    what = shown(file, 80)
    with open_beneath(root, file) as stream:
        data = stream.read(MAX_BYTES)
    samples, rate = decode(data, what=what, max_seconds=MAX_FILE_S)
    sound = _trimmed(samples, what)
    seconds = len(sound) / rate
    if seconds > MAX_CLICK_S:
        raise UserError(
            f"{what} sounds for {seconds:.1f} s; a click may sound for {MAX_CLICK_S} s at most, "
            "cut it in a sound editor."
        )
    house = resample(sound, rate, SAMPLE_RATE)
    gain_db = 20 * math.log10(_peak(like.pcm) / _FULL / _peak(house))
    fade_ms = min(FADE_MS, len(house) // FRAMES_PER_MS // 4)
    shaped = shape(house, fade_out_ms=fade_ms, gain_db=gain_db)
    return Clip(np.rint(shaped * _FULL).astype(np.int16))


def _trimmed(samples: Samples, what: str) -> Samples:
    """From the onset to where the sound has died away."""
    level = np.abs(samples)
    peak = level.max()
    if peak < SILENT_PEAK:
        raise UserError(f"{what} is silent.")
    onset = int(np.argmax(level >= peak * 10 ** (ONSET_DB / 20)))
    end = len(level) - int(np.argmax(level[::-1] >= peak * 10 ** (TAIL_DB / 20)))
    return samples[onset:end]


def _peak(samples: Samples | Pcm) -> float:
    return float(np.abs(samples).max())
