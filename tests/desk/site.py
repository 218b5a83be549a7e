"""A site with a desk: its stores, its application in this process or its real process, and people signed in there."""

import asyncio
import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette

from gatekeeper.accounts import ACCOUNTS_FILE, Role
from gatekeeper.config import Settings, load
from gatekeeper.desk.app import build_app
from gatekeeper.desk.desk import Desk
from gatekeeper.desk.http import DeadlineProtocol
from gatekeeper.desk.listening import listen
from lab.ports import free_port

PASSWORD = "four unrelated words here"
URL = "http://127.0.0.1:9574"

CONFIG = """
[daemon]
data_dir = "{folder}/data"
[socket]
path = "{folder}/s"
[law]
default = "lists-only"
[lists.red]
kind = "red"
[campaigns.spring]
principal = "ACME"
[desk]
port = {port}
"""


@dataclass(frozen=True)
class DeskSite:
    """A site with a desk.

    Attributes:
        folder: its data are in `data` there.
        config: its configuration file.
        settings: that file, read.
        desk: what its pages share.
    """

    folder: Path
    config: Path
    settings: Settings
    desk: Desk

    def add(self, name: str, role: Role, principals: list[str] | None = None) -> None:
        """Add a user, whose password is `PASSWORD`."""
        self.desk.accounts.users.add(name, PASSWORD, role, by="test", principals=principals)

    @contextlib.asynccontextmanager
    async def visiting(self, name: str = "", *, language: str = "en") -> AsyncIterator[httpx.AsyncClient]:
        """A browser at the application in this process, signed in where a name is given."""
        transport = httpx.ASGITransport(build_app(self.desk), client=("192.0.2.9", 40000))
        headers = {"origin": URL, "accept-language": language}
        async with httpx.AsyncClient(transport=transport, base_url=URL, headers=headers) as client:
            if name:
                answer = await client.post("/sign-in", data={"name": name, "password": PASSWORD})
                assert answer.status_code == 303, answer.text
            yield client

    @contextlib.asynccontextmanager
    async def serving_here(self, app: Starlette | None = None, **config: Any) -> AsyncIterator[str]:
        """The desk behind its own server, in this process; gives its address.

        Args:
            app: its application, where that is not as it is built.
            config: what else the server is told.
        """
        listening = listen("127.0.0.1", 0, self.settings.desk.max_connections)
        listening.listen(100)
        told = uvicorn.Config(
            app or build_app(self.desk), http=DeadlineProtocol, ws="none", lifespan="off", log_config=None, **config
        )
        server = uvicorn.Server(told)
        task = asyncio.get_running_loop().create_task(server.serve(sockets=[listening]))
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task

    @contextlib.contextmanager
    def serving(self, environment: Mapping[str, str] = MappingProxyType({})) -> Iterator[str]:
        """The desk as a process of its own, with this added to its environment; gives its address."""
        command = [sys.executable, "-m", "gatekeeper", "--config", str(self.config), "desk"]
        log = self.folder / "desk.log"
        with (
            log.open("wb") as out,
            subprocess.Popen(command, stdout=out, stderr=out, env={**os.environ, **environment}) as process,
        ):
            try:
                url = f"http://127.0.0.1:{self.settings.desk.port}"
                _wait(url, process, log)
                yield url
            finally:
                process.terminate()
                process.wait(20)


def make_site(folder: Path, more: str = "", accounts: Path | None = None) -> DeskSite:
    """A site with empty stores.

    Args:
        folder: an empty folder, with a short path for the socket's sake.
        more: what else stands in the configuration.
        accounts: a file of accounts to begin with.
    """
    from gatekeeper.consents import ConsentStore
    from gatekeeper.journal import JOURNAL_FILE
    from gatekeeper.journal.sqlite import SqliteBackend
    from gatekeeper.lists import ListStore

    config = folder / "gatekeeper.toml"
    config.write_text(CONFIG.format(folder=folder, port=free_port()) + more, encoding="utf-8")
    settings = load(config, {})
    data = settings.daemon.data_dir
    data.mkdir()
    ListStore(data).close()
    ConsentStore(data).close()
    journal = SqliteBackend(data / JOURNAL_FILE)
    journal.open()
    journal.close()
    if accounts is not None:
        shutil.copyfile(accounts, data / ACCOUNTS_FILE)
    return DeskSite(folder, config, settings, Desk(settings))


def heading(page: str) -> str:
    """A page's first heading."""
    found = re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)
    assert found is not None, page
    return " ".join(found[1].split())


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    with httpx.Client(trust_env=False, timeout=60) as client:
        for _ in range(900):
            with contextlib.suppress(httpx.TransportError):
                if client.get(f"{url}/healthz").status_code == 200:
                    return
            assert process.poll() is None, log.read_text()
            time.sleep(0.1)
    raise AssertionError(log.read_text())
