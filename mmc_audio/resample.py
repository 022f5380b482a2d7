"""soxr lives here: from one sample rate to another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import soxr

from mmc_audio.clips import Pcm, Samples


def resample(samples: Samples, rate_from: int, rate_to: int) -> Samples:
    """The same sound at `rate_to` Hz: round(frames * rate_to / rate_from) frames, aligned at 0."""
    if rate_from == rate_to:
        return samples
    out = soxr.resample(samples, rate_from, rate_to, quality="VHQ")
    return np.asarray(out, dtype=np.float32)


def resampled(pieces: Iterable[Pcm], channels: int, rate_from: int, rate_to: int) -> Iterator[Pcm]:
    """The same for a long sound in pieces of shape (frames, channels), without a seam."""
    if rate_from == rate_to:
        yield from pieces
        return
    # 16 bits hold no more than "HQ" keeps, and it takes a quarter less time than "VHQ".
    stream = soxr.ResampleStream(rate_from, rate_to, channels, dtype="int16", quality="HQ")
    for piece in pieces:
        yield stream.resample_chunk(piece)
    yield stream.resample_chunk(np.zeros((0, channels), np.int16), last=True)
