"""Memory of an import: a file made to take all of it is refused, with what to do, and nothing is changed."""

import json
import sys
from pathlib import Path

import pytest

from gatekeeper.consents import ConsentStore
from gatekeeper.intake.arrival import Ending
from gatekeeper.intake.import_process import ImportProcess, ImportWork
from gatekeeper.lists import ListStore

MOST_MB = 256
CONFIG = '[daemon]\ndata_dir = "{folder}/data"\n[inbox]\nmemory_mb = {most}\n[lists.plain]\nkind = "opposition"\n'
ASKED = {"by": "anna", "zone": "Europe/Paris"}


@pytest.fixture
def process(tmp_path: Path) -> ImportProcess:
    """Makes imports with as little memory as can be configured."""
    config = tmp_path / "gatekeeper.toml"
    config.write_text(CONFIG.format(folder=tmp_path, most=MOST_MB))
    return ImportProcess((sys.executable, "-m", "gatekeeper.daemon.importing"), config, 60)


async def test_a_file_that_takes_all_memory_is_refused(process: ImportProcess, tmp_path: Path) -> None:
    """Twelve megabytes of JSON are half a gigabyte of objects."""
    hostile = tmp_path / "hostile.json"
    hostile.write_text("[" + "{}," * 4_000_000 + "{}]")
    outcome = await process.do(ImportWork.CONSENTS, "", str(hostile), ASKED, lambda *_: None)
    assert outcome.ending is Ending.REFUSED
    assert f"more than {MOST_MB} MB of memory (inbox.memory_mb): send it as CSV" in outcome.text
    with ConsentStore(tmp_path / "data") as store:
        assert store.imports() == []


async def test_a_process_that_dies_says_nothing_of_the_file(tmp_path: Path) -> None:
    """Who asked for it may ask again; in the inbox the file is put aside, where it would else end one after another."""
    process = ImportProcess((sys.executable, "-c", "raise SystemExit(3)"), None, 60)
    asked = await process.do(ImportWork.LIST, "plain", str(tmp_path / "x"), ASKED, lambda *_: None)
    assert (asked.ending, "status 3" in asked.text) == (Ending.TROUBLE, True)
    assert (await process.run("plain", tmp_path / "x")).ending is Ending.REFUSED


async def test_what_fits_is_imported(process: ImportProcess, tmp_path: Path) -> None:
    """Of either kind, with the least that can be configured."""
    consents, numbers = tmp_path / "crm.json", tmp_path / "list.txt"
    given = {"principal": "ACME", "collected_at": "2026-08-20T10:00"}
    consents.write_text(json.dumps([{**given, "number": f"06171{place:05}"} for place in range(10_000)]))
    numbers.write_text("".join(f"06171{place:05}\n" for place in range(100_000)))
    done = await process.do(ImportWork.CONSENTS, "", str(consents), ASKED, lambda *_: None)
    listed = await process.do(ImportWork.LIST, "plain", str(numbers), ASKED, lambda *_: None)
    assert [one.ending for one in (done, listed)] == [Ending.IMPORTED] * 2, (done.text, listed.text)
    with ListStore(tmp_path / "data") as store:
        assert store.status()[0].count == 100_000
