"""Tally of the journal: its decisions counted part by part, so that today's are told by reading only what is new.

A call on which a later gate decided anew counts by its last decision; so does one whose decision was corrected. A part
counts all of its rows, and names the rows that its own take the place of, wherever those lie: each of them is taken
away again, once. So parts may be counted in any order.
"""

from collections.abc import Sequence
from typing import NamedTuple


class TallyKey(NamedTuple):
    """What decisions that are counted together have in common.

    Attributes:
        at: the beginning of the quarter of an hour (UTC) in which they were made, in microseconds since the epoch.
        principal: the company that is called for, or "".
        verdict: `ALLOW` or `BLOCK`.
        reason: the reason code.
        campaign: the campaign.
        agent: who asked for the call, or "".
        gate: where they were made.
    """

    at: int
    principal: str
    verdict: str
    reason: str
    campaign: str
    agent: str
    gate: str


class TallyLine(NamedTuple):
    """So many decisions of one sort.

    Attributes:
        key: what they have in common.
        calls: how many.
        bypasses: how many of them were on calls that no gate had let by before they were dialled.
    """

    key: TallyKey
    calls: int
    bypasses: int


class TallyPart(NamedTuple):
    """A part of the journal, counted.

    Attributes:
        lines: all of its rows.
        replaced: by its id, each row that one of them takes the place of, as a line of its own.
    """

    lines: Sequence[TallyLine]
    replaced: Sequence[tuple[str, TallyLine]]
