"""The ledger keeps what is written, gives it back for the very next question, and never changes it."""

import ast
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from gatekeeper.consents import ConsentLedger, ConsentStore, GivenConsent, GivenEvent, SharedTerms, WrittenBy
from gatekeeper.consents.ledger import EMPTY_DOSSIER
from gatekeeper.errors import ConsentError, StoreError
from gatekeeper.policy.ledger import ALL_ITEMS, Consent, EventKind, GivenBy, LedgerEvent, Slot
from gatekeeper.storage.change_signal import LOOK_AGAIN_S
from gatekeeper.storage.sqlite.copying import copy_database

PACKAGE = Path(__file__).parents[2] / "gatekeeper" / "consents"
NUMBER, OTHER = 33612345678, 33612345679
AT = 1_787_212_800_000_000
ANNA = WrittenBy("anna", "command line")
TERMS = SharedTerms(
    principal="ACME  SA", third_parties=("Call Center",), goods=("Insurance", "Telecom"), channel="web",
    items=ALL_ITEMS, slots=(Slot(0b10, 1080, 1200), Slot(0, 600, 720, 739_000, exact=True)), zone="Europe/Paris",
    robot=True,
)  # fmt: skip


def consent(number: int = NUMBER, contact: str = "", *, at: int = AT) -> GivenConsent:
    """A consent to be written down."""
    return GivenConsent(number, contact, at, AT * 2, TERMS, "ref:17")


def event(number: int = NUMBER, contact: str = "", kind: EventKind = EventKind.WITHDRAWAL) -> GivenEvent:
    """An event to be written down."""
    return GivenEvent(number, contact, kind, AT + 1, principal="Acme", goods="")


def test_what_is_written_is_known_at_once(store: ConsentStore, ledger: ConsentLedger) -> None:
    """Names as they are compared, everything else as it was given."""
    assert ledger.dossier(NUMBER) is EMPTY_DOSSIER
    (first,) = store.add([consent()], ANNA)
    (second,) = store.record([event()], ANNA)
    assert ledger.refresh()
    found = ledger.dossier(NUMBER)
    assert found.consents == (
        Consent(
            first, "acme sa", ("call center",), ("insurance", "telecom"), AT, True, AT * 2, TERMS.slots, ALL_ITEMS,
            proved=True, robot=True, written=False, zone="Europe/Paris",
        ),
    )  # fmt: skip
    assert found.events == (LedgerEvent(second, EventKind.WITHDRAWAL, "acme", "", AT + 1, proved=False),)
    assert ledger.dossier(OTHER) is EMPTY_DOSSIER
    assert second > first


@pytest.mark.parametrize("kind", EventKind)
def test_every_event(store: ConsentStore, ledger: ConsentLedger, kind: EventKind) -> None:
    """Each comes back as what it was."""
    store.record([event(kind=kind)], ANNA)
    ledger.refresh()
    assert [one.kind for one in ledger.dossier(NUMBER).events] == [kind]


def test_one_consumer_with_several_numbers(store: ConsentStore, ledger: ConsentLedger) -> None:
    """A consent of the contact is known by each number; a withdrawal by one number ends it for the others."""
    store.add([consent(NUMBER, "c-1"), consent(OTHER, "c-1"), consent(0, "c-1")], ANNA)
    store.add([consent(33699999999, "c-2")], ANNA)
    ledger.refresh()
    assert len(ledger.dossier(NUMBER).consents) == len(ledger.dossier(0, "c-1").consents) == 3
    store.record([event(NUMBER)], ANNA)
    ledger.refresh()
    for dossier in (ledger.dossier(NUMBER), ledger.dossier(OTHER), ledger.dossier(0, "c-1")):
        assert len(dossier.events) == 1
    assert ledger.dossier(33699999999).events == ()
    assert ledger.dossier(0, "c-3") is EMPTY_DOSSIER


@pytest.mark.parametrize(
    ("number", "contact", "given_by"),
    [
        (NUMBER, "c-1", {GivenBy.CALLEE: 2, GivenBy.ON_OTHER_NUMBER: 1, GivenBy.OTHER_PERSON: 1}),
        (NUMBER, "c-2", {GivenBy.CALLEE: 1, GivenBy.OTHER_PERSON: 3}),
        (NUMBER, "c-3", {GivenBy.OTHER_PERSON: 4}),
        (NUMBER, "", {GivenBy.CALLEE: 3, GivenBy.ON_OTHER_NUMBER: 1}),
        (0, "c-1", {GivenBy.CALLEE: 3}),
    ],
)
def test_who_gave_a_consent(
    store: ConsentStore, ledger: ConsentLedger, number: int, contact: str, given_by: dict[GivenBy, int]
) -> None:
    """Two people are called on one number; one of them gave a consent with it, with another number, and without one."""
    store.add([consent(NUMBER, "c-1"), consent(OTHER, "c-1"), consent(0, "c-1"), consent(NUMBER, "c-2")], ANNA)
    ledger.refresh()
    found = Counter(one.given_by for one in ledger.dossier(number, contact).consents)
    assert found == given_by


def test_a_contact_of_another(store: ConsentStore, ledger: ConsentLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two contacts that fall on the same subject are told apart by their names."""
    for module in ("store", "ledger"):
        monkeypatch.setattr(f"gatekeeper.consents.{module}.contact_subject", lambda _contact: -7)
    store.add([consent(0, "c-1"), consent(0, "c-2")], ANNA)
    ledger.refresh()
    assert len(ledger.dossier(0, "c-1").consents) == 1


def test_whose(store: ConsentStore) -> None:
    """Neither number nor contact: refused, and nothing is written."""
    with pytest.raises(ConsentError, match="whose"):
        store.add([consent(), consent(0)], ANNA)
    assert store.counts() == {"imported": 0, "texts": 0, "proofs": 0}


def test_texts_are_never_changed(store: ConsentStore) -> None:
    """The same once more is nothing new; another of the same name is refused; a consent names one that there is."""
    digest = store.add_text("v1", "May ACME call you?", ANNA)
    assert store.add_text("v1", "May ACME call you?", ANNA) == digest
    with pytest.raises(ConsentError, match="never changed"):
        store.add_text("v1", "May we?", ANNA)
    with pytest.raises(ConsentError, match="text 'v2'"):
        store.add([consent()._replace(terms=TERMS._replace(text="v2"))], ANNA)
    store.add([consent()._replace(terms=TERMS._replace(text="v1"))], ANNA)
    assert [(one.name, one.sha256) for one in store.texts()] == [("v1", digest)]


def test_a_proof_is_kept_by_its_sum(store: ConsentStore, tmp_path: Path) -> None:
    """A copy, for nobody to write and others not to read; kept once however often it is given."""
    file = tmp_path / "call.wav"
    file.write_bytes(b"yes" * 1000)
    told = {store.keep_proof(file, ANNA) for _ in range(2)}
    (kept,) = (tmp_path / "proofs").iterdir()
    assert told == {f"sha256:{kept.name}"}
    assert kept.read_bytes() == file.read_bytes()
    assert kept.stat().st_mode & 0o227 == 0
    with pytest.raises(ConsentError, match="can't be read"):
        store.keep_proof(tmp_path / "none.wav", ANNA)


def test_many_by_hand(store: ConsentStore, ledger: ConsentLedger) -> None:
    """Those of a start come slice by slice, and each is known from the beginning."""
    store.add([consent(33600000000 + place) for place in range(6000)], ANNA)
    for opened in (ledger, ConsentLedger.open(store.layout.data_dir)):
        for _ in range(3):
            opened.refresh()
            assert len(opened.dossier(33600005999).consents) == 1
            assert opened.dossier(33600006000) is EMPTY_DOSSIER


def test_trouble_is_told_and_over_when_it_is_mended(store: ConsentStore, ledger: ConsentLedger) -> None:
    """A ledger that can't be read is an error, and none that knows nothing."""
    store.add([consent()], ANNA)
    path = store.layout.database
    hidden = path.with_suffix(".away")
    ledger.close()
    path.rename(hidden)
    with pytest.raises(StoreError):
        ConsentLedger.open(store.layout.data_dir)
    patient = ConsentLedger.open(store.layout.data_dir, patient=True)
    for ask in (patient.refresh, lambda: patient.dossier(NUMBER)):
        with pytest.raises(StoreError):
            ask()
    hidden.rename(path)
    patient._retry_at = 0.0
    patient.refresh()
    assert patient.dossier(NUMBER).consents


def test_a_lost_database_is_not_made_anew(store: ConsentStore) -> None:
    """With imported consents beside it, an empty one would forget every withdrawal."""
    store.layout.segments.mkdir()
    store.layout.segment("x").touch()
    store.layout.database.unlink()
    with pytest.raises(StoreError, match="missing"):
        ConsentStore(store.layout.data_dir)


def test_nothing_is_changed_or_deleted() -> None:
    """Only the counter of ids and which segments count are ever updated."""
    changed = set()
    for path in PACKAGE.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"update", "delete"}:
                changed.add((node.func.id, ast.unparse(node.args[0])))
    assert changed <= {("update", "counters"), ("update", "segments")}


def test_the_schema_is_what_the_code_knows(store: ConsentStore) -> None:
    """The migrations make the tables that the code uses."""
    from gatekeeper.consents.tables import metadata

    with sqlite3.connect(store.layout.database) as connection:
        for table in metadata.sorted_tables:
            held = {row[1] for row in connection.execute(f"PRAGMA table_info({table.name})")}
            assert held == {column.name for column in table.columns}
    connection.close()


def test_the_daemon_does_without_numpy() -> None:
    """Neither the ledger nor the door of the refusals brings it in."""
    code = "import sys, gatekeeper.consents, gatekeeper.refusals.red_list; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def test_a_contact_that_only_the_call_names_brings_no_consent(store: ConsentStore, ledger: ConsentLedger) -> None:
    """What ends a consent counts for whoever is said to be called; what opens the way must be known of the number."""
    store.add([consent(NUMBER, "c-1")], ANNA)
    store.record([event(NUMBER, "c-1")], ANNA)
    ledger.refresh()
    told = ledger.dossier(OTHER, "c-1")
    claimed = ledger.dossier(OTHER, "c-1", claimed=True)
    assert (len(told.consents), len(told.events)) == (1, 1)
    assert (len(claimed.consents), len(claimed.events)) == (0, 1)
    assert len(ledger.dossier(NUMBER, "c-1", claimed=True).consents) == 1


def test_a_ledger_that_is_put_back_is_noticed(store: ConsentStore, ledger: ConsentLedger, tmp_path: Path) -> None:
    """Out of a backup, beside a desk that runs: what it shows is what is there, and no more the file moved aside."""
    database, saved = store.layout.database, tmp_path / "saved.sqlite3"
    store.add([consent()], ANNA)
    copy_database(database, saved)
    store.record([event()], ANNA)
    ledger.refresh()
    assert ledger.dossier(NUMBER).events
    for end in ("-wal", "-shm", ""):
        Path(f"{database}{end}").rename(tmp_path / f"aside{end}")
    saved.rename(database)
    time.sleep(1.5 * LOOK_AGAIN_S)
    ledger.refresh()
    found = ledger.dossier(NUMBER)
    assert (len(found.consents), found.events) == (1, ())
    store.record([event(OTHER)], ANNA)
    ledger.refresh()
    assert ledger.dossier(OTHER).events
