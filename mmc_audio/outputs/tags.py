"""Titles, chapters, words and covers in the forms of files: ID3, Vorbis comments, MP4.

ID3 chapters: https://id3.org/id3v2-chapters-1.0. Vorbis chapters:
https://wiki.xiph.org/Chapter_Extension. The only module that imports mutagen.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mutagen import MutagenError
from mutagen.flac import FLAC, Picture
from mutagen.id3 import (
    APIC,
    CHAP,
    CTOC,
    ID3,
    SYLT,
    TALB,
    TCON,
    TIT2,
    TLEN,
    TPE1,
    TRCK,
    USLT,
    CTOCFlags,
    Encoding,
    Frame,
    PictureType,
)

from mmc_audio.errors import visible
from mmc_audio.languages import three_letters
from mmc_audio.outputs.chapters import Chapter, ExerciseChapters, chapters, flat
from mmc_audio.outputs.covers import SIDE, cover
from mmc_audio.outputs.lyrics import Line, lrc_line, tagged
from mmc_audio.outputs.recording import Recording

if TYPE_CHECKING:
    from mutagen.oggopus import OggOpus
    from mutagen.oggvorbis import OggVorbis

GENRE = "Fitness"
TAG_HEADER_BYTES = 10
MOST_VORBIS_CHAPTERS = 999  # their numbers have three digits
MOST_CHILDREN = 255  # of one CTOC frame, whose entry count is one byte
MILLISECONDS, LYRICS = 2, 1  # of a SYLT frame: how it counts time, and what kind of words it has
PNG = "image/png"
NO_OFFSET = 0xFFFFFFFF  # says: find the chapter by its time, not by a byte position


def id3(recording: Recording) -> bytes:
    """A complete ID3v2.3 tag, the version that phones and car radios read."""
    body = b"".join(_bytes(frame) for frame in _frames(recording))
    # The size is written in 7 bits a byte, so that it never looks like the start of a frame.
    size = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + size + body


def _frames(recording: Recording) -> Iterator[Frame]:
    yield _text(TIT2, recording.title)
    if recording.author:
        yield _text(TPE1, recording.author)
    yield _text(TALB, recording.album or recording.title)
    if recording.track:
        yield _text(TRCK, "{}/{}".format(*recording.track))
    yield _text(TCON, GENRE)
    yield _text(TLEN, str(recording.timeline.duration_ms))
    yield from _chapter_frames(chapters(recording.timeline))
    yield from _words(tagged(recording.timeline), three_letters(recording.language))
    yield from _cover_frames(cover(recording))


def _bytes(frame: Frame) -> bytes:
    """One frame as mutagen writes it: of a whole tag it would sort the chapters by their size."""
    tag, file = ID3(), io.BytesIO()
    tag.add(frame)
    tag.save(file, v1=0, v2_version=3, padding=lambda info: 0)
    return file.getvalue()[TAG_HEADER_BYTES:]


def _text(kind: type[Frame], text: str) -> Frame:
    """One text frame."""
    text = visible(text)
    return kind(encoding=_encoding(text), text=[text])


def _encoding(text: str) -> int:
    """Latin-1 where that is enough, for players that read little else."""
    return Encoding.LATIN1 if text.isascii() else Encoding.UTF16


def _words(lines: tuple[Line, ...], language: str) -> Iterator[Frame]:
    """What is said, each line at its time, and as plain text for players that know no times."""
    if not lines:
        return
    encoding = _encoding("".join(line.text for line in lines))
    yield SYLT(
        encoding=encoding,
        lang=language,
        format=MILLISECONDS,
        type=LYRICS,
        desc="",
        text=[(line.text, line.at_ms) for line in lines],
    )
    yield USLT(encoding=encoding, lang=language, desc="", text=_plain(lines))


def _plain(lines: tuple[Line, ...]) -> str:
    return "\n".join(line.text for line in lines)


def plain_words(recording: Recording) -> str:
    """What is said, a phrase a line; "" where nothing is."""
    return _plain(tagged(recording.timeline))


def _chapter_frames(tree: tuple[ExerciseChapters, ...]) -> Iterator[Frame]:
    """A frame for each chapter, a list for each exercise, and lists of lists above them."""
    lists = []
    for number, exercise in enumerate(tree, start=1):
        names = [f"e{number}.{part}" for part in range(len(exercise.parts))]
        for name, chapter in zip(names, exercise.parts, strict=True):
            yield _chapter(name, chapter)
        lists.append(f"e{number}")
        yield from _contents(lists[-1], names, [_text(TIT2, exercise.title)])
    if lists:
        yield from _contents("toc", lists, [], CTOCFlags.TOP_LEVEL)


def _chapter(name: str, chapter: Chapter) -> Frame:
    return CHAP(
        element_id=name,
        start_time=chapter.start_ms,
        end_time=chapter.end_ms,
        start_offset=NO_OFFSET,
        end_offset=NO_OFFSET,
        sub_frames=[_text(TIT2, chapter.title)],
    )


def _cover_frames(png: bytes) -> Iterator[Frame]:
    if png:
        kind = PictureType.COVER_FRONT
        yield APIC(encoding=Encoding.LATIN1, mime=PNG, type=kind, desc="", data=png)


def _contents(
    name: str, children: list[str], titles: list[Frame], flags: int = 0
) -> Iterator[Frame]:
    """A table of contents; more children than one can hold get tables of their own in between."""
    if len(children) > MOST_CHILDREN:
        groups = [children[i : i + MOST_CHILDREN] for i in range(0, len(children), MOST_CHILDREN)]
        for number, group in enumerate(groups, start=1):
            yield from _contents(f"{name}.part{number}", group, [])
        children = [f"{name}.part{number}" for number in range(1, len(groups) + 1)]
    yield CTOC(
        element_id=name,
        flags=flags | CTOCFlags.ORDERED,
        child_element_ids=children,
        sub_frames=titles,
    )


def tag_flac(path: Path, recording: Recording) -> None:
    """Put titles and chapters into a FLAC file, and see that its encoder has completed its head.

    It goes back there at the end; where the disk fails then, libsndfile keeps that to itself.
    """
    _comment(FLAC, path, recording)
    info = FLAC(path).info
    known = (info.min_framesize, info.max_framesize, info.total_samples, info.md5_signature)
    if not all(known):
        raise OSError("the head of the file was not completed")


def tag_vorbis(path: Path, recording: Recording) -> None:
    """Put titles and chapters into an Ogg Vorbis file."""
    from mutagen.oggvorbis import OggVorbis

    _comment(OggVorbis, path, recording)


def tag_opus(path: Path, recording: Recording) -> None:
    """Put titles and chapters into an Ogg Opus file."""
    from mutagen.oggopus import OggOpus

    _comment(OggOpus, path, recording)


def cover_mp4(path: Path, recording: Recording) -> None:
    """Put the cover into an MP4 file, beside the tags that it has."""
    from mutagen.mp4 import MP4, MP4Cover

    png = cover(recording)
    if not png:
        return
    try:
        file = MP4(path)
        file["covr"] = [MP4Cover(png, imageformat=MP4Cover.FORMAT_PNG)]
        file.save()
    except MutagenError as error:
        raise OSError(f"its cover could not be added ({error})") from error


def mp4_seconds(path: Path) -> float:
    """How long an MP4 file says that it is. Raises OSError where it can't be read."""
    from mutagen.mp4 import MP4

    try:
        info = MP4(path).info
    except MutagenError as error:
        raise OSError(f"it can't be read back ({error})") from error
    return float(info.length) if info else 0.0


def _comment(kind: type[FLAC | OggVorbis | OggOpus], path: Path, recording: Recording) -> None:
    try:
        file = kind(path)
        if isinstance(file, FLAC) and file.tags is None:
            file.add_tags()
        for name, text in _comments(recording).items():
            file[name] = text
        _add_cover(file, cover(recording))
        file.save()
    except MutagenError as error:
        # A full disk, in the wrapping of mutagen.
        raise OSError(f"its tags could not be added ({error})") from error


def _add_cover(file: FLAC | OggVorbis | OggOpus, png: bytes) -> None:
    """As FLAC has it; Ogg holds the same block as text (https://wiki.xiph.org/VorbisComment)."""
    if not png:
        return
    picture = Picture()
    picture.data, picture.type, picture.mime = png, PictureType.COVER_FRONT, PNG
    picture.width = picture.height = SIDE
    picture.depth = 24
    if isinstance(file, FLAC):
        file.add_picture(picture)
    else:
        file["metadata_block_picture"] = [base64.b64encode(picture.write()).decode("ascii")]


def _comments(recording: Recording) -> dict[str, str]:
    title = visible(recording.title)
    album = visible(recording.album) or title
    comments = {"title": title, "album": album, "genre": GENRE}
    if recording.track:
        comments["tracknumber"], comments["tracktotal"] = map(str, recording.track)
    if recording.author:
        comments["artist"] = visible(recording.author)
    if lines := tagged(recording.timeline):
        # There is no standard. Most players that show words in time take LYRICS for LRC.
        comments["LYRICS"] = "\n".join(map(lrc_line, lines))
        comments["UNSYNCEDLYRICS"] = _plain(lines)
    for number, chapter in enumerate(_vorbis_chapters(recording), start=1):
        comments[f"CHAPTER{number:03}"] = _clock(chapter.start_ms)
        comments[f"CHAPTER{number:03}NAME"] = visible(chapter.title)
    return comments


def _vorbis_chapters(recording: Recording) -> list[Chapter]:
    """All chapters, or those of the exercises alone where the format can't count them all."""
    tree = chapters(recording.timeline)
    every = flat(tree)
    return every if len(every) <= MOST_VORBIS_CHAPTERS else [e.parts[0] for e in tree]


def _clock(ms: int) -> str:
    seconds, thousandths = divmod(ms, 1_000)
    minutes, seconds = divmod(seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}.{thousandths:03}"
