"""The model of formats: how a delivered file is written, what it means, and how long it holds. Plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from gatekeeper.tabular.delimiter import CANDIDATES


class SourceKind(StrEnum):
    """What a file is a record of."""

    FULL = "full"
    """All the numbers of a list; replaces what was delivered before."""
    DELTA = "delta"
    """What was added and removed since."""
    WASH = "wash"
    """Our own file, given back with an answer to each number. What it clears may be called for some days."""
    DEPOSIT = "deposit"
    """Our own file, as it is sent to be washed. It says nothing about who may be called."""


class Meaning(StrEnum):
    """What the answer beside a number says."""

    LISTED = "listed"
    REMOVED = "removed"
    CALLABLE = "callable"
    UNCLEAR = "unclear"
    """The line is set aside for a human."""


@dataclass(frozen=True, slots=True)
class Answers:
    """How the column beside the numbers is understood.

    Attributes:
        words: the meaning of each answer, trimmed.
        other: that of any other text.
        empty: that of no text, and of a line that has no such column.
        column: its name in the header, or its number from 1; None finds the one that holds these words.
        fold: whether capitals and small letters are the same.
    """

    words: Mapping[str, Meaning]
    other: Meaning = Meaning.LISTED
    empty: Meaning = Meaning.UNCLEAR
    column: str | int | None = None
    fold: bool = False

    def meaning(self, text: str) -> Meaning:
        """What an answer means."""
        text = text.strip()
        if not text:
            return self.empty
        if not self.fold:
            return self.words.get(text, self.other)
        return next((meaning for word, meaning in self.words.items() if word.casefold() == text.casefold()), self.other)

    def knows(self, text: str) -> bool:
        """Whether it is one of the words."""
        text = text.strip()
        return text in self.words or (self.fold and text.casefold() in {word.casefold() for word in self.words})


@dataclass(frozen=True, slots=True)
class TextLayout:
    """How the text is written. What is None is found out.

    Attributes:
        delimiter: one character, `tab`, or "" for one number a line.
        candidates: the delimiters to choose from where none is given.
        column: which holds the numbers: its name in the header, or its number from 1.
        header: whether the first line names the columns.
        encoding: Python's name.
        area: where above 0: a first column of just so many digits is an area code, and the number goes on in the next;
            columns are counted without the area code's own.
        answers: what the answer column means; None where every line is a listed number.
        date: the column of dates, by name or number from 1.
        xml: whether it may be XML of elements `ac` and `ph` (see `gatekeeper.registries.reading.markup`).
        foreign: words in a column of their own that only another format has: such a file is refused, unless the
            layout has answers. Without others, those of a comparison of two versions.
        foreign_format: which format that is.
    """

    delimiter: str | None = None
    candidates: str = CANDIDATES
    column: str | int | None = None
    header: bool | None = None
    encoding: str | None = None
    area: int = 0
    answers: Answers | None = None
    date: str | int | None = None
    xml: bool = False
    foreign: tuple[str, ...] = ("added", "dropped")
    foreign_format: str = "changes"


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file that a registry delivers.

    Attributes:
        name: by which it is asked for.
        title: what people call it.
        kind: what it is a record of.
        country: whose national numbers are in it (ISO 3166); "" for the site's own.
        max_age_days: for how long it may be relied on; 0 where its registry does not say.
        layout: how it is written.
        area_digits: where above 0, a file covers only the prefixes that it has numbers of: so many leading digits of
            E.164 (4 is an area code of North America).
        checksum: whether a SHA-256 must come with it.
        files: patterns of the names that its files have, where those are known.
        legal_basis: the text of law that forbids to call whom it lists, or "".
        registry: the registry that delivers it, as the laws' files name it ("bloctel"); "" for none that they know.
    """

    name: str
    title: str
    kind: SourceKind = SourceKind.FULL
    country: str = ""
    max_age_days: int = 0
    layout: TextLayout = field(default_factory=TextLayout)
    area_digits: int = 0
    checksum: bool = False
    files: tuple[str, ...] = ()
    legal_basis: str = ""
    registry: str = ""


def words(**meanings: tuple[str, ...]) -> Mapping[str, Meaning]:
    """A table of answers: `words(callable=("OK",), listed=("KO",))`."""
    table = {text: Meaning(meaning) for meaning, texts in meanings.items() for text in texts}
    return MappingProxyType(table)
