"""soxr lives here: from one sample rate to another."""

from __future__ import annotations

import numpy as np
import soxr

from mmc_audio.clips import Samples


def resample(samples: Samples, rate_from: int, rate_to: int) -> Samples:
    """The same sound at `rate_to` Hz: round(frames * rate_to / rate_from) frames, aligned at 0."""
    if rate_from == rate_to:
        return samples
    out = soxr.resample(samples, rate_from, rate_to, quality="VHQ")
    return np.asarray(out, dtype=np.float32)


class Stream:
    """The same for sound that comes in blocks, of one or two channels."""

    def __init__(self, rate_from: int, rate_to: int, channels: int) -> None:
        self._stream = soxr.ResampleStream(
            rate_from, rate_to, channels, dtype="float32", quality="VHQ"
        )
        self._none = np.zeros((0, channels) if channels > 1 else 0, np.float32)

    def feed(self, samples: Samples) -> Samples:
        """What is known so far of the sound at the new rate."""
        return np.asarray(self._stream.resample_chunk(samples), dtype=np.float32)

    def rest(self) -> Samples:
        """What was still to come when the sound has ended."""
        return np.asarray(self._stream.resample_chunk(self._none, last=True), dtype=np.float32)
