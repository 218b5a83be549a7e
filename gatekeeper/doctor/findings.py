"""Findings of `gatekeeper doctor`: what a check has to say, in both languages, and what to do about it."""

from enum import StrEnum
from typing import Final, NamedTuple

from gatekeeper.text import escaped
from gatekeeper.words import Sentence


class CheckStatus(StrEnum):
    """How a check ended; a later one is worse."""

    OK = "ok"
    SKIPPED = "skipped"
    """What it looks at is not there, or can't be seen from here."""
    WARNING = "warning"
    """Calls are guarded, and something ought to be done."""
    FAILED = "failed"
    """Calls are not guarded, or all of them are blocked, or soon will be."""


_ORDER: Final = tuple(CheckStatus)
_NOTHING: Final = Sentence("", "")


class CheckFinding(NamedTuple):
    """One thing that a check has to say.

    Attributes:
        status: how bad it is.
        says: what was found.
        remedy: what to do about it; empty where that is nothing.
        place: the file, with its line where one is known, or "".
    """

    status: CheckStatus
    says: Sentence
    remedy: Sentence = _NOTHING
    place: str = ""


def said(english: str, french: str, /, **values: object) -> Sentence:
    """A sentence about something: `{name}` in it becomes the value of that name, made fit to be read."""
    shown = {name: escaped(str(value)) for name, value in values.items()}
    return Sentence(english.format(**shown), french.format(**shown))


def fine(says: Sentence) -> CheckFinding:
    """What is as it should be."""
    return CheckFinding(CheckStatus.OK, says)


def skipped(says: Sentence) -> CheckFinding:
    """What could not be looked at, and why."""
    return CheckFinding(CheckStatus.SKIPPED, says)


def warning(says: Sentence, remedy: Sentence, place: str = "") -> CheckFinding:
    """What ought to be mended."""
    return CheckFinding(CheckStatus.WARNING, says, remedy, place)


def failed(says: Sentence, remedy: Sentence, place: str = "") -> CheckFinding:
    """What has to be mended."""
    return CheckFinding(CheckStatus.FAILED, says, remedy, place)


def worst(statuses: "list[CheckStatus]") -> CheckStatus:
    """The worst of some; of none, that all is well."""
    return max(statuses, key=_ORDER.index, default=CheckStatus.OK)
