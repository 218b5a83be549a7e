"""`POST /v1/check` and `/v1/outcomes`, in this process, before a real daemon."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from gatekeeper.api.batches import MOST_BATCHES, BatchesUnderWay
from gatekeeper.api.checking import MOST, Checking
from gatekeeper.api.language import language_of
from gatekeeper.api.problem import MEDIA_TYPE
from gatekeeper.errors import ProblemError
from gatekeeper.words import Language
from tests.api.conftest import ApiSite
from tests.waiting import until

LISTED = "0612000001"


async def ask(
    client: httpx.AsyncClient, number: str = "0611000001", intent: str = "ask", **more: object
) -> httpx.Response:
    """Ask about one call."""
    return await client.post("/v1/check", json={"number": number, "intent": intent, **more})


async def test_a_call_is_answered_with_its_reason_in_the_callers_language(api_site: ApiSite) -> None:
    """Verdict, code and words, list and version, and a decision that is in the journal."""
    api_site.daemon.add(LISTED)
    async with api_site.client("acme", **{"accept-language": "de, fr;q=0.9, en;q=0.1"}) as client:
        blocked = (await ask(client, LISTED, "call")).json()
        allowed = (await ask(client, "0612000002", "call", campaign="spring", dial_mode="manual")).json()
    assert (blocked["verdict"], blocked["reason"], blocked["list"]) == ("BLOCK", "RED_LIST", "red")
    assert blocked["words"].startswith("Le numéro figure")
    assert blocked["list_version"]
    assert (allowed["verdict"], allowed["reason"], allowed["retry_at"]) == ("ALLOW", "CLEAR", None)
    (row,) = api_site.decisions("0612000002")
    assert row["id"] == allowed["decision"]
    assert (row["gate"], row["principal"], row["asked_by"], row["dial_mode"]) == ("API", "ACME", "api:acme", "manual")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("", "en"), ("fr", "fr"), ("fr-CA, en;q=0.5", "fr"), ("en, fr;q=0.9", "en"), ("de", "en"), ("fr;q=0", "en"),
     ("*", "en"), ("fr;q=x", "en"), (",;=,fr;q=0.1", "fr"), ("FR", "fr")],
)  # fmt: skip
def test_the_language_is_what_the_program_prefers(accepted: str, language: str) -> None:
    """English where it prefers neither."""
    assert language_of(accepted) is Language(language)


async def test_many_are_answered_line_by_line_in_order(api_site: ApiSite) -> None:
    """As each alone is, with as many lines as attempts."""
    numbers = [f"06130{place:05}" for place in range(350)]
    numbers[7] = LISTED
    api_site.daemon.add(LISTED)
    attempts = [{"number": number} for number in numbers]
    async with api_site.client("acme") as client:
        answer = await client.post("/v1/check", json={"intent": "ask", "attempts": attempts})
    assert answer.headers["content-type"] == "application/x-ndjson"
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["reason"] for line in lines] == ["RED_LIST" if number == LISTED else "CLEAR" for number in numbers]
    rows = {row["id"]: row["dialled"] for row in api_site.daemon.decisions()}
    assert [rows[line["decision"]] for line in lines] == numbers


async def test_a_batch_at_a_time_of_each_key_and_few_of_all(api_site: ApiSite) -> None:
    """The next one is told to wait, and is answered when the one before is over; also where its reader leaves."""
    body = {"intent": "ask", "attempts": [{"number": f"06140{place:05}"} for place in range(300)]}
    async with api_site.client("check") as client:
        assert (await ask(client)).status_code == 200
        api_site.daemon.freeze()
        try:
            first = asyncio.create_task(client.post("/v1/check", json=body))
            await asyncio.sleep(0.2)
            second = await client.post("/v1/check", json=body)
        finally:
            api_site.daemon.thaw()
        assert (second.status_code, second.json()["type"]) == (429, "/v1/docs#busy")
        assert second.headers["retry-after"] == "1"
        assert (await first).status_code == 200
        hasty = asyncio.create_task(client.post("/v1/check", json=body))
        await asyncio.sleep(0.05)
        hasty.cancel()
        await asyncio.gather(hasty, return_exceptions=True)
        assert (await client.post("/v1/check", json=body)).status_code == 200


def test_few_batches_are_answered_at_once() -> None:
    """Whoever comes then is told to wait, too."""
    batches = BatchesUnderWay()
    under_way = [batches.enter(str(place)) for place in range(MOST_BATCHES)]
    with pytest.raises(ProblemError):
        batches.enter("another")
    with under_way[0]:
        pass
    assert batches.enter("another")


@pytest.mark.parametrize(
    ("body", "status", "pointers"),
    [
        ({}, 422, ["#/number", "#/intent"]),
        ({"number": 612, "intent": "ask"}, 422, ["#/number"]),
        ({"number": "", "intent": "ask"}, 422, ["#/number"]),
        ({"number": "06\n12", "intent": "ask"}, 422, ["#/number"]),
        ({"number": "0612", "intent": "dial"}, 422, ["#/intent"]),
        ({"number": "0612", "intent": "ask", "purpose": "fun"}, 422, ["#/purpose"]),
        ({"number": "0612", "intent": "ask", "a/b~c": 1}, 422, ["#/a~1b~0c"]),
        ({"number": "0612", "intent": "ask", "campaign": "x" * 201}, 422, ["#/campaign"]),
        ({"number": "0612", "intent": "ask", "principal": "Other SA"}, 403, ["#/principal"]),
        ({"intent": "ask", "attempts": []}, 422, ["#/attempts"]),
        ({"intent": "ask", "attempts": [{"number": "1"}] * 10_001}, 422, ["#/attempts"]),
        ({"intent": "ask", "attempts": [{"number": "1"}, {"number": "1", "intent": "ask"}]}, 422,
        ["#/attempts/1/intent"]), ({"intent": "ask", "attempts": [{"number": "1"}, {"number": "1", "principal": "x"}]},
        403,
         ["#/attempts/1/principal"]),
        ([], 422, ["#"]),
        (7, 422, ["#"]),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_pointed_at(api_site: ApiSite, body: object, status: int, pointers: list[str]) -> None:
    """A problem says where it is and what would be right, without what was sent; nothing is decided."""
    before = len(api_site.daemon.decisions())
    async with api_site.client("acme") as client:
        answer = await client.post("/v1/check", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, MEDIA_TYPE)
    assert [one["pointer"] for one in answer.json()["errors"]] == pointers
    assert answer.json()["status"] == status
    assert len(api_site.daemon.decisions()) == before


@pytest.mark.parametrize(
    "text",
    [b"", b"x", b"{", b'{"number": "1", "number": "2", "intent": "ask"}', b'"\xff"', b"[" * 100_000, b'{"number": NaN}',
     b'{"number": "\\ud800", "intent": "ask"}'],
)  # fmt: skip
async def test_what_is_not_json_is_refused(api_site: ApiSite, text: bytes) -> None:
    """Also where it could be read in two ways."""
    async with api_site.client() as client:
        answer = await client.post("/v1/check", content=text, headers={"content-type": "application/json"})
        assert (answer.status_code, answer.json()["type"]) == (422, "/v1/docs#invalid")
        plain = await client.post("/v1/check", content=b'{"number": "1", "intent": "ask"}')
        assert plain.status_code == 415


async def test_outcomes_are_taken_of_ones_own_calls(api_site: ApiSite) -> None:
    """Another principal's call, a question, and nobody's are answered alike, to the letter."""
    async with api_site.client("acme") as acme, api_site.client("other") as other:
        call = (await ask(acme, "0612000010", "call")).json()["decision"]
        question = (await ask(acme, "0612000010")).json()["decision"]

        async def tell(client: httpx.AsyncClient, decision: str, outcome: str = "made") -> httpx.Response:
            return await client.post("/v1/outcomes", json={"decision": decision, "outcome": outcome})

        unknown = [
            await tell(other, call),
            await tell(other, "0" * 26),
            await tell(acme, question),
            await tell(acme, "x"),
        ]
        assert {one.status_code for one in unknown} == {404}
        assert len({one.content for one in unknown}) == 1
        assert (await tell(acme, call, "given_back")).json() == {"decision": call, "outcome": "given_back"}
        assert (await tell(acme, call)).status_code == 200
        refused = await tell(acme, call, "given_back")
        assert (refused.status_code, refused.json()["type"]) == (409, "/v1/docs#outcome-told")


async def test_without_a_daemon_no_call_may_be_placed(api_site: ApiSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """A problem says so; in a batch, a line does, and nothing follows it."""
    monkeypatch.setattr(api_site.desk.daemon, "_path", api_site.daemon.folder / "nobody")
    async with api_site.client() as client:
        answer = await ask(client)
        assert (answer.status_code, answer.json()["type"]) == (503, "/v1/docs#daemon-down")
        assert answer.headers["retry-after"]
        many = await client.post("/v1/check", json={"intent": "ask", "attempts": [{"number": "1"}] * 300})
        (line,) = many.text.splitlines()
        assert json.loads(line)["status"] == 503
        headers = {"idempotency-key": "nobody-decides"}
        body = {"intent": "ask", "attempts": [{"number": "1"}] * 3}
        assert (await client.post("/v1/check", json=body, headers=headers)).status_code == 503
        monkeypatch.undo()
        again = await client.post("/v1/check", json=body, headers=headers)
        assert (again.status_code, len(again.text.splitlines())) == (200, 3)


async def test_who_leaves_a_batch_has_nothing_more_asked_for_him() -> None:
    """Neither what was waited for nor what was asked ahead: nobody would place the calls that are reserved."""
    asked: list[str] = []

    class Slow:
        async def ask(self, _asked: Mapping[str, object], _seconds: float = 0.0, /) -> dict[str, Any]:
            asked.append("asked")
            try:
                await asyncio.sleep(30)
            except asyncio.CancelledError:
                asked.append("ended")
                raise
            return {}

    answers = Checking(Slow()).many([{"dialled": LISTED}] * (2 * MOST + 1), intent="call", by="crm")
    reading = asyncio.ensure_future(anext(answers))
    await until(lambda: len(asked) == 2)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    assert asked == ["asked"] * 2 + ["ended"] * 2
