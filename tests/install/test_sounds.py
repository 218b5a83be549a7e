"""The sounds that the shipped dialplan plays: Asterisk's own, and the sentences that come with the package."""

import io
import re
import wave
from pathlib import Path

import pytest

from gatekeeper.install import spoken
from gatekeeper.install.spoken import SPOKEN, sounds
from gatekeeper.install.tones import RATE
from gatekeeper.words import Language
from lab.roots import AsteriskRoot
from package.voices import speak
from tests.install.image import gatekeeper, make_image

DIALPLAN = Path(__file__).parents[2] / "dialplan"
NAME = re.compile(r"[a-z]+(?:-[a-z]+)+|added")
PLAYS = re.compile(r"(?:Playback|Background|gatekeeper-say,s,1)\((.*?)(?:,noanswer)?\)$", re.MULTILINE)
GLOBALS = "etc/asterisk/gatekeeper/gatekeeper-globals.conf"


def test_every_sound_is_among_the_core_sounds(asterisk_root: AsteriskRoot) -> None:
    """What a person hears is there in each release's own package, whatever the dialplan's expression around it."""
    there = {path.stem for path in (asterisk_root.data / "sounds").glob("en*/*.gsm")}
    played = {
        (file.name, name)
        for file in DIALPLAN.rglob("*.conf")
        for arguments in PLAYS.findall(re.sub("^;.*$", "", file.read_text(), flags=re.MULTILINE))
        for name in NAME.findall(re.sub(r"\$\{\w+\([A-Z_]+\)\}|gatekeeper/.*", "", arguments))
    }
    assert {name for _, name in played} >= {"im-sorry", "num-was-successfully", "added", "cannot-complete-as-dialed"}
    assert {(file, name) for file, name in played if name not in there} == set()


def demand_telephone_sound(content: bytes) -> bytes:
    """The samples of a file that every Asterisk plays as it is: WAV, 8 kHz, 16 bit, mono (format_wav); not silent."""
    with wave.open(io.BytesIO(content), "rb") as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (RATE, 2, 1)
        assert 1 < file.getnframes() / RATE < 6
        samples = file.readframes(file.getnframes())
    loudest = max(abs(one) for one in memoryview(samples).cast("h"))
    assert 4_000 < loudest < 32_000
    return samples


def test_the_sentences_are_spoken_for_telephones(tmp_path: Path) -> None:
    """Debian's voice says each in both languages, no two alike."""
    speak(tmp_path)
    names = {f"{language.value}/{one.name}.wav" for language in Language for one in SPOKEN}
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.wav")} == names
    assert len({demand_telephone_sound((tmp_path / name).read_bytes()) for name in names}) == len(names)


def test_tones_stand_for_a_voice_that_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each sentence has its own, the same in every language."""
    monkeypatch.setattr(spoken, "folder", lambda: tmp_path)
    made = {sound.name: demand_telephone_sound(sound.content) for sound in sounds()}
    assert len(made) == len(Language) * len(SPOKEN)
    assert len(set(made.values())) == len(SPOKEN)


@pytest.mark.parametrize(
    ("asterisk", "home", "chosen"), [("", "FR", "fr"), ("", "BE", "en"), ("fr", "BE", "fr"), ("en", "FR", "en")]
)
def test_they_are_installed_in_the_site_s_language(
    tmp_path: Path, asterisk_22: AsteriskRoot, asterisk: str, home: str, chosen: str
) -> None:
    """Asterisk's own language counts, then that of the home country; a choice of the site's is kept."""
    image = make_image(tmp_path / "image", asterisk_22, "plain")
    with (image / "etc/asterisk/asterisk.conf").open("a") as file:
        file.write(f"\n[options](+)\ndefaultlanguage = {asterisk}\n" if asterisk else "\n")
    (image / "etc/gatekeeper").mkdir()
    (image / "etc/gatekeeper/gatekeeper.toml").write_text(f'[phone]\nhome = "{home}"\n')
    gatekeeper("install", "--root", image)
    for language in Language:
        for one in SPOKEN:
            path = image / "usr/share/asterisk/sounds/gatekeeper" / language.value / f"{one.name}.wav"
            demand_telephone_sound(path.read_bytes())
    text = (image / GLOBALS).read_text()
    assert re.findall(r"^GATEKEEPER_SOUNDS = (.*)$", text, re.MULTILINE) == [chosen]
    (image / GLOBALS).write_text(text.replace(f"GATEKEEPER_SOUNDS = {chosen}", ";GATEKEEPER_SOUNDS ="))
    assert "agents hear" not in gatekeeper("install", "--root", image)
    (image / GLOBALS).write_text(text.replace("GATEKEEPER_SOUNDS", "OTHER"))
    assert f"GATEKEEPER_SOUNDS = {chosen}" in gatekeeper("install", "--root", image)
