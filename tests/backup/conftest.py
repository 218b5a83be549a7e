"""A data folder with a list, a red list, consents with a proof, a journal and a certificate."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gatekeeper.accounts import Accounts
from gatekeeper.alerts import ALERTS_FILE
from gatekeeper.alerts.alert import AlertKind, Occasion
from gatekeeper.alerts.outbox import Outbox
from gatekeeper.consents import ConsentStore
from gatekeeper.consents.model import WrittenBy
from gatekeeper.hooks import HOOKS_FILE
from gatekeeper.hooks.message import HookEvent, HookMessage
from gatekeeper.hooks.outbox import HookOutbox
from gatekeeper.journal import JOURNAL_FILE, JournalWriter
from gatekeeper.journal.sqlite import SqliteBackend
from gatekeeper.lists import ImportOptions, ListKind, ListStore
from tests.journal.rows import row


def import_list(store: ListStore, folder: Path, numbers: range) -> None:
    """Import numbers into the list `bloctel`."""
    file = folder / "numbers.txt"
    file.write_text("".join(f"0612{number:06}\n" for number in numbers))
    store.import_file(file, "bloctel", options=ImportOptions(keep_versions=2, accept=True))


def write_rows(data: Path, count: int) -> None:
    """Write decisions into the journal."""

    async def write() -> None:
        journal = JournalWriter(SqliteBackend(data / JOURNAL_FILE, node="one"))
        await journal.start()
        for _ in range(count):
            await journal.append(row())
        await journal.close()

    asyncio.run(write())


def ids(database: Path) -> set[str]:
    """The ids of a journal's decisions."""
    with closing(sqlite3.connect(f"file:{database}?immutable=1", uri=True)) as connection:
        return {ident for (ident,) in connection.execute("SELECT id FROM decision")}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data folder."""
    folder = tmp_path / "data"
    with ListStore(folder) as store:
        store.ensure("bloctel", ListKind.OPPOSITION)
        import_list(store, tmp_path, range(50))
        store.add("red", [33612345678], by="test", note="")
    with closing(ConsentStore(folder)) as consents:
        form = tmp_path / "form.pdf"
        form.write_text("signed")
        consents.keep_proof(form, WrittenBy("test", "test"))
    with Accounts(folder) as accounts:
        accounts.actions.add(by="desk:anna", address="192.0.2.1", action="list.add", what="red", why="by letter")
    with Outbox(folder / ALERTS_FILE, ["e-mail"]) as outbox:
        outbox.take(1, events=[Occasion(AlertKind.BYPASS, "bypass:1", {"decision": "1"})], reached={"journal": 7})
    with HookOutbox(folder / HOOKS_FILE, ["crm"]) as hooks:
        hooks.take("crm", [HookMessage("1", 1, HookEvent.LIST, {"list": "red"})], {"changes": 1}, 1)
    write_rows(folder, 20)
    (folder / "scrubs" / "leads").mkdir(parents=True)
    (folder / "scrubs" / "leads" / "certificate.json").write_text("{}")
    return folder
