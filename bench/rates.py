"""Why MP3s have 48 kHz: `python -m bench.rates`.

One shipped program in one long encode by LAME, at 24 and at 48 kHz, decoded by ffmpeg and mpg123:
the frames in which the two differ, and the signal-to-noise ratio of each.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import lameenc
import numpy as np
import numpy.typing as npt

from mmc_audio.outputs.mp3runs import QUALITY
from mmc_audio.resample import resample
from mmc_audio.timeline import SAMPLE_RATE
from tests.studio import SHIPPED, ready

PROGRAM = "full-body-beginner"
FRAME_MS = 24
ALIKE = 3  # 16-bit steps by which two right decoders may differ
DECODERS = {
    "ffmpeg": ("ffmpeg", "-v", "error", "-i", "{}", "-f", "s16le", "-"),
    "mpg123": ("mpg123", "-q", "-s", "-e", "s16", "{}"),
}

Sound = npt.NDArray[np.float64]


def encoded(pcm: npt.NDArray[np.int16], rate: int) -> bytes:
    """64 kbit/s, mono."""
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_in_sample_rate(rate)
    encoder.set_out_sample_rate(rate)
    encoder.set_channels(1)
    encoder.set_bit_rate(64)
    encoder.set_quality(QUALITY)
    return bytes(encoder.encode(pcm.tobytes())) + bytes(encoder.flush())


def noise_db(sound: Sound, plain: Sound) -> float:
    """Signal to noise; 1,105 samples of delay come first."""
    error = plain - sound[1_105 : 1_105 + len(plain)]
    return float(10 * np.log10(np.square(plain).sum() / np.square(error).sum()))


def main() -> None:
    """Print a line for each rate."""
    path = next(path for path in SHIPPED if path.stem == PROGRAM)
    whole = np.concatenate([np.array(block) for block in ready(path).recording().blocks()])
    for rate in (24_000, SAMPLE_RATE):
        pcm = np.rint(resample(whole.astype(np.float32), SAMPLE_RATE, rate)).astype(np.int16)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "long.mp3")
            file.write_bytes(encoded(pcm, rate))
            heard = {}
            for name, command in DECODERS.items():
                raw = subprocess.check_output([part.format(file) for part in command])
                heard[name] = np.frombuffer(raw, "<i2").astype(np.float64)
        frame = rate * FRAME_MS // 1_000
        count = min(map(len, heard.values())) // frame
        apart = np.abs(heard["ffmpeg"][: count * frame] - heard["mpg123"][: count * frame])
        frames = (apart.reshape(count, frame).max(axis=1) > ALIKE).sum()
        said = ", ".join(
            f"{name} {noise_db(s, pcm.astype(np.float64)):.1f} dB" for name, s in heard.items()
        )
        print(f"{rate:,} Hz: ffmpeg and mpg123 differ in {frames / count:.1%} of frames; {said}")


if __name__ == "__main__":
    main()
