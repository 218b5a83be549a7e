"""A site with a daemon, a desk and keys, for the tests of the interface."""

import contextlib
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from gatekeeper.accounts.keys import SCOPES
from gatekeeper.config import load
from gatekeeper.desk.app import build_app
from gatekeeper.desk.desk import Desk
from lab.daemon import GatekeeperDaemon
from lab.ports import free_port

CONFIG = """
[lists.bloctel]
kind = "opposition"
[lists.uploaded]
kind = "opposition"
[lists.customers]
kind = "contract"
[campaigns.spring]
principal = "ACME"
lists = []
[campaigns.default]
lists = []
[desk]
rate_per_minute = 600000
port = {port}
"""


@dataclass(frozen=True)
class ApiSite:
    """A site with the interface.

    Attributes:
        daemon: decides.
        desk: serves, in this process.
        keys: by name: `all` for all principals, `acme` and `other` for theirs, all for every scope; and one for each
        scope.
    """

    daemon: GatekeeperDaemon
    desk: Desk
    keys: dict[str, str]

    @contextlib.asynccontextmanager
    async def client(self, key: str = "all", **headers: str) -> AsyncIterator[httpx.AsyncClient]:
        """A program with a key."""
        async with self.client_of(self.keys[key], **headers) as client:
            yield client

    @contextlib.asynccontextmanager
    async def client_of(self, text: str, **headers: str) -> AsyncIterator[httpx.AsyncClient]:
        """A program that shows some text as its key."""
        transport = httpx.ASGITransport(build_app(self.desk), raise_app_exceptions=False)
        sent = {"authorization": f"Bearer {text}", **headers} if text else headers
        url = f"http://127.0.0.1:{self.desk.settings.desk.port}"
        async with httpx.AsyncClient(transport=transport, base_url=url, headers=sent, trust_env=False) as client:
            yield client

    def decisions(self, number: str) -> list[dict[str, object]]:
        """The decisions on a number, as it was dialled."""
        return [one for one in self.daemon.decisions() if one["dialled"] == number]


@pytest.fixture(scope="session")
def api_site() -> Iterator[ApiSite]:
    """The site; tests have numbers of their own."""
    with an_api_site() as site:
        yield site


@contextlib.contextmanager
def an_api_site(more: str = "") -> Iterator[ApiSite]:
    """A site; `more` is added to its configuration."""
    with tempfile.TemporaryDirectory(prefix="gk-api-") as folder, contextlib.ExitStack() as started:
        daemon = GatekeeperDaemon(Path(folder), config=CONFIG.format(port=free_port()) + more)
        started.enter_context(daemon)
        desk = Desk(load(daemon.config_path, {}))
        started.callback(desk.close)
        add = desk.accounts.keys.add
        keys = {
            "all": add("all", SCOPES, by="test")[1],
            "acme": add("acme", SCOPES, by="test", principal="ACME")[1],
            "other": add("other", SCOPES, by="test", principal="Other SA")[1],
            **{scope: add(scope, [scope], by="test")[1] for scope in SCOPES},
        }
        yield ApiSite(daemon, desk, keys)
