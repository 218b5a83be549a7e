"""Values by quarters of an hour: which reasons, campaigns and so on the journal has when, and which are asked for.

A filter that matches one decision in a million is looked for in the quarters that have all that it asks for. Pure.
"""

from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import Final, NamedTuple

from gatekeeper.clock import SECOND_US
from gatekeeper.journal.filter import DecisionFilter

SPAN_US: Final = 900 * SECOND_US
"""A quarter of an hour. Spans are numbered from the epoch on."""

_BYPASSED, _WOULD_BLOCK = "bypassed", "would_block"


class SpanKind(IntEnum):
    """Of what kind a value is. The numbers are kept in files: none is ever given anew."""

    VERDICT = 1
    REASON = 2
    CAMPAIGN = 3
    PRINCIPAL = 4
    AGENT = 5
    GATE = 6
    LIST = 7
    PROVISION = 8
    MARK = 9


class SpanValues(NamedTuple):
    """What decisions of one quarter of an hour have in common; the attributes are the columns, in order.

    Attributes:
        span: the quarter's number.
        verdict: the verdict.
        reason: the reason code.
        campaign: the campaign.
        principal: the company that is called for, or "".
        asked_by: who asked for the call, or "".
        gate: where it was decided.
        list: the list that it rests on, or "".
        provision: the provision that decided, or "".
        would_provision: the one that would have blocked where it stands in shadow, or "".
        would_block: whether one would have.
        bypass: whether no gate had let the call by before it was dialled.
    """

    span: int
    verdict: str
    reason: str
    campaign: str
    principal: str
    asked_by: str
    gate: str
    list: str
    provision: str
    would_provision: str
    would_block: bool
    bypass: bool

    def known(self) -> Iterator[tuple[SpanKind, str]]:
        """The values by which one can look; an empty one is none."""
        several = (
            (SpanKind.VERDICT, self.verdict),
            (SpanKind.REASON, self.reason),
            (SpanKind.CAMPAIGN, self.campaign),
            (SpanKind.PRINCIPAL, self.principal),
            (SpanKind.AGENT, self.asked_by),
            (SpanKind.GATE, self.gate),
            (SpanKind.LIST, self.list),
            (SpanKind.PROVISION, self.provision),
            (SpanKind.PROVISION, self.would_provision),
            (SpanKind.MARK, _WOULD_BLOCK if self.would_block else ""),
            (SpanKind.MARK, _BYPASSED if self.bypass else ""),
        )
        return (one for one in several if one[1])


def values_asked(wanted: DecisionFilter) -> list[tuple[SpanKind, frozenset[str]]]:
    """What a quarter of an hour must have, one value of each: else nothing in it is wanted."""
    several: Mapping[SpanKind, frozenset[str] | None] = {
        SpanKind.VERDICT: wanted.verdicts,
        SpanKind.REASON: wanted.reasons,
        SpanKind.CAMPAIGN: wanted.campaigns,
        SpanKind.PRINCIPAL: wanted.principals,
        SpanKind.AGENT: wanted.agents,
        SpanKind.GATE: wanted.gates,
        SpanKind.LIST: wanted.lists,
        SpanKind.PROVISION: wanted.provisions,
    }
    marks = ((wanted.bypassed, _BYPASSED), (wanted.would_block, _WOULD_BLOCK))
    return [
        *((kind, values) for kind, values in several.items() if values and "" not in values),
        *((SpanKind.MARK, frozenset({mark})) for asked, mark in marks if asked),
    ]
