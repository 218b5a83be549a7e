"""Keys of programs: an ended one gets no more, no spelling of the header counts anew, one request is done once."""

import asyncio
import json
from pathlib import Path

import pytest

from gatekeeper.api import door, journal_pages
from gatekeeper.clock import SECOND_US, now_micros
from gatekeeper.journal import JOURNAL_FILE, new_ident
from gatekeeper.journal.sqlite import SqliteBackend
from tests.api.conftest import ApiSite, api_site
from tests.desk.site import DeskSite, make_site
from tests.journal.rows import row

__all__ = ["api_site"]


def _write(site: DeskSite, count: int) -> None:
    backend = SqliteBackend(site.settings.daemon.data_dir / JOURNAL_FILE)
    backend.open()
    begin = now_micros() - count * SECOND_US
    backend.write([row(at=at, id=new_ident(at)) for at in range(begin, begin + count * SECOND_US, SECOND_US)])
    backend.close()


@pytest.mark.parametrize("ended", [True, False])
async def test_a_key_that_is_ended_in_the_middle_of_a_stream_gets_no_more(
    desk_site: DeskSite, monkeypatch: pytest.MonkeyPatch, ended: bool
) -> None:
    """The page that is under way comes to its end, then a line says why there is no other."""
    _write(desk_site, 30)
    keys, real = desk_site.desk.accounts.keys, journal_pages._look
    key, text = keys.add("k", ["journal.read"], by="test")

    def reading(*args: object) -> object:
        page = real(*args)  # type: ignore[arg-type]
        if ended:
            keys.end(key.id)
        return page

    monkeypatch.setattr(door, "_TRUSTED_S", 0.0)
    monkeypatch.setattr(journal_pages, "_PAGE", 10)
    monkeypatch.setattr(journal_pages, "_look", reading)
    async with desk_site.visiting() as client:
        answer = await client.post("/v1/journal/search", json={}, headers={"authorization": f"Bearer {text}"})
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert len(lines) == (11 if ended else 30)
    assert ("key-unknown" in lines[-1].get("type", "")) is ended


async def test_no_spelling_of_the_header_counts_anew(tmp_path: Path) -> None:
    """However the key is written, what it may do in a minute is counted once."""
    site = make_site(tmp_path, "rate_per_minute = 30\n")
    text = site.desk.accounts.keys.add("k", ["lists.read"], by="test")[1]
    spellings = (f"Bearer {text}", f"bearer {text}", f"BEARER {text}", f"Bearer   {text}", f"bEaReR {text}  ")
    async with site.visiting() as client:
        answers = [await client.get("/v1/lists", headers={"authorization": one}) for one in spellings]
    site.desk.close()
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]


async def test_fifty_at_once_with_one_idempotency_key_are_one_call(api_site: ApiSite) -> None:
    """One reservation, and one answer for all; another principal's same key is another request."""
    number, body = "0612349901", {"number": "0612349901", "intent": "call"}
    async with api_site.client("acme") as acme, api_site.client("other") as other:
        sent = {"idempotency-key": "the-same"}
        answers = await asyncio.gather(*(acme.post("/v1/check", json=body, headers=sent) for _ in range(50)))
        theirs = await other.post("/v1/check", json=body, headers=sent)
    decided = {answer.json()["decision"] for answer in answers}
    assert len(decided) == 1
    assert theirs.json()["decision"] not in decided
    assert len(api_site.decisions(number)) == 2
