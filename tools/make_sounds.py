"""Make the click sets in sounds/: `python tools/make_sounds.py [FOLDER]`.

Every sound starts at its first sample, on purpose: the beat of a program is where the file begins.
The same numbers go in each time, so the same bytes come out.

Frequencies are in Hz, times in seconds, levels in dB below full scale. The recipe: openings at
least 20 % apart in pitch (NUREG-0700, tones that may be heard together), four or more components
between 1 and 4 kHz in the set for loud places, an attack of one to two milliseconds.
"""

from __future__ import annotations

import random
import sys
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

RATE = 48_000
TAIL = 1.4  # a tone is cut when it has fallen by 56 dB
FADE = 0.004  # every file ends with this fade to exact silence
THIRD = 2 ** (1 / 3)  # four openings in equal steps fill an octave, each 26 % above the last

Sound = npt.NDArray[np.float64]  # shape (frames,)
Partials = tuple[tuple[float, float], ...]  # (times the fundamental, amplitude)


@dataclass(frozen=True)
class Timbre:
    """What a set has in common: partials of clicks and bells, and how hard a sound begins."""

    about: str
    eccentric: float  # the fundamental of the lowest opening; the others follow from it
    moving: Partials  # eccentric and concentric
    still: Partials  # pause and squeeze
    bell: Partials  # accents and signals
    attack: float
    begin: float  # share of full strength at the very first sample
    ring: float  # how long a bell takes to fall by 40 dB
    tick: tuple[float, float]  # band of the noise


SETS = {
    "sharp": Timbre(
        about="bright and hard-edged, for a loud gym",
        eccentric=659.26,
        moving=((1, 1.0), (2, 0.55), (2.41, 0.35), (2.76, 0.4), (3, 0.3), (4.07, 0.2), (5.2, 0.15)),
        still=((1, 1.0), (1.51, 0.3), (2, 0.45), (2.58, 0.35), (3.17, 0.3), (3.46, 0.2)),
        bell=((1, 1.0), (2, 0.3), (2.76, 0.2)),
        attack=0.0012,
        begin=0.5,
        ring=0.16,
        tick=(1_400.0, 7_000.0),
    ),
    "soft": Timbre(
        about="round, lower and gentle, for a quiet room",
        eccentric=440.0,
        moving=((1, 1.0), (2, 0.22), (3, 0.08)),
        still=((1, 1.0), (3, 0.12)),
        bell=((1, 1.0), (2, 0.12)),
        attack=0.002,
        begin=0.25,
        ring=0.22,
        tick=(800.0, 3_200.0),
    ),
    # The partials of a free bar, as in a struck wood block: 1, 2.76 and 5.4.
    "wood": Timbre(
        about="dry and short like struck wood, easy to tell from music",
        eccentric=587.33,
        moving=((1, 1.0), (2.76, 0.55), (5.4, 0.25)),
        still=((1, 1.0), (2.76, 0.2)),
        bell=((1, 1.0), (2.76, 0.3), (5.4, 0.1)),
        attack=0.001,
        begin=0.4,
        ring=0.12,
        tick=(1_000.0, 4_500.0),
    ),
}


def eccentric(t: Timbre) -> Sound:
    return level(tone(t, t.eccentric, t.moving, 0.060), -8)


def pause(t: Timbre) -> Sound:
    return level(tone(t, t.eccentric * THIRD, t.still, 0.045), -8)


def squeeze(t: Timbre) -> Sound:
    return level(tone(t, t.eccentric * THIRD**2, t.still, 0.045), -8)


def concentric(t: Timbre) -> Sound:
    return level(tone(t, t.eccentric * 2, t.moving, 0.060), -8)


def tick(t: Timbre) -> Sound:
    return level(noise(t, 0.035), -14)


def count(t: Timbre) -> Sound:
    """Three equal low beats; the opening with `go` on top is the high one that follows."""
    return level(tone(t, t.eccentric / THIRD, t.bell, 0.080), -12)


def go(t: Timbre) -> Sound:
    return level(tone(t, t.eccentric * 4, t.bell, t.ring), -12)


def fast(t: Timbre) -> Sound:
    strike = tone(t, t.eccentric * 2.67, t.bell, 0.040)
    return level(after(strike, 0.070, strike), -12)


def last(t: Timbre) -> Sound:
    """The fifth above `concentric`."""
    return level(tone(t, t.eccentric * 3, t.bell, t.ring), -12)


def mark(t: Timbre) -> Sound:
    return level(tone(t, t.eccentric * 2.25, t.bell, t.ring), -12)


def end(t: Timbre) -> Sound:
    return level(melody(t, 2, 1.335), -10)


def warn(t: Timbre) -> Sound:
    return level(melody(t, 1.335, 2), -10)


def finish(t: Timbre) -> Sound:
    return level(melody(t, 1.335, 1.68, 2, 2.67), -10)


SOUNDS: tuple[Callable[[Timbre], Sound], ...] = (
    eccentric,
    pause,
    concentric,
    squeeze,
    tick,
    count,
    go,
    fast,
    last,
    mark,
    end,
    warn,
    finish,
)


def tone(t: Timbre, pitch: float, partials: Partials, fall: float) -> Sound:
    """Partials in phase, each higher one shorter; after `fall` the fundamental is 40 dB down."""
    time = np.arange(round(fall * TAIL * RATE)) / RATE
    decay = np.log(100) / fall
    waves = [
        amplitude * np.exp(-decay * times**0.5 * time) * np.cos(2 * np.pi * pitch * times * time)
        for times, amplitude in partials
    ]
    return finished(np.sum(waves, axis=0) * onset(t, time))


def noise(t: Timbre, fall: float) -> Sound:
    """Many cosines at random phases, begun at a peak of theirs."""
    dice = random.Random(20)  # not numpy's: this one promises the same numbers for ever
    time = np.arange(round(fall * TAIL * RATE)) / RATE
    grain = np.arange(2 * len(time)) / RATE
    low, high = t.tick
    hiss = np.sum(
        [
            np.cos(2 * np.pi * (pitch * grain + dice.random()))
            for pitch in np.arange(low, high, 10.0)
        ],
        axis=0,
    )
    peak = int(np.argmax(hiss[: len(time)]))
    decay = np.exp(-np.log(100) / fall * time)
    return finished(hiss[peak : peak + len(time)] * decay * onset(t, time))


def melody(t: Timbre, *steps: float) -> Sound:
    """Notes a seventh of a second apart, the last one rings longest."""
    notes = [tone(t, t.eccentric * step, t.bell, 0.110) for step in steps[:-1]]
    tune = tone(t, t.eccentric * steps[-1], t.bell, 2 * t.ring)
    for note in reversed(notes):
        tune = after(note, 0.140, tune)
    return tune


def onset(t: Timbre, time: Sound) -> Sound:
    """From `begin` to full strength within the attack: never silent, not even at sample 0."""
    return np.minimum(1.0, t.begin + (1 - t.begin) * time / t.attack)


def after(first: Sound, gap: float, second: Sound) -> Sound:
    """`second` laid over `first`, `gap` later."""
    start = round(gap * RATE)
    both = np.zeros(max(len(first), start + len(second)))
    both[: len(first)] += first
    both[start : start + len(second)] += second
    return both


def finished(sound: Sound) -> Sound:
    frames = round(FADE * RATE)
    ramp = np.linspace(1.0, 0.0, frames)
    return np.concatenate([sound[:-frames], sound[-frames:] * ramp])


def level(sound: Sound, peak_db: float) -> Sound:
    gain: float = 10 ** (peak_db / 20) / np.max(np.abs(sound))
    return sound * gain


def write(path: Path, sound: Sound) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.rint(sound * 32_767).astype("<i2").tobytes())


def main(folder: Path) -> None:
    for name, timbre in SETS.items():
        target = folder / name
        target.mkdir(parents=True, exist_ok=True)
        (target / "about.txt").write_text(timbre.about + "\n", encoding="utf-8")
        for make in SOUNDS:
            write(target / f"{make.__name__}.wav", make(timbre))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent / "sounds"))
