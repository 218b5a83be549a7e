"""The page of one decision: what it rests on, rule by rule; for whom it is, and for nobody else."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from gatekeeper.clock import DAY_US, SECOND_US
from gatekeeper.consents import ConsentStore, GivenConsent, SharedTerms, WrittenBy
from gatekeeper.daemon.wiring import open_screening
from gatekeeper.journal import JOURNAL_FILE, DecisionRow, new_ident
from gatekeeper.journal.sqlite import SqliteBackend
from gatekeeper.lists import ListKind, ListStore
from gatekeeper.policy import Gate
from gatekeeper.policy.ledger import ALL_ITEMS
from gatekeeper.screening import Question
from gatekeeper.screening.records import row_of
from tests.desk.site import DeskSite, heading, make_site
from tests.journal.rows import met, row
from tests.law.test_profile import moment

MORE = """
[campaigns.insurance]
law = "callee"
lists = []
principal = "ACME"
goods = ["insurance"]
dial_mode = "manual"
"""
AT = moment("2026-11-26T11:30:00")
NUMBER, RED = 33612345678, 33634567890


@pytest.fixture
def site(tmp_path: Path, accounts_of_tests: Path) -> Iterator[DeskSite]:
    """A site with a consent and a red list."""
    made = make_site(tmp_path, MORE, accounts_of_tests)
    terms = SharedTerms(
        principal="ACME", goods=("insurance",), text="v3", channel="web", items=ALL_ITEMS, zone="Europe/Paris"
    )
    data, by = made.settings.daemon.data_dir, WrittenBy("test", "test")
    with ConsentStore(data) as store:
        store.add_text("v3", "yes or no?", by)
        since = moment("2026-11-01T12:34:56")
        store.add([GivenConsent(NUMBER, "", since, moment("2027-06-01"), terms, "ref:17")], by)
    with ListStore(data) as store:
        store.add("red", [RED], by="test")
    yield made
    made.desk.close()


def decided(site: DeskSite, dialled: str, campaign: str, principal: str = "", **more: object) -> DecisionRow:
    """The row of a call as a gate would have it decided."""
    question = Question(dialled, Gate.SIP_GATE, campaign=campaign, principal=principal, caller_id="0144556677")
    with open_screening(site.settings) as screening:
        found = screening.with_retry(question, screening.find(question, AT))
    return row_of(new_ident(AT), question, found, 17)._replace(**more)  # type: ignore[arg-type]  # any column


def write(site: DeskSite, *rows: DecisionRow) -> None:
    """Write rows, and that the watchdog met the first of them."""
    backend = SqliteBackend(site.settings.daemon.data_dir / JOURNAL_FILE)
    backend.open()
    backend.write(rows)
    backend.write([met(rows[0]._replace(at=AT + SECOND_US))])
    backend.close()


def words(page: str) -> str:
    """What a page says, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


async def test_an_allowed_call_is_explained(site: DeskSite) -> None:
    """By provision, article, consent with its proof, every rule, and each gate that it met."""
    one = decided(site, "0612345678", "insurance")
    assert one.reason == "CONSENT"
    write(site, one)
    shown = await site_page(site, one.id)
    page = words(shown)
    assert one.id in heading(shown)
    assert "FR-BASIS" in page
    assert one.basis in page
    assert ", given 01/11/2026 12:34:56, by web, text v3, ref:17" in page
    assert "FR-HOURS" in page
    assert "2026-11-26 11:30 Europe/Paris" in page
    assert "watchdog: met again" in page
    assert "They say something else now" not in page
    assert "The set of rules is another one" not in page


async def site_page(site: DeskSite, ident: str, name: str = "officer", language: str = "en") -> str:
    """The page of a decision."""
    async with site.visiting(name, language=language) as client:
        return (await client.get(f"/journal/{ident.lower()}")).text


async def test_a_blocked_call_names_its_list(site: DeskSite) -> None:
    """With the version that it rests on; in French as well."""
    one = decided(site, f"+{RED}", "spring")
    assert (one.reason, one.list) == ("RED_LIST", "red")
    write(site, one)
    english, french = words(await site_page(site, one.id)), words(await site_page(site, one.id, language="fr"))
    assert "the company's own red list" in english
    assert "Lists that were looked at" in english
    assert "red decides" in english
    assert "liste rouge" in french
    assert "Règle par règle" in french
    assert "met again" not in french


async def test_what_has_changed_since_is_said(site: DeskSite) -> None:
    """A number that is listed since then: what was decided stands, and that it would be decided otherwise now."""
    one = decided(site, "0612345679", "spring")
    assert one.verdict == "ALLOW"
    write(site, one)
    with ListStore(site.settings.daemon.data_dir) as store:
        store.add("red", [NUMBER + 1], by="test")
    page = words(await site_page(site, one.id))
    assert "They say something else now than was decided" in page
    assert "Now: blocked RED_LIST" in page


async def test_what_replaces_it_is_linked(site: DeskSite) -> None:
    """A decision that a later gate made anew, the one before it, and others of the call lead to one another."""
    first = decided(site, "0612345679", "spring", linkedid="1.1")
    again = decided(site, "0612345679", "spring", linkedid="1.1", supersedes=first.id, verdict="BLOCK")
    other = decided(site, "0612345679", "spring", linkedid="1.1")
    write(site, first, again, other)
    page, later = await site_page(site, first.id), await site_page(site, again.id)
    assert words(page).index("Its place was taken by") < words(page).index("The same call")
    assert f'href="/journal/{again.id}"' in page
    assert f'href="/journal/{other.id}"' in page
    assert "Takes the place of" in words(later)
    assert f'href="/journal/{first.id}"' in later


async def test_a_correction_is_shown_in_its_place(site: DeskSite) -> None:
    """Under the id of a row that was never answered stands the decision that is in force."""
    one = decided(site, "0612345679", "spring")
    write(site, one)
    backend = SqliteBackend(site.settings.daemon.data_dir / JOURNAL_FILE)
    backend.open()
    backend.write_late([one._replace(verdict="BLOCK", reason="GATE_ERROR", rule="error")])
    backend.close()
    page = words(await site_page(site, one.id))
    assert "was written and never answered" in page
    assert "blocked GATE_ERROR" in page
    assert "No rule was asked" in page


async def test_another_principals_decision_is_not_there(site: DeskSite) -> None:
    """For a reader of ACME it looks like an id that nobody has; what he sees of his own names no other."""
    own = decided(site, "0612345679", "spring", principal="ACME", linkedid="1.1")
    other = decided(site, "0612345679", "spring", principal="Other & Sons", linkedid="1.1", supersedes=own.id)
    write(site, own, other)
    nobodys = new_ident(AT + DAY_US)
    async with site.visiting("acme") as client:
        refused = await client.get(f"/journal/{other.id}")
        missing = await client.get(f"/journal/{nobodys}")
        mine = await client.get(f"/journal/{own.id}")
    assert refused.status_code == missing.status_code == 404
    assert refused.text.replace(other.id, "") == missing.text.replace(nobodys, "")
    assert mine.status_code == 200
    assert other.id not in mine.text


async def test_a_bound_reader_sees_no_register_of_contracts(site: DeskSite) -> None:
    """Its version tells what others write into it; whoever is bound to nobody sees it."""
    with ListStore(site.settings.daemon.data_dir) as store:
        store.ensure("customers", ListKind.CONTRACT)
    one = decided(site, "0612345679", "spring", principal="ACME", facts="customers@1.7 red@1 gone@3")
    write(site, one)
    seen = {name: words(await site_page(site, one.id, name)) for name in ("acme", "officer")}
    assert [("customers" in page, "gone" in page) for page in seen.values()] == [(False, False), (True, True)]
    assert "red 1" in seen["acme"]


@pytest.mark.parametrize("ident", ["x", "'--", "0" * 25, "Z" * 26, "%3Cscript%3E"])
async def test_what_is_no_id_is_not_found(site: DeskSite, ident: str) -> None:
    """Nothing is looked for."""
    async with site.visiting("reader") as client:
        assert (await client.get(f"/journal/{ident}")).status_code == 404


async def test_what_calls_say_is_text(site: DeskSite) -> None:
    """Whatever the columns hold, the page is the page."""
    odd = "<img src=x onerror=alert(1)>"
    columns = ("dialled", "campaign", "caller_id", "channel", "linkedid", "contact", "postcode", "asked_by", "basis")
    one = row(at=AT, id=new_ident(AT), number=None, **dict.fromkeys(columns, odd))
    write(site, one)
    page = await site_page(site, one.id)
    assert "<img src=x" not in page
    assert page.count("&lt;img src=x") >= len(columns) - 1
