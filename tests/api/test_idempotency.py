"""Idempotency keys: the same request twice, at once or later, is one decision and one answer."""

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from gatekeeper.api.replies import KEPT_S, Replies, Reply, ReplyStore
from gatekeeper.errors import ProblemError, StoreError
from tests.api.conftest import ApiSite


async def test_the_same_key_at_once_is_one_reservation(api_site: ApiSite) -> None:
    """Of twenty at the same time one is decided, and all have its answer; so has one that comes later, or quoted."""
    number = "0615000001"
    body = {"number": number, "intent": "call"}
    async with api_site.client("acme") as client:
        asked = [client.post("/v1/check", json=body, headers={"idempotency-key": "one-call"}) for _ in range(20)]
        answers = await asyncio.gather(*asked)
        later = await client.post("/v1/check", json=body, headers={"idempotency-key": '"one-call"'})
    assert {one.content for one in [*answers, later]} == {later.content}
    assert later.status_code == 200
    assert len(api_site.decisions(number)) == 1


async def test_a_batch_has_its_answers_again(api_site: ApiSite) -> None:
    """All its lines, out of the store; at once, too."""
    body = {"intent": "call", "attempts": [{"number": f"06160{place:05}"} for place in range(250)]}
    async with api_site.client("acme") as client:
        headers = {"idempotency-key": "a-batch"}
        first, second = await asyncio.gather(*(client.post("/v1/check", json=body, headers=headers) for _ in range(2)))
    assert first.status_code == second.status_code == 200
    assert first.content == second.content
    assert first.headers["content-type"] == second.headers["content-type"] == "application/x-ndjson"
    assert len(api_site.decisions("0616000007")) == 1


async def test_another_request_under_the_key_is_refused(api_site: ApiSite) -> None:
    """At once or later; for another program the key is another."""
    headers = {"idempotency-key": "reused"}
    async with api_site.client("acme") as acme, api_site.client("other") as other:
        first, second = await asyncio.gather(
            *(
                acme.post("/v1/check", json={"number": number, "intent": "ask"}, headers=headers)
                for number in ("0615000002", "0615000003")
            )
        )
        third = await acme.post("/v1/check", json={"number": "0615000004", "intent": "ask"}, headers=headers)
        theirs = await other.post("/v1/check", json={"number": "0615000004", "intent": "ask"}, headers=headers)
    assert sorted([first.status_code, second.status_code]) == [200, 422]
    assert (third.status_code, third.json()["type"]) == (422, "/v1/docs#idempotency-key-reused")
    assert theirs.status_code == 200


@pytest.mark.parametrize("key", ["", "é".encode().decode("latin-1"), "x" * 256, '""'])
async def test_a_key_is_a_short_text(api_site: ApiSite, key: str) -> None:
    """Anything else is refused."""
    async with api_site.client() as client:
        headers = {b"idempotency-key": key.encode("latin-1")}
        answer = await client.post("/v1/check", json={"number": "0615000005", "intent": "ask"}, headers=headers)
    assert answer.status_code == 422
    assert api_site.decisions("0615000005") == []


async def _in_place(work: object, *arguments: object) -> object:
    await asyncio.sleep(0)
    assert callable(work)
    return work(*arguments)


async def test_what_failed_for_a_passing_reason_is_tried_again(tmp_path: Path) -> None:
    """429, 5xx and what says when to come again are not stored; refusals are, and what has begun, left or not."""
    replies = Replies(ReplyStore(tmp_path / "replies"), _in_place)
    later = (("retry-after", "1"),)
    given = iter([(503, ()), (429, ()), (409, later), (404, ()), (202, later), (200, ())])

    async def do() -> Reply:
        await asyncio.sleep(0.01)
        status, headers = next(given)
        return Reply(status, "text/plain", b"x", headers)

    assert [(await replies.once("a", "k", b"r", do)).status for _ in range(5)] == [503, 429, 409, 404, 404]
    assert [(await replies.once("a", "begun", b"r", do)).status for _ in range(2)] == [202, 202]
    hasty = asyncio.create_task(replies.once("a", "other", b"r", do))
    await asyncio.sleep(0.002)
    hasty.cancel()
    await asyncio.gather(hasty, return_exceptions=True)
    assert (await replies.once("a", "other", b"r", do)).status == 200
    with pytest.raises(ProblemError):
        await replies.once("a", "k", b"another", do)


def test_answers_are_kept_for_a_day(tmp_path: Path) -> None:
    """Not longer, and over a restart; a file that can't be used is a store's error."""
    now = [time.time()]
    store = ReplyStore(tmp_path / "replies", lambda: now[0])
    store.keep(b"a", b"d", Reply(200, "text/plain", b"yes" * 1000))
    store.close()
    store = ReplyStore(tmp_path / "replies", lambda: now[0])
    assert store.find(b"a") == (b"d", Reply(200, "text/plain", b"yes" * 1000))
    now[0] += KEPT_S + 1
    assert store.find(b"a") is None
    store.close()
    with pytest.raises(StoreError):
        ReplyStore(tmp_path).find(b"a")


async def test_what_was_done_is_told_though_its_answer_can_not_be_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Who was told that the store failed would ask again, and have it done twice."""
    path = tmp_path / "replies"
    replies, done = Replies(ReplyStore(path), _in_place), []

    async def do() -> Reply:
        done.append(1)
        return Reply(200, "text/plain", b"done")

    await replies.once("a", "before", b"r", do)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert (await replies.once("a", "k", b"r", do)).body == b"done"
    assert "can't be kept" in caplog.text
    assert len(done) == 2
