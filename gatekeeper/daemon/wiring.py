"""Builds the parts out of the settings."""

import gc
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from gatekeeper.attempts import AttemptBook
from gatekeeper.attempts.book import Committed
from gatekeeper.clock import now_micros
from gatekeeper.config import Settings
from gatekeeper.daemon.attempts import build_counting
from gatekeeper.journal import JOURNAL_FILE
from gatekeeper.journal.sqlite import CommittedAttempts
from gatekeeper.lists import ListIndex, ListStore
from gatekeeper.phone import Normaliser
from gatekeeper.policy.needs import AttemptsNeed
from gatekeeper.refusals.service import Add, Refusals
from gatekeeper.registries.query.terms import Known, Queries
from gatekeeper.screening.facts.attempts import CountedAttempts
from gatekeeper.screening.known import known_of_calls
from gatekeeper.screening.ports import Index, Journal
from gatekeeper.screening.recent import RecentCalls
from gatekeeper.screening.service import Screening

if TYPE_CHECKING:
    from gatekeeper.daemon.registry_queries import Asking
    from gatekeeper.scrub.run import Scrubber


def build_screening(
    settings: Settings,
    index: Index,
    journal: Journal | None,
    recent: RecentCalls | None = None,
    asking: "Asking | None" = None,
    attempts: Committed | None = None,
    known: Known | None = None,
) -> Screening:
    """The screening service over opened stores.

    Args:
        settings: the configuration.
        index: the lists.
        journal: where decisions are recorded; None where only questions are asked.
        recent: the calls let by of late.
        asking: where registries may be asked.
        attempts: what is committed of attempts; None where that is looked up in the journal's file.
        known: tells what registries are asked with, and by which of their answers a call is judged; None for the
            consent ledger and the number's place.
    """
    committed = CommittedAttempts(settings.daemon.data_dir / JOURNAL_FILE)
    book = AttemptBook(attempts if attempts is not None else committed)
    terms = settings.query_terms
    return Screening(
        Normaliser(settings.phone.as_dial_plan()),
        index,
        settings.default_law,
        settings.campaign_map,
        settings.max_ages,
        journal,
        recent=recent,
        sources=asking.sources if asking else None,
        book=asking,
        laws=settings.campaign_laws,
        data_dir=settings.daemon.data_dir,
        registries=settings.registries,
        trades=settings.trades,
        facts={AttemptsNeed: CountedAttempts(book, committed.close)},
        counting=build_counting(book) if attempts is not None else None,
        queries=Queries(terms, known or known_of_calls(terms.values(), settings.daemon.data_dir)),
    )


def build_refusals(settings: Settings, recent: RecentCalls, add: Add) -> Refusals:
    """What takes refusals: of the calls let by of late, or of numbers; `add` puts them on the red list."""
    return Refusals(Normaliser(settings.phone.as_dial_plan()), recent, add, settings.refusal.per_minute, now_micros)


@contextmanager
def open_screening(settings: Settings) -> Iterator[Screening]:
    """Screening over the lists alone, for questions that are not recorded: `find` and `explain`.

    Raises:
        StoreError: the lists can't be opened.
    """
    index = ListIndex.open(settings.daemon.data_dir)
    try:
        screening = build_screening(settings, index, None)
        try:
            yield screening
        finally:
            screening.close()
    finally:
        index.close()


@contextmanager
def open_scrubber(settings: Settings, by: str) -> Iterator["Scrubber"]:
    """The scrub over the lists, by the campaigns and rules that calls are screened by.

    Args:
        settings: the configuration.
        by: who scrubs, for the certificate.

    Raises:
        StoreError: the lists can't be opened.
    """
    # Brings NumPy in, which serving does without.
    from gatekeeper.scrub.run import Scrubber

    with (
        closing(ListStore(settings.daemon.data_dir)) as store,
        closing(ListIndex.open(settings.daemon.data_dir)) as index,
        closing(build_screening(settings, index, None)) as screening,
    ):
        # What is built now stays; going through it for garbage at every chunk of contacts took nearly half of a scrub.
        gc.freeze()
        yield Scrubber(screening, index, Normaliser(settings.phone.as_written_plan()), store.status, by)
