"""Recently allowed calls, kept so that one which meets several gates counts once."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final, NamedTuple

from ulid import ULID

from gatekeeper.clock import HOUR_US, SECOND_US
from gatekeeper.errors import JournalError
from gatekeeper.journal import DecisionRow, MetRow
from gatekeeper.policy import Gate, Verdict
from gatekeeper.screening.call import Said
from gatekeeper.screening.question import Question
from gatekeeper.screening.said import JUDGED

MOST: Final = 20_000
"""How many calls are kept in memory; older ones are looked up in the journal."""

LASTS_US: Final = HOUR_US
"""For how long after a decision its call may meet further gates, in microseconds."""

_CLOCKS_DIFFER_US: Final = SECOND_US

MOST_NAMED: Final = 16
"""So many earlier decisions are looked at where a call names several (an `Originate` with several numbers)."""

_SEPARATOR: Final = "&"

TOLD_MADE: Final = "API:made"
TOLD_GIVEN_BACK: Final = "API:given_back"
"""In place of a gate, what a program has told of a call that was let by for it."""

_WITHOUT_CHANNEL: Final = frozenset({Gate.AMI_PROXY, Gate.SIP_GATE, Gate.API})
"""Gates that know no channel of the call: the one knows what is to be dialled, the other what is sent."""


class StoredCall(NamedTuple):
    """A decision as the journal has it.

    Attributes:
        row: the decision.
        met: where else its call was met.
        stopped: whether a later gate stopped the call before it left.
    """

    row: DecisionRow
    met: list[MetRow]
    stopped: bool = False


AttemptLookup = Callable[[str], StoredCall | None]
"""Finds a decision in the journal by its id."""


class AllowedCall:
    """A call that was let by.

    Attributes:
        id: of the decision.
        at: when it was decided, in microseconds since the epoch.
        key: the number: E.164 as an integer, or what was dialled where it is not a complete public number.
        reason: the reason code.
        campaign: the campaign it was decided for.
        principal: the company that is called for, or "".
        caller_id: the caller ID to be presented, or "".
        said: what was said of it, as it was judged.
        asked_by: who asked for it, or "".
        linkedid: Asterisk's id of the whole call, "" until a gate names it.
        gates: the gates that it met, with the channel's unique id and name at each.
        channels: the names of the call's channels, as far as they are known.
        stopped: whether a later gate stopped it before it left: what is dialled then is another attempt.
    """

    __slots__ = (
        "asked_by",
        "at",
        "caller_id",
        "campaign",
        "channels",
        "gates",
        "id",
        "key",
        "linkedid",
        "principal",
        "reason",
        "said",
        "stopped",
    )

    def __init__(self, row: DecisionRow) -> None:
        self.id = row.id
        self.at = row.at
        self.key: int | str = row.number or row.dialled
        self.reason = row.reason
        self.campaign = row.campaign
        self.principal = row.principal
        self.caller_id = row.caller_id
        self.said = Said(*(getattr(row, name) for name in JUDGED))
        self.asked_by = row.asked_by
        self.linkedid = row.linkedid
        self.gates: dict[str, tuple[str, str]] = {}
        self.channels: set[str] = set()
        self.stopped = False
        self.meet(row.gate, row.uniqueid, row.linkedid, row.channel)

    def may_meet(self, question: Question) -> bool:
        """Whether this can be the call that a gate meets now, or only one that shows the same id.

        A call meets a gate once on a channel. Once it is dialled, only the watchdog meets it again, where it is dialled
        over another trunk; a gate that is asked again then is asked about another attempt. The SIP gate meets it once,
        too: again only where the carrier has demanded a password, by an INVITE of the same `Call-ID`. What it meets was
        dialled.

        A client may choose a channel's unique id (`ChannelId`), and so the id of the whole call, and choose it again.
        The names of channels are Asterisk's own, and have a counter in them: it is the same call if one of them is.
        """
        if self.linkedid and question.linkedid and self.linkedid != question.linkedid:
            return False
        if question.gate is Gate.WATCHDOG:
            return not self.channels or self._is_dialled_by(question)
        met = self.gates.get(question.gate)
        same = met == (question.uniqueid, question.channel)
        if question.gate is Gate.SIP_GATE and met is not None:
            return same and question.retried
        return (met is None or same) and Gate.WATCHDOG not in self.gates and Gate.SIP_GATE not in self.gates

    def is_doubtful(self, question: Question) -> bool:
        """Whether this is the call that the watchdog meets only if one of its other channels is still up.

        So it is where a channel that asked a gate dials through others (`Local`). What nobody dials, was originated.
        """
        known = bool(self.linkedid and self.linkedid == question.linkedid)
        return known and bool(question.caller) and not self.may_meet(question)

    def meet(self, gate: str, uniqueid: str, linkedid: str, channel: str, caller: str = "") -> None:
        """The call has met a gate."""
        self.gates.setdefault(gate, (uniqueid, channel))
        self.linkedid = self.linkedid or linkedid
        if gate not in _WITHOUT_CHANNEL:
            self.channels |= {name for name in (channel, caller) if name}

    def _is_dialled_by(self, question: Question) -> bool:
        mine = self.channels
        return question.channel in mine or question.caller in mine or not mine.isdisjoint(question.living)


class RecentCalls:
    """A bounded table of the calls let by.

    Args:
        lookup: finds what is no longer in memory, or was decided by an earlier process; None to do without.
        most: how many are kept.
    """

    def __init__(self, lookup: AttemptLookup | None = None, most: int = MOST) -> None:
        self._lookup = lookup
        self._most = most
        # A row until its call meets a second gate: most never do, or are never asked about.
        self._calls: OrderedDict[str, DecisionRow | AllowedCall] = OrderedDict()
        self._by_call: dict[tuple[str, int | str], str] = {}

    def __len__(self) -> int:
        return len(self._calls)

    def add(self, row: DecisionRow, caller: str = "") -> None:
        """A call was let by; `caller` is the channel that dials it, where that is known."""
        calls = self._calls
        calls[row.id] = row
        if caller:
            calls[row.id] = passed = AllowedCall(row)
            passed.channels.add(caller)
        if row.linkedid:
            self._by_call[row.linkedid, row.number or row.dialled] = row.id
        if len(calls) > self._most:
            self._forget(*calls.popitem(last=False))

    def add_if_allowed(self, row: DecisionRow) -> None:
        """A decision was made elsewhere."""
        if row.verdict == Verdict.ALLOW:
            self.add(row)

    def meet(self, passed: AllowedCall, question: Question) -> None:
        """A call that was let by has met another gate."""
        passed.meet(question.gate, question.uniqueid, question.linkedid, question.channel, question.caller)
        if passed.linkedid and passed.id in self._calls:
            self._by_call[passed.linkedid, passed.key] = passed.id

    def named(self, earlier: str, now: int) -> list[AllowedCall]:
        """The calls let by that `earlier` names: ids joined by `&`. What is not such an id, or too old, is left out."""
        found = (self._get(ident, now) for ident in earlier.split(_SEPARATOR, MOST_NAMED)[:MOST_NAMED])
        return [passed for passed in found if passed is not None]

    def of_call(self, linkedid: str, key: int | str, now: int) -> AllowedCall | None:
        """The latest decision that let this number by within a whole call."""
        ident = self._by_call.get((linkedid, key))
        return None if ident is None else self._get(ident, now)

    def _get(self, ident: str, now: int) -> AllowedCall | None:
        found = self._calls.get(ident)
        if isinstance(found, DecisionRow):
            found = self._calls[ident] = AllowedCall(found)
        elif found is None and self._lookup is not None and _is_recent(ident, now):
            found = self._look_up(ident)
        return None if found is None or now - found.at > LASTS_US else found

    def _look_up(self, ident: str) -> AllowedCall | None:
        try:
            found = self._lookup(ident) if self._lookup is not None else None
        except JournalError:
            return None  # then it counts as another attempt, and is decided like any
        if found is None or found.row.verdict != Verdict.ALLOW or found.row.gate == Gate.API_ASK:
            return None
        self.add(found.row)
        passed = self._calls[ident] = AllowedCall(found.row)
        passed.stopped = found.stopped
        for one in found.met:
            passed.meet(one.gate, one.uniqueid, one.linkedid, one.channel)
        if passed.linkedid:
            self._by_call[passed.linkedid, passed.key] = ident
        return passed

    def _forget(self, ident: str, call: DecisionRow | AllowedCall) -> None:
        key = call.key if isinstance(call, AllowedCall) else (call.number or call.dialled)
        if self._by_call.get((call.linkedid, key)) == ident:
            del self._by_call[call.linkedid, key]


def _is_recent(ident: str, now: int) -> bool:
    """Whether an id is one of ours, of the last hour: others are not worth a look into the journal."""
    try:
        at = ULID.from_str(ident).milliseconds * 1000
    except ValueError:
        return False
    return -_CLOCKS_DIFFER_US <= now - at <= LASTS_US
