"""Numbers of contacts that a registry is to be asked about, ahead of a scrub or a campaign."""

from contextlib import closing
from datetime import date
from pathlib import Path
from typing import NamedTuple

from gatekeeper.contacts.address import Contacts
from gatekeeper.errors import ScrubRefused
from gatekeeper.lists import ListIndex, ListKind
from gatekeeper.phone import Normaliser
from gatekeeper.registries.query.source import QuerySubject
from gatekeeper.registries.query.terms import Known, QueryTerms, nothing_known
from gatekeeper.scrub.contact_numbers import Reading, gather
from gatekeeper.translation import phrase


class ToAsk(NamedTuple):
    """`numbers == len(subjects) + elsewhere + unaskable + answered`, always.

    Attributes:
        subjects: what to ask, each number once, in ascending order.
        numbers: different numbers in the contacts.
        elsewhere: those with another beginning than the registry is asked about.
        unaskable: those that it can't be asked about without a date of consent or a state.
        answered: those whose answer holds.
        aside: cells that hold no number.
    """

    subjects: list[QuerySubject]
    numbers: int
    elsewhere: int
    unaskable: int
    answered: int
    aside: int


class AskOptions(NamedTuple):
    """What to ask.

    Attributes:
        reading: how a file of contacts is read.
        consent: the date of consent of all of them; None for what is known of each.
        everything: whether numbers with an answer that holds are asked about, too.
        principal: the company that is called for, or "".
        known: tells what a registry is asked with, beside the number.
    """

    reading: Reading
    consent: date | None = None
    everything: bool = False
    principal: str = ""
    known: Known = nothing_known


def choose_subjects(
    contacts: Contacts,
    name: str,
    terms: QueryTerms,
    data_dir: Path,
    normaliser: Normaliser,
    options: AskOptions,
    at: int,
) -> ToAsk:
    """What a registry is to be asked about contacts.

    Args:
        contacts: a file, CSV or XLSX, or a table.
        name: of the registry's list.
        terms: what its answers are worth.
        data_dir: the data folder.
        normaliser: reads numbers.
        options: what to ask.
        at: now, in microseconds since the epoch.

    Raises:
        ContactsError: the contacts can't be read.
        ScrubRefused: it is not a list of a registry that is asked.
        StoreError: the lists can't be read.
    """
    gathered = gather(contacts, normaliser, options.reading)
    with closing(ListIndex.open(data_dir)) as index:
        state = index.states().get(name)
        if state is None or state.kind is not ListKind.QUERY:
            raise ScrubRefused(
                phrase(
                    '{name} is no registry that is asked: its list must be configured with kind = "query"', name=name
                )
            )
        numbers = sorted({number for number, _, _ in gathered.where})
        concerned = [number for number in numbers if terms.concerns(number)]
        subjects = [_subject(number, terms, options, at) for number in concerned]
        askable = [subject for subject in subjects if terms.is_askable(subject)]
        left = [
            subject
            for subject in askable
            if options.everything or terms.outcome(index.answers(subject.number, name), subject, at) is None
        ]
    return ToAsk(
        left,
        len(numbers),
        len(numbers) - len(concerned),
        len(concerned) - len(askable),
        len(askable) - len(left),
        len(gathered.asides),
    )


def _subject(number: int, terms: QueryTerms, options: AskOptions, at: int) -> QuerySubject:
    known = options.known(number, options.principal, at)
    return terms.asked_with(QuerySubject(number, options.consent or known.consent, known.region))
