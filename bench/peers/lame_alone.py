"""LAME by lameenc in one long encode: `lame_alone.py IN.wav OUT.mp3 KBITS QUALITY`."""

from __future__ import annotations

import sys
import wave

import lameenc


def main(source: str, target: str, kbits: int, quality: int) -> None:
    """Encode a WAV as it is."""
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_bit_rate(kbits)
    encoder.set_quality(quality)
    with wave.open(source) as sound, open(target, "wb") as file:
        encoder.set_channels(sound.getnchannels())
        encoder.set_in_sample_rate(sound.getframerate())
        encoder.set_out_sample_rate(sound.getframerate())
        while block := sound.readframes(65_536):
            file.write(encoder.encode(block))
        file.write(encoder.flush())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
