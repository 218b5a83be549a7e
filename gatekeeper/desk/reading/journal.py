"""A page of the journal: the decisions that a filter lets through, what lies in archives, and what can be chosen."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, NamedTuple

from gatekeeper.clock import moment_of
from gatekeeper.config import Settings
from gatekeeper.journal import DecisionFilter, JournalPage
from gatekeeper.journal.archive import ArchiveInfo
from gatekeeper.lists import ListKind

if TYPE_CHECKING:
    from gatekeeper.journal.sqlite import WholeReader


class JournalTurn(NamedTuple):
    """Where in the journal one is.

    Attributes:
        before: only what is older than this id; "" for no bound.
        after: only what is younger than this id.
    """

    before: str = ""
    after: str = ""


class FoundDecisions(NamedTuple):
    """What a page of the journal shows.

    Attributes:
        page: its decisions.
        archived: the archives in which older ones may be that are wanted.
    """

    page: JournalPage
    archived: list[ArchiveInfo]


def read_journal(
    journal: "AbstractContextManager[WholeReader]", wanted: DecisionFilter, turn: JournalTurn
) -> FoundDecisions:
    """One page.

    Args:
        journal: opens the journal.
        wanted: which decisions.
        turn: where one is.

    Raises:
        StoreError: the journal can't be read.
    """
    with journal as reader:
        page = reader.page(wanted, before=turn.before, after=turn.after)
        return FoundDecisions(page, [] if page.older else reader.archived(wanted))


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
        sorted(
            name for name, one in settings.lists.items() if principals is None or one.kind != ListKind.CONTRACT.value
        ),
    )


def months_of(archives: Iterable[ArchiveInfo]) -> tuple[list[str], int]:
    """The months of archives, and how many decisions they have together."""
    found = list(archives)
    return [f"{moment_of(info.begins):%Y-%m}" for info in found], sum(info.decisions for info in found)
