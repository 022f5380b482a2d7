"""A recording as MP3 frames in one pass, given on as they come: where sound never stops.

Nothing comes twice in music, so nothing can be laid twice, and nothing is kept. Encoder and sound
are each a few seconds ahead of the file: memory is the same for every length.
"""

from __future__ import annotations

from collections.abc import Iterator

from mmc_audio.outputs import lame, pcm
from mmc_audio.outputs.mp3frames import Layout, frame_sizes
from mmc_audio.outputs.mp3laid import Block
from mmc_audio.outputs.recording import Recording

AT_ONCE = 1_000  # frames a block
# Of LAME's 0 (large) to 9. Frames laid anew, as those of runs are, would be larger than at a
# constant rate: music fills them, and the room that they round up to is lost.
VBR_QUALITY = 6


def streamed(recording: Recording, layout: Layout, frames: int, *, quality: int) -> Iterator[Block]:
    """The first `frames` frames of a recording in blocks."""
    sound = (block.tobytes() for block in pcm.blocks(recording))
    vbr = VBR_QUALITY if recording.vbr else None
    ready, sizes, left = bytearray(), list[int](), frames
    for data in lame.encoded(sound, layout, quality=quality, vbr=vbr):
        ready += data
        sizes += _sizes(ready, layout, sum(sizes), even=vbr is None)
        while left and len(sizes) >= min(AT_ONCE, left):
            count = min(AT_ONCE, left)
            yield _block(ready, sizes[:count])
            del sizes[:count]
            left -= count
    pcm.expect("MP3 frames too few", left, 0)


def _sizes(ready: bytearray, layout: Layout, place: int, *, even: bool) -> list[int]:
    """Of each whole frame from a place on."""
    if even:  # what is written is checked to be
        return [layout.size] * ((len(ready) - place) // layout.size)
    return frame_sizes(ready, layout, place)


def _block(ready: bytearray, sizes: list[int]) -> Block:
    """The frames of these sizes, which are taken away."""
    size = sum(sizes)
    data = bytes(ready[:size])
    del ready[:size]
    return Block(data, len(sizes))
