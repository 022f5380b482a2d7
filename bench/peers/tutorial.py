"""The tutorial way with pydub: `tutorial.py append|overlay TIMELINE.json CLIPS OUT.mp3 KBITS`.

As good tutorials have it: each clip is loaded once, from MP3 as gTTS saves it; then the track is
either put together piece by piece with `+=`, or is one long silence over which each sound is laid.
CLIPS holds `NUMBER.mp3` for each phrase, with `phrases.json` (text: number), and `SOUND.wav`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pydub import AudioSegment

Placed = list[tuple[int, AudioSegment]]


def load(timeline: dict, clips: Path) -> Placed:  # type: ignore[type-arg]
    """Each sound with its millisecond."""
    numbers = json.loads((clips / "phrases.json").read_text())
    loaded: dict[str, AudioSegment] = {}
    placed = []
    for event in timeline["events"]:
        if event["kind"] == "click":
            name = f"{event['sound']}.wav"
            loaded.setdefault(name, AudioSegment.from_wav(clips / name))
        elif event["kind"] == "speech":
            name = f"{numbers[event['text']]}.mp3"
            if name not in loaded:
                loaded[name] = AudioSegment.from_mp3(clips / name).set_frame_rate(48_000)
        else:
            continue
        placed.append((event["at_ms"], loaded[name]))
    return placed


def appended(placed: Placed, duration_ms: int) -> AudioSegment:
    """Silence and sounds one after the other; what begins too early comes late."""
    track = AudioSegment.empty()
    for at_ms, sound in placed:
        track += AudioSegment.silent(max(0, at_ms - len(track)), frame_rate=48_000)
        track += sound
    track += AudioSegment.silent(max(0, duration_ms - len(track)), frame_rate=48_000)
    return track


def overlaid(placed: Placed, duration_ms: int) -> AudioSegment:
    """One long silence, and each sound over it."""
    track = AudioSegment.silent(duration_ms, frame_rate=48_000)
    for at_ms, sound in placed:
        track = track.overlay(sound, position=at_ms)
    return track


def main(way: str, timeline: str, clips: str, target: str, kbits: str) -> None:
    """Make the track and export it."""
    whole = json.loads(Path(timeline).read_text(encoding="utf-8"))
    make = {"append": appended, "overlay": overlaid}[way]
    track = make(load(whole, Path(clips)), whole["duration_ms"])
    track.export(target, format="mp3", bitrate=f"{kbits}k")


if __name__ == "__main__":
    main(*sys.argv[1:])
