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
