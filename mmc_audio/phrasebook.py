"""Phrases -> clips: one voice for a whole session, each phrase made once and kept on disk.

Voices are tried in order; the first that can speak every phrase speaks the session. What is in
the cache needs neither the engine nor the network nor numpy.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from mmc_audio.arrange import Spoken
from mmc_audio.cache import Cache
from mmc_audio.errors import UserError, count, printable, shown
from mmc_audio.program import VoiceSettings
from mmc_audio.shelf import Shelf
from mmc_audio.timeline import FRAMES_PER_MS
from mmc_audio.voices import NAMES, Voice, chain, make, silent

if TYPE_CHECKING:
    from mmc_audio.clips import Clip

Progress = Callable[[int, int], None]  # phrases done, phrases in all
Notice = Callable[[str], None]  # a line the user must see

FORMAT = 1  # of a cache entry and of what speech.py makes; a change makes older entries misses
LONGEST_PHRASE = 2_000  # characters; minutes of speech, and megabytes for every engine
MOST_CHARACTERS = 50_000  # of all different phrases: an hour of speech, and 0.3 GB of sound
AT_HAND = 8  # clips kept decoded
_HEAD = struct.Struct("<II")  # frames, onset in ms; 16-bit little-endian samples follow


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """Every phrase of a session as a clip, how long each is, and how it came about.

    `voice` spoke; `reasons` tell why those before it did not; `made` were spoken now, `kept` came
    from the cache; `notes` are for the user. With the voice "none" there are no clips.
    """

    voice: str
    clips: Mapping[str, Clip]
    lengths: Mapping[str, Spoken]
    reasons: tuple[str, ...] = ()
    made: int = 0
    kept: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Session:
    """One voice at work on one session's phrases."""

    voice: Voice
    cache: Cache
    spelled: Mapping[str, str]  # phrase: as the engine is given it
    identity: str

    def kept(self) -> Iterator[tuple[str, bytes]]:
        """The phrases that need not be spoken again, as they lie in the cache."""
        for phrase in self.spelled:
            body = self.cache.get(self.key(phrase))
            if body is not None:
                yield phrase, body

    def key(self, phrase: str) -> bytes:
        return json.dumps([FORMAT, self.identity, self.spelled[phrase]]).encode()

    def refusal(self) -> str | None:
        return self.voice.available(tuple(self.spelled))


def speak_all(
    phrases: Sequence[str],
    settings: VoiceSettings,
    *,
    cache: Cache,
    choice: str | None = None,
    folder: str = "",
    progress: Progress = lambda done, total: None,
    notice: Notice = silent,
) -> Phrasebook:
    """Every distinct phrase as a clip, all by the first voice of the chain that can.

    `choice` is the user's own wish and has no second best. `folder` is the program's. Raises
    UserError with the reason of each voice when none can speak, or for a phrase without words.
    """
    _require_speakable(phrases)
    names = chain(settings, choice)
    reasons: list[str] = []
    for name in names:
        try:
            session = _open(name, phrases, settings, cache=cache, folder=folder, notice=notice)
            shelf, made, note = _shelved(session, progress)
        except UserError as error:
            reasons.append(f"{name}: {error}")
            continue
        heads = {phrase: shelf.get(phrase, most=_HEAD.size) for phrase in session.spelled}
        known = {phrase: _spoken(head) for phrase, head in heads.items()}
        clips = _Clips(tuple(known), shelf)
        return Phrasebook(name, clips, known, tuple(reasons), made, len(known) - made, note)
    raise UserError(_refusal(names, reasons))


def lengths(
    phrases: Sequence[str],
    settings: VoiceSettings,
    *,
    cache: Cache,
    choice: str | None = None,
    folder: str = "",
    progress: Progress = lambda done, total: None,
    notice: Notice = silent,
) -> Mapping[str, Spoken]:
    """How long each phrase is. Speaks, as `speak_all` does, only what the cache can't answer."""
    _require_speakable(phrases)
    first = chain(settings, choice)[0]
    session = _open(first, phrases, settings, cache=cache, folder=folder, notice=notice)
    kept = {phrase: _spoken(body) for phrase, body in session.kept()}
    if len(kept) == len(session.spelled):
        return kept
    book = speak_all(
        phrases,
        settings,
        cache=cache,
        choice=choice,
        folder=folder,
        progress=progress,
        notice=notice,
    )
    return book.lengths


def _open(
    name: str,
    phrases: Sequence[str],
    settings: VoiceSettings,
    *,
    cache: Cache,
    folder: str,
    notice: Notice,
) -> _Session:
    voice = make(name, settings, folder=folder, notice=notice)
    spelled = {phrase: voice.spell(phrase) for phrase in phrases}
    said = {phrase: text for phrase, text in spelled.items() if text}
    return _Session(voice, cache, said, voice.identity())


def _shelved(session: _Session, progress: Progress) -> tuple[Shelf, int, tuple[str, ...]]:
    """The cache entry of each phrase, how many had to be spoken, and notes about keeping them."""
    shelf = Shelf()
    for phrase, body in session.kept():
        shelf.put(phrase, body)
    missing = [phrase for phrase in session.spelled if phrase not in shelf]
    refusal = session.refusal() if missing else None
    if refusal:
        raise UserError(refusal)
    notes: tuple[str, ...] = ()
    total = len(session.spelled)
    for done, phrase in enumerate(missing, start=total - len(missing)):
        progress(done, total)
        body = _made(session, phrase)
        shelf.put(phrase, body)
        notes = notes or _put(session, phrase, body)
    progress(total, total)
    return shelf, len(missing), notes


def _made(session: _Session, phrase: str) -> bytes:
    """One phrase spoken, as a cache entry."""
    from mmc_audio.speech import house_clip

    clip = house_clip(*session.voice.speak(session.spelled[phrase]))
    if not len(clip.pcm):
        raise UserError(f'It made no sound for "{printable(phrase)}".')
    return _HEAD.pack(len(clip.pcm), clip.onset_ms) + clip.pcm.astype("<i2").tobytes()


def _put(session: _Session, phrase: str, body: bytes) -> tuple[str, ...]:
    """Keep an entry; a note where that can't be done. A cache is a help, never a condition."""
    try:
        session.cache.put(session.key(phrase), body)
    except OSError as error:
        place = f"in {printable(str(session.cache.root))}" if session.cache.root else "on disk"
        reason = error.strerror or str(error)
        return (f"The spoken phrases are not kept {place} ({reason}); all else works.",)
    return ()


def _spoken(body: bytes) -> Spoken:
    frames, onset_ms = _HEAD.unpack_from(body)
    return Spoken(-(-frames // FRAMES_PER_MS), onset_ms)


class _Clips(Mapping[str, "Clip"]):
    """Phrases as clips, read from the shelf when they are asked for; the last few are at hand."""

    def __init__(self, phrases: tuple[str, ...], shelf: Shelf) -> None:
        self._phrases = dict.fromkeys(phrases)
        self._recent = lru_cache(maxsize=AT_HAND)(partial(_clip, shelf))

    def __getitem__(self, phrase: str) -> Clip:
        return self._recent(phrase)

    def __iter__(self) -> Iterator[str]:
        return iter(self._phrases)

    def __len__(self) -> int:
        return len(self._phrases)


def _clip(shelf: Shelf, phrase: str) -> Clip:
    import numpy as np

    from mmc_audio.clips import Clip

    body = shelf.get(phrase)
    _, onset_ms = _HEAD.unpack_from(body)
    return Clip(np.frombuffer(body, "<i2", offset=_HEAD.size).astype(np.int16), onset_ms)


def _require_speakable(phrases: Sequence[str]) -> None:
    for phrase in phrases:
        if not any(character.isalnum() for character in phrase):
            raise UserError(
                f"There is nothing to say in {shown(phrase)}: "
                "a cue needs at least one letter or digit."
            )
        if len(phrase) > LONGEST_PHRASE:
            raise UserError(
                f"{shown(phrase)} has {len(phrase)} characters; "
                f"{LONGEST_PHRASE} can be spoken at once."
            )
    characters = sum(map(len, set(phrases)))
    if characters > MOST_CHARACTERS:
        raise UserError(
            f"The different phrases of this session have {characters:,} characters together; "
            f"{MOST_CHARACTERS:,} can be spoken in one session."
        )


def _refusal(names: tuple[str, ...], reasons: list[str]) -> str:
    advice = "--voice none gives clicks and tones alone."
    if len(names) == 1:
        others = ", ".join(name for name in NAMES if name not in (*names, "none"))
        return f"The voice {reasons[0]}\nOther voices are {others}; {advice}"
    lines = "\n".join(f"  {reason}" for reason in reasons)
    return f"None of {count(len(names), 'voice')} can speak this session:\n{lines}\n{advice}"
