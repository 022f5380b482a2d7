"""Timeline + clips -> a stream of silences and islands of sound. Knows neither files nor devices.

A session is mostly silence, and the same few sounds again and again. An island is a group of
sounds between two silences. It starts on a multiple of 24 ms, the length of an MP3 frame, and its
key says what is in it: two islands with the same key have the same samples.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np

from mmc_audio.clips import Clip, Pcm, Samples, shape
from mmc_audio.glide import GAP_MS, RAMP, Dips, tone
from mmc_audio.lean import EARS, Lean, Leaning
from mmc_audio.limit import limited
from mmc_audio.loudness import STEP
from mmc_audio.shelf import Shelf
from mmc_audio.stretch import hurry
from mmc_audio.timeline import FRAMES_PER_MS, GRID_MS, Click, Glide, Speech, Timeline

GRID = GRID_MS * FRAMES_PER_MS
# Two frames of lead and four of tail: islands can be encoded apart.
MIN_SILENCE = 6 * GRID
# However dense the sound is, an island ends at the first silence after this long.
LONG_ISLAND = 10_000 * FRAMES_PER_MS
BLOCK = 65_536

FORMAT = 2  # of what a mixer makes of the same parts: a change makes misses of what was kept of it
# Clicks peak a little above speech, so that the beat is heard through it (docs/sounds.md).
CLICK_DB = 3
DUCKED = frozenset(("tick",))
WAKE, WAKE_DB = "wake", -58.0
SPOKEN = "say:"  # before the name of a clip that is a phrase


@dataclass(frozen=True, slots=True)
class Palette:
    """All clips of a session: `sounds` by their names, `phrases` by their texts."""

    sounds: Mapping[str, Clip]
    phrases: Mapping[str, Clip]
    _hurried: Shelf = field(default_factory=Shelf, init=False, repr=False, compare=False)

    def __getitem__(self, name: str) -> Clip:
        """A sound by its name, a phrase by its text after `SPOKEN`."""
        spoken = name.startswith(SPOKEN)
        return self.phrases[name.removeprefix(SPOKEN)] if spoken else self.sounds[name]

    def hurried(self, name: str, permille: int) -> Pcm:
        """The samples of a clip, so much faster than it is; made once, since that takes a while."""
        pcm = self[name].pcm
        if permille == 1_000:
            return pcm
        if (name, permille) not in self._hurried:
            faster = hurry(pcm, len(pcm) * 1_000 // permille)
            self._hurried.put((name, permille), faster.tobytes())
        return np.frombuffer(self._hurried.get((name, permille)), np.int16)


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """One sound in an island: which clip, how many frames in, how loud, how fast, on which side.

    A tone is no clip: it is known by its frames and its two frequencies, and by where it dips.
    """

    offset: int
    clip: str
    gain_db: int = 0
    permille: int = 1_000
    tone: tuple[int, int, int] | None = None
    dips: Dips = ()
    lean: Lean = ""

    def at(self, offset: int) -> Part:
        """The same sound so many frames in; dataclasses.replace() takes five times as long."""
        return Part(offset, self.clip, self.gain_db, self.permille, self.tone, self.dips, self.lean)


Key = tuple[int, tuple[Part, ...]]


@dataclass(frozen=True, slots=True)
class Silence:
    frames: int


@dataclass(frozen=True, slots=True)
class Island:
    """`key` is (frames, parts): all there is to know of its sound."""

    key: Key

    @property
    def frames(self) -> int:
        return self.key[0]


Segment = Silence | Island


class Mixer:
    """Makes the samples of islands; each distinct one is made once."""

    def __init__(self, clips: Palette, *, gain_db: float = 0.0, channels: int = 1) -> None:
        self.channels, self.gain_db = channels, gain_db
        self._clips, self._gain = clips, 10 ** (gain_db / 20)
        self._made = Shelf()

    def pcm(self, island: Island) -> Pcm:
        """The island's samples: mixed, levelled, limited."""
        if island.key in self._made:
            made = np.frombuffer(self._made.get(island.key), np.int16)
            return made.reshape(shape(island.frames, self.channels))
        mixed = self.plain(island)
        mixed *= np.float32(self._gain)  # in place: an island may have a million frames
        samples = limited(mixed)
        samples *= np.float32(32_767)
        pcm: Pcm = np.rint(samples, out=samples).astype(np.int16)
        self._made.put(island.key, pcm.tobytes())
        return pcm

    def silence(self, frames: int) -> Pcm:
        return np.zeros(shape(frames, self.channels), np.int16)

    def plain(self, island: Island) -> Samples:
        """The sum of the island's sounds as they are: neither levelled nor limited."""
        mixed = np.zeros(shape(island.frames, self.channels), np.float32)
        for part in island.key[1]:
            samples = self._sound(part)
            if self.channels == 2:
                samples = np.outer(samples, np.array(EARS[part.lean], np.float32))
            mixed[part.offset : part.offset + len(samples)] += samples
        return mixed

    def _sound(self, part: Part) -> Samples:
        if part.tone:
            return tone(*part.tone, part.dips)
        pcm = self._clips.hurried(part.clip, part.permille)
        samples: Samples = pcm * np.float32(10 ** (part.gain_db / 20) / 32_768)
        return samples

    def blocks(self, segments: Iterable[Segment], *, most: int = BLOCK) -> Iterator[Pcm]:
        """The sound of the segments in blocks of at most `most` frames."""
        silence = self.silence(most)
        for segment in segments:
            pcm = self.pcm(segment) if isinstance(segment, Island) else None
            for start in range(0, segment.frames, most):
                end = min(start + most, segment.frames)
                yield silence[: end - start] if pcm is None else pcm[start:end]


def segments(
    timeline: Timeline, clips: Palette, *, duck_db: int, lean: bool = False
) -> Iterator[Segment]:
    """The session as silences and islands, `timeline.frames` frames in all.

    With `lean`, for a mixer of two channels, what one side does leans to it.
    """
    now, sounds = 0, _sounds(timeline, clips, duck_db)
    for start, end, parts in _islands(_leaned(sounds, timeline) if lean else sounds):
        end = min(-(-end // GRID) * GRID, timeline.frames)
        if start > now:
            yield Silence(start - now)
        yield Island((end - start, tuple(parts)))
        now = end
    if now < timeline.frames:
        yield Silence(timeline.frames - now)


def _sounds(timeline: Timeline, clips: Palette, duck_db: int) -> Iterator[tuple[int, int, Part]]:
    """Every sound as (first frame, end, part), in order of time."""
    lengths = cache(lambda name: len(clips[name].pcm))
    speeches = [event for event in timeline.events if isinstance(event, Speech)]
    talking = iter(speeches)
    now = next(talking, None)
    if timeline.wake_ms:
        yield 0, timeline.wake_ms * FRAMES_PER_MS, Part(0, WAKE)
    for event in timeline.events:
        at = event.at_ms * FRAMES_PER_MS
        if isinstance(event, Speech):
            name = SPOKEN + event.text
            frames = lengths(name) * 1_000 // event.tempo_permille
            yield at, at + frames, Part(at, name, 0, event.tempo_permille)
        elif isinstance(event, Glide):
            frames = (event.duration_ms - GAP_MS) * FRAMES_PER_MS
            if frames > 0:
                dips = _dips(speeches, at, at + frames)
                yield (
                    at,
                    at + frames,
                    Part(at, "", 0, 1_000, (frames, event.from_hz, event.to_hz), dips),
                )
        elif isinstance(event, Click):
            end = at + lengths(event.sound)
            while now and now.end_ms * FRAMES_PER_MS <= at:
                now = next(talking, None)
            under = event.sound in DUCKED and now is not None and now.at_ms * FRAMES_PER_MS < end
            yield at, end, Part(at, event.sound, CLICK_DB - duck_db if under else CLICK_DB)


def _leaned(
    sounds: Iterable[tuple[int, int, Part]], timeline: Timeline
) -> Iterator[tuple[int, int, Part]]:
    leaning = Leaning(timeline)
    for at, end, part in sounds:
        side = leaning.at(at // FRAMES_PER_MS, voice=part.clip.startswith(SPOKEN))
        yield at, end, replace(part, lean=side) if side else part


def _dips(speeches: Sequence[Speech], at: int, end: int) -> Dips:
    """What is said while a tone sounds, in frames of the tone; and shortly before and after."""
    first = bisect_left(speeches, (at - RAMP) // FRAMES_PER_MS, key=lambda speech: speech.end_ms)
    dips = []
    for speech in speeches[first:]:
        if speech.at_ms * FRAMES_PER_MS >= end + RAMP:
            break
        dips.append((speech.at_ms * FRAMES_PER_MS - at, speech.end_ms * FRAMES_PER_MS - at))
    return tuple(dips)


def _islands(
    sounds: Iterable[tuple[int, int, Part]],
) -> Iterator[tuple[int, int, list[Part]]]:
    """Sounds grouped between silences: (first frame on the grid, end, parts from there)."""
    start, end, parts = 0, -1, list[Part]()
    for at, stop, part in sounds:
        silent = at // GRID * GRID - -(-end // GRID) * GRID
        if parts and silent >= (MIN_SILENCE if end - start < LONG_ISLAND else 0):
            yield start, end, parts
            parts = []
        if not parts:
            start, end = at // GRID * GRID, stop
        end = max(end, stop)
        parts.append(part.at(at - start))
    if parts:
        yield start, end, parts


def wake_clip(duration_ms: int) -> Clip:
    """Faint noise that wakes sleepy earbuds, faded in and out; the same on every machine."""
    frames = duration_ms * FRAMES_PER_MS
    # A hash of any length is white noise; the square root makes its level that of full scale 1.
    noise = np.frombuffer(hashlib.shake_128(b"wake").digest(2 * frames), "<i2") / 32_768 * 3**0.5
    fade = np.minimum(1.0, np.minimum(np.arange(frames), np.arange(frames)[::-1]) / STEP)
    return Clip(np.rint(noise * fade * 10 ** (WAKE_DB / 20) * 32_768).astype(np.int16))
