"""A run of sound as the samples that an MP3 encoder is fed: silence around it, at its rate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

import numpy as np

from mmc_audio.clips import Pcm, shape
from mmc_audio.outputs.mp3frames import ENCODER_DELAY, GRID, Layout
from mmc_audio.resample import Stream
from mmc_audio.timeline import SAMPLE_RATE


def samples(
    blocks: Iterable[Pcm], frames: int, layout: Layout, *, lead: int, tail: int, delay: int
) -> Iterator[bytes]:
    """`frames` frames of sound at 48 kHz, with `lead` and `tail` silent MP3 frames around them.

    The encoder puts its own delay before them; where `delay` is less, so much of the first silent
    frame is left out.
    """
    before = np.zeros(shape(lead * GRID, layout.channels), np.int16)
    # One more, since the last frames come out of an encoder when more goes in.
    after = np.zeros(shape(-frames % GRID + (tail + 1) * GRID, layout.channels), np.int16)
    spare = ENCODER_DELAY - delay
    stream = Stream(SAMPLE_RATE, layout.rate, layout.channels)
    for block in chain([before], blocks, [after, None]):
        made = stream.rest() if block is None else stream.feed(block.astype(np.float32))
        kept = made[spare:]
        spare = max(0, spare - len(made))
        yield np.rint(kept).clip(-32_768, 32_767).astype(np.int16).tobytes()
