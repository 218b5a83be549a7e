"""A reader, or a key, of one principal: nothing of another's, neither names nor counts nor if something is there."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from gatekeeper.clock import now_micros
from gatekeeper.exports.order import ExportFormat, ExportOrder
from gatekeeper.journal import JOURNAL_FILE, DecisionFilter, new_ident
from gatekeeper.journal.sqlite import SqliteBackend
from gatekeeper.lists import ImportOptions, ListKind, ListStore
from gatekeeper.words import Language
from tests.desk.site import DeskSite, make_site
from tests.journal.rows import row

MORE = """
[lists.register-of-zeta]
kind = "contract"
[campaigns.zeta-autumn]
principal = "Zeta SA"
[scrubs.zeta-nightly]
contacts = "{folder}/c.csv"
output = "{folder}/out"
campaign = "zeta-autumn"
every_days = 1
at_most_days = 2
"""

_SAYS_SO = ("zeta", "manager-anna", "from-zeta.txt")
"""What stands in everything that is not for a reader of ACME."""

_PAGES = (
    *("/today", "/today?part=1", "/journal", "/journal?list=red", "/journal?principal=Zeta+SA", "/lists", "/lists/red"),
    *("/consents", "/campaigns", "/scrubs", "/law", "/law/france", "/exports", "/number", "/account"),
)


@pytest.fixture
def site(tmp_path: Path, accounts_of_tests: Path) -> Iterator[DeskSite]:
    """A site of two companies: decisions, an export, a register and an imported list of the other one."""
    made = make_site(tmp_path, MORE.format(folder=tmp_path), accounts_of_tests)
    file = tmp_path / "from-zeta.txt"
    file.write_text("+33612345678\n")
    with ListStore(made.settings.daemon.data_dir) as store:
        store.ensure("red", ListKind.RED)
        store.ensure("register-of-zeta", ListKind.CONTRACT)
        store.import_file(file, "red", options=ImportOptions(by="manager-anna"))
    backend = SqliteBackend(made.settings.daemon.data_dir / JOURNAL_FILE)
    backend.open()
    at = now_micros() - 1000
    backend.write([row(at=at, id=new_ident(at), principal="Zeta SA", campaign="zeta-autumn", verdict="BLOCK")])
    backend.close()
    yield made
    made.desk.close()


async def _found(client: httpx.AsyncClient, path: str) -> list[str]:
    answer = await client.get(path)
    assert answer.status_code in {200, 404}, path
    text = answer.text.lower().replace("zeta+sa", "").replace('value="zeta sa"', "")  # what he has typed himself
    return [word for word in _SAYS_SO if word in text]


async def test_no_page_names_what_is_anothers(site: DeskSite) -> None:
    """Principals, campaigns, registers, scrubs, files and people: no table, chart, choice or warning has them."""
    async with site.visiting("admin") as admin:
        seen = [word for path in _PAGES for word in await _found(admin, path)]
        assert set(seen) == set(_SAYS_SO)
    async with site.visiting("acme") as acme:
        for path in _PAGES:
            assert not await _found(acme, path), path


async def test_what_is_anothers_is_as_what_is_not_there(site: DeskSite) -> None:
    """By its id as by one that was made up: the same status, and the same page but for what was asked."""
    with site.desk.journal() as journal:
        (decision,) = [one.row.id for one in journal.latest(DecisionFilter(), 5)]
    zone = site.settings.desk.zone
    order = ExportOrder(DecisionFilter(), ExportFormat.CSV, Language.EN, zone, "here", "admin")
    export = site.desk.exports.store.add(order).id
    other = decision[:-1] + ("0" if decision[-1] != "0" else "1")
    pairs = [
        (f"/journal/{decision}", f"/journal/{other}"),
        (f"/exports/{export}/journal.csv", f"/exports/{'0' * 32}/journal.csv"),
        ("/campaigns/one?name=zeta-autumn", "/campaigns/one?name=none"),
        ("/lists/register-of-zeta", "/lists/none"),
    ]
    async with site.visiting("acme") as acme:
        for there, made_up in pairs:
            one, two = await acme.get(there), await acme.get(made_up)
            assert (one.status_code, two.status_code) == (404, 404), there
            assert _plain(one, there, decision) == _plain(two, made_up, other)
        ended = await acme.post("/exports/end", data={"export": export})
        assert ended.status_code == 404
    assert site.desk.exports.store.find(export) is not None


def _plain(answer: httpx.Response, path: str, ident: str) -> str:
    return answer.text.replace(path.replace("&", "&amp;"), "").replace(path.partition("?")[0], "").replace(ident, "")


async def test_a_bound_key_sees_no_register_of_contracts(site: DeskSite) -> None:
    """Their counts are of all principals together; a key for all sees them."""
    names = {}
    async with site.visiting() as client:
        for principal in (None, "ACME"):
            key = site.desk.accounts.keys.add("k", ["lists.read"], by="test", principal=principal)[1]
            answer = await client.get("/v1/lists", headers={"authorization": f"Bearer {key}"})
            names[principal] = {one["name"] for one in answer.json()["lists"]}
    assert names == {None: {"red", "register-of-zeta"}, "ACME": {"red"}}
