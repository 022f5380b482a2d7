"""pydub lives here: gain, fades and channels of short pieces that we already hold as samples.

pydub is given samples, never a file or a file name, and so never starts ffmpeg.
"""

from __future__ import annotations

import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from mmc_audio.clips import Pcm, Samples
from mmc_audio.timeline import FRAMES_PER_MS, SAMPLE_RATE

if TYPE_CHECKING:
    from pydub import AudioSegment

_WIDTH = 4  # bytes a sample inside pydub: gain after 16 bits would raise the rounding noise
_FULL = float(2**31)


def shape(
    samples: Samples, *, fade_in_ms: int = 0, fade_out_ms: int = 0, gain_db: float = 0.0
) -> Samples:
    """48 kHz mono samples louder by `gain_db` (cut off at ±1), faded, and ending in exact silence.

    The result is padded with silence to whole milliseconds, the grid pydub works on.
    """
    if not len(samples):
        return samples
    padded = np.pad(samples, (0, -len(samples) % FRAMES_PER_MS))
    segment = _segment(padded).apply_gain(gain_db)
    if fade_in_ms:
        segment = segment.fade_in(min(fade_in_ms, len(segment)))
    if fade_out_ms:
        segment = segment.fade_out(min(fade_out_ms, len(segment)))
    shaped = np.frombuffer(segment.raw_data, dtype="<i4") / _FULL
    if fade_out_ms:
        shaped[-1:] = 0.0  # pydub's last step stops just above zero
    return shaped.astype(np.float32)


def _segment(samples: Samples) -> AudioSegment:
    scaled = np.rint(samples.astype(np.float64) * _FULL)
    data = np.clip(scaled, -_FULL, _FULL - 1).astype("<i4").tobytes()
    return _segments()(data=data, sample_width=_WIDTH, frame_rate=SAMPLE_RATE, channels=1)


@lru_cache(maxsize=1)
def _segments() -> Any:
    """pydub's class, imported where it is wanted: most exports have all they need already."""
    with warnings.catch_warnings():
        # Said by pydub on import: it looks for an ffmpeg that we don't let it use, it takes audioop
        # from a standard library that is about to drop it, and its regular expressions are written
        # with escapes that newer compilers frown at.
        warnings.filterwarnings("ignore", "Couldn't find ff", RuntimeWarning)
        warnings.filterwarnings("ignore", "'audioop' is deprecated", DeprecationWarning)
        warnings.filterwarnings("ignore", "invalid escape sequence", DeprecationWarning)
        warnings.filterwarnings("ignore", "invalid escape sequence", SyntaxWarning)
        from pydub import AudioSegment
    return AudioSegment


def in_channels(pcm: bytes, *, rate: int, channels: int, wanted: int) -> Pcm:
    """A piece of 16-bit sound in mono or stereo, whichever is wanted: shape (frames, wanted).

    Two channels become their mean, one becomes both.
    """
    segment = _segments()(data=pcm, sample_width=2, frame_rate=rate, channels=channels)
    data = segment.set_channels(wanted).raw_data
    return np.frombuffer(data, dtype="<i2").reshape(-1, wanted)
