"""Records, the red list, lists and the journal over the interface: written, read, and each principal's own."""

import asyncio
import hashlib
import json
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatekeeper.accounts.keys import SCOPES
from gatekeeper.consents.proof_files import MOST_BYTES
from tests.api.conftest import ApiSite


async def post(client: httpx.AsyncClient, path: str, **body: object) -> Any:
    """Send a body; gives the answer's."""
    answer = await client.post(f"/v1/{path}", json=body)
    assert answer.status_code == 200, answer.text
    lines = [json.loads(line) for line in answer.text.splitlines()]
    return lines if "ndjson" in answer.headers["content-type"] else lines[0]


async def called(client: httpx.AsyncClient, numbers: Sequence[str]) -> list[str]:
    """Ask about calls; gives the decisions."""
    many = await post(client, "check", intent="call", attempts=[{"number": number} for number in numbers])
    return [one["decision"] for one in many]


async def test_the_red_list_is_in_force_for_the_next_call(api_site: ApiSite) -> None:
    """Added, twice, seen, and taken off by who may call for all alone."""
    number = "+33 6 21 00 00 01"
    async with api_site.client("acme") as acme, api_site.client("all") as everybody:
        assert await post(acme, "red-list/search", number=number) == {"listed": False, "since": None}
        assert (await post(acme, "red-list", number=number, note="by letter"))["result"] == "ADDED"
        assert (await post(acme, "red-list", number="0621000001"))["result"] == "ALREADY"
        assert (await post(acme, "check", number="0621000001", intent="ask"))["reason"] == "RED_LIST"
        assert (await post(acme, "red-list/search", number="0621000001"))["listed"]
        refused = await acme.post("/v1/red-list/removals", json={"number": number})
        assert refused.status_code == 403
        assert (await post(everybody, "red-list/removals", number=number))["result"] == "REMOVED"
        assert (await post(acme, "check", number="0621000001", intent="ask"))["reason"] == "CLEAR"
        listed = api_site.daemon.command("list", "show", number).stdout
        assert "api:acme" in listed


async def test_records_are_each_principals_own(api_site: ApiSite) -> None:
    """What one writes down the other does not see; a key for all sees both, and what is not said is refused."""
    number = "0621000002"
    consent = {"kind": "consent", "number": number, "goods": "insurance", "collected_at": "2026-11-02T10:15+01:00"}
    async with (
        api_site.client("acme") as acme,
        api_site.client("other") as other,
        api_site.client("all") as everybody,
    ):
        written = await post(acme, "records", **consent, items="all", proof="ref:archive-7")
        assert (written["result"], written["lacks"]) == ("RECORDED", "")
        await post(other, "records", kind="withdrawal", number=number)
        mine = (await post(acme, "records/search", number="+33621000002"))["records"]
        theirs = (await post(other, "records/search", number=number))["records"]
        all_of_it = (await post(everybody, "records/search", number=number))["records"]
        assert [(one["kind"], one["principal"]) for one in mine] == [("consent", "ACME")]
        assert mine[0]["entry"] == written["entry"]
        assert [(one["kind"], one["principal"]) for one in theirs] == [("withdrawal", "Other SA")]
        assert len(all_of_it) == 2
        bad = await acme.post("/v1/records", json={**consent, "collected_at": "tomorrow"})
        assert (bad.status_code, bad.json()["type"]) == (422, "/v1/docs#refused")
        for body in ({}, {"number": "x"}):
            assert (await acme.post("/v1/records/search", json=body)).status_code == 422


async def test_contracts_are_each_principals_own(api_site: ApiSite) -> None:
    """Written into the register, read by whom they are with and by a key for all; one without a company is refused."""
    said = {"kind": "contract", "number": "0621000012", "subject": "wine", "since": "2026-01-01", "until": "2026-12-31"}
    async with (
        api_site.client("acme") as acme,
        api_site.client("other") as other,
        api_site.client("all") as everybody,
    ):
        for client in (acme, other):
            assert (await post(client, "records", **said, zone="UTC"))["result"] == "RECORDED"
        assert (await everybody.post("/v1/records", json=said)).status_code == 422
        seen = [
            (await post(client, "records/search", number="0621000012"))["contracts"]
            for client in (acme, other, everybody)
        ]
        assert [[one["principal"] for one in some] for some in seen] == [["acme"], ["other sa"], ["acme", "other sa"]]
        assert seen[0][0] == {
            "list": "customers",
            "principal": "acme",
            "subject": "wine",
            "since": "2026-01-01T00:00:00.000000Z",
            "until": "2027-01-01T00:00:00.000000Z",
            "by_hand": True,
        }


async def test_a_refusal_may_name_ones_own_decision(api_site: ApiSite) -> None:
    """It puts the number on the red list; another principal's decision is as unknown as one that is none."""
    async with api_site.client("acme") as acme, api_site.client("other") as other:
        (ident,) = await called(acme, ["0621000003"])
        answers = [
            await other.post("/v1/records", json={"kind": "refusal", "decision": one}) for one in (ident, "0" * 26)
        ]
        assert {one.status_code for one in answers} == {404}
        assert answers[0].content == answers[1].content
        assert (await post(acme, "records", kind="refusal", decision=ident, agent="Anna"))["result"] == "ADDED"
        assert (await post(other, "check", number="0621000003", intent="ask"))["reason"] == "RED_LIST"


async def test_the_journal_is_read_to_its_end_and_followed(api_site: ApiSite) -> None:
    """Page by page with no line twice and none left out, back to the first and on to the newest."""
    numbers = [f"06220{place:05}" for place in range(25)]
    async with api_site.client("acme") as acme:
        made = await called(acme, numbers)
        found, before = [], None
        while True:
            lines = await post(acme, "journal/search", limit=7, **({"before": before} if before else {}))
            found += lines
            if len(lines) < 7:
                break
            before = lines[-1]["decision"]
        mine = [one["decision"] for one in found if str(one["dialled"]).startswith("06220")]
        assert mine == sorted(made, reverse=True)
        in_order = sorted(made)
        after = await post(acme, "journal/search", after=in_order[4], limit=6)
        assert [one["decision"] for one in after] == in_order[5:11]
        assert await post(acme, "journal/search", after=max(one["decision"] for one in found)) == []
        (line,) = await post(acme, "journal/search", number="+33 6 22 00 00 03")
        assert (line["verdict"], line["gates"], line["asked_by"]) == ("ALLOW", "API", "api:acme")
        alone = await acme.get(f"/v1/decisions/{line['decision']}")
        assert alone.json() == line
        blocked = await post(acme, "journal/search", number="0622000003", verdicts=["BLOCK"])
        assert blocked == []


async def test_the_lists_say_how_fresh_they_are(api_site: ApiSite) -> None:
    """Every list with its state; registers of contracts are of all principals together, and for a key of all alone."""
    states = {"bloctel": "missing", "red": "in force"}
    for key, more in (("acme", {}), ("all", {"customers": "in force"})):
        async with api_site.client(key) as client:
            told = (await client.get("/v1/lists")).json()["lists"]
        assert {one["name"]: one["state"] for one in told if one["name"] != "uploaded"} == {**states, **more}


SCOPED = [
    ("GET", "lists", None, "lists.read"),
    ("POST", "red-list/search", {"number": "0621000009"}, "lists.read"),
    ("POST", "red-list", {"number": "0621000009"}, "lists.write"),
    ("POST", "red-list/removals", {"number": "0621000009"}, "lists.write"),
    ("POST", "records", {"kind": "callback", "number": "0621000009"}, "consents.write"),
    ("POST", "records/search", {"number": "0621000009"}, "consents.read"),
    ("POST", "journal/search", {"limit": 1}, "journal.read"),
    ("GET", f"decisions/{'0' * 26}", None, "journal.read"),
    ("GET", "lists/uploaded/versions", None, "lists.read"),
    ("POST", "lists/uploaded/rollbacks", {"note": "x"}, "lists.import"),
    ("POST", "lists/uploaded/imports", None, "lists.import"),
    ("POST", "consents/imports", None, "consents.import"),
    ("POST", "proofs", None, "consents.write"),
    ("POST", "proofs/search", {"number": "0621000009", "proof": f"sha256:{'0' * 64}"}, "consents.read"),
]


@pytest.mark.parametrize(("method", "path", "body", "scope"), SCOPED)
async def test_each_route_has_its_scope(api_site: ApiSite, method: str, path: str, body: object, scope: str) -> None:
    """A key with that alone comes in, each other one does not."""
    for one in SCOPES:
        async with api_site.client(one) as client:
            answer = await client.request(method, f"/v1/{path}", json=body)
        assert (answer.status_code == 403) == (one != scope), one


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_answer_holds_anything_of_another_principal(api_site: ApiSite, data: st.DataObject) -> None:
    """Whatever is asked for, by whatever ids and names: no decision, entry or name of the other one is in an answer."""

    async def scene() -> None:
        async with api_site.client("acme") as acme, api_site.client("other") as other:
            number = f"0623{data.draw(st.integers(0, 999_999)):06}"
            theirs = await called(acme, [number])
            secret = "secretgoods"
            written = await post(acme, "records", kind="callback", number=number, goods="insurance", note=secret)
            newest = theirs[0]
            draws: dict[str, object] = {
                "journal/search": data.draw(
                    st.fixed_dictionaries(
                        {},
                        optional={
                            "number": st.just(number),
                            "before": st.just(newest),
                            "after": st.sampled_from([newest, "0" * 26]),
                            "verdicts": st.just(["ALLOW"]),
                            "gates": st.just(["API"]),
                            "limit": st.integers(1, 50),
                        },
                    )
                ),
                "records/search": {"number": number},
                "red-list/search": {"number": number},
                "outcomes": {"decision": newest, "outcome": data.draw(st.sampled_from(["made", "given_back"]))},
                "records": {"kind": "refusal", "decision": newest},
            }
            for path, body in draws.items():
                answer = await other.post(f"/v1/{path}", json=body)
                assert newest not in answer.text
                assert "ACME" not in answer.text
                assert secret not in answer.text
                assert f'"entry": {written["entry"]},' not in answer.text
            asked = await other.get(f"/v1/decisions/{newest}")
            nothing = await other.get(f"/v1/decisions/{'0' * 26}")
            assert (asked.status_code, asked.content) == (404, nothing.content)
            for path in ("journal/search", "records", "check"):
                named = {"journal/search": {"principals": ["ACME"]}}.get(path, {"principal": "ACME"})
                more = {"kind": "inquiry"} if path == "records" else {"intent": "ask"} if path == "check" else {}
                refused = await other.post(
                    f"/v1/{path}", json={**named, **more, **({"number": number} if more else {})}
                )
                assert refused.status_code == 403

    asyncio.run(scene())


async def test_a_proof_is_given_to_who_may_see_what_it_proves(api_site: ApiSite) -> None:
    """A file is kept, named by a record, and comes back as bytes to its principal's keys and those for all alone."""
    body, number = b"%PDF-1.7\nI agree", "0624500001"
    async with api_site.client("acme") as acme, api_site.client("other") as other, api_site.client("all") as everybody:
        sent = {"params": {"name": "form.pdf", "note": "by letter"}, "content": body}
        file = {"content-type": "application/pdf", "idempotency-key": "proof-1"}
        answers = [await acme.post("/v1/proofs", **sent, headers=file) for _ in range(2)]  # type: ignore[arg-type]
        proof = f"sha256:{hashlib.sha256(body).hexdigest()}"
        assert [one.json() for one in answers] == [{"proof": proof, "size": len(body), "kind": "PDF"}] * 2
        await post(acme, "records", kind="inquiry", number=number, proof=proof)
        for client in (acme, everybody):
            given = await client.post("/v1/proofs/search", json={"number": number, "proof": proof})
            assert (given.status_code, given.content) == (200, body)
            assert given.headers["content-type"] == "application/octet-stream"
            assert given.headers["content-disposition"].startswith("attachment; filename=")
            assert given.headers["x-content-type-options"] == "nosniff"
        hidden = await other.post("/v1/proofs/search", json={"number": number, "proof": proof})
        none = await other.post("/v1/proofs/search", json={"number": number, "proof": f"sha256:{'0' * 64}"})
        assert (hidden.status_code, hidden.content) == (404, none.content)
        nobody = await everybody.post("/v1/proofs/search", json={"number": "0624500002", "proof": proof})
        assert nobody.status_code == 404
        kind = {"content-type": "application/pdf"}
        for content in (b"<html>", b"\x7fELF", b"PK\x03\x04"):
            refused = await acme.post("/v1/proofs?name=x.pdf", content=content, headers=kind)
            assert (refused.status_code, refused.json()["type"]) == (422, "/v1/docs#file-refused")
            assert refused.json()["errors"][0]["file"] == "x.pdf"
        large = await acme.post("/v1/proofs?name=x", content=b" " * (MOST_BYTES + 1), headers=kind)
        assert (large.status_code, large.json()["type"]) == (413, "/v1/docs#too-large")
    folder = api_site.desk.settings.daemon.data_dir / "desk" / "uploads"
    assert not [one for one in folder.iterdir() if one.name not in api_site.desk.uploads._there]
