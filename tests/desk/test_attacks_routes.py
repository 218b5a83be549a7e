"""Every route there is, found by walking them: none answers who has not signed in, another site, or too low a role."""

import asyncio
import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import select
from starlette.routing import Mount, Route

from gatekeeper.accounts import Role
from gatekeeper.accounts.keys import SCOPES
from gatekeeper.accounts.tables import failures
from gatekeeper.api import routes
from gatekeeper.api.door import OPEN, ApiDoor
from gatekeeper.desk.app import build_app
from tests.desk.site import URL, DeskSite

_OPEN = {"/healthz", "/sign-in", "/sign-out", "/language"}
"""What anybody may ask for: all else wants a session."""

_OF_READERS = {
    "number_find", "number_ask", "consent_search", "consent_proof", "consent_copy", "export_order", "export_end",
    "account_password", "account_codes", "account_codes_confirm", "account_codes_end", "account_session_end",
}  # fmt: skip
"""Forms that a reader may send: they ask, or change nothing but what is his own. A new one has to be written here."""

_HOSTILE = ("..%2f..%2fetc%2fpasswd", "%00", "%0d%0aX:%20y", "%E2%80%AE", "x" * 3000, "'%20or%201=1--", "%25_", "%ff")


def _routes(site: DeskSite) -> Iterator[tuple[Route, str]]:
    for route in build_app(site.desk).routes:
        if isinstance(route, Route):
            yield from ((route, method) for method in sorted(route.methods or ()) if method != "HEAD")


def _filled(path: str, value: str = "x") -> str:
    return re.sub(r"\{[^}]*\}", value, path)


async def test_every_route_wants_a_session(desk_site: DeskSite) -> None:
    """Whoever has not signed in is sent to the sign-in, or refused; only a few addresses are for everybody."""
    seen = 0
    async with desk_site.visiting() as client:
        for route, method in _routes(desk_site):
            if route.path in _OPEN:
                continue
            answer = await client.request(method, _filled(route.path), data={"why": "x"} if method == "POST" else None)
            wanted = 401 if method == "POST" else 303
            assert answer.status_code == wanted, (method, route.path)
            assert method == "POST" or answer.headers["location"].startswith("/sign-in?next="), route.path
            seen += 1
    assert seen > 50


@pytest.mark.parametrize("signed_in", ["", "admin"])
async def test_every_form_of_another_site_is_refused(desk_site: DeskSite, signed_in: str) -> None:
    """By each sign that a browser gives, and by there being none."""
    foreign = (
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": URL, "sec-fetch-site": "cross-site"},
        {"origin": URL, "sec-fetch-site": "same-site"},
        {"origin": URL, "sec-fetch-site": "none"},
        {"origin": URL.replace("http", "https")},
        {"origin": f"{URL}.evil.example"},
    )
    async with desk_site.visiting(signed_in) as client:
        for route, method in _routes(desk_site):
            if method == "POST":
                for headers in foreign:
                    answer = await client.post(_filled(route.path), data={"why": "x"}, headers=headers)
                    assert answer.status_code == 403, (route.path, headers)


@pytest.mark.parametrize("name", ["reader", "acme"])
async def test_every_form_that_changes_something_refuses_a_reader(desk_site: DeskSite, name: str) -> None:
    """Only an officer changes lists and consents, only an admin people."""
    known = {route.name for route, method in _routes(desk_site) if method == "POST"}
    assert known >= _OF_READERS
    async with desk_site.visiting(name) as client:
        for route, method in _routes(desk_site):
            if method == "POST" and route.path not in _OPEN and route.name not in _OF_READERS:
                answer = await client.post(_filled(route.path), data={"why": "x"})
                assert answer.status_code == 403, route.path


@pytest.mark.parametrize("name", ["", "admin"])
async def test_no_other_method_does_anything(desk_site: DeskSite, name: str) -> None:
    """HEAD is GET without its page, and does nothing that a form would, whatever it brings; others are not there."""
    form = {"why": "x", "name": "admin", "password": "guess", "language": "fr", "do": "end"}
    accounts = desk_site.desk.accounts
    async with desk_site.visiting(name) as client:
        done = len(accounts.actions.page())
        for route, method in _routes(desk_site):
            path = _filled(route.path)
            if method == "GET":
                got = await client.get(path)
                asked = await client.request("HEAD", path, data=form)
                assert (asked.status_code, asked.headers.get("location")) == (
                    got.status_code,
                    got.headers.get("location"),
                ), path
                assert "set-cookie" not in asked.headers, path
            for other in () if name else ("OPTIONS", "PUT"):
                answer = await client.request(other, path, data=form, headers={"x-http-method-override": "POST"})
                assert answer.status_code == 405, (other, path)
                assert "access-control-allow-origin" not in answer.headers
        assert len(accounts.actions.page()) == done
    assert accounts.lockout.locked_until("admin", "192.0.2.9") == 0
    with accounts._database.reading() as connection:
        assert not connection.execute(select(failures)).all()


_SPELLINGS = (
    "//people", "/people//actions", "/./people", "/sign-in/../people", "/sign-in/%2e%2e/people", "/%70eople",
    "/sign-in%2f..%2fpeople", "/static/../people", "/static/%2e%2e/people", "/static/..%2fpeople", "/healthz/../people",
    "/v1/../people", "/v1/%2e%2e/people", "/v1/..%2fpeople", "/v1%2f..%2fpeople", "//v1/../people",
    "/v1/docs/../../people", "/people%00", "/people%3b", "/people;x=1", "/people.css", "/people%20", "/PEOPLE",
    "/static/%00", "/static/..%2f..%2fconfig%2f__init__.py", "/static/%2e%2e%5capp.py", "/static//etc/passwd",
    "/static/%252e%252e/app.py", "http://127.0.0.1/people", "http://evil.example/people", "*", "/static/" + "a" * 5000,
)  # fmt: skip


async def test_no_spelling_of_a_path_gets_round_who_may(desk_site: DeskSite) -> None:
    """As it is sent, and through the server: nothing of a page for admins, or of a file, is given to anybody."""
    async with desk_site.serving_here() as url:
        for path in _SPELLINGS:
            answer = await _raw(url, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
            status = int(answer.split(b" ", 2)[1])
            assert status in {303, 307, 400, 401, 404}, (path, answer[:300])
            if status in {303, 307}:
                location = re.search(rb"location: ([^\r]*)", answer)
                assert location is not None
                assert re.match(rb"/sign-in\?next=|http://127\.0\.0\.1/", location[1]), (path, location[1])
            assert not [word for word in (b"Who did what", b"import", b"root:", b"[desk]") if word in answer], path


async def _raw(address: str, said: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
    writer.write(said)
    try:
        return await asyncio.wait_for(reader.read(), 20)
    finally:
        writer.close()


@pytest.mark.parametrize("name", ["acme", "admin"])
async def test_no_address_is_a_path_a_header_or_a_query(desk_site: DeskSite, name: str) -> None:
    """What stands in an address in place of an id finds nothing, and no fault."""
    async with desk_site.visiting(name) as client:
        for route, method in _routes(desk_site):
            for value in _HOSTILE if "{" in route.path and method == "GET" else ():
                answer = await client.get(_filled(route.path, value))
                assert answer.status_code in {303, 403, 404, 422}, (route.path, value, answer.status_code)
                assert "root:" not in answer.text
                assert "x" not in answer.headers


def _interface(site: DeskSite) -> list[tuple[Route, frozenset[str]]]:
    """The routes that the interface serves, each with the scopes that it is described with: one of them is enough."""
    (mount,) = [one for one in build_app(site.desk).routes if isinstance(one, Mount) and one.path == "/v1"]
    door = mount.app
    assert isinstance(door, ApiDoor)
    served = [one for one in door._app.routes if isinstance(one, Route)]  # type: ignore[attr-defined]
    modules = [
        importlib.import_module(f"{routes.__name__}.{one.name}") for one in pkgutil.iter_modules(routes.__path__)
    ]
    described = {
        one.endpoint: frozenset(scope for kind in (one.openapi_extra or {})["security"] for scope in kind["key"])
        for module in modules
        for one in module.router.routes
        if isinstance(one, APIRoute)
    }
    return [(one, described[one.endpoint]) for one in served if one.path not in OPEN]


async def test_every_address_of_the_interface_wants_a_key_of_its_scope(desk_site: DeskSite) -> None:
    """Without a key, and with one for everything else, nothing is done; the pages' own cookie is no key."""
    addresses = _interface(desk_site)
    assert len(addresses) >= 9
    async with desk_site.visiting("admin") as client:
        for route, scopes in addresses:
            for method in sorted((route.methods or set()) - {"HEAD"}):
                path = f"/v1{_filled(route.path)}"
                assert (await client.request(method, path, json={})).status_code == 401, path
                others = [one for one in SCOPES if one not in scopes]
                key = desk_site.desk.accounts.keys.add("others", others, by="test")[1]
                for intent in ("ask", "call"):
                    sent = {"authorization": f"Bearer {key}"}
                    body = {"number": "0612345678", "intent": intent} if route.path == "/check" else {}
                    answer = await client.request(method, path, json=body, headers=sent)
                    assert answer.status_code == 403, path


def test_who_is_bound_to_principals_has_no_role_that_changes(desk_site: DeskSite) -> None:
    """Neither when he is made nor later, so that no form has to ask whose lists it is about."""
    users = desk_site.desk.accounts.users
    for role in (Role.OFFICER, Role.ADMIN):
        with pytest.raises(Exception, match="only a reader"):
            users.set_role("acme", role, ["ACME"])
