"""Archived months in the desk: read where somebody goes on to them, said where they come from, bound as all is."""

import asyncio
import json
import re
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from gatekeeper.clock import DAY_US, SECOND_US, moment_of, now_micros
from gatekeeper.desk.journal_upkeep import SPANS_FILE
from gatekeeper.journal import JOURNAL_FILE, DecisionRow, new_ident
from gatekeeper.journal.export import moment
from gatekeeper.journal.sqlite import Archiver, SqliteBackend, SqliteReader, paging
from tests.desk.site import DeskSite
from tests.desk.test_journal import link, shown
from tests.journal.rows import row

NUMBER = 33612345678
OLD = now_micros() - 100 * DAY_US
MONTH = f"{moment_of(OLD):%Y-%m}"


def decision(at: int, principal: str, reason: str = "LISTED") -> DecisionRow:
    """A decision on one number."""
    return row(
        at=at,
        id=new_ident(at),
        number=NUMBER,
        dialled="0612345678",
        principal=principal,
        verdict="BLOCK",
        reason=reason,
    )


@pytest.fixture
def rows(desk_site: DeskSite) -> list[DecisionRow]:
    """Of an archived month three, of now two; every one of ACME but for the second of each."""
    path = desk_site.settings.daemon.data_dir / JOURNAL_FILE
    now = now_micros()
    made = [
        decision(OLD, "ACME", "OBJECTED"),
        decision(OLD + SECOND_US, "Other"),
        decision(OLD + 2 * SECOND_US, "ACME"),
        decision(now - SECOND_US, "ACME"),
        decision(now, "Other"),
    ]
    backend = SqliteBackend(path)
    backend.open()
    backend.write(made)
    backend.close()
    with closing(Archiver(path, "anna")) as archiver:
        assert [info.month for info in archiver.archive(now, 1)] == [MONTH]
    return made


async def unpacked(client: httpx.AsyncClient, address: str) -> httpx.Response:
    """A page that no longer waits for an archive."""
    for _ in range(5000):
        answer = await client.get(address, follow_redirects=True)
        if "is being unpacked" not in answer.text:
            return answer
        await asyncio.sleep(0.01)
    raise AssertionError(answer.text)


async def test_the_journal_goes_on_in_the_archive(desk_site: DeskSite, rows: list[DecisionRow]) -> None:
    """It is not unpacked unasked; who goes on reads it, and sees which one it is."""
    folder = desk_site.settings.daemon.data_dir / "journal"
    async with desk_site.visiting("reader") as client:
        first = (await client.get("/journal")).text
        assert shown(first) == [rows[4].id, rows[3].id]
        assert f"in the archive of {MONTH}, which has to be unpacked" in first
        assert "From the archive" not in first
        assert "journal.js" not in first
        assert not list(folder.glob(".reading-*"))
        assert "archives=1" in link(first, "next")
        waiting = (await client.get(link(first, "next"))).text
        if "is being unpacked" in waiting:
            assert 'data-onward="/journal?archives=1&amp;before=' in waiting
            assert '<noscript><meta http-equiv="refresh"' in waiting
        page = (await unpacked(client, link(first, "next"))).text
        assert shown(page) == [one.id for one in rows[2::-1]]
        assert f"From the archive of {MONTH}" in page
        assert f"{MONTH}.sqlite3.zst" in page
        assert link(page, "next") == ""
        # Now that it is there, the first page has all.
        whole = (await client.get("/journal?archives=1")).text
        assert shown(whole) == [one.id for one in reversed(rows)]
    desk_site.desk.close()
    assert not list(folder.glob(".reading-*"))


async def test_who_is_bound_sees_his_own(desk_site: DeskSite, rows: list[DecisionRow]) -> None:
    """In the archive as in the journal: rows, the decision's own page, and the number's."""
    async with desk_site.visiting("acme") as client:
        page = (await unpacked(client, "/journal?archives=1")).text
        assert shown(page) == [rows[3].id, rows[2].id, rows[0].id]
        assert "Other" not in page
        assert (await unpacked(client, f"/journal/{rows[1].id}")).status_code == 404
        own = await unpacked(client, f"/journal/{rows[0].id}")
        assert own.status_code == 200
        assert f"the archive of {MONTH}" in own.text
        assert rows[1].id not in own.text
        found = await client.post("/number", data={"number": "06 12 34 56 78"}, follow_redirects=True)
        address = re.search(r'rel="next" href="([^"#]+)', found.text)
        assert address is None  # it is unpacked already
        assert all((one.id in found.text) is (one.principal == "ACME") for one in rows)


async def test_one_number_goes_on_in_the_archive(desk_site: DeskSite, rows: list[DecisionRow]) -> None:
    """Asked for by a link, which names no number."""
    async with desk_site.visiting("reader", language="fr") as client:
        found = await client.post("/number", data={"number": "06 12 34 56 78"}, follow_redirects=True)
        assert f"Poursuivre dans l’archive de {MONTH}" in found.text
        address = re.search(r'rel="next" href="([^"#]+)', found.text)
        assert address is not None
        assert "612345678" not in address[1]
        for _ in range(5000):
            page = await client.get(address[1].replace("&amp;", "&"), follow_redirects=True)
            if "en cours de décompression" not in page.text:
                break
            assert 'data-again="1"' in page.text
            await asyncio.sleep(0.01)
        assert f"De l’archive de {MONTH}" in page.text
        decisions = page.text.partition('id="decisions"')[2]
        assert [one.id in decisions for one in rows] == [True, True, True, False, False]


async def test_nothing_is_unpacked_where_it_is_known_to_have_nothing(
    desk_site: DeskSite, rows: list[DecisionRow]
) -> None:
    """The index, which the desk fills by itself, knows what occurs in which month."""
    upkeep = desk_site.desk.upkeep
    for _ in range(10):
        await asyncio.to_thread(upkeep.step)
    assert (desk_site.settings.daemon.data_dir / SPANS_FILE).exists()
    async with desk_site.visiting("reader") as client:
        page = (await client.get("/journal?reason=CALL_HOURS&archives=1")).text
        assert "No decision." in page
        page = (await client.get("/journal?reason=OBJECTED")).text
        assert f"in the archive of {MONTH}" in page


async def test_a_damaged_archive_is_said(desk_site: DeskSite, rows: list[DecisionRow]) -> None:
    """With what to do; the journal itself is shown all the same."""
    archive: Path = desk_site.settings.daemon.data_dir / "journal" / f"{MONTH}.sqlite3.zst"
    await asyncio.to_thread(archive.write_bytes, b"x")
    async with desk_site.visiting("reader") as client:
        assert "put it back from a backup" in (await unpacked(client, "/journal?archives=1")).text
        assert len(shown((await client.get("/journal")).text)) == 2


async def _searched(client: httpx.AsyncClient, **asked: object) -> tuple[list[str], str]:
    """The decisions that a program finds, and up to when archives were not looked through."""
    answer = await client.post("/v1/journal/search", json=asked)
    assert answer.status_code == 200, answer.text
    told = [json.loads(line) for line in answer.text.splitlines()]
    return [one.get("decision", one) for one in told], answer.headers.get("gatekeeper-archived-until", "")


@pytest.mark.parametrize(("principal", "seen"), [("ACME", [3, 2, 0]), (None, [4, 3, 2, 1, 0])])
async def test_programs_read_archived_months(
    desk_site: DeskSite, rows: list[DecisionRow], principal: str | None, seen: list[int]
) -> None:
    """Where they ask for it, line by line and page by page, both ways; else they are told what was left out."""
    key = desk_site.desk.accounts.keys.add("crm", ["journal.read"], by="test", principal=principal)[1]
    ids = [rows[place].id for place in seen]
    now, until = [one for one in ids if one > rows[2].id], moment(desk_site.desk.pager().archives()[0].until)
    async with desk_site.visiting() as client:
        client.headers["authorization"] = f"Bearer {key}"
        assert await _searched(client) == (now, until)
        assert await _searched(client, archives=True) == (ids, "")
        assert await _searched(client, archives=True, limit=1, before=now[-1]) == ([rows[2].id], "")
        assert await _searched(client, archives=True, after=ids[-1]) == (ids[-2::-1], "")
        assert await _searched(client, after=ids[-1], before=now[-1]) == ([], until)
        assert await _searched(client, archives=True, after=ids[-1], before=now[-1]) == (
            ids[-2 : len(now) - 1 : -1],
            "",
        )
        assert await _searched(client, since="2026-11-01T00:00:00Z") == (now, "")
        for place, one in enumerate(rows):
            answer = await client.get(f"/v1/decisions/{one.id}")
            assert answer.status_code == (200 if place in seen else 404)
            assert principal is None or place in seen or "Other" not in answer.text
        for wrong in ("0" * 26, "x", "7" + "Z" * 25, "%00", "é" * 26):
            assert (await client.get(f"/v1/decisions/{wrong}")).status_code == 404


async def test_programs_are_told_of_a_damaged_archive(desk_site: DeskSite, rows: list[DecisionRow]) -> None:
    """As a problem, before the first line or as the last one."""
    key = desk_site.desk.accounts.keys.add("crm", ["journal.read"], by="test")[1]
    archive: Path = desk_site.settings.daemon.data_dir / "journal" / f"{MONTH}.sqlite3.zst"
    await asyncio.to_thread(archive.write_bytes, b"x")
    async with desk_site.visiting() as client:
        client.headers["authorization"] = f"Bearer {key}"
        (*found, problem), _ = await _searched(client, archives=True)
        assert (found, dict(problem)["type"]) == ([rows[4].id, rows[3].id], "/v1/docs#store")
        answer = await client.get(f"/v1/decisions/{rows[0].id}")
        assert (answer.status_code, answer.json()["type"]) == (503, "/v1/docs#store")


async def test_who_follows_is_given_what_is_rare(desk_site: DeskSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the journal has nothing of it behind what was found last; and who goes back, too."""
    monkeypatch.setattr(paging, "_FIRST_PART", 3)
    monkeypatch.setitem(SqliteReader.page.__kwdefaults__, "seconds", 0.0)
    now = now_micros()
    made = [decision(now - place * SECOND_US, "ACME", "LISTED" if place % 30 else "OBJECTED") for place in range(31)]
    backend = SqliteBackend(desk_site.settings.daemon.data_dir / JOURNAL_FILE)
    backend.open()
    backend.write(made[::-1])
    backend.close()
    key = desk_site.desk.accounts.keys.add("crm", ["journal.read"], by="test", principal="ACME")[1]
    async with desk_site.visiting() as client:
        client.headers["authorization"] = f"Bearer {key}"
        for where, right in (({"after": made[-1].id}, made[0].id), ({"before": made[0].id}, made[-1].id)):
            assert await _searched(client, reasons=["OBJECTED"], **where) == ([right], "")
