"""Proofs of a store that an older version wrote: who kept and named a file has it; who only named it does not."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from gatekeeper.consents import ConsentLedger, ConsentStore, GivenEvent, WrittenBy, migrations
from gatekeeper.consents.extract import extract_of
from gatekeeper.policy.ledger import EventKind
from gatekeeper.storage import open_engine

AT = 1_764_000_000_000_000
NUMBER = 33612345678

KEY, OTHER_KEY = WrittenBy("api:acme", "api"), WrittenBy("api:other", "api")


@pytest.mark.parametrize(
    ("kept_by", "written_by", "shared"),
    [
        (KEY, KEY, True),
        (KEY, OTHER_KEY, False),
        (WrittenBy("desk:anna", "desk"), OTHER_KEY, False),
        (KEY, WrittenBy("desk:bob", "desk"), True),
        (WrittenBy("desk:anna", "desk"), WrittenBy("desk:anna", "desk"), True),
        (WrittenBy("root", "command line"), WrittenBy("api:acme", "import"), False),
        (WrittenBy("root", "command line"), WrittenBy("root", "import"), True),
        (KEY, WrittenBy("root", "command line"), True),
        (KEY, WrittenBy("crm", "socket"), True),
    ],
)
def test_what_an_older_version_wrote(tmp_path: Path, kept_by: WrittenBy, written_by: WrittenBy, shared: bool) -> None:
    """Nobody knows any more which keys were bound to one principal: all of them may have been."""
    file = tmp_path / "form.pdf"
    file.write_bytes(b"%PDF-1.7")
    data = tmp_path / "data"
    with ConsentStore(data) as store:
        proof = store.keep_proof(file, kept_by)
        store.record([GivenEvent(NUMBER, "", EventKind.INQUIRY, AT, "ACME  Wine", proof=proof)], written_by)
    config = Config()
    config.set_main_option("script_location", str(Path(str(migrations.__file__)).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["engine"] = open_engine(data / "consents.sqlite3")
    command.downgrade(config, "0001")
    with closing(sqlite3.connect(data / "consents.sqlite3")) as old:
        assert "bound" not in {row[1] for row in old.execute("PRAGMA table_info(consent_source)")}
    with ConsentStore(data) as store, closing(ConsentLedger.open(data)) as ledger:
        (entry,) = extract_of(ledger, store, NUMBER, "")
        assert entry.proof_shared is shared
        assert store.holds_proof("acme wine", proof) is (kept_by.by == written_by.by)
