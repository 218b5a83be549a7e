"""Texts of two principals over the interface: another's is refused as one that nobody keeps, and is shown to nobody."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from gatekeeper.consents import ConsentStore, WrittenBy
from gatekeeper.desk.reading.consents import read_ledger
from tests.api.conftest import ApiSite
from tests.api.test_imports import ended, sent

Naming = Callable[[httpx.AsyncClient, str], Awaitable[tuple[int, str]]]
"""Writes a consent down that names a text; how that is answered, without the name."""

COLLECTED = "2026-11-20T10:00:00+01:00"


async def _record(client: httpx.AsyncClient, text: str) -> tuple[int, str]:
    said = {"kind": "consent", "number": "0624700001", "goods": "wine", "collected_at": COLLECTED, "text": text}
    answer = await client.post("/v1/records", json=said)
    return answer.status_code, answer.text.replace(text, "")


async def _import(client: httpx.AsyncClient, text: str) -> tuple[int, str]:
    body = f"number,goods,collected_at,text\n0624700002,wine,{COLLECTED},{text}\n".encode()
    answer = await sent(client, body, "consents", force="true")
    problem = answer.json()
    if answer.status_code == 202:
        problem = (await ended(client, answer))["problem"] or {"status": 200, "detail": ""}
    return problem["status"], problem["detail"].replace(text, "")


@pytest.mark.parametrize("naming", [_record, _import])
async def test_a_key_for_one_principal_names_its_own_texts(api_site: ApiSite, naming: Naming) -> None:
    """A reader of the other is shown none by it, and nobody learns that it is there."""
    settings = api_site.desk.settings
    with ConsentStore(settings.daemon.data_dir) as store:
        store.add_text("web-acme", "May ACME call you?", WrittenBy("anna", "command line"), ["acme"])
    async with api_site.client("acme") as acme, api_site.client("other") as other, api_site.client("all") as everybody:
        guessed, nothing = await naming(other, "web-acme"), await naming(other, "web-none")
        assert guessed == nothing
        assert guessed[0] == 422
        assert (await naming(acme, "web-acme"))[0] == 200
        assert (await naming(everybody, "web-acme"))[0] == 200
    assert [one.name for one in read_ledger(settings, frozenset({"Other SA"})).texts] == []
    assert [one.name for one in read_ledger(settings, frozenset({"ACME"})).texts] == ["web-acme"]
    (seen,) = read_ledger(settings, None).texts
    assert seen.principals == ("ACME",)
