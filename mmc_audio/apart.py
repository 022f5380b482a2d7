"""The sounds of a session one by one, as loud as they are in it: what a page puts together anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from mmc_audio import glide
from mmc_audio.clips import Pcm
from mmc_audio.mix import CLICK_DB, SPOKEN, Island, Mixer, Palette, Part
from mmc_audio.outputs.recording import Apart, Tone
from mmc_audio.program import Talk
from mmc_audio.summary import summarise
from mmc_audio.timeline import FRAMES_PER_MS, Timeline
from mmc_audio.words import Words

if TYPE_CHECKING:
    from mmc_audio.studio import Prepared

BEATS = 3  # counted in after a pause


def count_words(words: Words) -> tuple[str, ...]:
    """What is said in a count-in: three, two, one."""
    return tuple(words.number(beat) for beat in range(BEATS, 0, -1))


def apart(prepared: Prepared, levels: Mapping[Talk, Timeline], talk: Talk, gain_db: float) -> Apart:
    """All levels of talk at the one gain, so that clicks stay as loud when the talk changes."""
    clips = prepared.clips
    mixer = Mixer(clips, gain_db=gain_db)
    spoken = prepared.spoken
    counted = tuple((word, spoken[word].onset_ms) for word in count_words(prepared.words) if spoken)
    return Apart(
        program=prepared.program,
        summary=summarise(prepared.program, prepared.options),
        talk=talk,
        levels=levels,
        sound=lambda name: _alone(mixer, clips, Part(0, name, CLICK_DB)),
        phrase=lambda text, speed: _alone(mixer, clips, Part(0, SPOKEN + text, 0, speed)),
        duck_db=prepared.program.sound.duck_db,
        tone=_tone(gain_db),
        counted=counted if len(counted) == BEATS else (),
        captions=prepared.words.phases,
    )


def _alone(mixer: Mixer, clips: Palette, part: Part) -> Pcm:
    """One sound as if there were no other."""
    frames = len(clips[part.clip].pcm) * 1_000 // part.permille
    return mixer.pcm(Island((frames, (part,))))


def _tone(gain_db: float) -> Tone:
    return Tone(
        peak=glide.PEAK * 10 ** (gain_db / 20),
        partials=glide.PARTIALS,
        fade_ms=glide.FADE / FRAMES_PER_MS,
        gap_ms=glide.GAP_MS,
        dip=glide.DIP,
        ramp_ms=glide.RAMP / FRAMES_PER_MS,
    )
