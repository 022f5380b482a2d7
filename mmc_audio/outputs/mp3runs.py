"""The runs of a recording as blocks of MP3 frames: from the cache, or encoded now.

What is kept is what a run sounds like and how it was encoded; nothing of where it stands. So an
edit costs the encoding of what it changed. LAME works outside of Python's lock: several runs are
encoded at the same time where there are enough of them. What is new is decoded once and compared.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from mmc_audio.outputs import lame, mp3heard, pcm
from mmc_audio.outputs.mp3frames import FRAME_SAMPLES as GRID
from mmc_audio.outputs.mp3frames import Layout
from mmc_audio.outputs.mp3laid import Block
from mmc_audio.outputs.mp3relay import relaid
from mmc_audio.outputs.recording import Recording, Runs
from mmc_audio.shelf import Shelf
from mmc_audio.soundfiles import IN_MEMORY
from mmc_audio.timeline import SAMPLE_RATE

if TYPE_CHECKING:
    from mmc_audio.clips import Pcm

FORMAT = 2  # of what is kept; a change makes older entries misses
QUALITY = 3  # of LAME's 0 (slow) to 9: 2 costs more, 5 spreads noise before a click
LEAD, TAIL = 2, 4  # frames of silence encoded before a run and after it
# With less than this a second thread saves a part of a second, where the voice has just taken many
# for what is new; and two threads that share a core take more work than one.
WORTH_THREADS = 180 * SAMPLE_RATE
HELD = 10 * SAMPLE_RATE  # frames of sound: a megabyte
AT_HAND = 16  # blocks kept in memory
SAMPLE_BYTES = 2
MOST_WORK = 0.95  # of writing a file is encoding

Wanted = tuple[int, int]  # the number of a run, and how many frames of silence there are before it


class _Stopped(Exception):
    """Nobody waits for this run any more."""


class Blocks:
    """Every run of a recording as a block of frames, and where the blocks stand."""

    def __init__(self, recording: Recording, runs: Runs, layout: Layout) -> None:
        self._runs, self._cache = runs, recording.cache
        self._layout, self._vbr = layout, recording.vbr
        self._encoded, self._ready = Shelf(), Shelf()
        self._stopped = threading.Event()
        self._fill(dict.fromkeys(self._wanted()), recording)

    def laid(self, frames: int) -> Iterator[tuple[int, Block]]:
        """(silent frames, the block after them), `frames` frames in all."""
        now, at_hand = 0, lru_cache(maxsize=AT_HAND)(self._from_shelf)
        for start, number in self._runs.places():
            lead = min(LEAD, start // GRID)
            first = start // GRID - lead
            count = min(self._frames(number, lead), frames - first)
            yield first - now, at_hand(number, lead, count)
            now = first + count
        yield frames - now, Block(b"", 0)

    def _wanted(self) -> Iterator[Wanted]:
        for start, number in self._runs.places():
            yield number, min(LEAD, start // GRID)

    def _fill(self, wanted: Iterable[Wanted], recording: Recording) -> None:
        """Put all on the shelf: what the cache has, then what is encoded now."""
        missing = []
        for number, lead in wanted:
            body = self._cache.get(self._key(number, lead))
            if body is None:
                missing.append((number, lead))
            else:
                self._encoded.put((number, lead), body)
        everything, done = sum(self._runs.frames(number) for number, _ in missing), 0
        for (number, lead), body in self._in_turn(missing, everything):
            self._encoded.put((number, lead), body)
            with suppress(OSError):  # a cache is a help, never a condition
                self._cache.put(self._key(number, lead), body)
            done += self._runs.frames(number)
            recording.progress(MOST_WORK * done / everything)

    def _in_turn(self, wanted: Sequence[Wanted], frames: int) -> Iterator[tuple[Wanted, bytes]]:
        """Each one with its block, in order; on all processors where that pays.

        On the main thread Python hears signals: not there, where comparing would call Python from
        C, so that a signal looks like a broken sound. Who leaves early waits for no more than the
        block in work.
        """
        alone = frames < WORTH_THREADS or _is_a_worker()
        if alone and IN_MEMORY:
            yield from ((one, self._encode(one)) for one in wanted)
            return
        from concurrent.futures import ThreadPoolExecutor  # slow, and most often for nothing

        executor = ThreadPoolExecutor(1 if alone else os.cpu_count() or 1)
        try:
            yield from zip(wanted, executor.map(self._encode, wanted), strict=True)
        finally:
            self._stopped.set()
            executor.shutdown(cancel_futures=True)

    def _key(self, number: int, lead: int) -> bytes:
        """What a block is kept under: the sound, and all that the encoder was told."""
        how = (lame.version(), QUALITY, self._layout.kbits, self._layout.channels, lead, TAIL)
        return json.dumps(["mp3", FORMAT, *how, self._runs.name(number)]).encode()

    def _encode(self, wanted: Wanted) -> bytes:
        """A run as its block of frames."""
        number, lead = wanted
        frames, layout = self._runs.frames(number), self._layout
        sound = self._sound(number)
        planned = (block.tobytes() for block in _counted(sound(), frames))
        # One frame more, since the last ones come out of an encoder when more goes in.
        fed = chain(_silent(lead * GRID, layout), planned, _silent((TAIL + 2) * GRID, layout))
        data = lame.encode(fed, self._frames(number, lead), layout, quality=QUALITY)
        mp3heard.check(data, layout, lead, sound())
        return data

    def _sound(self, number: int) -> Callable[[], Iterator[Pcm]]:
        """The sound of a run, for the encoder and for who compares; what is short is mixed once."""
        if self._runs.frames(number) > HELD:
            return lambda: self._unless_stopped(self._runs.blocks(number))
        held = tuple(self._runs.blocks(number))
        return lambda: iter(held)

    def _unless_stopped(self, blocks: Iterable[Pcm]) -> Iterator[Pcm]:
        for block in blocks:
            if self._stopped.is_set():
                raise _Stopped
            yield block

    def _frames(self, number: int, lead: int) -> int:
        """How many MP3 frames the block of a run has."""
        return lead + -(-self._runs.frames(number) // GRID) + TAIL

    def _from_shelf(self, number: int, lead: int, count: int) -> Block:
        """The first frames of a run's block as they stand in the file."""
        key = (number, lead, count)
        if not self._vbr and count == self._frames(number, lead):
            data = self._encoded.get((number, lead))
        else:
            if key not in self._ready:
                self._ready.put(key, self._laid_anew(number, lead, count))
            data = self._ready.get(key)
        return Block(data, count)

    def _laid_anew(self, number: int, lead: int, count: int) -> bytes:
        """The same where they stand otherwise than they were encoded."""
        data = self._encoded.get((number, lead))
        kept = data[: count * self._layout.size]
        pcm.expect("MP3 frames of a run", len(kept) // self._layout.size, count)
        if self._vbr:
            return b"".join(relaid(kept, self._layout))
        return kept


def _is_a_worker() -> bool:
    """Whether this process is one of several; then multiprocessing, slow to import, is there."""
    multiprocessing = sys.modules.get("multiprocessing")
    return multiprocessing is not None and multiprocessing.parent_process() is not None


def _counted(blocks: Iterable[Pcm], frames: int) -> Iterator[Pcm]:
    """The blocks; BrokenOutput unless they are so many frames."""
    done = 0
    for block in blocks:
        done += len(block)
        yield block
    pcm.expect("frames of sound", done, frames)


def _silent(frames: int, layout: Layout) -> Iterator[bytes]:
    yield bytes(SAMPLE_BYTES * frames * layout.channels)
