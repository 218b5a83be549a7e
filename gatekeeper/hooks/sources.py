"""Sources of the hooks' messages: journal, consent ledger and lists, each looked through from where it was left.

The journal is read by its `seq`, short look by short look, and what does not match is never fetched: a thread that
worked through every decision would take time from those that calls wait for.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

from gatekeeper.consents import ConsentStore
from gatekeeper.consents.recorded import RecordedEvent
from gatekeeper.hooks.message import NAMES_A_PERSON, HookEvent, HookMessage, iso
from gatekeeper.journal import DecisionFilter, new_ident
from gatekeeper.journal.reader import JournalReader, StoredDecision
from gatekeeper.lists import ListStore
from gatekeeper.lists.ledger.news import ListNews
from gatekeeper.phone import display
from gatekeeper.policy import Verdict

_PAGE: Final = 50
"""Decisions that are fetched at a time: a thousandth of a second in which this thread holds Python's lock."""

_BLOCKED: Final = DecisionFilter(verdicts=frozenset({Verdict.BLOCK.value}))
_BYPASSED: Final = DecisionFilter(bypassed=True)


class HookScope(NamedTuple):
    """What an endpoint is told.

    Attributes:
        events: of what.
        principals: only of these; none for all. What concerns no principal, such as a list, is then not told.
        numbers: whether people's numbers are in it.
    """

    events: frozenset[HookEvent]
    principals: frozenset[str] = frozenset()
    numbers: bool = True


class HookNews(NamedTuple):
    """What a look has found.

    Attributes:
        messages: in the order of each source.
        reached: how far each source was looked through.
    """

    messages: list[HookMessage]
    reached: dict[str, int]


class HookSources:
    """Looks through them. Used by one thread at a time.

    Args:
        data_dir: the data folder.
        reader: reads the journal; it stays the caller's.
    """

    def __init__(self, data_dir: Path, reader: JournalReader) -> None:
        self._data_dir = data_dir
        self._reader = reader
        self._lists: ListStore | None = None
        self._consents: ConsentStore | None = None

    def close(self) -> None:
        """Let go of the stores."""
        for opened in (self._lists, self._consents):
            if opened is not None:
                opened.close()

    def ends(self) -> dict[str, int]:
        """Where each source ends now: a new endpoint is told what happens from then on."""
        lists, seq = self._list_store.reached(), self._reader.last_seq()
        return {
            "blocked": seq,
            "bypassed": seq,
            "consents": self._consent_store.last_entry(),
            "changes": lists.change,
            "versions": lists.activation,
        }

    def news(self, scope: HookScope, reached: Mapping[str, int], room: int) -> HookNews:
        """What happened since the last look, and is to be told.

        Args:
            scope: what is told.
            reached: how far each source was looked through.
            room: how many messages there may be at most.

        Raises:
            StoreError: a source can't be read.
        """
        ends = self.ends()
        # A store that was brought back out of a backup is shorter than it was.
        at = {source: min(reached.get(source, end), end) for source, end in ends.items()}
        found: list[HookMessage] = []
        for source, event, look in self._looks():
            if event not in scope.events:
                at[source] = ends[source]
            elif at[source] < ends[source] and len(found) < room:
                looked = look(at[source], room - len(found), scope)
                found += looked.messages
                # What was looked through whole is passed over, with what was added since its end was asked for.
                at[source] = looked.last if looked.is_cut else max(ends[source], looked.last)
        return HookNews([_without_numbers(one) if not scope.numbers else one for one in found], at)

    def _looks(self) -> Iterator[tuple[str, HookEvent, Callable[[int, int, HookScope], "_SourceLook"]]]:
        yield "blocked", HookEvent.BLOCKED, partial(self._decisions, HookEvent.BLOCKED, _BLOCKED)
        yield "bypassed", HookEvent.BYPASSED, partial(self._decisions, HookEvent.BYPASSED, _BYPASSED)
        yield "consents", HookEvent.REFUSAL, self._refusals
        yield "changes", HookEvent.LIST, partial(_of_lists, self._list_store.changes_after)
        yield "versions", HookEvent.LIST, partial(_of_lists, self._list_store.activations_after)

    def _decisions(
        self, event: HookEvent, wanted: DecisionFilter, after: int, most: int, scope: HookScope
    ) -> "_SourceLook":
        pages = self._reader.pages(
            wanted.within(scope.principals or None), after=after, size=_PAGE, looked=lambda _: None
        )
        rows = list(islice((one for page in pages for one in page), most))
        messages = [HookMessage(new_ident(one.row.at), one.row.at, event, _of_decision(one)) for one in rows]
        return _SourceLook(messages, rows[-1].seq if rows else 0, is_cut=len(rows) == most)

    def _refusals(self, after: int, most: int, scope: HookScope) -> "_SourceLook":
        rows = self._consent_store.recorded_after(after, most)
        messages = [
            HookMessage(new_ident(one.at), one.at, HookEvent.REFUSAL, _of_refusal(one))
            for one in rows
            if not scope.principals or one.principal in scope.principals
        ]
        return _SourceLook(messages, rows[-1].id if rows else 0, is_cut=len(rows) == most)

    @property
    def _list_store(self) -> ListStore:
        if self._lists is None:
            self._lists = ListStore(self._data_dir)
        return self._lists

    @property
    def _consent_store(self) -> ConsentStore:
        if self._consents is None:
            self._consents = ConsentStore(self._data_dir)
        return self._consents


class _SourceLook(NamedTuple):
    """What was found in one source: how far its rows went, and whether there may be more."""

    messages: list[HookMessage]
    last: int
    is_cut: bool


def _of_lists(read: Callable[[int, int], Sequence[ListNews]], after: int, most: int, scope: HookScope) -> _SourceLook:
    rows = read(after, most)
    messages = [
        HookMessage(new_ident(one.at), one.at, HookEvent.LIST, _of_list(one)) for one in rows if not scope.principals
    ]
    return _SourceLook(messages, rows[-1].id if rows else 0, is_cut=len(rows) == most)


def _of_decision(stored: StoredDecision) -> dict[str, Any]:
    row = stored.row
    return {
        "decision": row.id,
        "time": iso(row.at),
        "number": display(row.number) if row.number else None,
        "dialled": row.dialled,
        "verdict": row.verdict,
        "reason": row.reason,
        "provision": row.provision,
        "basis": row.basis,
        "list": row.list,
        "list_version": row.list_version,
        "retry_at": iso(row.retry_at) or None,
        "campaign": row.campaign,
        "principal": row.principal,
        "contact": row.contact,
        "asked_by": row.asked_by,
        "gates": stored.gates.split(),
        "linkedid": row.linkedid,
        "supersedes": row.supersedes or None,
    }


def _of_refusal(one: RecordedEvent) -> dict[str, Any]:
    return {
        "entry": one.id,
        "time": iso(one.at),
        "kind": one.kind.value,
        "number": display(one.number) or None,
        "contact": one.contact,
        "principal": one.principal,
        "goods": one.goods.split("\n") if one.goods else [],
        "by": one.by,
        "via": one.via,
        "note": one.note,
    }


def _of_list(one: ListNews) -> dict[str, Any]:
    return {
        "list": one.list,
        "kind": one.kind,
        "change": one.change,
        "time": iso(one.at),
        "number": display(one.number) or None,
        "version": one.version,
        "numbers": one.numbers or None,
        "by": one.by,
        "note": one.note,
    }


def _without_numbers(message: HookMessage) -> HookMessage:
    return message._replace(data={key: value for key, value in message.data.items() if key not in NAMES_A_PERSON})
