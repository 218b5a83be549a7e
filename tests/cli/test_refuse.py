"""`gatekeeper refuse`: by the use case of the gates, on real lists and a real journal."""

import pytest
from ulid import ULID

from gatekeeper.clock import now_micros
from gatekeeper.lists import ListStore, OverlayChange
from tests.cli.conftest import Site
from tests.cli.test_log import BLANK, write

NUMBER = 33612345678


def changes(site: Site) -> list[OverlayChange]:
    """What was done by hand to the number."""
    with ListStore(site.data) as store:
        return [change for one in store.show(NUMBER) for change in one.changes]


def test_a_refusal_keeps_where_it_was_said(site: Site) -> None:
    """With where it was said; a second time is told and kept, too."""
    command = ("refuse", "06 12 34 56 78", "--agent", "anna", "--call", "17.9", "--note", "by letter")
    assert site.run(*command).out == "red: added\n"
    assert site.run(*command).out == "red: already listed\n"
    for change in changes(site):
        assert change.by.startswith("anna (taken down by ")
        assert change.note == "refused by command line: agent anna, uniqueid 17.9, note by letter"


@pytest.mark.parametrize("said", [(), ("0698765432",)], ids=["alone", "beside another number"])
def test_a_decision_names_the_number(site: Site, said: tuple[str, ...]) -> None:
    """As at the gates, with no daemon running: the journal knows whom the call reached."""
    row = BLANK._replace(id=str(ULID()), at=now_micros())
    write(site, [row])
    assert site.run("refuse", *said, "--decision", row.id).out == "red: added\n"
    assert changes(site)[0].note == f"refused by command line: decision {row.id}"


HOURS = 2 * 3_600_000_000


@pytest.mark.parametrize(
    ("verdict", "ago"), [("ALLOW", HOURS), ("BLOCK", 0)], ids=["of long ago", "a call that was blocked"]
)
def test_a_decision_that_names_nobody(site: Site, verdict: str, ago: int) -> None:
    """Nothing is changed, and the text says what a decision must be."""
    at = now_micros() - ago
    row = BLANK._replace(id=str(ULID.from_timestamp(at / 1e6)), at=at, verdict=verdict)
    write(site, [row])
    result = site.run("refuse", "--decision", row.id)
    assert (result.code, changes(site)) == (2, [])
    assert "within the last hour" in result.err


@pytest.mark.parametrize(
    ("number", "why"), [("112", "emergency"), ("15", "emergency"), ("06 12", "numbering plan"), ("abc", "number")]
)
def test_a_refusal_by_no_person_changes_nothing(site: Site, number: str, why: str) -> None:
    """Refused with the reason, and nothing is changed."""
    result = site.run("refuse", number)
    assert result.code == 2
    assert why in result.err


def test_a_refusal_needs_a_number_or_a_decision(site: Site) -> None:
    """Neither a number nor a decision: which?"""
    result = site.run("refuse", "--agent", "anna")
    assert result.code == 2
    assert "--decision" in result.err
