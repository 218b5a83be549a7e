"""The sounds that the shipped dialplan plays: every one is among Asterisk's core sounds."""

import re
from pathlib import Path

from lab.roots import AsteriskRoot

DIALPLAN = Path(__file__).parents[2] / "dialplan"
NAME = re.compile(r"[a-z]+(?:-[a-z]+)+|added")


def test_every_sound_is_among_the_core_sounds(asterisk_root: AsteriskRoot) -> None:
    """What a person hears is there in each release's own package, whatever the dialplan's expression around it."""
    there = {path.stem for path in (asterisk_root.data / "sounds").glob("en*/*.gsm")}
    played = {
        (file.name, name)
        for file in DIALPLAN.rglob("*.conf")
        for arguments in re.findall(r"(?:Playback|Background)\((.*),noanswer\)", file.read_text())
        for name in NAME.findall(re.sub(r"\$\{\w+\([A-Z_]+\)\}", "", arguments))
    }
    assert {name for _, name in played} >= {"im-sorry", "num-was-successfully", "added"}
    assert {(file, name) for file, name in played if name not in there} == set()
