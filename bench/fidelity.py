"""How near the MP3 is to the sound: `python -m bench.fidelity [PROGRAM ...]`.

For each shipped program and for three decoders: the signal-to-noise ratio of our file, and of one
long encode at the same settings, both against the samples; the worst onset of all clicks and
phrases; what mp3val, ffprobe and mutagen say of it. Ends with 1 where a file is not as near as it
has to be: 0.2 dB beside one encode, a millisecond, and nothing for mp3val to say.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from mutagen.mp3 import MP3

from mmc_audio.outputs import save
from mmc_audio.timeline import FRAMES_PER_MS, Click, Speech, Timeline
from tests import audio
from tests.studio import SHIPPED, Prepared, ready
from tests.test_output_mp3_runs import DECODERS, one_long_encode, signal_to_noise_db

SOUND = ("program", "mp3val", "ffprobe, s too long", "mutagen, s too long", "--vbr, of the size")
HEADINGS = ("program", "decoder", "ours, dB", "one encode, dB", "difference", "worst onset, ms")
BEFORE, AFTER = 5 * FRAMES_PER_MS, 55 * FRAMES_PER_MS  # what is compared around an onset
REACH = 20 * FRAMES_PER_MS
MOST_DB, MOST_MS = 0.2, 1.0


def worst_onset_ms(timeline: Timeline, plain: audio.Sound, heard: audio.Sound) -> float:
    """How far from its place any click or phrase begins; every begin is looked at.

    The samples themselves are the pattern, so that it does not matter what else sounds there: a
    tick may be ducked under a word, a tone go on beneath. That each click is in its place in the
    samples is what tests/test_beat.py is for.
    """
    begins = {event.at_ms for event in timeline.events if isinstance(event, Click)}
    begins |= {
        event.at_ms + event.onset_ms for event in timeline.events if isinstance(event, Speech)
    }
    padded = np.pad(heard, REACH)
    return max(_displaced(plain, padded, at * FRAMES_PER_MS) for at in begins) / FRAMES_PER_MS


def _displaced(plain: audio.Sound, padded: audio.Sound, at: int) -> int:
    """How many frames away what is heard resembles the samples around `at` most.

    `padded` is what is heard with `REACH` frames of silence at both ends.

    The least sum of squared differences, which unlike a correlation does not lean towards what
    happens to be louder beside it.
    """
    pattern = plain[max(0, at - BEFORE) : at + AFTER]
    window = padded[max(0, at - BEFORE) :][: len(pattern) + 2 * REACH]
    energies = np.convolve(np.square(window), np.ones(len(pattern)), "valid")
    differences = energies - 2 * np.correlate(window, pattern, "valid")
    return abs(int(np.argmin(differences)) - REACH)


def rows(paths: Sequence[Path]) -> Iterator[tuple[str, ...]]:
    """One for each program and decoder."""
    for path in paths:
        prepared = ready(path)
        recording = prepared.recording()
        plain = np.concatenate([np.array(block) for block in recording.blocks()])
        plain = plain / np.float32(32_768)
        with tempfile.TemporaryDirectory() as folder:
            ours = save(recording, Path(folder, "ours.mp3"))
            long, late = one_long_encode(recording, Path(folder, "long.mp3"))
            for name, (_, decode) in DECODERS.items():
                yield (path.stem, name, *_figures(prepared, plain, decode, ours, (long, late)))


def _figures(
    prepared: Prepared,
    plain: audio.Sound,
    decode: Callable[[Path], audio.Sound],
    ours: Path,
    long: tuple[Path, int],
) -> tuple[str, ...]:
    heard, other = decode(ours), decode(long[0])[long[1] :]
    if len(heard) != len(plain):
        raise SystemExit(f"{ours}: {len(heard)} samples where {len(plain)} were planned")
    own, theirs = signal_to_noise_db(heard, plain), signal_to_noise_db(other, plain)
    worst = worst_onset_ms(prepared.timeline, plain, heard)
    return f"{own:.2f}", f"{theirs:.2f}", f"{own - theirs:+.2f}", f"{worst:.2f}"


def sound(paths: Sequence[Path]) -> Iterator[tuple[str, ...]]:
    """What other programs say of each file: nothing is wrong, and how long it is."""
    for path in paths:
        prepared = ready(path)
        seconds = prepared.timeline.duration_ms / 1_000
        with tempfile.TemporaryDirectory() as folder:
            ours = save(prepared.recording(), Path(folder, "ours.mp3"))
            small = save(prepared.recording(vbr=True), Path(folder, "small.mp3"))
            said = audio.output("mp3val", str(ours)) + audio.output("mp3val", str(small))
            found = "fine" if not re.search("WARNING|ERROR", said) else said
            told = audio.probe(ours, "-show_format")["format"]
            excess = float(told["duration"]) - seconds  # type: ignore[index]
            exact = MP3(ours).info.length - seconds
            share = small.stat().st_size / ours.stat().st_size
            yield path.stem, found, f"{excess:.3f}", f"{exact:.6f}", f"{share:.2f}"


def table(headings: Sequence[str], rows: Iterator[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Print it as Markdown, row by row; the rows."""
    print("\n| " + " | ".join(headings) + " |")
    print("|---" * len(headings) + "|")
    printed = []
    for row in rows:
        print("| " + " | ".join(row) + " |", flush=True)
        printed.append(row)
    return printed


def main(names: Sequence[str]) -> bool:
    """Print the tables; whether every file is as near to its sound as it has to be."""
    paths = [path for path in SHIPPED if not names or path.stem in names]
    whole = all(found == "fine" for _, found, *_ in table(SOUND, sound(paths)))
    near = all(
        abs(float(difference)) <= MOST_DB and float(worst_ms) <= MOST_MS
        for *_, difference, worst_ms in table(HEADINGS, rows(paths))
    )
    return whole and near


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
