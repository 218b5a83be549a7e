"""Words for compliance staff in English and French: the languages, and a sentence in one of them."""

import re
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple, Protocol

NARROW: Final = "\N{NARROW NO-BREAK SPACE}"
"""Between the thousands of a French number, and before the signs that French sets apart."""

_APOSTROPHE: Final = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")
_APART: Final = re.compile(r" (?=[;:?!»]|%(?![A-Za-z(]))|(?<=«) ")


class Language(StrEnum):
    """The languages of what compliance staff read."""

    EN = "en"
    FR = "fr"


class Bilingual(Protocol):
    """Anything that is said in both languages, such as a `gatekeeper.policy.ReasonInfo`."""

    @property
    def english(self) -> str:
        """In English."""

    @property
    def french(self) -> str:
        """In French."""


class Sentence(NamedTuple):
    """A sentence, or a word, in both languages.

    Attributes:
        english: in English.
        french: in French.
    """

    english: str
    french: str


def sentence(said: Bilingual, language: Language) -> str:
    """What is said, in one language."""
    return said.french if language is Language.FR else said.english


def printed(said: Bilingual, language: Language) -> str:
    """What is said, as a page or a terminal shows it: not for files, whose encoding may lack French signs."""
    return typeset(said.french) if language is Language.FR else said.english


@lru_cache(maxsize=1024)
def typeset(french: str) -> str:
    """A French text as it is printed.

    With typographic apostrophes, and the blanks that no line may end at: before `;`, `:`, `?`, `!`, `%`, and within
    `«` and `»`.
    """
    return _APOSTROPHE.sub("’", _APART.sub(NARROW, french))


def plain(french: str) -> str:
    """A typeset text as it goes into files that people edit: with the signs that every keyboard and terminal has."""
    return french.replace(NARROW, " ").replace("’", "'")
