"""Every kind of answer: no frame, no script, no way elsewhere; and a fault tells nobody what it was about."""

import logging
import re
from collections.abc import AsyncIterator

import httpx
import pytest

from gatekeeper.desk.app import build_app
from gatekeeper.desk.body import FORM_BYTES
from gatekeeper.desk.pages import law
from gatekeeper.errors import StoreError
from tests.desk.site import PASSWORD, URL, DeskSite

_SECRET = "+33612345678"


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that has a fault, whose text has a number in it."""

    def broken(*_: object, **__: object) -> None:
        raise ValueError(_SECRET)

    monkeypatch.setattr(law.reading, "read_laws", broken)


def _client(site: DeskSite) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(build_app(site.desk)), base_url=URL, headers={"origin": URL})


@pytest.mark.usefixtures("faults")
async def test_every_kind_of_answer_forbids_frames_and_script(desk_site: DeskSite) -> None:
    """Pages, refusals, redirects, the interface, faults; none may be kept, and style and scripts are asked for anew."""
    async with _client(desk_site) as client:
        form = {"name": "admin", "password": PASSWORD}
        answers = [
            await client.get("/static/desk.css"),
            await client.get("/static/none"),
            await client.get("/people"),
            await client.post("/sign-in", data=form),
            await client.post("/people/users", headers={"origin": "https://evil.example"}),
            await client.get("/people", headers={"host": "evil.example"}),
            await client.get("/nothing"),
            await client.request("DELETE", "/people"),
            await client.get("/law"),
            await client.get("/v1/lists"),
            await client.get("/v1/nothing"),
            await client.get("/v1/docs"),
            await client.get("/healthz"),
            await client.post("/sign-in", content=b"x" * (FORM_BYTES + 1), headers={"content-type": "text/plain"}),
            await client.get("/scrubs/x/certificate.pdf"),
        ]
    assert {answer.status_code for answer in answers} >= {200, 303, 401, 403, 404, 405, 421, 500}
    for answer in answers:
        seen = (answer.request.url.path, answer.status_code)
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"], seen
        assert answer.headers["x-frame-options"] == "DENY", seen
        assert answer.headers["x-content-type-options"] == "nosniff", seen
        kept = "no-cache" if answer.request.url.path.startswith("/static/") else "no-store"
        assert answer.headers["cache-control"] == kept, seen


async def test_accounts_that_cannot_be_read_are_told_as_such(
    desk_site: DeskSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard's own trouble is answered as a page's: with the headers, and what to do."""
    async with desk_site.visiting("admin") as client:

        def broken(*_: object, **__: object) -> None:
            raise StoreError("accounts.sqlite3 is locked", "look for who holds it")

        monkeypatch.setattr(desk_site.desk.accounts.sessions, "find", broken)
        answer = await client.get("/people")
    assert answer.status_code == 503
    assert "look for who holds it" in answer.text
    assert answer.headers["x-frame-options"] == "DENY"


@pytest.fixture
async def address(desk_site: DeskSite) -> AsyncIterator[str]:
    """The desk behind its own server, in this process."""
    async with desk_site.serving_here() as url:
        yield url


@pytest.mark.usefixtures("faults")
async def test_a_fault_is_logged_without_what_it_was_about(
    desk_site: DeskSite, address: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it was, and of what kind, of a page as of the interface; no text of an error, in which a number may be."""
    key = desk_site.desk.accounts.keys.add("all", ["lists.read"], by="test")[1]

    def broken(*_: object, **__: object) -> None:
        raise ValueError(_SECRET)

    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr("gatekeeper.api.routes.lists._lists", broken)
    async with httpx.AsyncClient(base_url=address, trust_env=False, headers={"origin": address}) as client:
        await client.post("/sign-in", data={"name": "reader", "password": PASSWORD})
        assert (await client.get("/law")).status_code == 500
        assert (await client.get("/v1/lists", headers={"authorization": f"Bearer {key}"})).status_code == 500
    text = "\n".join(logging.Formatter().format(one) for one in caplog.records)
    assert "a fault of the desk (ValueError)" in text
    assert "a fault of the interface (ValueError)" in text
    assert not [secret for secret in (_SECRET, _SECRET[1:], PASSWORD, key) if secret in text]


@pytest.mark.parametrize("where", ["//[", "/\\[", "http://[", "//evil.example/%2f..", "/%0a", "\\\\evil.example", "//"])
async def test_no_way_back_is_a_fault_or_leads_away(desk_site: DeskSite, where: str) -> None:
    """Whatever stands in the address of the sign-in, or in its form, one is at this desk afterwards."""
    async with desk_site.visiting() as client:
        assert (await client.get("/sign-in", params={"next": where})).status_code == 200
        answer = await client.post("/language", data={"language": "fr", "next": where})
        location = answer.headers["location"]
        assert location.startswith("/")
        assert not location.startswith(("//", "/\\"))


async def test_who_has_not_signed_in_sends_no_large_body(desk_site: DeskSite) -> None:
    """A form is as large as a form, whatever it calls itself; only who may import sends a file."""
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        yield b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n'
        for _ in range(100):
            taken += 100_000
            yield b"a" * 100_000

    kind = {"content-type": "multipart/form-data; boundary=x"}
    for name in ("", "reader", "officer"):
        async with desk_site.visiting(name) as client:
            for path in ("/sign-in", "/language", "/consents", "/lists/red/rollback", "/account/password"):
                taken = 0
                answer = await client.post(path, content=endless(), headers=kind)
                assert answer.status_code in {400, 401, 403, 413, 422}, (name, path, answer.status_code)
                assert taken <= FORM_BYTES + 200_000, (name, path)


async def test_no_header_of_a_stranger_changes_an_answer(desk_site: DeskSite) -> None:
    """Where no proxy is trusted, nobody is told of another host, scheme or address than those there are."""
    forged = {
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "https",
        "x-forwarded-for": "203.0.113.7",
        "x-forwarded-prefix": "/evil",
        "x-original-url": "/people",
        "x-rewrite-url": "/people",
        "forwarded": "host=evil.example;proto=https",
        "x-http-method-override": "DELETE",
    }
    async with desk_site.visiting() as client:
        for path in ("/sign-in", "/people", "/", "/static", "/journal/", "/v1"):
            plain, forging = await client.get(path), await client.get(path, headers=forged)
            assert (plain.status_code, plain.text) == (forging.status_code, forging.text), path
            assert plain.headers == forging.headers, path
            assert "evil" not in str(forging.headers)
        await client.post("/sign-in", data={"name": "admin", "password": PASSWORD}, headers=forged)
    assert {one.address for one in desk_site.desk.accounts.actions.page()} == {"192.0.2.9"}


@pytest.mark.parametrize("host", ["127.0.0.1:9574@evil.example", "127.0.0.1/evil.example", "127.0.0.1:evil", "[::1]x"])
async def test_a_host_is_a_host(desk_site: DeskSite, host: str) -> None:
    """A name that only begins like one of ours is not ours."""
    async with desk_site.visiting() as client:
        assert (await client.get("/journal/", headers={"host": host})).status_code == 421


_FORM = {"content-type": "application/x-www-form-urlencoded"}
_PARTS = {"content-type": "multipart/form-data; boundary=a"}
_FAILURES = [
    (404, "GET", "/nothing", {}, b""),
    (405, "DELETE", "/lists", {}, b""),
    (405, "GET", "/people/keys", {}, b""),
    (400, "POST", "/consents", _PARTS, b"--a\r\nContent-Disposition: form-data\r\n\r\nx\r\n--a--\r\n"),
    (400, "POST", "/consents", _FORM, b"&".join(b"f%d=1" % one for one in range(50))),
    (413, "POST", "/consents", _FORM, b"number=" + b"1" * FORM_BYTES),
    (422, "POST", "/consents", _FORM, b"number=0612345678&number=0699999999"),
    (422, "POST", "/number", _FORM, b"number=0612345678&number=0699999999"),
]
"""What is asked for, and how that is answered to an officer."""


@pytest.mark.parametrize(("status", "method", "path", "headers", "body"), _FAILURES)
async def test_what_did_not_work_is_told_with_what_to_do(
    desk_site: DeskSite, status: int, method: str, path: str, headers: dict[str, str], body: bytes
) -> None:
    """In both languages, and the page is called what its heading says; a 405 names what is allowed."""
    told = set()
    for language in ("en", "fr"):
        async with desk_site.visiting("officer", language=language) as client:
            answer = await client.request(method, path, headers=headers, content=body)
        assert answer.status_code == status, answer.text
        main = answer.text[answer.text.index("<main") :]
        heading, *said = re.findall(r"<(?:h1|p)[^>]*>(.*?)</(?:h1|p)>", main, re.DOTALL)
        assert f"<title>{heading} " in answer.text
        assert f'lang="{language}"' in answer.text
        assert status == 404 or len(said) > 1, main
        told |= {heading, said[0]}
        assert ("allow" in answer.headers) is (status == 405)
    assert len(told) == 4, told


async def test_a_program_is_told_of_a_wrong_name_as_of_everything(desk_site: DeskSite) -> None:
    """As a problem, and not as a text for a person."""
    async with _client(desk_site) as client:
        answer = await client.get("/v1/lists", headers={"host": "evil.example"})
    assert (answer.status_code, answer.headers["content-type"]) == (421, "application/problem+json")
    assert answer.json()["type"] == "/v1/docs#unknown-name"
