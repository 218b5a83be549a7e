"""A page of the journal: the decisions that a filter lets through, out of which file they come, what can be chosen."""

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from gatekeeper.config import Settings
from gatekeeper.journal import DecisionFilter, JournalPage, StoredDecision
from gatekeeper.journal.archive import ArchiveInfo

if TYPE_CHECKING:
    from gatekeeper.journal.sqlite import JournalPager


class JournalTurn(NamedTuple):
    """Where in the journal one is.

    Attributes:
        before: only what is older than this id; "" for no bound.
        after: only what is younger than this id.
        archives: whether archives are unpacked where one comes to them.
    """

    before: str = ""
    after: str = ""
    archives: bool = False


class DecisionGroup(NamedTuple):
    """Decisions that come one after the other out of one file.

    Attributes:
        archive: the archive; None for the journal's own file.
        rows: the decisions, the newest first.
    """

    archive: ArchiveInfo | None
    rows: list[StoredDecision]


class FoundDecisions(NamedTuple):
    """What a page of the journal shows.

    Attributes:
        page: its decisions.
        groups: the same by where they come from.
        share: how much of the archive that one waits for is unpacked, from 0 to 1.
        waits: whether it is being unpacked.
        archives: whether archives are unpacked where one comes to them.
        moved: whether one goes on elsewhere than where the page begins.
        forwards: whether the look went towards the present, and did not reach it.
    """

    page: JournalPage
    groups: list[DecisionGroup]
    share: float = 0.0
    waits: bool = False
    archives: bool = False
    moved: bool = False
    forwards: bool = False

    @property
    def further(self) -> str:
        """Where one goes on, as the end of an address, or ""."""
        if self.forwards:
            return f"after={self.page.newer}"
        return f"before={self.page.older}" if self.page.older else ""

    @property
    def onward(self) -> str:
        """The same where the look goes on by itself, or ""."""
        goes_on = self.page.reached is not None and (self.page.archive is None or self.archives)
        return self.further if goes_on else ""


_LOOKS: Final = 2
"""How often one looks where what was waited for is ready as soon as that was said."""


def read_journal(pager: "JournalPager", wanted: DecisionFilter, turn: JournalTurn) -> FoundDecisions:
    """One page.

    Args:
        pager: turns the pages of the journal.
        wanted: which decisions.
        turn: where one is.

    Raises:
        StoreError: the journal, or an archive, can't be read.
    """
    for _ in range(_LOOKS):
        page = pager.page(wanted, before=turn.before, after=turn.after, unpack=turn.archives)
        share = pager.share(page.archive) if page.archive is not None and turn.archives else None
        if page.archive is None or not turn.archives or share is not None:
            break
    archives = pager.archives()
    groups = [
        DecisionGroup(archive, list(rows))
        for archive, rows in groupby(page.rows, lambda one: archive_of(one.seq, archives))
    ]
    forwards = bool(turn.after and not turn.before and page.newer)
    moved = page.older != turn.before
    return FoundDecisions(page, groups, share or 0.0, share is not None, turn.archives, moved, forwards)


def archive_of(seq: int, archives: Sequence[ArchiveInfo]) -> ArchiveInfo | None:
    """The archive that a decision comes out of; None for the journal's own file."""
    return next((info for info in archives if seq <= info.last), None)


class JournalChoices(NamedTuple):
    """What a filter is offered, beside what is the same on every site.

    Attributes:
        campaigns: the campaigns.
        principals: the companies that are called for.
        lists: the lists.
    """

    campaigns: list[str]
    principals: list[str]
    lists: list[str]


def choices_of(settings: Settings, principals: frozenset[str] | None) -> JournalChoices:
    """What is offered to who may see some principals' decisions; None for all."""
    campaigns = {
        name: section.principal
        for name, section in settings.campaigns.items()
        if principals is None or section.principal in principals
    }
    return JournalChoices(
        sorted(campaigns),
        sorted(set(filter(None, campaigns.values())) | (principals or frozenset())),
        sorted(name for name, one in settings.lists.items() if principals is None or one.kind != "contract"),
    )
