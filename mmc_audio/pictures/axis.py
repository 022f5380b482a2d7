"""A time axis: where a moment stands on it, and which moments are worth naming. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from mmc_audio.figures import clock

STEPS_MS = tuple(
    1_000 * seconds for seconds in (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
)
APART = 64  # pixels, between two moments that are named


@dataclass(frozen=True, slots=True)
class Axis:
    """`since_ms` stands at pixel `left`, and a second takes `scale` / 1000 pixels."""

    left: float
    scale: float  # pixels a millisecond
    since_ms: int = 0

    def x(self, at_ms: float) -> float:
        """Where a moment stands."""
        return self.left + (at_ms - self.since_ms) * self.scale

    def step_ms(self) -> int:
        """From one moment that is named to the next."""
        return next((step for step in STEPS_MS if step * self.scale >= APART), STEPS_MS[-1])


def label(ms: int) -> str:
    """`0`, `30 s`, `1 min`, `1:30`, `1:10:00`."""
    minutes, seconds = divmod(ms // 1_000, 60)
    if not ms:
        return "0"
    if not minutes:
        return f"{seconds} s"
    return f"{minutes} min" if not seconds and minutes < 60 else clock(ms)
