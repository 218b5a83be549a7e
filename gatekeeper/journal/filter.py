"""A filter for decisions: what a reader of the journal asks for. Pure: each backend makes its own query of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self


@dataclass(frozen=True, slots=True)
class DecisionFilter:
    """Which decisions are wanted; what is left empty lets all through.

    Attributes:
        since: the earliest time, itself included; aware.
        until: the latest time, itself excluded; aware.
        number: E.164 as an integer.
        numberless: only those on what was not a complete public number.
        reasons: reason codes.
        verdicts: `ALLOW`, `BLOCK`.
        campaigns: campaigns.
        principals: companies that are called for; None lets all through, and the empty set nothing, so that who may see
            no company's decisions sees none.
        agents: who asked for the call (`DecisionRow.asked_by`).
        gates: gates where it was decided.
        lists: lists that decisions rest on.
        provisions: ids of provisions that decided, or would have blocked where they stand in shadow.
        would_block: only those that a provision in shadow would have blocked.
        bypassed: only those on calls that no gate had let by before they were dialled.
        id: one decision's id; it finds the correction in force, too.
        id_from: the smallest id, itself included.
        id_before: the greatest id, itself excluded.
        linkedid: the id of one whole call.
        corrected: also the decisions that were written and never answered, for which a correction is in force.
    """

    since: datetime | None = None
    until: datetime | None = None
    number: int | None = None
    numberless: bool = False
    reasons: frozenset[str] = frozenset()
    verdicts: frozenset[str] = frozenset()
    campaigns: frozenset[str] = frozenset()
    principals: frozenset[str] | None = None
    agents: frozenset[str] = frozenset()
    gates: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    provisions: frozenset[str] = frozenset()
    would_block: bool = False
    bypassed: bool = False
    id: str = ""
    id_from: str = ""
    id_before: str = ""
    linkedid: str = ""
    corrected: bool = False

    def within(self, principals: frozenset[str] | None) -> Self:
        """The same for who may see the decisions of some principals only.

        Args:
            principals: those principals; None for who may see all.
        """
        if principals is None:
            return self
        return replace(self, principals=principals if self.principals is None else self.principals & principals)
