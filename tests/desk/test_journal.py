"""The page *Journal*: filters combine and live in the address; nobody sees what is not for him."""

import re
from collections.abc import Sequence

import httpx
import pytest

from gatekeeper.clock import SECOND_US, now_micros
from gatekeeper.journal import JOURNAL_FILE, DecisionRow, new_ident
from gatekeeper.journal.sqlite import SqliteBackend, paging
from gatekeeper.journal.sqlite.paging import PageLook
from tests.desk.site import URL, DeskSite
from tests.journal.rows import met, row

NUMBER = 33612345678


def decisions(count: int = 130) -> list[DecisionRow]:
    """Decisions of the last minutes, every third for ACME."""
    begin = now_micros() - count * SECOND_US
    made = []
    for place in range(count):
        at = begin + place * SECOND_US
        one = row(
            at=at,
            id=new_ident(at),
            verdict="BLOCK" if place % 2 else "ALLOW",
            reason="LISTED" if place % 2 else "CLEAR",
            principal="ACME" if place % 3 == 0 else "Other & Sons",
            campaign=f"c{place % 4}",
            asked_by="manager:<i>anna" if place % 5 == 0 else "",
            gate="SIP_GATE" if place % 7 == 0 else "FASTAGI",
            list="red" if place % 2 else "",
            bypass=int(place % 50 == 1),
        )
        made.append(one)
    made[40] = made[40]._replace(number=NUMBER, dialled="0612345678")
    made[41] = made[41]._replace(number=None, dialled="<script>alert(1)</script>", reason="NUMBER_INVALID")
    made[42] = made[42]._replace(reason="OBJECTED", verdict="BLOCK")
    return made


@pytest.fixture
def rows(desk_site: DeskSite) -> list[DecisionRow]:
    """What the site's journal has, in the order of time."""
    made = decisions()
    backend = SqliteBackend(desk_site.settings.daemon.data_dir / JOURNAL_FILE)
    backend.open()
    backend.write(made)
    backend.write([met(made[40], "WATCHDOG")])
    backend.close()
    return made


def shown(page: str) -> list[str]:
    """The ids of the decisions of a page."""
    return re.findall(r'href="/journal/([0-9A-Z]{26})"', page)


def link(page: str, rel: str) -> str:
    """Where a page leads on to, or ""."""
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page)
    return found[1].replace("&amp;", "&") if found else ""


async def turned(client: httpx.AsyncClient, address: str) -> list[str]:
    """The ids of a page and all that follow it."""
    ids: list[str] = []
    while address:
        page = (await client.get(address)).text
        ids += shown(page)
        address = link(page, "next")
    return ids


def newest_first(rows: Sequence[DecisionRow]) -> list[str]:
    """Their ids."""
    return sorted((one.id for one in rows), reverse=True)


FILTERS = {
    "": lambda _: True,
    "verdict=BLOCK": lambda one: one.verdict == "BLOCK",
    "verdict=BLOCK&campaign=c1&gate=SIP_GATE": lambda one: one.campaign == "c1" and one.gate == "SIP_GATE",
    "reason=LISTED&reason=OBJECTED": lambda one: one.reason in {"LISTED", "OBJECTED"},
    "principal=Other+%26+Sons&list=red": lambda one: one.principal != "ACME" and one.list == "red",
    "agent=manager%3A%3Ci%3Eanna": lambda one: one.asked_by != "",
    "number=06+12+34+56+78": lambda one: one.number == NUMBER,
    "number=%2B33(0)6.12.34.56.78": lambda one: one.number == NUMBER,
    "number=0033612345678": lambda one: one.number == NUMBER,
    "bypassed=1": lambda one: one.bypass == 1,
    "since=today": lambda _: True,
    "until=2020-01-01": lambda _: False,
}


@pytest.mark.parametrize("stopped", [False, True], ids=["at once", "part by part"])
@pytest.mark.parametrize("query", FILTERS)
async def test_filters_and_pages(
    desk_site: DeskSite, rows: list[DecisionRow], query: str, *, stopped: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page by page, exactly what the address asks for, the newest first; whatever a page has time for."""
    if query == "since=today" and new_ident(rows[0].at)[:4] != new_ident(now_micros())[:4]:
        pytest.skip("it is just after midnight")
    if stopped:
        monkeypatch.setattr(paging, "_FIRST_PART", 20)
        monkeypatch.setattr(paging, "_PART_S", 0.0)
        looked = "gatekeeper.journal.sqlite.reader.PageLook"
        monkeypatch.setattr(looked, lambda *given, **more: PageLook(*given, **{**more, "seconds": 0.0}))
    async with desk_site.visiting("officer") as client:
        assert await turned(client, f"/journal?{query}") == newest_first([one for one in rows if FILTERS[query](one)])


async def test_back_again(desk_site: DeskSite, rows: list[DecisionRow]) -> None:
    """From an older page a link leads to the newer one."""
    async with desk_site.visiting("reader") as client:
        first = (await client.get("/journal?verdict=ALLOW")).text
        second = (await client.get(link(first, "next"))).text
        assert shown((await client.get(link(second, "prev"))).text) == shown(first)
    assert link(first, "prev") == ""


@pytest.mark.parametrize(
    ("came_from", "leads"),
    [
        (f"{URL}/journal?verdict=BLOCK&campaign=c1", "/journal?verdict=BLOCK&amp;campaign=c1"),
        (f"{URL}/today", "/journal"),
        ("http://evil.example/journal?x", "/journal"),
        ("", "/journal"),
    ],
)
async def test_a_decision_leads_back_to_what_was_filtered(
    desk_site: DeskSite, rows: list[DecisionRow], came_from: str, leads: str
) -> None:
    """From the page of the journal on which it was opened; from elsewhere to all decisions."""
    async with desk_site.visiting("reader") as client:
        for ident in (rows[7].id, "0" * 26):
            page = (await client.get(f"/journal/{ident}", headers={"referer": came_from})).text
            assert f'<p><a href="{leads}">Journal</a></p>' in page


async def test_by_id(desk_site: DeskSite, rows: list[DecisionRow]) -> None:
    """One decision, by its id in any case; another's is not there."""
    async with desk_site.visiting("reader") as client:
        assert shown((await client.get(f"/journal?id={rows[7].id.lower()}")).text) == [rows[7].id]
    async with desk_site.visiting("acme") as client:
        assert shown((await client.get(f"/journal?id={rows[7].id}")).text) == []


async def test_who_is_bound_sees_his_own(desk_site: DeskSite, rows: list[DecisionRow]) -> None:
    """A reader of ACME turns through ACME's decisions, whatever he asks for; nothing else tells of the others."""
    own = [one for one in rows if one.principal == "ACME"]
    async with desk_site.visiting("acme") as client:
        assert await turned(client, "/journal") == newest_first(own)
        assert await turned(client, "/journal?principal=Other+%26+Sons") == []
        assert "Other" not in (await client.get("/journal")).text
        assert len(await turned(client, f"/journal?before={rows[50].id}")) == len(
            [o for o in own if o.id < rows[50].id]
        )


async def test_what_calls_say_is_text(desk_site: DeskSite, rows: list[DecisionRow]) -> None:
    """Nothing that a call has made up becomes a part of the page."""
    async with desk_site.visiting("reader", language="fr") as client:
        page = (await client.get("/journal?reason=NUMBER_INVALID")).text
        made_up = (await client.get("/journal?campaign=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")).text
        agents = (await client.get("/journal")).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    for one in (page, made_up, agents):
        assert "<script>alert" not in one
        assert "<i>anna" not in one


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("number=12", "this is no complete telephone number"),
        ("since=yesterday%20evening", "a time is wanted"),
        ("id=x", "26 letters and digits"),
        ("before=%27OR%201=1", "26 letters and digits"),
        ("number=%00", "this is no complete telephone number"),
    ],
)
async def test_what_is_not_understood_is_said(
    desk_site: DeskSite, rows: list[DecisionRow], query: str, said: str
) -> None:
    """A filter that can't be read shows no decision, and says why: a wider one would be taken for it."""
    async with desk_site.visiting("reader") as client:
        answer = await client.get(f"/journal?{query}")
    assert answer.status_code == 422
    assert said in answer.text
    assert shown(answer.text) == []


async def test_the_filter_stays(desk_site: DeskSite, rows: list[DecisionRow]) -> None:
    """The form shows what is filtered; the links of the pages, and the export, carry it on."""
    async with desk_site.visiting("reader") as client:
        page = (await client.get("/journal?verdict=BLOCK&reason=LISTED&reason=OBJECTED&campaign=c1&nonsense=1")).text
    assert '<option value="BLOCK" selected>' in page
    assert '<input type="hidden" name="reason" value="OBJECTED">' in page
    assert 'name="campaign" value="c1"' in page
    assert 'name="filter" value="verdict=BLOCK&amp;reason=LISTED&amp;reason=OBJECTED&amp;campaign=c1"' in page
