"""Words for compliance staff in English and French: the languages, and a sentence in one of them."""

from enum import StrEnum
from typing import NamedTuple, Protocol


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
