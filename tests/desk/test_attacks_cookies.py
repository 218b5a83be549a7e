"""Cookies of a stranger: no plant of another page becomes a session, and none keeps the desk busy."""

import time

import pytest
from starlette.datastructures import Headers

from gatekeeper.desk.guard import LANGUAGE_COOKIE, own_cookies
from tests.desk.site import PASSWORD, DeskSite

_SESSION = "gatekeeper_session"


async def _token(site: DeskSite, name: str) -> str:
    async with site.visiting(name) as client:
        return client.cookies[_SESSION]


async def test_a_session_that_somebody_else_has_planted_beside_ones_own_is_none(desk_site: DeskSite) -> None:
    """Where two come, a page of a neighbour's has set one: its thief would read what is typed into his own account."""
    own, planted = await _token(desk_site, "officer"), await _token(desk_site, "reader")
    one, two = f"{_SESSION}={own}", f"{_SESSION}={planted}"
    async with desk_site.visiting() as client:
        for cookie, status in (
            (one, 200),
            (f"{one}; {one}", 200),
            (f"x=y; {one};", 200),
            (f"{one}; {two}", 303),
            (f"{two}; {one}", 303),
            (f"{one}; {_SESSION}=", 303),
            (f'{_SESSION}="{own}"', 303),
            (f"{_SESSION.upper()}={own}", 303),
            (f"__Host-gatekeeper={own}", 303),
            (f"{_SESSION}={own}\x00", 303),
            (f"{_SESSION}={own}, {one}", 303),
        ):
            answer = await client.get("/account", headers={"cookie": cookie})
            assert answer.status_code == status, cookie


async def test_a_sign_in_begins_another_session_than_the_one_that_it_came_with(desk_site: DeskSite) -> None:
    """Whatever a browser was given before; and two sign-ins are two sessions."""
    token, tokens = "planted", set()
    for _ in range(2):
        async with desk_site.visiting() as client:
            sent = {"cookie": f"{_SESSION}={token}"}
            answer = await client.post("/sign-in", data={"name": "reader", "password": PASSWORD}, headers=sent)
            tokens.add(answer.cookies[_SESSION])
    assert len(tokens) == 2
    assert token not in tokens
    assert desk_site.desk.accounts.sessions.find(token) is None


@pytest.mark.parametrize(
    "cookie",
    [
        'a="' + '\\"' * 30_000 + '"',
        f'{_SESSION}="' + '\\"' * 30_000 + '"',
        "a=b;" * 16_000,
        ";" * 64_000,
        "=" * 64_000,
        " " * 64_000,
        f"{_SESSION}=x;" * 3_000,
        f"{LANGUAGE_COOKIE}=" + "f" * 64_000,
    ],
)
def test_no_cookie_takes_long_to_read(cookie: str) -> None:
    """One of sixty kilobytes takes the standard library of Debian 12, as Python published it, three seconds."""
    begun = time.process_time()
    found = own_cookies(Headers({"cookie": cookie}))
    assert time.process_time() - begun < 1
    assert found.keys() <= {_SESSION, LANGUAGE_COOKIE}
