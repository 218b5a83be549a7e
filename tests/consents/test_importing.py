"""A file of consents: all of it or nothing, whatever it is written in, and what is wrong is told with its line."""

import gzip
import json
import random
from pathlib import Path

import pytest
from openpyxl import Workbook

from gatekeeper.clock import now_micros
from gatekeeper.consents import ConsentLedger, ConsentStore, GivenEvent, WrittenBy
from gatekeeper.consents.importing import importer, plain
from gatekeeper.consents.importing.importer import ConsentImport, ConsentImportOptions, import_consents
from gatekeeper.errors import ConsentError, GatekeeperError
from gatekeeper.policy.ledger import ALL_ITEMS, EMPTY_DOSSIER, ConsentItem, Dossier, EventKind, Slot

NUMBER = 33612345678
ANNA = WrittenBy("anna", "command line")
HEADING = "number;principal;goods;text;collected_at;until;slots;channel;items;proof;robot;written"
ROW = {
    "number": "0612345678", "principal": "ACME", "goods": "insurance|telecom", "text": "v1",
    "collected_at": "2026-08-20T10:00", "until": "2027-08-20", "slots": "tue,thu 18:00-20:00", "channel": "web",
    "items": "all", "proof": "rec-000001", "robot": "", "written": "no",
}  # fmt: skip


def write(folder: Path, *rows: dict[str, str], name: str = "c.csv", heading: str = HEADING) -> Path:
    """A file of rows that differ from `ROW`."""
    names = heading.split(";")
    lines = [heading, *(";".join({**ROW, **row}.get(key, "") for key in names) for row in rows)]
    file = folder / name
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


@pytest.fixture(autouse=True)
def _shown(store: ConsentStore) -> None:
    store.add_text("v1", "May ACME call you?", ANNA)


def taken(store: ConsentStore, file: Path, **options: object) -> ConsentImport:
    """What an import did."""
    return import_consents(store, file, ConsentImportOptions(by="anna", **options))  # type: ignore[arg-type]


def asked(store: ConsentStore, number: int = NUMBER, contact: str = "") -> Dossier:
    """What the ledger then knows, but for the ids."""
    ledger = ConsentLedger.open(store.layout.data_dir)
    found = ledger.dossier(number, contact)
    ledger.close()
    return Dossier(tuple(one._replace(ident=0) for one in found.consents), found.events)


@pytest.mark.parametrize("ends", [("\r", "\r", "\r"), ("\r", "\n", "\r"), ("\n", "\r", "\r\n")])
def test_each_kind_of_line_end_ends_a_record(store: ConsentStore, tmp_path: Path, ends: tuple[str, ...]) -> None:
    """That of old Macs, too, alone or beside others."""
    file = write(tmp_path, {}, {"number": "0623456789", "proof": "rec-000002"})
    file.write_bytes("".join(map("".join, zip(file.read_text().splitlines(), ends, strict=True))).encode())
    report = taken(store, file)
    assert (report.read, report.taken, report.rejected) == (2, 2, 0)


def test_a_csv(store: ConsentStore, tmp_path: Path, ledger: ConsentLedger) -> None:
    """In force for the next question of a daemon that runs."""
    report = taken(store, write(tmp_path, {}))
    assert (report.read, report.taken, report.void, report.rejected) == (1, 1, 0, 0)
    ledger.refresh()
    (consent,) = ledger.dossier(NUMBER).consents
    assert (consent.principal, consent.goods, consent.items) == ("acme", ("insurance", "telecom"), ALL_ITEMS)
    assert consent.slots == (Slot(0b0001010, 1080, 1200),)
    assert (consent.proved, consent.hour_known, consent.zone) == (True, True, "Europe/Paris")
    assert ledger.entries(NUMBER)[0].proof == "ref:rec-000001"
    assert [(one.by, one.file, one.taken) for one in store.imports()] == [("anna", "c.csv", 1)]


FORMS = ["csv", "comma", "quoted", "crlf", "utf-16", "gz", "french", "xlsx", "json", "blank lines", "excel's own"]


def formed(file: Path, form: str) -> Path:
    """The same in another form."""
    text = file.read_text()
    names, *rows = [line.split(";") for line in text.splitlines()]
    words = "Téléphone;mandant;biens;texte;Recueilli le;jusqu'au;créneaux;canal;mentions;preuve;automate;écrit"
    french = text.replace(HEADING, words).replace(";all;", ";toutes;").replace("tue,thu", "mardi,jeu")
    texts = {
        "comma": text.replace(",", "|").replace(";", ",").replace("tue|thu", "tue thu"),
        "quoted": "\n".join(";".join(f'"{cell}"' for cell in row) for row in (names, *rows)),
        "crlf": text.replace("\n", "\r\n"),
        "french": french,
        "blank lines": "\n" + text.replace("\n", "\n\n"),
        "excel's own": "sep=;\n" + text,
        "json": json.dumps([dict(zip(names, row, strict=True)) for row in rows]),
    }
    data = texts.get(form, text).encode("utf-16" if form == "utf-16" else "utf-8")
    file.write_bytes(gzip.compress(data) if form == "gz" else data)
    if form == "xlsx":
        book = Workbook()
        for row in (names, *rows):
            book.active.append(row)
        book.save(file)
    return file


@pytest.mark.parametrize("form", FORMS)
def test_every_form_says_the_same(store: ConsentStore, tmp_path: Path, form: str) -> None:
    """As the plain CSV."""
    file = formed(write(tmp_path, {}, {"number": "0612345679"}), form)
    assert taken(store, file).taken == 2
    found = [asked(store, number) for number in (NUMBER, NUMBER + 1)]
    assert found[0] == found[1]
    with ConsentStore(tmp_path / "other") as other:
        other.add_text("v1", "May ACME call you?", ANNA)
        taken(other, write(tmp_path, {}, name="plain.csv"))
        assert asked(other) == found[0]


@pytest.mark.parametrize("until", ["9999-12-31", "9999-12-31T23:59:59", "9999-12-31T23:59:59-14:00"])
def test_in_the_year_9999_nothing_ends(store: ConsentStore, tmp_path: Path, until: str) -> None:
    """What databases write for no end is none."""
    assert taken(store, write(tmp_path, {"until": until})).taken == 1
    assert [one.until for one in asked(store).consents] == [0]


VOID = [
    ({"items": "no-act"}, "act"),
    ({"items": "principal, goods choice"}, "period"),
    ({"items": ""}, "principal"),
    ({"proof": ""}, "no proof"),
    ({"proof": "oui"}, "no proof"),
    ({"collected_at": "2026-08-20"}, "no hour"),
    ({"principal": ""}, "no principal"),
    ({"goods": ""}, "no goods"),
]


@pytest.mark.parametrize(("but", "why"), VOID)
def test_what_lacks_something_is_kept_and_told(
    store: ConsentStore, tmp_path: Path, but: dict[str, str], why: str
) -> None:
    """It can be shown, and the report says the line and why it never counts."""
    report = taken(store, write(tmp_path, {}, {"number": "0612345679", **but}))
    assert (report.taken, report.void, report.rejected) == (2, 1, 0)
    (sample,) = report.void_samples
    assert sample.line == 3
    assert why in sample.reason
    assert report.void_file is not None
    assert why in report.void_file.read_text()
    assert asked(store, NUMBER + 1).consents


REJECTED = [
    ({"number": "12"}, "number"),
    ({"number": ""}, "neither"),
    ({"number": "112"}, "emergency"),
    ({"collected_at": ""}, "collected_at can't"),
    ({"collected_at": "20/08/2026 10:00"}, "collected_at can't"),
    ({"collected_at": "2026-02-30T10:00"}, "collected_at can't"),
    ({"collected_at": "2026-08-20T24:30"}, "collected_at can't"),
    ({"collected_at": "2999-08-20T10:00"}, "to come"),
    ({"collected_at": "0001-01-01T00:00:00+14:00"}, "collected_at can't"),
    ({"collected_at": "9999-12-31T23:59:59-14:00"}, "to come"),
    ({"until": "soon"}, "until can't"),
    ({"until": "9999-02-30"}, "until can't"),
    ({"until": "0001-01-01"}, "until can't"),
    ({"slots": "9999-12-31 10:00-12:00"}, "slots can't"),
    ({"slots": "0001-01-01 10:00-12:00"}, "slots can't"),
    ({"until": "2026-08-19"}, "ends before"),
    ({"slots": "evenings"}, "slots can't"),
    ({"slots": "tue 20:00-18:00"}, "slots can't"),
    ({"slots": "2026-02-30 10:00-12:00"}, "slots can't"),
    ({"proof": "none/such.pdf"}, "not beside"),
    ({"proof": "../c.csv"}, "not beside"),
    ({"robot": ";;"}, "cells"),
]


@pytest.mark.parametrize(("but", "why"), REJECTED)
def test_what_cant_be_read_is_kept_aside(store: ConsentStore, tmp_path: Path, but: dict[str, str], why: str) -> None:
    """With its line and why; more than a tenth of them refuse the file."""
    file = write(tmp_path, {}, {"number": "0612345679", **but})
    report = taken(store, file, force=True)
    assert (report.taken, report.rejected) == (1, 1)
    assert report.samples[0].line == 3
    assert why in report.samples[0].reason
    assert report.rejects_file is not None
    assert why in report.rejects_file.read_text()
    assert asked(store).consents
    with ConsentStore(tmp_path / "other") as other:
        other.add_text("v1", "", ANNA)
        with pytest.raises(ConsentError, match=r"1 record of 2"):
            taken(other, file)
        assert asked(other) is EMPTY_DOSSIER or not asked(other).consents


WRONG = [
    ({}, HEADING + ";sectr", "'sectr'"),
    ({}, HEADING.replace("collected_at", "colected_at"), "did you mean 'collected_at'"),
    ({}, HEADING.replace("until", "number"), "twice"),
    ({}, HEADING.replace("collected_at;", ""), "has the columns"),
    ({"items": "hour"}, HEADING, r"c.csv, line 3: items: there is no item 'hour'"),
    ({"robot": "perhaps"}, HEADING, r"c.csv, line 3: robot: 'perhaps'"),
    ({"text": "v7"}, HEADING, r"c.csv, line 3: text: there is no text 'v7'"),
]


@pytest.mark.parametrize(("but", "heading", "why"), WRONG)
def test_a_word_that_there_is_not(
    store: ConsentStore, tmp_path: Path, but: dict[str, str], heading: str, why: str
) -> None:
    """The error says file, line and what would be right, and nothing is changed, force or not."""
    with pytest.raises(ConsentError, match=why):
        taken(store, write(tmp_path, {}, but, heading=heading), force=True)
    assert not asked(store).consents
    assert store.imports() == []


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02" * 100, b"[1, 2]", b"{", b'[{"nummer": 1}]', b"%PDF-1.4"])
def test_no_file_of_consents(store: ConsentStore, tmp_path: Path, content: bytes) -> None:
    """Refused, with a text that names it."""
    file = tmp_path / "c.csv"
    file.write_bytes(content)
    with pytest.raises(GatekeeperError, match=r"c\.csv"):
        taken(store, file)


def test_a_preview_changes_nothing(store: ConsentStore, tmp_path: Path) -> None:
    """It counts as the import does."""
    (tmp_path / "call.wav").write_bytes(b"yes")
    file = write(tmp_path, {"proof": "call.wav"}, {"number": "12"}, {"items": ""})
    before = sorted(tmp_path.rglob("*.sqlite3"))
    report = taken(store, file, dry_run=True)
    assert (report.taken, report.void, report.rejected) == (2, 1, 1)
    assert not asked(store).consents
    assert sorted(tmp_path.rglob("*.sqlite3")) == before
    assert not (tmp_path / "proofs").exists()


def test_proofs(store: ConsentStore, tmp_path: Path) -> None:
    """A file is kept; a sum and a reference are noted."""
    (tmp_path / "call.wav").write_bytes(b"yes")
    sums = "AB" * 32
    proofs = ["call.wav", sums, "sha256:" + sums, "ref:a/b.pdf", "https://x.example/1.pdf", "rec 17 of May"]
    rows = [{"number": f"061234567{place}", "proof": proof} for place, proof in enumerate(proofs)]
    assert taken(store, write(tmp_path, *rows)).void == 0
    ledger = ConsentLedger.open(tmp_path)
    kept = [ledger.entries(33612345670 + place)[0].proof for place in range(len(proofs))]
    ledger.close()
    (file,) = (tmp_path / "proofs").iterdir()
    assert kept == [
        f"sha256:{file.name}", "sha256:" + sums.lower(), "sha256:" + sums.lower(), "ref:a/b.pdf",
        "ref:https://x.example/1.pdf", "ref:rec 17 of May",
    ]  # fmt: skip


def test_contacts(store: ConsentStore, tmp_path: Path) -> None:
    """One consumer with two numbers, imported; a withdrawal by one of them is known by the other."""
    heading = "contact;" + HEADING
    rows = [{"contact": "c-1"}, {"contact": "c-1", "number": "0612345679"}, {"contact": "c-2", "number": ""}]
    taken(store, write(tmp_path, *rows, heading=heading))
    assert len(asked(store).consents) == len(asked(store, 0, "c-1").consents) == 2
    assert len(asked(store, 0, "c-2").consents) == 1
    store.record([GivenEvent(NUMBER, "", EventKind.OBJECTION, now_micros())], ANNA)
    assert len(asked(store, NUMBER + 1).events) == 1


def spelled(generator: random.Random, count: int) -> list[dict[str, str]]:
    """Rows of every plain sort."""
    return [
        {
            "number": f"06{generator.randrange(10_000_000, 10_000_300)}",
            "goods": generator.choice(["insurance", "telecom", "wine|telecom", ""]),
            "collected_at": f"2026-{generator.choice(['03-29', '10-24', '08-20'])}T{generator.randrange(10, 24)}:30",
            "until": generator.choice(["", "2027-08-20", "2027-01-01T12:00"]),
            "slots": generator.choice(["", "mon-fri 10:00-12:00", "2026-11-28 10:00-12:00|sat 09:00-10:00"]),
            "items": generator.choice(["all", "all", "no-act", ""]),
            "proof": generator.choice(["", f"record-{generator.random()}".replace(".", "_")]),
            "written": generator.choice(["yes", "no", ""]),
        }
        for _ in range(count)
    ]


@pytest.mark.parametrize("seed", range(3))
def test_whole_blocks_at_once_or_one_by_one(
    store: ConsentStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """What NumPy claims of a block is what each record gives."""
    rows = spelled(random.Random(seed), 1500)
    if seed == 2:
        rows = [{**row, "proof": f"{place:064x}"} for place, row in enumerate(rows)]
    file = write(tmp_path, *rows)
    claimed = []
    read = plain.PlainReader.read
    monkeypatch.setattr(
        plain.PlainReader, "read", lambda self, data: claimed.append(found := read(self, data)) or found
    )
    one = taken(store, file)
    assert all(block is not None for block in claimed)
    monkeypatch.setattr(plain.PlainReader, "read", lambda _self, _data: None)
    with ConsentStore(tmp_path / "other") as other:
        other.add_text("v1", "May ACME call you?", ANNA)
        two = taken(other, file)
        assert one[:6] == two[:6]
        ledgers = [ConsentLedger.open(one.layout.data_dir) for one in (store, other)]
        for number in range(33610000000, 33610000300):
            found = [ledger.dossier(number) for ledger in ledgers]
            assert found[0] == found[1]
            assert [entry[4:] for entry in ledgers[0].entries(number)] == [
                entry[4:] for entry in ledgers[1].entries(number)
            ]
        for ledger in ledgers:
            ledger.close()


def test_many_imports_are_few_files(store: ConsentStore, tmp_path: Path) -> None:
    """Each is put together with those before that are not much larger, and none of its consents is lost."""
    for place in range(9):
        rows = [{"number": f"061234{place}{line:03}"} for line in range(40 if place else 400)]
        taken(store, write(tmp_path, *rows, {}, name=f"{place}.csv"))
    ledger = ConsentLedger.open(tmp_path)
    assert len(list(ledger.segments())) <= 2
    assert len(ledger.dossier(NUMBER).consents) == 9
    ids = [consent.ident for consent in ledger.dossier(NUMBER).consents]
    assert ids == sorted(set(ids))
    assert all(len(ledger.dossier(33612340000 + 1000 * place + 7).consents) == 1 for place in range(9))
    assert ledger.dossier(33612349999) is EMPTY_DOSSIER
    ledger.close()
    assert len(list(store.layout.segments.glob("*.sqlite3"))) <= 4


def test_one_import_at_a_time(store: ConsentStore, tmp_path: Path) -> None:
    """A second one is told to wait."""
    store.layout.segments.mkdir()
    lock = importer.FileLock(store.layout.lock)
    with lock, pytest.raises(ConsentError, match="running"):
        taken(store, write(tmp_path, {}))


def test_how_far_it_is(store: ConsentStore, tmp_path: Path) -> None:
    """All of the file's bytes, and then some of the pages."""
    file = write(tmp_path, *({"number": f"06123{line:05}"} for line in range(80_000)))
    told: list[tuple[str, int, int]] = []
    import_consents(store, file, ConsentImportOptions(), lambda *far: told.append(far))
    size = file.stat().st_size
    reading = [far for far in told if far[0] == "reading"]
    assert len(reading) > 5
    assert reading[-1] == ("reading", size, size)
    assert told[len(reading) :] == [("storing", 1024, 1250)]


def test_items_and_words() -> None:
    """Names in both languages."""
    from gatekeeper.consents.importing.cells import read_items

    assert read_items("mandant, durée acte", "x") == {ConsentItem.PRINCIPAL, ConsentItem.PERIOD, ConsentItem.ACT}
    assert read_items("no-act no-period", "x") == ALL_ITEMS - {ConsentItem.ACT, ConsentItem.PERIOD}
