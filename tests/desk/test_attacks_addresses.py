"""Addresses that somebody makes up: a proxy's word counts where it is trusted, and one link is one address."""

import asyncio
import contextlib
from pathlib import Path

import httpx

from gatekeeper.accounts.lockout import MOST_OF_BOTH
from gatekeeper.desk.listening import MOST_OF_NETWORK
from tests.certificates import self_signed
from tests.desk.site import PASSWORD, DeskSite

_TRUST = {"proxy_headers": True, "forwarded_allow_ips": ["127.0.0.1/32", "10.0.0.0/8"]}

_WRONG = PASSWORD[::-1]

Forwarded = list[tuple[str, str]]


async def _tries(url: str, forwarded: Forwarded, source: str = "127.0.0.1", password: str = _WRONG) -> int:
    # Nothing is verified of plain HTTP, and to read the authorities takes a third of a second.
    transport = httpx.AsyncHTTPTransport(local_address=source, verify=False)
    headers = [("origin", url), *forwarded]
    async with httpx.AsyncClient(base_url=url, transport=transport, headers=headers, timeout=60) as client:
        return (await client.post("/sign-in", data={"name": "reader", "password": password})).status_code


_TOLD: list[tuple[str, Forwarded, str]] = [
    ("127.0.0.1", [("x-forwarded-for", "198.51.100.1")], "198.51.100.1"),
    # What the browser said stands in front of what the proxy adds
    ("127.0.0.1", [("x-forwarded-for", "192.0.2.1, 127.0.0.1, 198.51.100.2")], "198.51.100.2"),
    ("127.0.0.1", [("x-forwarded-for", "192.0.2.1"), ("x-forwarded-for", "198.51.100.3")], "198.51.100.3"),
    ("127.0.0.1", [("x-forwarded-for", "<script>, 198.51.100.4:4711")], "198.51.100.4"),
    ("127.0.0.1", [("x-forwarded-for", "192.0.2.1, 2001:db8::1, 10.1.2.3")], "2001:db8::1"),
    ("127.0.0.1", [("x-real-ip", "192.0.2.1"), ("forwarded", "for=192.0.2.1")], "127.0.0.1"),
    ("127.0.0.1", [("x-forwarded-for", "")], "127.0.0.1"),
    # Whoever is no proxy says what he likes
    ("127.0.0.2", [("x-forwarded-for", "198.51.100.1")], "127.0.0.2"),
    ("127.0.0.3", [("x-forwarded-for", "127.0.0.1"), ("x-forwarded-proto", "https")], "127.0.0.3"),
]


async def test_an_address_is_the_last_that_a_trusted_proxy_tells(desk_site: DeskSite) -> None:
    """In the record of who did what, as in lock-outs."""
    async with desk_site.serving_here(**_TRUST) as url:
        for source, forwarded, _ in _TOLD:
            assert await _tries(url, forwarded, source, PASSWORD) == 303
    seen = [one.address for one in desk_site.desk.accounts.actions.page()]
    assert seen[::-1] == [address for _, _, address in _TOLD]


async def test_who_takes_another_address_of_his_link_for_each_guess_is_locked_out(desk_site: DeskSite) -> None:
    """Behind a proxy as without one; a neighbour signs in."""
    async with desk_site.serving_here(**_TRUST) as url:
        for number in range(MOST_OF_BOTH):
            assert await _tries(url, [("x-forwarded-for", f"2001:db8:1:2:{number:x}::1")]) == 401
        assert await _tries(url, [("x-forwarded-for", "2001:db8:1:2:ffff::9")], password=PASSWORD) == 429
        assert await _tries(url, [("x-forwarded-for", "2001:db8:1:3::1")], password=PASSWORD) == 303
        # Spoofed by who is no proxy: all from one address
        for number in range(MOST_OF_BOTH):
            assert await _tries(url, [("x-forwarded-for", f"192.0.2.{number}")], "127.0.0.2") == 401
        assert await _tries(url, [("x-forwarded-for", "192.0.2.99")], "127.0.0.2") == 429


async def test_who_says_nothing_before_tls_has_his_share_and_no_more(desk_site: DeskSite, tmp_path: Path) -> None:
    """Silent connections are counted before the server sees them, and others get in."""
    files = self_signed(tmp_path)
    silent = []
    async with desk_site.serving_here(ssl_certfile=files.certificate, ssl_keyfile=files.key) as url:
        port = int(url.rpartition(":")[2])
        for _ in range(MOST_OF_NETWORK + 60):
            with contextlib.suppress(OSError):
                silent.append(await asyncio.open_connection("127.0.0.1", port, local_addr=("127.0.0.2", 0)))
        async with httpx.AsyncClient(verify=False, trust_env=False, timeout=60) as client:  # noqa: S501 - it is our own
            assert (await client.get(f"https://127.0.0.1:{port}/healthz")).status_code == 200
        assert sum(not reader.at_eof() and not writer.is_closing() for reader, writer in silent) <= MOST_OF_NETWORK
        for _, writer in silent:
            writer.close()
