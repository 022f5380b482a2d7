"""What fuzzing starts from: good inputs, small ones, and the spelling of what comes in them."""

from __future__ import annotations

import base64
import io
import json
import random
import struct
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parent.parent
TOML_TEST = ROOT / "fuzz" / "toml-test"  # put there by fuzz/fetch.py


def programs() -> Iterator[bytes]:
    """Programs that load, programs that don't, and TOML about other things."""
    for folder in ("programs", "tests/data/valid", "tests/data/invalid"):
        for path in sorted((ROOT / folder).glob("*.toml")):
            yield path.read_bytes()
    yield from _toml_test()


def toml_texts() -> Iterator[bytes]:
    """The same; what is about other things comes first."""
    yield from _toml_test()
    yield from programs()


def _toml_test() -> Iterator[bytes]:
    for path in sorted(TOML_TEST.rglob("*.toml")):
        yield path.read_bytes()


def words_of_programs() -> Iterator[str]:
    """The keys of the format and the words that it knows."""
    from mmc_audio.load import schema

    found = dict[str, None]()

    def gather(node: object) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                if key == "properties":
                    found.update(dict.fromkeys(value))
                if key in ("enum", "const"):
                    found.update(dict.fromkeys(map(str, value if key == "enum" else [value])))
                gather(value)
        elif isinstance(node, list):
            for value in node:
                gather(value)

    gather(schema())
    yield from (f"{name} = " for name in found)
    yield from found
    yield from (
        "[[exercise]]\n",
        "cues.",
        "every 2",
        "3-1-2-0",
        '"amrap"',
        "{next}",
        "[cue_sets.a]",
    )
    yield from words_of_toml()


def words_of_toml() -> Iterator[str]:
    """What TOML is made of."""
    yield from ('"""', "'''", "[[", "]]", "\\u00e9", "\\U0001F3CB", " = ", "\r\n", "nan", "-inf")
    yield from ("0x1F", "1e3", "true", "2011-01-01T07:32:00Z", "07:32:00", "{ ", " }", "# ", "a.b")


def noise() -> Iterator[bytes]:
    """Bytes that are choices, of several lengths."""
    rng = random.Random(1)
    for length in (16, 64, 256, 512, 1_024, 2_048, 4_096):
        yield rng.randbytes(length)
        yield bytes(length)


def tempos() -> Iterator[bytes]:
    texts = (
        "3-1-2-0",
        "30X1",
        "2/0/2",
        "1.5-0-X-1.5",
        "@ 4:0:A:0",
        "2 0 V 1",
        "31\u00d71",
        "4\u20130\u20132",
    )
    yield from (text.encode() for text in texts)


def rosters() -> Iterator[bytes]:
    yield b"client,load,reps,tempo\nAnn Lee,60,8,3-1-2-0\nBo,62.5,,\n"
    yield b'client;Hip thrust.load;week;focus;language\n"Lee; Ann";70;2;external;de\n'
    yield b"\xef\xbb\xbfclient,voice,talk\r\nAnn,none,full\r\n"


def phrases() -> Iterator[bytes]:
    yield b"a{n} seconds. go on\nbset {set} of {sets}\nc{name}"
    yield b"zrest {n} {n}. {x}\n"


def packs() -> Iterator[bytes]:
    for path in sorted((ROOT / "mmc_audio" / "words").glob("*.toml")):
        yield path.read_bytes()


def mp3_frames() -> Iterator[bytes]:
    """What an encoder makes of a click, in mono and in stereo."""
    from fuzz.frames import LAYOUTS
    from mmc_audio.outputs import lame

    for number, layout in enumerate(LAYOUTS):
        sound = np.random.default_rng(1).integers(-9_000, 9_000, 1_152 * 8 * layout.channels)
        sound = sound.astype(np.int16)
        fed = (sound.tobytes(), bytes(2 * 1_152 * 4 * layout.channels))
        yield bytes([number]) + lame.encode(fed, 10, layout, quality=3)


def entries() -> Iterator[bytes]:
    from fuzz.kept import BODY, signed

    yield from (signed(BODY), signed(b"another"), signed(b""), signed(BODY)[:-1])


def logs() -> Iterator[bytes]:
    done = {"exercise": 1, "name": "Squat", "set": 1, "sets": 1, "reps": 3, "of": 3}
    entry = {
        **{"format": 1, "began": "2026-11-28T21:00:00+01:00", "title": "T", "program": "p.toml"},
        **{"planned_ms": 60_000, "took_ms": 61_000, "sets": [done], "tension_ms": 9_000},
        **{"pauses": 1, "paused_ms": 1_000, "voice": "none", "output": "null", "ended": "quit"},
    }
    yield (json.dumps(entry) + "\n").encode() * 2
    yield (json.dumps({**entry, "sets": []}) + "\n").encode()


def marks() -> Iterator[bytes]:
    kept = {"format": 1, "program": "hip-thrust", "exercise": 1, "set": 2, "options": {}}
    yield json.dumps(kept).encode()
    options = {"voice": None, "talk": "full", "week": 3, "tempo": 0.9, "volume": 80, "log": True}
    yield json.dumps({**kept, "options": options}).encode()


def keys() -> Iterator[bytes]:
    cuts = bytes(range(8))
    yield cuts + b"q \x1b[A\x1b[B\x1bOC\r\x1b"
    yield cuts + b"\x1b[200~pasted\x1b[201~\x1b[[A\x1b]11;rgb:0/0/0\x07\x1b[<0;1;1M"
    yield cuts + "é🏋 \x1bq\x1b\x1b[1;5A".encode()


def answers() -> Iterator[bytes]:
    yield b"ok 48000\n" + np.linspace(-1, 1, 32, dtype=np.float32).tobytes()
    yield b"no has 3 channels; at most 2 are allowed\n"
    yield b"ok x\n\0\0\0"


def pieces() -> Iterator[bytes]:
    from mmc_audio.decode_child import SIZE

    sound = bytes(range(64))
    yield b"ok 48000 2\n" + SIZE.pack(64) + sound + SIZE.pack(0) + b"ok \n"
    yield b"ok 8000 1\n" + SIZE.pack(64) + sound + SIZE.pack(0) + b"no is damaged\n"
    yield b"no holds no sound at all\n"


def sounds() -> Iterator[bytes]:
    """A short sound in each kind of file that may be decoded."""
    import soundfile

    sound = np.sin(np.arange(2_000) / 7).astype(np.float32) / 2
    for kind, subtype in (
        ("WAV", "PCM_16"),
        ("WAV", "FLOAT"),
        ("FLAC", "PCM_16"),
        ("OGG", "VORBIS"),
    ):
        file = io.BytesIO()
        soundfile.write(file, sound, 8_000, format=kind, subtype=subtype)
        yield file.getvalue()
    for kind, subtype in (("MP3", "MPEG_LAYER_III"), ("AIFF", "PCM_16")):
        file = io.BytesIO()
        soundfile.write(file, sound, 16_000, format=kind, subtype=subtype)
        yield file.getvalue()
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((2, 1, 4_000, 0, "NONE", ""))
        writer.writeframes(struct.pack("<64B", *range(64)))
    yield file.getvalue()


def replies() -> Iterator[bytes]:
    mp3 = base64.b64encode(b"\xff\xf3\x44\xc4" + bytes(20)).decode()
    yield f')]}}\'\n[["wrb.fr","jQ1olc","[\\"{mp3}\\"]",null]]'.encode()
    yield b"<html><body>Our systems have detected unusual traffic</body></html>"
    yield b'[["wrb.fr","jQ1olc",null,null]]'
