"""A provision's statement: what people read of it - its id, dates, article, confidence and note."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Confidence(StrEnum):
    """How sure it is that a provision says this."""

    TEXT = "text"
    """The official wording was read."""
    QUOTED = "2q"
    """A third party quotes the official wording whole."""
    SECONDARY = "2"
    """An account by a third party."""
    GENERAL = "m"
    """General knowledge."""


@dataclass(frozen=True)
class Statement:
    """What people read of a provision.

    Attributes:
        id: by which it is named ("FR-HOURS"); the same for all its parts.
        first: the first day on which it is in force; None for since ever.
        last: the last such day; None for until further notice.
        article: the text of law, "" for a rule of the site's own.
        confidence: how sure it is.
        note: what counsel should know, in English.
        note_fr: the same in French, or "".
    """

    id: str = ""
    first: date | None = None
    last: date | None = None
    article: str = ""
    confidence: Confidence = Confidence.GENERAL
    note: str = ""
    note_fr: str = ""

    @property
    def dated(self) -> bool:
        """Whether it is not in force at all times."""
        return self.first is not None or self.last is not None
