"""Imports that people ask for, through the control socket of a real daemon."""

import gzip
import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from gatekeeper.consents import ConsentStore
from gatekeeper.control import ask
from gatekeeper.daemon.job_records import JobRecords
from gatekeeper.errors import DaemonError
from gatekeeper.intake.uploads import uploads_folder
from gatekeeper.lists import ListStore
from lab.daemon import GatekeeperDaemon
from lab.processes import wait_until

CONFIG = """
[lists.bloctel]
kind = "opposition"

[lists.washed]
kind = "wash"
format = "bloctel-return"

[lists.killed]
kind = "opposition"

[lists.large]
kind = "opposition"
"""
A, B, C = 33612345678, 33761234567, 33612000001
CONSENTS = (
    "number;principal;goods;collected_at;channel;proof\n"
    "0612345678;ACME;wine;2026-11-01T10:15;web;ref:1\n"
    "nobody;ACME;wine;2026-11-01T10:15;web;ref:2\n"
    "0761234567;ACME;wine;2026-11-01T10:15;web;form.pdf\n"
)


class Desk:
    """Whoever asks a daemon as the desk does."""

    def __init__(self, daemon: GatekeeperDaemon) -> None:
        self.daemon = daemon
        self.uploads = 0

    def upload(self, content: bytes) -> str:
        """Put a file where uploads are."""
        self.uploads += 1
        folder = uploads_folder(self.daemon.data_dir) / f"{self.uploads}"
        folder.mkdir(parents=True)
        (folder / "upload").write_bytes(content)
        return str(folder / "upload")

    def ask(self, op: str, **fields: str) -> dict[str, Any]:
        """Ask."""
        return ask(self.daemon.socket_path, {"op": op, **fields}, 60.0)

    def done(self, op: str, **fields: str) -> dict[str, Any]:
        """Have something done; gives how it ended."""
        return self.end_of(self.ask(op, by="Anna", **fields)["job"])

    def end_of(self, job: str) -> dict[str, Any]:
        """How a job ends."""
        wait_until(lambda: self.ask("job", job=job)["state"] not in {"waiting", "running"}, 60, "the job to end")
        return self.ask("job", job=job)

    def numbers(self, name: str) -> list[int]:
        """What is on a list."""
        with ListStore(self.daemon.data_dir) as store:
            return list(store.numbers(name))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One for all."""
    with GatekeeperDaemon(tmp_path_factory.mktemp("gk"), config=CONFIG) as daemon:
        yield Desk(daemon)


def test_a_list_is_looked_at_imported_and_brought_back(desk: Desk) -> None:
    """What a look says comes true; each time it is kept who did it and why."""
    first = desk.done("list_import", list="bloctel", path=desk.upload(b"0612345678\n"), note="first")
    assert (first["state"], first["report"]["version"]) == ("done", 1)
    path = desk.upload(b"0761234567\nnothing\n0612000001\n")
    look = desk.done("list_import", list="bloctel", path=path, dry_run="yes", source="november.csv", force="yes")
    assert (look["state"], look["text"]) == ("done", "")
    counts = {"version": 0, "imported": 2, "rejected": 1, "added": 2, "dropped": 1, "unchanged": 0}
    assert {name: look["report"][name] for name in counts} == counts
    assert look["report"]["samples"][0]["text"] == "nothing"
    assert Path(look["report"]["rejects_file"]).parent == Path(path).parent
    assert desk.numbers("bloctel") == [A]
    said = {"source": "november.csv", "force": "yes", "note": "of the month"}
    done = desk.done("list_import", list="bloctel", path=path, **said)
    assert (done["state"], done["report"]["version"]) == ("done", 2)
    assert desk.numbers("bloctel") == [C, B]
    back = desk.done("list_rollback", list="bloctel", note="2 was wrong")
    assert back["report"] == {"list": "bloctel", "version": 1}
    assert desk.numbers("bloctel") == [A]
    with ListStore(desk.daemon.data_dir) as store:
        kept = [(one.version, one.by, one.note) for one in store.activations("bloctel")]
        assert store.versions("bloctel")[0].source == "november.csv"
    assert kept == [(1, "Anna", "2 was wrong"), (2, "Anna", "of the month"), (1, "Anna", "first")]


def test_consents_are_looked_at_and_imported(desk: Desk) -> None:
    """A file that is named as a proof did not come with it: that record is kept aside."""
    path = desk.upload(CONSENTS.encode())
    said = {"path": path, "zone": "Europe/Paris", "source": "crm.csv", "note": "from the CRM", "force": "yes"}
    look = desk.done("consent_import", dry_run="yes", **said)
    assert look["state"] == "done", look
    assert [look["report"][name] for name in ("read", "taken", "rejected")] == [3, 1, 2]
    with ConsentStore(desk.daemon.data_dir) as consents:
        assert consents.imports() == []
    assert desk.done("consent_import", **said)["state"] == "done"
    with ConsentStore(desk.daemon.data_dir) as consents:
        (kept,) = consents.imports()
    assert (kept.file, kept.by, kept.note, kept.taken) == ("crm.csv", "Anna", "from the CRM", 1)


def test_what_is_told_is_in_the_language_of_who_asks(desk: Desk) -> None:
    """Why a file or a line was refused, what to look at, the file of rejects, and errors of the socket itself."""
    path = desk.upload(b"0612345678\nnothing\n15\n")
    french = {"list": "large", "path": path, "dry_run": "yes", "lang": "fr"}
    look = desk.done("list_import", **french, force="yes")["report"]
    assert [one["reason"] for one in look["samples"]] == [
        "une lettre",
        "un numéro d’urgence ne peut pas être inscrit",
    ]
    assert Path(look["rejects_file"]).read_text().splitlines()[:2] == [
        "fichier,ligne,motif,texte",
        ",2,une lettre,nothing",
    ]
    refused = desk.done("list_import", **french)
    assert refused["text"].startswith("dans upload, 2 lignes sur 3 ")
    assert "un PDF" in desk.done("list_import", **(french | {"path": desk.upload(b"%PDF-1.4")}))["text"]
    consents = desk.upload(CONSENTS.encode())
    found = desk.done("consent_import", path=consents, zone="Europe/Paris", dry_run="yes", force="yes", lang="fr")[
        "report"
    ]
    assert found["samples"][0]["reason"] == "une lettre"
    assert "demande n’a pas montré" in found["void_samples"][0]["reason"]
    with pytest.raises(DaemonError, match="n’a pas d’autres champs que"):
        desk.ask("list_add", lang="fr", by="Anna", wanted="x")
    with pytest.raises(DaemonError, match=r"ne peut pas être cherché.*pas de chiffres"):
        desk.ask("list_add", lang="fr", by="Anna", list="bloctel", number="-")
    with pytest.raises(DaemonError, match="no digits"):
        desk.ask("list_add", by="Anna", list="bloctel", number="-")
    with pytest.raises(DaemonError, match="lang is one of: en, fr"):
        desk.ask("ping", lang="de")
    assert desk.ask("ping", lang="fr")["pong"] is True


REFUSED = {
    "nowhere": ({"list": "nowhere"}, "there is no list 'nowhere'"),
    "format": ({"list": "bloctel", "format": "nothing"}, "nothing"),
    "moment": ({"list": "bloctel", "source_date": "2026-11-01"}, "source_date is a moment with its zone"),
    "sum": ({"list": "bloctel", "sha256": "0" * 64}, "SHA-256"),
    "wash": ({"list": "washed"}, "hold from when they were given"),
    "bomb": ({"list": "large"}, "files made to do harm"),
}


def test_what_is_not_understood_is_refused(desk: Desk) -> None:
    """With the words of the command line, and nothing is changed; a bomb after a little of it."""
    files = dict.fromkeys(REFUSED, b"0612345678\n") | {"bomb": gzip.compress(b"0" * (1 << 27))}
    jobs = {
        name: desk.ask("list_import", by="Anna", path=desk.upload(files[name]), **fields)["job"]
        for name, (fields, _) in REFUSED.items()
    }
    for name, (_, says) in REFUSED.items():
        ended = desk.end_of(jobs[name])
        assert ended["state"] == "refused", name
        assert says in ended["text"], name


@pytest.mark.parametrize("kind", ["etc", "relative", "link", "above", "folder", "other", "null", "outside"])
def test_only_what_was_uploaded_is_read(desk: Desk, kind: str) -> None:
    """Who may ask has the daemon read no other file."""
    folder = uploads_folder(desk.daemon.data_dir)
    right = desk.upload(b"0612345678\n")
    link = Path(right).with_name("link")
    link.symlink_to("/etc/passwd")
    paths = {
        "etc": "/etc/passwd",
        "relative": os.path.relpath(right),
        "link": str(link),
        "above": f"{folder}/../../lists.sqlite3",
        "folder": str(Path(right).parent),
        "other": f"{right}.other",
        "null": f"{right}\0",
        "outside": f"{folder}/1/../../../lists.sqlite3",
    }
    for op, more in (("list_import", {"list": "bloctel"}), ("consent_import", {"zone": "Europe/Paris"})):
        with pytest.raises(DaemonError, match=r"path is a file in a folder of its own|path is text on one line"):
            desk.ask(op, path=paths[kind], by="Anna", **more)


@pytest.mark.parametrize(
    ("op", "fields", "says"),
    [
        ("list_import", {"list": "bloctel", "path": "/x"}, "by is missing"),
        ("list_import", {"path": "/x", "by": "Anna"}, "list is missing"),
        ("list_import", {"list": "bloctel", "path": "/x", "by": "Anna", "config": "/etc/x"}, "has no fields but"),
        ("consent_import", {"path": "/x", "by": "Anna"}, "zone is missing"),
        ("consent_import", {"path": "/x", "by": "Anna", "zone": "x", "proofs": "/etc"}, "has no fields but"),
        ("list_rollback", {"by": "Anna"}, "list is missing"),
        ("job", {}, "job is missing"),
        ("job", {"job": "x", "by": "Anna"}, "has no fields but"),
        ("job", {"job": "01ARZ3NDEKTSV4RRFFQ69G5FAV"}, "no such job is known"),
    ],
)
def test_questions_have_their_fields(desk: Desk, op: str, fields: Mapping[str, str], says: str) -> None:
    """No more, and no less."""
    with pytest.raises(DaemonError, match=says):
        desk.ask(op, **fields)


def test_a_daemon_that_stops_ends_its_imports(desk: Desk) -> None:
    """It tells how far one is, answers meanwhile, and leaves nothing of it behind; the next one says how it ended."""
    daemon = desk.daemon
    path = desk.upload(b"".join(b"06%08d\n" % number for number in range(10_000_000, 14_000_000)))
    job = desk.ask("list_import", list="large", path=path, by="Anna")["job"]
    wait_until(lambda: desk.ask("job", job=job)["done"] > 0, 30, "the import to be on its way")
    state = desk.ask("job", job=job)
    assert (state["state"], state["phase"]) == ("running", "reading")
    assert 0 < state["done"] <= state["total"] == 44_000_000
    assert desk.ask("screen", dialled="0612345678")["verdict"] == "BLOCK"
    (child,) = _children(daemon.pid)
    started = time.monotonic()
    daemon.stop()
    assert time.monotonic() - started < 20
    assert not Path(f"/proc/{child}").exists()
    daemon.start()
    ended = desk.ask("job", job=job)
    assert (ended["state"], ended["text"]) == ("failed", "the daemon stopped before it ended; nothing was changed")
    assert desk.numbers("large") == []
    done = desk.done("list_import", list="large", path=desk.upload(b"0612345678\n"), source="x", accept="yes")
    lost = JobRecords(daemon.data_dir)
    lost.write("0" * 26, {"state": "running"})
    daemon.stop()
    daemon.start()
    assert desk.ask("job", job=done["job"]) == {**done, "phase": "", "done": 0, "total": 0}
    unknown = desk.ask("job", job="0" * 26)
    assert (unknown["state"], "tell whether it was done" in unknown["text"]) == ("failed", True)


RECORDED = ("work", "list", "asked", "begun", "lang")


def _forgotten(desk: Desk, job: str) -> None:
    """Make the record of a job as it was before the job ended: what a daemon leaves that is killed then."""
    records = JobRecords(desk.daemon.data_dir)
    fields = {name: said for name, said in records.read()[job].items() if name in RECORDED}
    records.write(job, {**fields, "state": "running"})


def test_a_daemon_that_is_killed_knows_how_its_imports_ended(desk: Desk) -> None:
    """Whatever was done, and whatever was not, though nobody was left to write it down; and in whose language."""
    daemon = desk.daemon
    consents = {"path": desk.upload(CONSENTS.encode()), "zone": "Europe/Paris", "force": "yes"}
    jobs = {
        "first": ("list_import", {"list": "killed", "path": desk.upload(b"0612345678\n"), "note": "of May"}),
        "next": ("list_import", {"list": "killed", "path": desk.upload(b"0612345678\n0612000001\n"), "accept": "yes"}),
        "back": ("list_rollback", {"list": "killed", "note": "2 was wrong"}),
        "consents": ("consent_import", {**consents, "source": "crm-2.csv", "note": "killed"}),
        "look": ("list_import", {"list": "killed", "path": desk.upload(b"0612345678\n"), "dry_run": "yes"}),
    }
    known = {name: desk.done(op, **fields) for name, (op, fields) in jobs.items()}
    assert {one["state"] for one in known.values()} == {"done"}, known
    path = desk.upload(b"".join(b"06%08d\n" % number for number in range(10_000_000, 14_000_000)))
    cut = desk.ask("list_import", list="killed", path=path, by="Anna", accept="yes", lang="fr")["job"]
    wait_until(lambda: desk.ask("job", job=cut)["done"] > 0, 30, "the import to be on its way")
    daemon.kill()
    for one in known.values():
        _forgotten(desk, str(one["job"]))
    daemon.start()
    told = {name: desk.end_of(str(one["job"])) for name, one in known.items()}
    for name in ("first", "next", "back", "consents"):
        found, right = told[name]["report"], known[name]["report"]
        notes = found.pop("notes", ["looked up"])
        assert (told[name]["state"], "looked up" in notes[0]) == ("done", True), (name, told[name])
        assert {field: right[field] for field in found if found[field]} == {k: v for k, v in found.items() if v}, name
    assert (told["look"]["state"], "send it again" in told["look"]["text"]) == ("failed", True)
    ended = desk.end_of(cut)
    assert (ended["state"], ended["text"]) == (
        "failed",
        "le service a été arrêté avant la fin de cet import\N{NARROW NO-BREAK SPACE}; rien n’a été modifié",
    )
    assert desk.numbers("killed") == [A]


def _children(pid: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(text) for text in found.stdout.split()]
