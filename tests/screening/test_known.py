"""What registries are asked with, from a real consent ledger and the number's place."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from gatekeeper.clock import micros_of
from gatekeeper.consents import ConsentStore, GivenConsent, GivenEvent, SharedTerms, WrittenBy
from gatekeeper.policy.ledger import EventKind
from gatekeeper.registries.query.terms import KnownOfCall, QueryTerms, nothing_known
from gatekeeper.screening.known import LedgerKnowledge, known_of_calls

ANNA = WrittenBy("anna", "command line")
NEW_YORK, INDIANA, FRANCE = 12125550111, 12195550111, 33612345678
"""Numbers of one state and zone, of two zones, and of no state."""


def moment(text: str) -> int:
    """A moment in UTC."""
    return micros_of(datetime.fromisoformat(text).replace(tzinfo=UTC))


def given(number: int, at: str, zone: str, principal: str = "ACME SA") -> GivenConsent:
    """A consent to be written down."""
    return GivenConsent(number, "", moment(at), 0, SharedTerms(principal, zone=zone), "")


@pytest.mark.parametrize(
    ("number", "zone", "day", "region"),
    [
        # Five hours of the first of February in UTC are the thirty-first of January there.
        (NEW_YORK, "America/New_York", date(2026, 1, 31), "US-NY"),
        (NEW_YORK, "Europe/Paris", date(2026, 2, 1), "US-NY"),
        (NEW_YORK, "", date(2026, 1, 31), "US-NY"),
        (INDIANA, "", date(2026, 1, 31), "US-IN"),
        (FRANCE, "", date(2026, 2, 1), ""),
    ],
)
def test_the_date_and_the_state(tmp_path: Path, number: int, zone: str, day: date, region: str) -> None:
    """The date is the day where the consent was given, else the earliest that is possible."""
    known = LedgerKnowledge(tmp_path)
    now = moment("2026-03-01T12:00")
    assert known(number, "acme sa", now) == KnownOfCall(None, region)  # there is no ledger
    with ConsentStore(tmp_path) as store:
        assert known(number, "acme sa", now) == KnownOfCall(None, region)
        store.add([given(number, "2026-02-01T04:30", zone), given(number, "2026-02-20T12:00", zone, "Other")], ANNA)
        assert known(number, " Acme  SA", now) == KnownOfCall(day, region)
        assert known(number, "acme sa", moment("2026-02-01T04:00")) == KnownOfCall(None, region)
        assert known(number, "", now) == KnownOfCall(None, region)
        store.record(
            [GivenEvent(number, "", EventKind.WITHDRAWAL, moment("2026-02-25T12:00"), principal="", goods="")], ANNA
        )
        assert known(number, "acme sa", now) == KnownOfCall(None, region)
        assert known(number, "acme sa", moment("2026-02-24T12:00")) == KnownOfCall(day, region)
    known.close()


@pytest.mark.parametrize(
    ("terms", "looks"),
    [
        (QueryTerms(), False),
        (QueryTerms(by_consent=True), True),
        (QueryTerms(by_region=True), True),
    ],
)
def test_sites_that_need_neither_do_without_the_ledger(tmp_path: Path, terms: QueryTerms, *, looks: bool) -> None:
    """Only a registry that is asked with a date or a state has them looked up."""
    assert (known_of_calls([terms], tmp_path) is not nothing_known) is looks
