"""From a program to a session that is ready to be written or played: the pipeline in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mmc_audio.arrange import arrange
from mmc_audio.cache import Cache
from mmc_audio.clips import Pcm
from mmc_audio.mix import WAKE, Mixer, Palette, Segment, level, segments, wake_clip
from mmc_audio.outputs.recording import Recording, no_progress
from mmc_audio.phrasebook import speak_all
from mmc_audio.plan import plan
from mmc_audio.program import Program
from mmc_audio.session import Options
from mmc_audio.sounds import load_sounds
from mmc_audio.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Prepared:
    """A session with all its phrases spoken: by which `voice`, and for which `reasons` by it.

    `notes` are for the user: a cache that can't be written, for instance.
    """

    program: Program
    timeline: Timeline
    voice: str
    reasons: tuple[str, ...]
    clips: Palette
    notes: tuple[str, ...]

    def segments(self) -> Iterator[Segment]:
        """The session as silences and islands of sound; a fresh pass at each call."""
        return segments(self.timeline, self.clips, duck_db=self.program.sound.duck_db)

    def mixer(self) -> Mixer:
        """A mixer at the level of this session."""
        return level(self.clips, self.segments, self.timeline.frames)

    def recording(self, progress: Callable[[float], None] = no_progress) -> Recording:
        """What a writer needs."""

        def blocks() -> Iterator[Pcm]:
            yield from self.mixer().blocks(self.segments())

        title, author = self.program.title, self.program.author
        return Recording(title, author, self.timeline, blocks, progress)


def prepare(
    program: Program,
    options: Options,
    *,
    voice: str | None,
    cache: Cache,
    progress: Callable[[int, int], None],
    notice: Callable[[str], None],
) -> Prepared:
    """Plan, speak, arrange. `voice` is the user's choice, None leaves it to the program.

    Raises UserError, for instance when no voice can speak or a sound file is refused.
    """
    session = plan(program, options)
    sounds = {**load_sounds(program), WAKE: wake_clip(session.wake_ms)}
    book = speak_all(
        session.phrases(),
        program.voice,
        choice=voice,
        folder=program.folder,
        cache=cache,
        progress=progress,
        notice=notice,
    )
    timeline = arrange(session, book.lengths)
    clips = Palette(sounds, book.clips)
    return Prepared(program, timeline, book.voice, book.reasons, clips, book.notes)
