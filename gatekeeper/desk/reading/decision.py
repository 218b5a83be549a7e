"""One decision, with all that it rests on: lists, provision, consent, gates, rules; and what came before and after."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from gatekeeper.clock import DAY_US, moment_of
from gatekeeper.config import Settings
from gatekeeper.desk.reading.replay import Replayed, replayed
from gatekeeper.desk.visitor import Visitor
from gatekeeper.dossier.restricted import may_see
from gatekeeper.errors import ConfigError, GatekeeperError
from gatekeeper.explanation import ConsentProof, find_proof
from gatekeeper.journal import DecisionFilter, DecisionRow, MetRow
from gatekeeper.journal.archive import ArchiveInfo
from gatekeeper.law.page import Line, lines
from gatekeeper.lists import LISTS_FILE, ListKind, ListStore
from gatekeeper.words import Language

if TYPE_CHECKING:
    from gatekeeper.journal.sqlite import JournalPager

_AROUND: Final = timedelta(hours=1)
"""How far from a decision others on its call are looked for."""

_MOST: Final = 50


class ListLookedAt(NamedTuple):
    """A version of a list that was looked at.

    Attributes:
        name: the list.
        version: its version.
        imported_at: when that was imported, in microseconds since the epoch; 0 where that is not known any more.
        age_days: how many whole days old it was at the decision, by its import; None where that is not known.
        source: where it came from, or "".
        decides: whether the decision rests on it.
    """

    name: str
    version: str
    imported_at: int
    age_days: int | None
    source: str
    decides: bool


class DecisionStory(NamedTuple):
    """A decision with all that it rests on.

    Attributes:
        row: the decision.
        asked: the id that was asked for; another one where the decision is a correction of that.
        met: the gates that the call met after it was let by.
        lists: the lists that were looked at, the one that it rests on first.
        provision: the provision that decided, as people read it; None without one.
        would: the one that would have blocked where it stands in shadow.
        proof: the consent that it rests on; None without one, or where the ledger has it no more.
        earlier: the decision that it takes the place of, or None.
        later: the decision that took its place, or None.
        others: further decisions on the same call, in the order of time.
        replayed: what the rules say of it, one by one; None where none were asked.
        not_replayed: why they can't be asked again, or "".
    """

    row: DecisionRow
    asked: str
    met: Sequence[MetRow]
    lists: Sequence[ListLookedAt]
    provision: Line | None
    would: Line | None
    proof: ConsentProof | None
    earlier: DecisionRow | None
    later: DecisionRow | None
    others: Sequence[DecisionRow]
    replayed: Replayed | None
    not_replayed: str


class SoughtDecision(NamedTuple):
    """What is found of a decision by its id.

    Attributes:
        story: the decision's story; None where there is no such decision, or it is not for who asks.
        archive: the archive that it comes out of; None for the journal's own file.
        waits: the month of the archive in which it may be, and how much of that is unpacked, from 0 to 1; None where
            nothing is waited for.
    """

    story: DecisionStory | None
    archive: ArchiveInfo | None = None
    waits: tuple[str, float] | None = None


def read_story(pager: "JournalPager", settings: Settings, ident: str, visitor: Visitor) -> SoughtDecision:
    """A decision's story.

    Args:
        pager: reads the journal with its archives.
        settings: the configuration.
        ident: the decision's id.
        visitor: who asks.

    Raises:
        StoreError: the journal, the lists or the ledger can't be read.
    """
    sought = pager.attempt(ident)
    if sought.found is None:
        return SoughtDecision(None, waits=(sought.file.month, sought.share) if sought.file is not None else None)
    row, met = sought.found
    if not _may_see(row, visitor):
        return SoughtDecision(None)
    return SoughtDecision(_story(pager, settings, ident, visitor, row, met), sought.file)


def _story(
    pager: "JournalPager", settings: Settings, ident: str, visitor: Visitor, row: DecisionRow, met: Sequence[MetRow]
) -> DecisionStory:
    around = _around(pager, row, visitor)
    later = next((one for one in around if one.supersedes == row.id), None)
    earlier = pager.attempt(row.supersedes).found if row.supersedes and row.id == ident else None
    shown = {row.id, later.id if later else "", row.supersedes}
    replay, why = None, ""
    try:
        replay = replayed(settings, row, visitor)
    except GatekeeperError as error:
        why = str(error)
    return DecisionStory(
        row,
        ident,
        met,
        _lists(settings, row, bound=visitor.principals is not None),
        _line(settings, row, row.provision, visitor.language),
        _line(settings, row, row.would_provision, visitor.language),
        _proof(settings, row, visitor),
        earlier[0] if earlier is not None and _may_see(earlier[0], visitor) and earlier[0].id != row.id else None,
        later,
        [one for one in around if one.linkedid and one.linkedid == row.linkedid and one.id not in shown],
        replay,
        why,
    )


def _may_see(row: DecisionRow, visitor: Visitor) -> bool:
    return visitor.principals is None or row.principal in visitor.principals


def _around(pager: "JournalPager", row: DecisionRow, visitor: Visitor) -> list[DecisionRow]:
    """The decisions on the same number, or the same call without one, of about the same time; the oldest first."""
    at = moment_of(row.at)
    if row.number is None and not row.linkedid:
        return []
    wanted = DecisionFilter(
        since=at - _AROUND,
        until=at + _AROUND,
        number=row.number,
        numberless=row.number is None,
        linkedid="" if row.number is not None else row.linkedid,
    )
    page = pager.page(wanted.within(visitor.principals), size=_MOST)
    return [one.row for one in reversed(page.rows)]


def _lists(settings: Settings, row: DecisionRow, *, bound: bool) -> list[ListLookedAt]:
    """The lists that were looked at.

    Who is bound to principals is told no sources, and no registers of contracts: their versions tell what others write.
    """
    looked_at = [name.rpartition("@")[::2] for name in row.facts.split()]
    if row.list and (row.list, row.list_version) not in looked_at:
        looked_at.append((row.list, row.list_version))
    if not looked_at or not (settings.daemon.data_dir / LISTS_FILE).exists():
        return []
    found = []
    with ListStore(settings.daemon.data_dir) as store:
        there = {one.name: one.kind for one in store.status()}
        for name, version in looked_at:
            if bound and name != row.list and there.get(name, ListKind.CONTRACT) is ListKind.CONTRACT:
                continue
            versions = {str(one.version): one for one in store.versions(name)} if name in there else {}
            known = versions.get(version)
            age = (row.at - known.imported_at) // DAY_US if known is not None and known.imported_at <= row.at else None
            found.append(
                ListLookedAt(
                    name,
                    version,
                    known.imported_at if known is not None else 0,
                    age,
                    known.source if known is not None and not bound else "",
                    name == row.list,
                )
            )
    return sorted(found, key=lambda one: (not one.decides, one.name))


def _line(settings: Settings, row: DecisionRow, provision: str, language: Language) -> Line | None:
    """A provision of the law that the call was judged by, on the day of the decision."""
    if not provision or not row.law:
        return None
    try:
        profile = settings.profile(row.law)
    except ConfigError:
        return None
    in_force = lines(profile.in_force(moment_of(row.at).date()), language)
    return next((one for one in in_force if one.id == provision), None)


def _proof(settings: Settings, row: DecisionRow, visitor: Visitor) -> ConsentProof | None:
    if not row.proof or row.number is None:
        return None
    found = find_proof(settings.daemon.data_dir, row.proof, row.number, row.contact)
    if found is None or not found.principal:
        return found
    return found if may_see(found.principal, visitor.principals) else None
