"""`gatekeeper consent …`: on a real ledger, and what the gates' door writes into it."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from gatekeeper.consents import ConsentLedger
from gatekeeper.policy.ledger import ALL_ITEMS, Dossier, EventKind
from tests.cli.conftest import Site

NUMBER = 33612345678
GIVEN = ("--principal", "ACME", "--goods", "insurance|telecom", "--collected-at", "2026-08-20T10:15", "--items", "all")


def known(site: Site) -> Dossier:
    """What the ledger has of the number."""
    ledger = ConsentLedger.open(site.data)
    found = ledger.dossier(NUMBER)
    ledger.close()
    return found


def test_a_consent_and_its_end(site: Site) -> None:
    """Written down, shown, withdrawn, and still shown."""
    form = Path(site.file("signed", "form.pdf"))
    added = site.run("consent", "add", "0612345678", *GIVEN, "--proof", str(form), "--slots", "sat 10:00-12:00")
    assert (added.code, added.err) == (0, "")
    (consent,) = known(site).consents
    assert (consent.principal, consent.items, consent.proved) == ("acme", ALL_ITEMS, True)
    assert site.run("consent", "withdraw", "06 12 34 56 78", "--channel", "letter").code == 0
    assert [event.kind for event in known(site).events] == [EventKind.WITHDRAWAL]
    shown = [json.loads(line) for line in site.run("consent", "show", "0612345678", "--json").out.splitlines()]
    assert [one["kind"] for one in shown] == ["consent", "withdrawal"]
    assert (shown[0]["principal"], shown[0]["slots"], shown[0]["lacks"]) == ("ACME", "sat 10:00-12:00", "")
    assert "ACME" in site.run("consent", "show", "0612345678").out
    assert "nothing is known" in site.run("consent", "show", "0612345679").out


def test_what_it_lacks_is_told(site: Site) -> None:
    """It is written down all the same."""
    result = site.run("consent", "add", "0612345678", "--principal", "ACME", "--collected-at", "2026-08-20")
    assert result.code == 0
    for missing in ("no goods", "act", "no hour", "no proof"):
        assert missing in result.err
    assert known(site).consents


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("add", *GIVEN), "whose"),
        (("add", "112", *GIVEN), "emergency"),
        (("add", "0612345678", *GIVEN, "--collected-at", "soon"), "can't be read"),
        (("add", "0612345678", *GIVEN, "--collected-at", "2999-01-01T10:00"), "to come"),
        (("add", "0612345678", *GIVEN, "--items", "hour"), "no item 'hour'"),
        (("add", "0612345678", *GIVEN, "--text", "v1"), "no text 'v1'"),
        (("add", "0612345678", *GIVEN, "--slots", "evenings"), "slot"),
        (("add", "0612345678", *GIVEN, "--proof", "none.pdf"), "no file"),
        (("add", "0612345678", *GIVEN, "--zone", "Mars"), "time zone"),
        (("withdraw", "0612345678", "--at", "2999-01-01T10:00"), "to come"),
        (("import", "none.csv"), "does not exist"),
        (("text", "add", "v1", "none.txt"), "can't be read"),
    ],
)
def test_what_is_not_taken(site: Site, arguments: tuple[str, ...], why: str) -> None:
    """The text says why, and nothing is changed."""
    result = site.run("consent", *arguments)
    assert result.code == 2
    assert why in " ".join(result.err.split()).replace("│ ", "").replace(" │", "")
    assert known(site) == ((), ())


def test_an_import(site: Site) -> None:
    """A preview, then the import, and the status tells of it."""
    file = site.file("number,principal,goods,collected_at,items,proof\n0612345678,ACME,wine,2026-08-20T10:15,all,no\n")
    preview = json.loads(site.run("consent", "import", file, "--dry-run", "--json").out)
    assert (preview["taken"], preview["void"], preview["void_samples"][0]["reason"]) == (1, 1, "no proof")
    assert known(site) == ((), ())
    told = site.run("consent", "import", file).out
    assert "1 consent added" in told
    assert "line 2: no proof" in told
    status = json.loads(site.run("consent", "status", "--json").out)
    assert status["counts"]["imported"] == 1
    assert [one["file"] for one in status["imports"]] == ["list.csv"]
    assert "list.csv" in site.run("consent", "status").out


def test_the_consumers_copy(site: Site) -> None:
    """Everything known, in both languages, with the text that was shown and the proof's sum."""
    site.run("consent", "text", "add", "web-1", site.file("Acceptez-vous d’être appelé par ACME ?", "text.txt"))
    form = site.file("signed", "form.pdf")
    site.run("consent", "add", "0612345678", *GIVEN, "--proof", form, "--text", "web-1", "--slots", "sat 10:00-12:00")
    site.run("refuse", "0612345678", "--agent", "anna")
    copy = site.folder / "copy.pdf"
    assert site.run("consent", "proof", "0612345678", "--output", str(copy)).out.endswith(": 2 entries\n")
    assert site.run("consent", "proof", "0612345678", "--output", str(copy)).code == 2
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(copy.read_bytes())).pages]
    text = "".join(pages).replace(" ", "")
    (proof,) = (site.data / "proofs").iterdir()
    for expected in (
        "Preuve du consentement", "Proof of consent", "+33 6 12 34 56 78".replace(" ", ""), "2026-08-20 10:15:00",
        "Europe/Paris", "ACME", "insurance, telecom", "sat 10:00-12:00", "donné par un acte positif clair",
        "given by a clear positive act", proof.name, "Acceptez-vous", "Opposition aux appels", "Objection to calls",
        "anna",
    ):  # fmt: skip
        assert expected.replace(" ", "") in text


def test_the_red_lists_write_into_the_same_history(site: Site) -> None:
    """`refuse`, and `list add` of a red list; not that of an opposition list."""
    site.run("refuse", "0612345678", "--agent", "anna")
    site.run("list", "add", "red", "0612345678", "--note", "by letter")
    site.run("list", "add", "bloctel", "0612345678")
    assert [event.kind for event in known(site).events] == [EventKind.OBJECTION] * 2
