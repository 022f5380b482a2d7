"""From a program to a session that is ready to be written or played: the pipeline in one place.

What most exports don't want is imported where it is wanted: music, and the sounds of a page.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar, cast

from mmc_audio.arrange import Spoken, arrange
from mmc_audio.cache import Cache
from mmc_audio.clips import Pcm
from mmc_audio.errors import UserError
from mmc_audio.mix import WAKE, Mixer, Palette, Segment, segments, wake_clip
from mmc_audio.outputs.recording import Apart, Recording, no_progress
from mmc_audio.phrasebook import speak_all
from mmc_audio.plan import plan
from mmc_audio.program import TALKS, Program, Talk
from mmc_audio.rendering import Rendering
from mmc_audio.session import Options, spoken_only
from mmc_audio.sounds import load_sounds
from mmc_audio.tape import Tape
from mmc_audio.telling import telling
from mmc_audio.timeline import Timeline
from mmc_audio.words import Words

if TYPE_CHECKING:
    from mmc_audio.bed import Backing

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A session with all its phrases spoken: by which `voice`, and for which `reasons` by it.

    `words` are the machine's own; `spoken` tells how long each phrase is. `notes` are for the
    user: a cache that can't be written, for instance. `kept` is where writers keep what they made,
    `phrases` where what was spoken is kept. `music` is what lies under the session, None where
    nothing does.
    """

    program: Program
    options: Options
    timeline: Timeline
    voice: str
    reasons: tuple[str, ...]
    words: Words
    clips: Palette
    spoken: Mapping[str, Spoken]
    notes: tuple[str, ...]
    kept: Cache
    phrases: Cache
    music: Backing | None = None

    def segments(self) -> Iterator[Segment]:
        """The session as silences and islands of sound; a fresh pass at each call."""
        return self._segments(self.timeline)

    def _segments(self, timeline: Timeline) -> Iterator[Segment]:
        duck_db, lean = self.program.sound.duck_db, self.program.leans
        return segments(timeline, self.clips, duck_db=duck_db, lean=lean)

    def mixer(self) -> Mixer:
        """A mixer at the level of this session."""
        return self._rendering().mixer

    def _rendering(self) -> Rendering:
        return Rendering(
            self.segments,
            self.timeline.frames,
            self.clips,
            channels=2 if self.program.leans else 1,
            cache=self.kept,
        )

    def tape(self, timeline: Timeline, mixer: Mixer) -> Tape:
        """The sound of this timeline, or of another one made of the same clips; without music."""
        return Tape(self._segments(timeline), mixer)

    def replanned(self, program: Program) -> Timeline:
        """The timeline of a program changed a little, said in the phrases there are."""
        session = plan(program, self.options)
        return arrange(spoken_only(session, self.spoken), self.spoken)

    def with_phrases(self, phrases: tuple[str, ...], *, cache: Cache) -> Prepared:
        """The same, able to say these as well; unchanged where its voice can't say them all."""
        try:
            book = speak_all(
                phrases,
                self.program.voice,
                choice=self.voice,
                folder=self.program.folder,
                cache=cache,
            )
        except UserError:  # the coach's own recordings hold the session's phrases alone
            return self
        clips = replace(self.clips, phrases=_joined(self.clips.phrases, book.clips))
        return replace(self, clips=clips, spoken=_joined(self.spoken, book.lengths))

    def recording(
        self,
        progress: Callable[[float], None] = no_progress,
        *,
        vbr: bool = False,
        with_audio: bool = False,
    ) -> Recording:
        """What a writer needs; `vbr` asks for a small file, `with_audio` a page for the MP3 too."""
        rendering, music = self._rendering(), self.music

        def with_music() -> Iterator[Pcm]:
            from mmc_audio.bed import laid_over

            assert music is not None  # noqa: S101 - says to mypy what is asked below
            return laid_over(rendering.whole(), music.bed(self.timeline))

        def asked() -> Mapping[int, tuple[str, ...]]:
            from mmc_audio import rounds
            from mmc_audio.summary import summarise

            return rounds.asked(self.program, summarise(self.program, self.options))

        return Recording(
            self.program.title,
            self.program.author,
            self.timeline,
            with_music if music else rendering.whole,
            progress,
            self.program.channels,
            runs=None if music else rendering,
            vbr=vbr,
            cache=self.kept,
            language=self.program.voice.language,
            asked=asked,
            music=music is not None,
            apart=self._apart,
            with_audio=with_audio,
        )

    def _apart(self) -> Apart:
        """The sounds one by one, and the session at each level of talk."""
        from mmc_audio.apart import apart, count_words

        full = self.at_talk("full")
        said = full.with_phrases(count_words(self.words), cache=self.phrases)
        levels = {talk: said.at_talk(talk).timeline for talk in TALKS}
        levels[self.options.talk] = self.timeline
        return apart(said, levels, self.options.talk, self.mixer().gain_db)

    def at_talk(self, talk: Talk) -> Prepared:
        """The same session at another level of talk, as far as its voice can say it."""
        options = replace(self.options, talk=talk)
        session = plan(self.program, options)
        known = self.with_phrases(session.phrases(), cache=self.phrases)
        timeline = arrange(spoken_only(session, known.spoken), known.spoken)
        return replace(known, options=options, timeline=timeline)


def _joined(first: Mapping[str, T], second: Mapping[str, T]) -> Mapping[str, T]:
    """Both as one; their values stay where they are until they are wanted."""
    return ChainMap(cast(MutableMapping[str, T], first), cast(MutableMapping[str, T], second))


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
    if program.music:
        from mmc_audio.music import check_files

        check_files(program)
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
    return Prepared(
        program=program,
        options=options,
        timeline=timeline,
        voice=book.voice,
        reasons=book.reasons,
        words=telling(program, options).said,
        clips=Palette(sounds, book.clips),
        spoken=book.lengths,
        notes=book.notes,
        kept=cache.of_encodings(),
        music=_backing(program, timeline.frames, cache),
        phrases=cache,
    )


def _backing(program: Program, frames: int, cache: Cache) -> Backing | None:
    if not program.music:
        return None
    from mmc_audio.bed import Backing

    return Backing(program, program.music, frames, cache)
