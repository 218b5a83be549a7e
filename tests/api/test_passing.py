"""What can't be done now, and may be a moment later: it is told as that, and asked again with its key it is done."""

import contextlib
import sqlite3
from collections.abc import Iterator

import pytest

from gatekeeper.api.problem import without_folders
from tests.api.conftest import ApiSite, an_api_site
from tests.api.test_unanswered import entries


@contextlib.contextmanager
def locked(site: ApiSite, database: str) -> Iterator[None]:
    """A database that another process is writing to."""
    with contextlib.closing(sqlite3.connect(site.daemon.data_dir / database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@pytest.mark.parametrize(
    ("address", "said", "number"),
    [
        ("records", {"kind": "withdrawal", "number": "0624900001", "principal": "ACME"}, "0624900001"),
        ("red-list", {"number": "0624900002"}, "0624900002"),
    ],
)
async def test_a_change_to_a_locked_store_is_made_when_it_is_asked_again(
    api_site: ApiSite, address: str, said: dict[str, str], number: str
) -> None:
    """A 503 that says when to come again and names no folder of the server; the same with its key is then done."""
    async with api_site.client("all", **{"idempotency-key": f"locked-{number}"}) as client:
        with locked(api_site, "consents.sqlite3"):
            busy = await client.post(f"/v1/{address}", json=said, timeout=60)
        assert (busy.status_code, busy.json()["type"]) == (503, "/v1/docs#not-now")
        assert busy.headers["retry-after"]
        assert str(api_site.daemon.data_dir) not in busy.text
        again = await client.post(f"/v1/{address}", json=said)
    assert again.status_code == 200
    assert await entries(api_site, number)


async def test_a_proof_that_could_not_be_kept_is_no_fault_of_the_file(api_site: ApiSite) -> None:
    """Only a file of another kind is refused as a file; the same with its key is kept a moment later."""
    sent = {"content-type": "application/octet-stream", "idempotency-key": "busy-proof"}
    async with api_site.client("all", **sent) as client:
        with locked(api_site, "consents.sqlite3"):
            busy = await client.post("/v1/proofs?name=a.txt", content=b"she said yes", timeout=60)
        kept = await client.post("/v1/proofs?name=a.txt", content=b"she said yes")
    async with api_site.client("all", **{**sent, "idempotency-key": "no-proof"}) as client:
        none = await client.post("/v1/proofs?name=a.html", content=b"<html>")
    assert [(one.status_code, one.json().get("type")) for one in (busy, kept, none)] == [
        (503, "/v1/docs#not-now"),
        (200, None),
        (422, "/v1/docs#file-refused"),
    ]


async def test_a_call_on_which_nobody_could_decide_is_asked_about_anew(api_site: ApiSite) -> None:
    """With the same key, alone or in a batch: what the journal was too busy for is decided a moment later."""
    one = {"number": "0624900003", "intent": "call"}
    many = {"attempts": [{"number": "0624900004"}], "intent": "call"}
    told = []
    async with api_site.client() as client:
        for body, key in ((one, "busy-call"), (many, "busy-batch")):
            with locked(api_site, "journal.sqlite3"):
                first = await client.post("/v1/check", json=body, headers={"idempotency-key": key}, timeout=60)
            second = await client.post("/v1/check", json=body, headers={"idempotency-key": key}, timeout=60)
            told.append((first.json()["reason"], second.json()["reason"]))
    assert [first for first, _ in told] == ["GATE_ERROR", "GATE_ERROR"]
    assert "GATE_ERROR" not in [second for _, second in told]


async def test_an_outcome_for_a_locked_journal_is_not_told_before(api_site: ApiSite) -> None:
    """It is taken when it is told again."""
    async with api_site.client() as client:
        asked = await client.post("/v1/check", json={"number": "0624900005", "intent": "call"})
        told = {"decision": asked.json()["decision"], "outcome": "made"}
        with locked(api_site, "journal.sqlite3"):
            busy = await client.post("/v1/outcomes", json=told, headers={"idempotency-key": "busy-out"}, timeout=60)
        again = await client.post("/v1/outcomes", json=told, headers={"idempotency-key": "busy-out"})
    assert (busy.status_code, again.status_code) == (503, 200)


async def test_too_many_refusals_within_a_minute_are_told_as_that() -> None:
    """A 429 that says when to come again, and that is not kept under the key."""
    with an_api_site("[refusal]\nper_minute = 1\n") as site:
        async with site.client() as client:
            taken = await client.post("/v1/records", json={"kind": "refusal", "number": "0624900006"})
            more = {"kind": "refusal", "number": "0624900007"}
            late = await client.post("/v1/records", json=more, headers={"idempotency-key": "too-often"})
        assert (taken.status_code, late.status_code, late.json()["type"]) == (200, 429, "/v1/docs#too-often")
        assert late.headers["retry-after"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("/var/lib/gatekeeper/lists.sqlite3 is locked", "lists.sqlite3 is locked"),
        ("look below '/srv/a b/c' (/srv/d/e.txt)", "look below 'a b/c' (e.txt)"),
        ("the zone is like Europe/Paris; ask /v1", "the zone is like Europe/Paris; ask /v1"),
    ],
)
def test_a_program_is_told_no_folder_of_the_server(text: str, told: str) -> None:
    """Only what a file is called there."""
    assert without_folders(text) == told
