"""What a wrong configuration is answered with, to somebody who speaks French: no English word is left in it."""

import re
from pathlib import Path
from typing import Final

import pytest

from gatekeeper.config import load
from gatekeeper.config.field_types import expects
from gatekeeper.config.schema import entries
from gatekeeper.translation import retold, speaking
from gatekeeper.words import NARROW, Language
from tests.config.test_mistakes import BY_VARIABLE, MISTAKES, complaint
from tests.config.test_moved_keys import OLD

ENGLISH: Final = re.compile(
    r"\b(the|is|are|was|has|have|must|can't|which|what|with|without|there|did|you|mean|it|its|and|or|of|to|from|"
    r"write|take|set|add|name|names|missing|empty|line|unknown|at least|such as|a list|true or false|none|too)\b"
)
"""Words that no French text has, in any sense."""

QUOTED: Final = re.compile(
    r'"(?:[^"\\]|\\.)*"|`[^`]*`|«[^»]*»|\[[\w.,*/": {}-]*\]|\{[^}]*\}|\b\w+(?:\.\w+)+|\b\w*_\w*\b|\S+://\S*'
)
"""What is told as it was written: values, names, keys, and what the reader of TOML says of its own accord."""


def english_of(line: str) -> str:
    """A complaint, if it has an English word; without what every one of them names in English: keys."""
    bare = re.sub(r" (?:il y a|contient|parmi)[^:]*: .*$", "", QUOTED.sub(" ", line))
    told = re.sub(r"(?<= : )\S+(?= )", " ", bare.replace(NARROW, " "), count=1)
    return line if ENGLISH.search(told) else ""


@pytest.mark.parametrize("text", [one for one in MISTAKES if isinstance(one, str)], ids=range(len(MISTAKES)))
def test_a_mistake_is_told_in_french(tmp_path: Path, text: str) -> None:
    """Each that there is a test of, with file, line and key."""
    with speaking(Language.FR):
        told = complaint(tmp_path, text)
    assert [english_of(line) for line in told if english_of(line)] == []


@pytest.mark.parametrize("variable", BY_VARIABLE)
def test_a_mistake_by_a_variable_is_told_in_french(tmp_path: Path, variable: tuple[str, str]) -> None:
    """The variable is named, in French."""
    with speaking(Language.FR):
        (told,) = complaint(tmp_path, "", dict([variable]))
    assert told.startswith("la variable GATEKEEPER_")
    assert english_of(told) == ""


def test_what_a_value_must_be_is_said_in_french() -> None:
    """Of every setting that there is."""
    english = {one.dotted: expects(one.field) for one in entries()}
    with speaking(Language.FR):
        french = {one.dotted: expects(one.field) for one in entries()}
    assert {key for key, text in french.items() if ENGLISH.search(QUOTED.sub(" ", text))} == set()
    assert {key for key, text in french.items() if text == english[key] and not text.startswith('"')} == set()
    assert french["fastagi.port"] == "un nombre entier de 1024 à 65535"


def test_a_note_is_told_again_in_another_language(tmp_path: Path) -> None:
    """The daemon reads its configuration for whoever started it, and writes an English log."""
    file = tmp_path / "g.toml"
    file.write_text(OLD)
    with speaking(Language.FR):
        notes = load(file, {}).notes
    english = load(file, {}).notes
    assert all("a changé de place" in one for one in notes[:1])
    assert [retold(one) for one in notes] == list(english)
