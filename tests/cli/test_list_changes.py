"""`gatekeeper list changes` and `log --id`: the history of changes by hand, and one decision."""

import csv
import io
import json

import pytest

from gatekeeper.journal import JOURNAL_FILE
from gatekeeper.journal.ident import ident_of_correction
from tests.cli.conftest import Site
from tests.journal.rows import row
from tests.journal.test_archives import write


@pytest.fixture
def changed(site: Site) -> Site:
    """A site whose lists were changed by hand, by a refusal, and by an import that has a removed number."""
    site.run("list", "import", "bloctel", site.file("0611111111\n0622222222\n"))
    site.run("list", "remove", "bloctel", "0611111111", "--note", "=by letter")
    site.run("list", "add", "red", "0612345678", "--note", "by telephone")
    site.run("refuse", "0612345679", "--agent", "anna")
    site.run("list", "import", "bloctel", site.file("0611111111\n0622222222\n"))
    return site


def test_every_change_is_shown_in_order(changed: Site) -> None:
    """With its number within the list, who made it and why; of one list or of all, and within a time."""
    shown = [json.loads(line) for line in changed.run("list", "changes", "--format", "json").out.splitlines()]
    assert [(one["list"], one["change"], one["number"], one["op"]) for one in shown] == [
        ("bloctel", 1, "+33611111111", "remove"),
        ("red", 1, "+33612345678", "add"),
        ("red", 2, "+33612345679", "add"),
        ("bloctel", 2, "+33611111111", "lapse"),
    ]
    assert "anna" in shown[2]["by"] + shown[2]["note"]
    assert len(changed.run("list", "changes", "red", "--format", "json").out.splitlines()) == 2
    assert changed.run("list", "changes", "--until", "2020-01-01").out == "No change by hand.\n"
    assert len(changed.run("list", "changes", "--since", "1h", "--format", "json").out.splitlines()) == 4
    assert changed.run("list", "changes", "blue").code == 2


def test_changes_for_people_and_spreadsheets(changed: Site) -> None:
    """French words; nothing that a spreadsheet would run."""
    french = changed.run("list", "changes", "--lang", "fr").out
    for word in ("Liste", "Numéro", "ajouté", "retiré", "réinscrit"):
        assert word in french
    rows = list(csv.DictReader(io.StringIO(changed.run("list", "changes", "--format", "csv").out)))
    assert rows[0]["note"] == "'=by letter"
    assert rows[1]["number"] == "+33612345678"


def test_one_decision_is_found_by_its_id(site: Site) -> None:
    """In either case of letters; what is no id is refused, and one that is nowhere gives nothing."""
    one, other = row(), row()
    right = row(at=one.at, supersedes=one.id, id=ident_of_correction(one.at, one.id, "x"))
    write(site.data / JOURNAL_FILE, [one, other, right])
    shown = site.run("log", "--id", one.id.lower(), "--format", "json").out.splitlines()
    assert [json.loads(line)["id"] for line in shown] == [one.id]
    assert site.run("log", "--id", row().id).out.splitlines()[-1] == "No decision."
    assert site.run("log", "--id", "0612345678").code == 2


def test_lists_are_told_in_french(changed: Site) -> None:
    """Headings, states, kinds and what was done by hand; English stays as it is without being asked for."""
    status = changed.run("list", "status", "--lang", "fr").out
    for text in ("Liste", "État", "à jour", "en vigueur", "Heure locale"):
        assert text in status
    versions = changed.run("list", "versions", "bloctel", "--lang", "fr").out
    for text in ("Numéros", "Importée", "complète"):
        assert text in versions
    shown = changed.run("list", "show", "0612345678", "--lang", "fr").out
    for text in ("+33612345678: sur red", "Inscrit", "oui", "Modifié à la main\u202f:", "ajouté"):
        assert text in shown
    assert "sur aucune liste" in changed.run("list", "show", "0633333333", "--lang", "fr").out
    for command in (("status",), ("versions", "bloctel"), ("show", "0612345678")):
        assert "Times are local" in changed.run("list", *command).out
