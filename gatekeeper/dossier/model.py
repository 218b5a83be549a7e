"""The dossier of a number: its parts, as they are told to people and programs."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from gatekeeper.consents.extract import ExtractEntry
from gatekeeper.journal import DecisionRow
from gatekeeper.lists import ListKind, Membership
from gatekeeper.lists.ledger.answers import AnswerRecord
from gatekeeper.lists.ledger.of_number import RegisteredContract, VersionHolding


class AttemptState(StrEnum):
    """What became of an attempt to call."""

    COUNTED = "counted"
    """It was let by, and caps count it."""
    GIVEN_BACK = "given-back"
    """It was let by, and did not leave: no cap counts it."""
    ALLOWED = "allowed"
    """It was let by; no cap looks at it."""
    BLOCKED = "blocked"


class AttemptMade(NamedTuple):
    """An attempt to call the number, made by a gate's decision.

    Attributes:
        row: the decision.
        state: what became of it.
    """

    row: DecisionRow
    state: AttemptState


class NumberDossier(NamedTuple):
    """Everything that is known of a number, as far as its reader may see it. Times are microseconds since the epoch.

    Attributes:
        number: E.164 as an integer.
        read_at: when it was read.
        memberships: every list that has the number, or had it by hand.
        holdings: of these lists the versions that are still there, and which of them hold the number.
        answers: what registries that are asked said of it.
        contracts: its contracts, in the registers in force.
        entries: what the consent ledger has of it.
        attempts: attempts to call it within the last days, the newest first.
    """

    number: int
    read_at: int
    memberships: Sequence[Membership]
    holdings: Sequence[VersionHolding]
    answers: Sequence[AnswerRecord]
    contracts: Sequence[RegisteredContract]
    entries: Sequence[ExtractEntry]
    attempts: Sequence[AttemptMade]

    @property
    def listed(self) -> tuple[str, ...]:
        """The lists that have the number now; registers of contracts are none that speak against a call."""
        return tuple(one.list for one in self.memberships if one.listed and one.kind is not ListKind.CONTRACT)
