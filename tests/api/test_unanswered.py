"""A daemon that was asked and does not answer in time: nobody says that nothing was changed, and again is once."""

import re
from collections.abc import Iterator

import httpx
import pytest

from gatekeeper.accounts import Role
from gatekeeper.desk.app import build_app
from gatekeeper.desk.daemon import DaemonLink
from tests.api.conftest import ApiSite
from tests.api.test_reading import post
from tests.desk.site import PASSWORD


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, api_site: ApiSite) -> Iterator[ApiSite]:
    """A desk that waits for a moment only, and a daemon that may be frozen."""
    monkeypatch.setattr(DaemonLink.ask, "__defaults__", (0.3,))
    yield api_site
    api_site.daemon.thaw()


async def entries(site: ApiSite, number: str) -> list[str]:
    """What the ledger has of a number."""
    async with site.client() as client:
        return [one["kind"] for one in (await post(client, "records/search", number=number))["records"]]


async def test_a_form_that_is_sent_again_is_done_once(impatient: ApiSite) -> None:
    """The page says what is not known, in both languages, and keeps the form with its key."""
    number, desk = "0624800001", impatient.desk
    desk.accounts.users.add("late", PASSWORD, Role.OFFICER, by="test")
    url = f"http://127.0.0.1:{desk.settings.desk.port}"
    transport = httpx.ASGITransport(build_app(desk))
    async with httpx.AsyncClient(transport=transport, base_url=url, headers={"origin": url}) as client:
        await client.post("/sign-in", data={"name": "late", "password": PASSWORD})
        address = (await client.post("/number", data={"number": number})).headers["location"]
        said = {"kind": "inquiry", "principal": "ACME", "why": "by telephone", "key": "first-record"}
        impatient.daemon.freeze()
        for language, told in (("fr", "On ne sait pas si cela a été fait"), ("en", "It is not known whether")):
            await client.post("/language", data={"language": language, "next": "/"})
            late = await client.post(f"{address}/record", data=said)
            assert (late.status_code, told in late.text, "Nothing was changed" in late.text) == (503, True, False)
            keys = re.findall(r'name="key" value="([^"]*)"', late.text)
            assert [key for key in keys if key.endswith("-record")] == ["first-record"]
            assert len({*keys}) == len(keys) > 2
        impatient.daemon.thaw()
        again = await client.post(f"{address}/record", data=said)
    assert again.status_code == 303
    assert await entries(impatient, number) == ["inquiry"]


async def test_a_request_that_is_sent_again_with_its_key_is_done_once(impatient: ApiSite) -> None:
    """Though its first answer was lost between the daemon and the interface."""
    number = "0624800002"
    said = {"kind": "inquiry", "number": number, "principal": "ACME"}
    async with impatient.client("all", **{"idempotency-key": "late-1"}) as client:
        impatient.daemon.freeze()
        late = await client.post("/v1/records", json=said)
        assert (late.status_code, late.json()["type"]) == (503, "/v1/docs#daemon-down")
        impatient.daemon.thaw()
        again = [await client.post("/v1/records", json=said) for _ in range(2)]
        assert {one.status_code for one in again} == {200}
        other = await client.post("/v1/records", json={**said, "note": "x"})
        assert other.json()["type"] == "/v1/docs#idempotency-key-reused"
    assert await entries(impatient, number) == ["inquiry"]
