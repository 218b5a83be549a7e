"""Reading a dossier: out of the lists, the consent ledger and the journal, each in short transactions."""

from collections.abc import Sequence
from datetime import timedelta

from gatekeeper.attempts.book import counted_among
from gatekeeper.clock import DAY_US, moment_of
from gatekeeper.consents.extract import ExtractEntry
from gatekeeper.dossier.model import AttemptMade, AttemptState, NumberDossier
from gatekeeper.dossier.restricted import Principals, restricted
from gatekeeper.journal import JournalReader, bytes_of_ident
from gatekeeper.journal.filter import DecisionFilter
from gatekeeper.lists import ListStore
from gatekeeper.policy import Gate, Verdict

DAYS = 30
"""For so many days back attempts are told."""

_MOST_ATTEMPTS = 500


def read_dossier(
    number: int,
    *,
    lists: ListStore,
    entries: Sequence[ExtractEntry],
    journal: JournalReader,
    now: int,
    principals: Principals = None,
) -> NumberDossier:
    """Everything that is known of a number, but for the decisions on it, which have pages (`journal.page`).

    Args:
        number: E.164 as an integer.
        lists: the lists.
        entries: what the consent ledger has of it (`gatekeeper.consents.extract.extract_of`).
        journal: the journal.
        now: in microseconds since the epoch.
        principals: whose rows alone the reader may see; None for all.

    Raises:
        StoreError: a store can't be read.
    """
    whole = NumberDossier(
        number=number,
        read_at=now,
        memberships=lists.show(number),
        holdings=lists.holdings(number),
        answers=lists.answers(number),
        contracts=lists.contracts(number),
        entries=entries,
        attempts=_attempts(journal, number, now, principals),
    )
    return restricted(whole, principals)


def _attempts(journal: JournalReader, number: int, now: int, principals: Principals) -> list[AttemptMade]:
    since = now - DAYS * DAY_US
    rows = journal.attempts(number, since)
    reserved, counting = {row.decision for row in rows}, counted_among(rows, now)
    wanted = DecisionFilter(since=moment_of(now) - timedelta(days=DAYS), number=number).within(principals)
    found = []
    for stored in journal.page(wanted, size=_MOST_ATTEMPTS).rows:
        row = stored.row
        if row.gate in _ASKING:
            continue
        key = bytes_of_ident(row.id)
        if row.verdict != Verdict.ALLOW:
            state = AttemptState.BLOCKED
        elif key in counting:
            state = AttemptState.COUNTED
        else:
            state = AttemptState.GIVEN_BACK if key in reserved else AttemptState.ALLOWED
        found.append(AttemptMade(row, state))
    return found


_ASKING = frozenset({Gate.API_ASK.value, Gate.CLI.value})
"""Who asks there calls nobody."""
