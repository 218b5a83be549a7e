"""Proofs of two principals: who knows another's SHA-256 gets no file by it, and learns nothing of it."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from tests.api.conftest import ApiSite
from tests.api.test_imports import HEADING, ended, sent

Naming = Callable[[httpx.AsyncClient, str, str], Awaitable[object]]
"""Writes down an entry of a number that names a proof."""

FILE = {"content-type": "application/pdf"}
COLLECTED = "2026-11-20T10:00:00+01:00"


async def _event(client: httpx.AsyncClient, number: str, proof: str) -> None:
    answer = await client.post("/v1/records", json={"kind": "inquiry", "number": number, "proof": proof})
    assert answer.status_code == 200, answer.text


async def _consent(client: httpx.AsyncClient, number: str, proof: str) -> None:
    said = {"kind": "consent", "number": number, "goods": "wine", "collected_at": COLLECTED, "proof": proof}
    answer = await client.post("/v1/records", json=said)
    assert answer.status_code == 200, answer.text


async def _bare_sum(client: httpx.AsyncClient, number: str, proof: str) -> None:
    await _event(client, number, proof.removeprefix("sha256:").upper())


async def _import(client: httpx.AsyncClient, number: str, proof: str) -> None:
    body = f"{HEADING}{number},,wine,{COLLECTED},all,{proof}\n".encode()
    looked = await ended(client, await sent(client, body, "consents"))
    commit = await client.post(f"/v1/imports/{looked['id']}/commit", json={"note": "a guess"})
    assert (await ended(client, commit))["state"] == "imported"


async def asked(client: httpx.AsyncClient, number: str, proof: str) -> httpx.Response:
    """The file of a proof."""
    return await client.post("/v1/proofs/search", json={"number": number, "proof": proof})


async def kept(client: httpx.AsyncClient, content: bytes) -> dict[str, Any]:
    """What is told of a file that is sent."""
    answer = await client.post("/v1/proofs?name=form.pdf", content=content, headers=FILE)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.mark.parametrize(
    ("naming", "number"),
    [(_event, "0624600001"), (_consent, "0624600002"), (_bare_sum, "0624600003"), (_import, "0624600004")],
)
async def test_who_knows_a_sum_gets_no_file(api_site: ApiSite, naming: Naming, number: str) -> None:
    """However the entry comes; what is kept answers as what nobody keeps. Who sends the file itself has it."""
    content = b"%PDF-1.7\n" + number.encode()
    proof, none = f"sha256:{hashlib.sha256(content).hexdigest()}", f"sha256:{'0' * 63}{number[-1]}"
    async with api_site.client("acme") as acme, api_site.client("other") as other, api_site.client("all") as everybody:
        told = await kept(acme, content)
        await _event(acme, number, proof)
        await naming(other, number, proof)
        await naming(other, number, none)
        guessed, nothing = await asked(other, number, proof), await asked(other, number, none)
        assert (guessed.status_code, guessed.content) == (404, nothing.content)
        for client in (acme, everybody):
            assert (await asked(client, number, proof)).content == content
        # The same bytes, sent by who has them: answered as the first time, and then its own.
        assert await kept(other, content) == told
        assert (await asked(other, number, proof)).content == content


async def test_an_entry_by_who_writes_for_all_gives_its_principal_the_file(api_site: ApiSite) -> None:
    """And nobody else: neither before nor behind what others guess."""
    content, number = b"%PDF-1.7\nfor all", "0624600005"
    async with api_site.client("acme") as acme, api_site.client("other") as other, api_site.client("all") as everybody:
        proof = (await kept(everybody, content))["proof"]
        await _event(acme, number, proof)
        await _event(other, number, proof)
        assert (await asked(acme, number, proof)).status_code == 404
        said = {"kind": "inquiry", "number": number, "principal": "acme ", "proof": proof}
        assert (await everybody.post("/v1/records", json=said)).status_code == 200
        assert (await asked(acme, number, proof)).content == content
        assert (await asked(other, number, proof)).status_code == 404
