"""`python -m package.voices FOLDER`: speaks the reasons in English and French, as Asterisk plays them.

The voices are those of eSpeak NG, the one on PATH or Debian's, fetched once without root. Its licence (GPL-3) is the
program's; what it speaks is not covered by it (gnu.org/licenses/gpl-faq.html#GPLOutput). Where there is no voice,
nothing is written, and `gatekeeper install` makes tones instead.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import wave
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from gatekeeper.install.spoken import SPOKEN
from gatekeeper.install.tones import RATE, wav
from gatekeeper.words import Language, sentence
from lab.apt import unpack
from lab.cache import cached
from lab.errors import LabError
from lab.progress import say
from lab.roots import loader_of

VOICES: Final = {Language.EN: "en-gb", Language.FR: "fr-fr"}
_SUITE: Final = "bookworm"
_WORDS_A_MINUTE: Final = "150"
_TAPS: Final = 129
"""Of the filter that takes out what 8,000 samples a second can't carry."""

_CUT: Final = 3_600.0
"""Hertz; a telephone carries up to 3,400."""

_LOUDEST: Final = 20_000
"""Of 32,767."""


def speak(into: Path) -> None:
    """Write `LANGUAGE/NAME.wav` for every spoken reason.

    Raises:
        LabError: there is no voice.
    """
    command, environment = _program()
    for language, voice in VOICES.items():
        (into / language.value).mkdir(parents=True, exist_ok=True)
        for spoken in SPOKEN:
            with tempfile.TemporaryDirectory() as scratch:
                said = Path(scratch, "said.wav")
                arguments = ["-v", voice, "-s", _WORDS_A_MINUTE, "-w", str(said), sentence(spoken, language)]
                done = subprocess.run(
                    [*command, *arguments], env=environment, capture_output=True, text=True, check=False, timeout=60
                )
                if done.returncode or not said.is_file():
                    message = f"espeak-ng does not speak: {done.stderr.strip()}"
                    raise LabError(message)
                (into / language.value / f"{spoken.name}.wav").write_bytes(wav(_for_telephones(said)))


def _for_telephones(file: Path) -> list[int]:
    """A recording at 8,000 samples a second: low-pass filtered (a windowed sinc), then read between its samples."""
    with wave.open(str(file), "rb") as read:
        rate = read.getframerate()
        samples = np.frombuffer(read.readframes(read.getnframes()), dtype="<i2").astype(np.float64)
    at = np.arange(_TAPS) - _TAPS // 2
    taps: npt.NDArray[np.float64] = np.sinc(2 * _CUT / rate * at) * np.hamming(_TAPS)
    filtered = np.convolve(samples, taps / taps.sum(), mode="same")
    wanted = np.arange(0, len(filtered) - 1, rate / RATE)
    taken = np.interp(wanted, np.arange(len(filtered)), filtered)
    return [round(one) for one in taken * (_LOUDEST / max(1.0, float(np.abs(taken).max())))]


def _program() -> tuple[list[str], Mapping[str, str]]:
    """What to put in front of eSpeak NG's arguments, and its environment."""
    on_path = shutil.which("espeak-ng")
    if on_path:
        return [on_path], dict(os.environ)
    root = cached("espeak-ng", _fetch)
    (data,) = root.glob("usr/lib/*/espeak-ng-data")
    loader, option, libraries = loader_of(root)
    beside = ":".join(str(folder) for folder in root.glob("usr/lib/*/pulseaudio"))
    program = str(root / "usr" / "bin" / "espeak-ng")
    return [loader, option, f"{libraries}:{beside}", program], {"ESPEAK_DATA_PATH": str(data.parent)}


def _fetch(folder: Path, scratch: Path) -> None:
    say(f"fetching eSpeak NG from Debian {_SUITE} (once)")
    unpack(_SUITE, ("espeak-ng",), folder, scratch, "eSpeak NG")
    say("eSpeak NG is ready")


if __name__ == "__main__":
    try:
        speak(Path(sys.argv[1]))
    except LabError as error:
        print(f"no voice, so blocked calls are told by tones: {error}")
