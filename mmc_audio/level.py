"""The gain that brings a session to its loudness, and the mixer that applies it."""

from __future__ import annotations

import math

import numpy as np

from mmc_audio.clips import Samples
from mmc_audio.limit import CEILING_DB, limiting
from mmc_audio.loudness import (
    GRAIN,
    GRAINS_PER_STEP,
    STEP,
    Energies,
    grain_energies,
    integrated,
    step_energies,
)
from mmc_audio.mix import Island, Mixer
from mmc_audio.score import Run, Score
from mmc_audio.shelf import Shelf

LOUDNESS_LUFS = -19.0  # of each channel: -19 in mono, and -16 in stereo, where they add up
# A gain in coarse steps: editing a word leaves the level, and so every other island, as it was.
GAIN_STEP_DB, GAIN_MOST_DB, LEVEL_ROUNDS = 0.5, 9.0, 10


def gain_for(score: Score, frames: int, mixer: Mixer) -> float:
    """The gain in dB, for a session of so many frames; `mixer` has none.

    What the limiter takes away is given back, in rounds.
    """
    meter = _Meter(score, frames, mixer)
    gain_db = 0.0
    for _ in range(LEVEL_ROUNDS):
        loudness = integrated(meter.energies(gain_db))
        missing = LOUDNESS_LUFS - loudness if math.isfinite(loudness) else 0.0
        steps = round(missing / GAIN_STEP_DB)
        wanted = max(-GAIN_MOST_DB, min(GAIN_MOST_DB, gain_db + steps * GAIN_STEP_DB))
        if wanted == gain_db:
            break
        gain_db = wanted
    return gain_db


class _Meter:
    """The energy of a session at a gain; each distinct run is measured once."""

    def __init__(self, score: Score, frames: int, mixer: Mixer) -> None:
        self._score, self._frames, self._mixer = score, frames, mixer
        self._measured = Shelf()  # by island: its peak and its energies without a limiter

    def energies(self, gain_db: float) -> Energies:
        """Of a channel, in each 100 ms of the session."""
        session = np.zeros(-(-self._frames // STEP), np.float32)  # 12 hours are 1.7 MB
        where: dict[tuple[int, int], list[int]] = {}  # (run, grains into a step): which steps
        for start, number in self._score.places():
            step, offset = divmod(start, STEP)
            where.setdefault((number, offset // GRAIN), []).append(step)
        for number, run in enumerate(self._score.runs):
            grains = self._run(run, gain_db)
            for offset in range(GRAINS_PER_STEP):
                if (number, offset) in where:
                    steps = step_energies(grains, offset)
                    _add(session, steps, where[number, offset])
        return session

    def _run(self, run: Run, gain_db: float) -> Energies:
        pieces, at = [], 0
        for segment in run:
            if isinstance(segment, Island):
                pieces.append((at // GRAIN, self._island(segment, gain_db)))
            at += segment.frames
        whole = np.zeros(max(start + len(piece) for start, piece in pieces), np.float32)
        for start, piece in pieces:
            whole[start : start + len(piece)] += piece
        return whole

    def _island(self, island: Island, gain_db: float) -> Energies:
        plain = None
        if island.key not in self._measured:
            plain = self._mixer.plain(island)
            peak = np.abs(plain).max(initial=0.0)
            measured = np.concatenate([[peak], grain_energies(plain)]).astype(np.float32)
            self._measured.put(island.key, measured.tobytes())
        kept = np.frombuffer(self._measured.get(island.key), np.float32)
        gain = np.float32(10 ** (gain_db / 20))
        energies: Energies = kept[1:] * gain**2
        if kept[0] * gain > 10 ** (CEILING_DB / 20):
            plain = self._mixer.plain(island) if plain is None else plain
            _turn_down(energies, plain * gain)
        return energies


def _turn_down(energies: Energies, samples: Samples) -> None:
    """What the limiter takes away. Its gain hardly changes within a grain: it scales the energy."""
    for part, gains in limiting(samples):
        first, into = divmod(part.start, GRAIN)
        whole = np.ones(-(-(into + len(gains)) // GRAIN) * GRAIN, np.float32)
        whole[into : into + len(gains)] = gains
        scales = np.square(whole).reshape(-1, GRAIN).mean(axis=1)
        energies[first : first + len(scales)] *= scales


def _add(session: Energies, steps: Energies, starts: list[int]) -> None:
    """Add the steps at each start; past the end nothing is heard."""
    at = np.add.outer(np.array(starts), np.arange(len(steps)))
    inside = at < len(session)
    np.add.at(session, at[inside], np.broadcast_to(steps, at.shape)[inside])
