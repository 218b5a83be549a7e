"""Tones that stand for a spoken reason: the special information tone, then as many beeps as its number says.

The special information tone is three rising tones of a third of a second each (ITU-T E.180, 7): callers know it from
numbers that can't be reached.
"""

import io
import math
import struct
import wave
from typing import Final

RATE: Final = 8000
"""Samples a second: what telephones have, and Asterisk's format_wav plays as it is."""

_INFORMATION: Final = ((950, 0.33), (1400, 0.33), (1800, 0.33), (0, 0.4))
_BEEP: Final = ((425, 0.15), (0, 0.15))
_LOUDNESS: Final = 8000
"""Of 32,767: as loud as a voice."""


def tones(number: int) -> bytes:
    """A WAV file, 16 bit, mono, with the tone and so many beeps."""
    parts = (*_INFORMATION, *_BEEP * number)
    return wav([sample for hertz, seconds in parts for sample in _samples(hertz, seconds)])


def wav(samples: list[int]) -> bytes:
    """A WAV file of these samples as Asterisk plays it."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return buffer.getvalue()


def _samples(hertz: int, seconds: float) -> list[int]:
    return [round(_LOUDNESS * math.sin(2 * math.pi * hertz * at / RATE)) for at in range(int(RATE * seconds))]
