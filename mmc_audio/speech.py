"""Raw speech of any voice -> a clip in the house format: trimmed, levelled, with its onset.

Engines wrap a word in up to half a second of silence and differ by 8 dB; a session needs
neither. Samples are mono float32, full scale 1.0.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from mmc_audio.clips import Clip, Samples
from mmc_audio.limit import limited
from mmc_audio.loudness import GRAIN, grain_energies
from mmc_audio.resample import resample
from mmc_audio.timeline import FRAMES_PER_MS, SAMPLE_RATE

SILENT_PEAK = 0.003  # -50 dBFS: an engine that "speaks" this has said nothing
TRIM_BELOW_PEAK = 0.01  # -40 dB
# The first and last sounds of a word ("f", "s") begin and end below the threshold.
MARGIN_BEFORE_MS, MARGIN_AFTER_MS = 12, 35
FADE_IN_MS, FADE_OUT_MS = 3, 12

# The loudness of every clip while it speaks. The mix brings the session as a whole to the same
# figure, which ITU-R BS.1770 gating takes from its sounding parts.
TARGET_LUFS = -19.0
# In windows of 200 ms: about what the ear adds up, and the gap that ITU-T P.56 still counts as
# active speech. Of 100, 200 and 400 ms it gives the smallest spread between words.
_WINDOW = 50  # grains of 4 ms
_GATE = 0.1  # windows 10 LU under the mean are gaps between words, not speech

# Perceptual onset (P-centre): where the smoothed amplitude rises fastest, early in the word.
_BOX_MS, _HANN_MS = 20, 40
_SEARCH_MS = 200  # a longer search finds the second syllable of "thirteen"


def house_clip(samples: Samples, rate: int) -> Clip:
    """A clip of speech, or an empty one where there is nothing to hear."""
    sound = _trimmed(_finite(resample(_finite(samples), rate, SAMPLE_RATE)))
    if not len(sound):
        return Clip(np.zeros(0, np.int16))
    levelled = limited((sound * np.float32(_gain(sound))).astype(np.float32))
    pcm = np.round(_faded(levelled) * 32_767).astype(np.int16)
    return Clip(pcm, _onset_ms(sound))


def _finite(samples: Samples) -> Samples:
    clean: Samples = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0).astype(np.float32)
    return clean


def _trimmed(samples: Samples) -> Samples:
    """From 12 ms before what is heard to 35 ms after it; empty if all of it is silence."""
    level = np.abs(samples)
    peak = float(level.max(initial=0.0))
    if peak < SILENT_PEAK:
        return samples[:0]
    heard = np.flatnonzero(level > peak * TRIM_BELOW_PEAK)
    before, after = MARGIN_BEFORE_MS * FRAMES_PER_MS, MARGIN_AFTER_MS * FRAMES_PER_MS
    padded: Samples = np.pad(samples, (before, after))
    return padded[int(heard[0]) : int(heard[-1]) + 1 + before + after]


def _gain(samples: Samples) -> float:
    """What brings the K-weighted level of the sounding parts to the target."""
    energies = np.pad(grain_energies(samples), (_WINDOW, 0))
    windows = np.convolve(energies, np.ones(_WINDOW), "valid") / (_WINDOW * GRAIN)
    loud = windows[windows > windows.mean() * _GATE]
    power = float(loud[loud > loud.mean() * _GATE].mean())
    target: float = 10 ** ((TARGET_LUFS + 0.691) / 10)
    return float(np.sqrt(target / power))


def _faded(samples: Samples) -> Samples:
    """With ends that start and stop at zero; inside the margins, so no sound is lost."""
    faded: Samples = samples.copy()
    rise = min(FADE_IN_MS * FRAMES_PER_MS, len(faded) // 2)
    fall = min(FADE_OUT_MS * FRAMES_PER_MS, len(faded) // 2)
    faded[:rise] *= np.linspace(0, 1, rise, endpoint=False, dtype=np.float32)
    faded[len(faded) - fall :] *= np.linspace(1, 0, fall, dtype=np.float32)
    return faded


def _onset_ms(samples: Samples) -> int:
    """Milliseconds from the first sample to where the word is heard to begin.

    The fastest rise of the amplitude envelope stands for the perceptual centre, which lies near
    the onset of the vowel: Rathcke et al. 2024, doi:10.1121/10.0025777.
    """
    box = np.ones(_BOX_MS * FRAMES_PER_MS) / (_BOX_MS * FRAMES_PER_MS)
    hann = np.hanning(_HANN_MS * FRAMES_PER_MS)
    edge = (_BOX_MS + _HANN_MS) * FRAMES_PER_MS
    first = MARGIN_BEFORE_MS * FRAMES_PER_MS  # a word is not heard before it sounds
    last = first + _SEARCH_MS * FRAMES_PER_MS
    head = np.abs(samples[: last + edge]).astype(np.float64)
    smooth = _convolved(_convolved(np.pad(head, edge), box), hann / hann.sum())
    rise = np.diff(smooth[edge:])[first:last]
    return MARGIN_BEFORE_MS + round(int(np.argmax(rise)) / FRAMES_PER_MS)


def _convolved(
    values: npt.NDArray[np.float64], kernel: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Same length as `values`, centred; by FFT, since both are thousands of frames long."""
    size = len(values) + len(kernel) - 1
    length = 1 << (size - 1).bit_length()
    product = np.fft.rfft(values, length) * np.fft.rfft(kernel, length)
    start = (len(kernel) - 1) // 2
    whole: npt.NDArray[np.float64] = np.fft.irfft(product, length)
    return whole[start : start + len(values)]
