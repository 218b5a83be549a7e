"""Pages that only read: campaigns with their shadow report, scrubs with certificates, the law on a chosen day."""

import asyncio
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gatekeeper.daemon.wiring import open_scrubber
from gatekeeper.dossier.restricted import may_see
from gatekeeper.journal import JOURNAL_FILE, DecisionRow, JournalWriter, new_ident
from gatekeeper.journal.sqlite import SqliteBackend
from gatekeeper.lists import ListStore
from tests.desk.site import DeskSite, heading, make_site
from tests.journal.rows import row

MORE = """
[campaigns.autumn]
principal = "Autre SA"
law = "fr"
goods = ["wine"]
shadow = true

[campaigns."<i>"]
principal = "ACME"
lists = []

[scrubs.acme]
contacts = "{folder}/contacts.csv"
campaign = "spring"
columns = ["phone"]

[scrubs.other]
contacts = "{folder}/contacts.csv"
campaign = "autumn"
principal = "Autre SA"
"""
HOUR = 3_600_000_000
FAR_DAYS = (
    ("/campaigns/one?name=spring&since=1700-01-01&until=9999-12-31", 200),
    ("/campaigns/one?name=spring&since=0001-01-01&until=2026-01-01", 422),
    ("/journal?until=9999-12-31", 200),
    ("/journal?since=9999-12-31T23:59:59-14:00", 200),
    ("/journal?since=0001-01-01", 422),
    ("/journal?since=0001-01-01T00:00:00%2B14:00", 422),
    ("/law/fr?on=9999-12-31&against=1700-01-01", 200),
    ("/law/fr?on=0001-01-01", 422),
)
NOON = int(datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp()) * 1_000_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, accounts_of_tests: Path) -> Iterator[DeskSite]:
    """One for all tests of this file: a scrub was done for ACME, none for the other."""
    folder = tmp_path_factory.mktemp("desk")
    made = make_site(folder, accounts=accounts_of_tests, more=MORE.format(folder=folder))
    (folder / "contacts.csv").write_text("name;phone\nA;0612345678\nB;0612345679\n")
    data = made.settings.daemon.data_dir
    with ListStore(data) as store:
        store.add("red", [33612345678], by="test")
    job = made.settings.scrubs["acme"].as_job("acme", data)
    with open_scrubber(made.settings, "test") as scrubber:
        job.run(scrubber, datetime(2026, 11, 20, tzinfo=UTC))
    _journal(data / JOURNAL_FILE)
    yield made
    made.desk.close()


def _journal(path: Path) -> None:
    """Calls of one campaign for two principals, some of them let by only because of shadow."""

    def call(principal: str, reason: str = "", at: int = NOON) -> DecisionRow:
        provision = "FR-BASIS" if reason else ""
        plain = row(id=new_ident(at), at=at, campaign="spring", principal=principal)
        return plain._replace(would_block=reason, would_provision=provision)

    rows = [
        call("ACME"),
        call("ACME", "NO_BASIS"),
        call("ACME", "NO_BASIS", NOON + 24 * HOUR),
        call("Autre SA", "NO_BASIS"),
        call("Autre SA"),
    ]

    async def append() -> None:
        writer = JournalWriter(SqliteBackend(path))
        await writer.start()
        for one in rows:
            await writer.append(one)
        await writer.close()

    asyncio.run(append())


@pytest.mark.parametrize(
    ("principals", "principal", "seen"),
    [
        (None, "ACME", True),
        (None, "", True),
        (frozenset({"ACME"}), "ACME", True),
        (frozenset({"acme  sas"}), "ACME SAS", True),
        (frozenset({"ACME"}), "ACME SAS", False),
        (frozenset({"ACME"}), "", False),
        (frozenset({""}), "", False),
        (frozenset(), "ACME", False),
        (frozenset({"A", "B"}), "B", True),
    ],
)
def test_what_a_bound_visitor_may_see(principals: frozenset[str] | None, principal: str, *, seen: bool) -> None:
    """What is of one of his principals, whatever its capitals and blanks; never what is of nobody."""
    assert may_see(principal, principals) is seen


async def test_campaigns_are_shown_as_they_are_configured(site: DeskSite) -> None:
    """With their law and lists, and whether they are in shadow."""
    async with site.visiting("reader") as client:
        page = (await client.get("/campaigns")).text
        assert "in shadow" in page
        assert '<a href="/law/fr">France</a>' in page
        assert "<i>" not in page
        assert (await client.get("/campaigns/one?name=%3Ci%3E")).status_code == 200
        autumn = (await client.get("/campaigns/one?name=autumn")).text
        assert "wine" in autumn
        assert "predictive" in autumn
    async with site.visiting("acme") as client:
        assert "autumn" not in (await client.get("/campaigns")).text


async def test_the_shadow_report_is_of_whose_calls_may_be_seen(site: DeskSite) -> None:
    """A campaign's calls name their principal themselves: who is bound sees those of his own."""
    path = "/campaigns/one?name=spring&since=2026-11-20&until=2026-11-20"
    async with site.visiting("reader") as client:
        assert "Calls let by only because of shadow: 2 of 4" in (await client.get(path)).text
        later = await client.get(path.replace("until=2026-11-20", "until=2026-11-21"))
        assert ": 3 of 5" in later.text
        assert (await client.get(path.replace("2026-11-20", "x"))).status_code == 422
    async with site.visiting("acme", language="fr") as client:
        page = (await client.get(path)).text
        assert "Appels permis seulement parce qu’une disposition est à blanc" in page
        assert ": 1 sur 2." in page


async def test_a_certificate_is_read_and_downloaded(site: DeskSite) -> None:
    """As it was written, byte for byte; what is overdue comes first."""
    (path,) = (site.settings.daemon.data_dir / "scrubs" / "acme").glob("*/*.certificate.json")
    ident = json.loads(path.read_bytes())["id"]
    async with site.visiting("reader") as client:
        page = (await client.get("/scrubs")).text
        assert re.findall(r'<th scope="row">(\w+)</th>', page) == ["other", "acme"]
        assert "overdue" in page
        shown = await client.get(f"/scrubs/{ident}")
        assert heading(shown.text) == f"Certificate <code>{ident}</code>"
        assert "RED_LIST" in shown.text
        for kind, file in (("json", path), ("pdf", path.with_suffix(".pdf"))):
            got = await client.get(f"/scrubs/{ident}/certificate.{kind}")
            assert got.content == file.read_bytes()
            assert got.headers["content-disposition"] == f'attachment; filename="certificate-{ident}.{kind}"'
        other = f"{ident[:-1]}{'1' if ident.endswith('0') else '0'}"
        for wrong in (f"{ident}/certificate.csv", other, "..%2f..%2flists.sqlite3", f"{ident}/certificate."):
            assert (await client.get(f"/scrubs/{wrong}")).status_code == 404
    async with site.visiting("acme") as client:
        page = (await client.get("/scrubs")).text
        assert re.findall(r'<th scope="row">(\w+)</th>', page) == ["acme"]
        assert (await client.get(f"/scrubs/{ident}")).status_code == 200


async def test_anothers_certificate_is_not_found_by_its_id(site: DeskSite) -> None:
    """Neither shown nor downloaded; nor is what is no certificate."""
    (path,) = (site.settings.daemon.data_dir / "scrubs" / "acme").glob("*/*.certificate.json")
    said = json.loads(path.read_bytes())
    folder = site.settings.daemon.data_dir / "scrubs" / "other" / "2026-11-20T000000Z"
    folder.mkdir(parents=True)
    other = {**said, "id": "01KAY0000000000000000OTHER", "principal": "Autre SA", "source": "<script>x</script>"}
    (folder / "a.certificate.json").write_text(json.dumps(other))
    for name, content in (("b", "{}"), ("c", "nothing"), ("d", json.dumps({**said, "finished_at": "never"}))):
        (folder / f"{name}.certificate.json").write_text(content)
    async with site.visiting("reader") as client:
        page = await client.get(f"/scrubs/{other['id']}")
        assert "&lt;script&gt;" in page.text
        assert (await client.get(f"/scrubs/{other['id']}/certificate.pdf")).status_code == 404
        assert (await client.get("/scrubs")).text.count('<a href="/scrubs/') == 2
    async with site.visiting("acme") as client:
        assert other["id"] not in (await client.get("/scrubs")).text
        for address in (f"/scrubs/{other['id']}", f"/scrubs/{other['id']}/certificate.json"):
            assert (await client.get(address)).status_code == 404


@pytest.mark.parametrize(
    ("language", "title"), [("en", "What holds on 10 August 2026"), ("fr", "Ce qui vaut au 10 août 2026")]
)
async def test_the_law_is_shown_on_a_chosen_day(site: DeskSite, language: str, title: str) -> None:
    """What holds then, what begins later, and what differs on another day; in words."""
    async with site.visiting("reader", language=language) as client:
        before = (await client.get("/law/fr?on=2026-08-10")).text
        after = (await client.get("/law/fr?on=2026-08-11")).text
        assert title in before
        holds = [set(re.findall(r"<h3>(FR-[A-Z0-9-]+)</h3>", _part(one))) for one in (before, after)]
        assert holds[0] != holds[1]
        both = (await client.get("/law/fr?on=2026-08-10&against=2026-08-11")).text
        differs = set(re.findall(r'<th scope="row">(FR-[A-Z0-9-]+)</th>', both))
        assert differs >= holds[0] ^ holds[1]
        assert (await client.get("/law/fr?on=tomorrow")).status_code == 422
        for wrong in ("zz", "..%2ffr", "callee"):
            assert (await client.get(f"/law/{wrong}")).status_code == 404
        assert '<a href="/law/lists-only">' in (await client.get("/law")).text


def _part(page: str) -> str:
    """What holds on the day."""
    begin = page.index('id="holds-title"')
    end = page.find('id="later-title"', begin)
    return page[begin : end if end > 0 else None]


async def test_the_law_names_the_campaigns_that_may_be_seen(site: DeskSite) -> None:
    """Those that it judges, of one's own principals."""
    async with site.visiting("reader") as client:
        assert "autumn" in (await client.get("/law/fr")).text
    async with site.visiting("acme") as client:
        assert "autumn" not in (await client.get("/law/fr")).text
        assert "spring" in (await client.get("/law/lists-only")).text


@pytest.mark.parametrize(("address", "status"), FAR_DAYS)
async def test_a_day_far_away_is_shown_or_refused(site: DeskSite, address: str, status: int) -> None:
    """9999-12-31 stands for no end, and year 1, which programs write for no date, is refused; neither is a fault."""
    async with site.visiting("reader") as client:
        assert (await client.get(address)).status_code == status
