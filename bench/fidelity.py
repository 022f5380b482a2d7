"""How near the MP3 is to the sound: `python -m bench.fidelity [PROGRAM ...]`.

For each shipped program and for three decoders: the signal-to-noise ratio of our file, and of one
long encode at the same settings, both against the samples; the worst onset of a click; what mp3val,
ffprobe and mutagen say of it.
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
from mmc_audio.timeline import Click
from tests import audio
from tests.studio import SHIPPED, Prepared, ready
from tests.test_output_mp3_runs import DECODERS, one_long_encode, signal_to_noise_db

SOUND = ("program", "mp3val", "ffprobe, s too long", "mutagen, s too long", "--vbr, of the size")
HEADINGS = ("program", "decoder", "ours, dB", "one encode, dB", "difference", "worst click, ms")


def worst_click_ms(prepared: Prepared, heard: audio.Sound) -> float:
    """Of every millisecond at which clicks begin, by a matched filter."""
    starts: dict[int, list[np.ndarray]] = {}  # type: ignore[type-arg]
    for event in prepared.timeline.events:
        if isinstance(event, Click):
            starts.setdefault(event.at_ms, []).append(
                prepared.clips.sounds[event.sound].pcm[:1_440]
            )
    worst = 0
    for at_ms, sounds in starts.items():
        pattern = np.zeros(max(map(len, sounds)), np.float32)
        for sound in sounds:
            pattern[: len(sound)] += sound
        worst = max(worst, abs(audio.onset_error(heard, pattern, at_ms * 48)))
    return worst / 48


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
    worst = worst_click_ms(prepared, heard)
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


def table(headings: Sequence[str], rows: Iterator[tuple[str, ...]]) -> None:
    """Print it as Markdown."""
    print("\n| " + " | ".join(headings) + " |")
    print("|---" * len(headings) + "|")
    for row in rows:
        print("| " + " | ".join(row) + " |", flush=True)


def main(names: Sequence[str]) -> None:
    """Print the tables."""
    paths = [path for path in SHIPPED if not names or path.stem in names]
    table(SOUND, sound(paths))
    table(HEADINGS, rows(paths))


if __name__ == "__main__":
    main(sys.argv[1:])
