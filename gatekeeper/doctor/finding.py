"""A finding of an examination: what was looked at, how it is, and what to do."""

from enum import StrEnum
from typing import NamedTuple


class CheckStatus(StrEnum):
    """How something is."""

    OK = "ok"
    FAILED = "failed"
    UNSURE = "unsure"
    """It could not be looked at, or nobody can tell from files; a person has to look."""


class CheckFinding(NamedTuple):
    """What a check says.

    Attributes:
        status: how it is.
        said: what was found.
        remedy: what to do; "" where nothing has to be done.
    """

    status: CheckStatus
    said: str
    remedy: str = ""


def ok(said: str) -> CheckFinding:
    """All is well."""
    return CheckFinding(CheckStatus.OK, said)


def failed(said: str, remedy: str) -> CheckFinding:
    """Something is wrong."""
    return CheckFinding(CheckStatus.FAILED, said, remedy)


def unsure(said: str, remedy: str) -> CheckFinding:
    """Somebody has to look."""
    return CheckFinding(CheckStatus.UNSURE, said, remedy)
