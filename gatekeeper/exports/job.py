"""An export as a job: what was ordered, and how far it is."""

from enum import StrEnum
from typing import Any, NamedTuple, Self

from gatekeeper.exports.order import ExportOrder


class ExportState(StrEnum):
    """How far an export is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes."""
        return self not in {ExportState.QUEUED, ExportState.RUNNING}


class ExportedFile(NamedTuple):
    """A finished file.

    Attributes:
        name: its name.
        bytes: its size.
        sha256: of its content.
    """

    name: str
    bytes: int
    sha256: str


class JobState(NamedTuple):
    """How far an export is, as it is written down.

    Attributes:
        state: in a word.
        rows: how many decisions were written.
        share: how much of the journal was looked through, from 0 to 1.
        why: why it failed, in the order's language, or "".
        files: the finished files, the one that was asked for first.
        changed_at: when this was written, in microseconds since the epoch.
        tries: how often its process has died.
        upto: the `seq` of the newest decision of when it was begun: what was written later is not in it.
        upto_at: when that was, in microseconds since the epoch.
    """

    state: ExportState = ExportState.QUEUED
    rows: int = 0
    share: float = 0.0
    why: str = ""
    files: tuple[ExportedFile, ...] = ()
    changed_at: int = 0
    tries: int = 0
    upto: int = 0
    upto_at: int = 0

    @property
    def estimated(self) -> int:
        """About how many decisions it will have; 0 where nobody can tell yet."""
        return round(self.rows / self.share) if self.share >= 0.01 else 0  # noqa: PLR2004 - of less, nothing follows

    def as_dict(self) -> dict[str, Any]:
        """The state for JSON."""
        return self._asdict()

    @classmethod
    def of(cls, found: dict[str, Any]) -> Self:
        """The state that was written down. Raises `ValueError`, `KeyError` or `TypeError`."""
        files = tuple(ExportedFile(*one) for one in found["files"])
        return cls(**{**found, "state": ExportState(found["state"]), "files": files})


class ExportJob(NamedTuple):
    """An export.

    Attributes:
        id: by which it is asked for: 32 hexadecimal digits that nobody guesses.
        order: what was asked for.
        made_at: when, in microseconds since the epoch.
        state: how far it is.
    """

    id: str
    order: ExportOrder
    made_at: int
    state: JobState

    def is_for(self, person: str, principals: frozenset[str] | None, *, admin: bool = False) -> bool:
        """Whether somebody may see it, and have its files.

        Args:
            person: who.
            principals: the principals that the person is bound to now; None for all. One who was bound after the order
                does not get what the file has of others.
            admin: whether it is an admin, who may see everybody's.
        """
        if not admin and person != self.order.owner:
            return False
        return principals is None or (self.order.principals is not None and self.order.principals <= principals)
