"""The certificate as people see it."""

import io

from pypdf import PdfReader

from gatekeeper.policy import Reason, info_of
from gatekeeper.scrub.certificate import Certificate, FileUsed, ListUsed
from gatekeeper.scrub.pdf import render
from gatekeeper.text import latin1 as safe


def made(lists: int = 2, **more: object) -> Certificate:
    """A certificate."""
    used = ListUsed(
        "bloctel", "Bloctel — fichier “complet”", "opposition", "12+57", 9_876_543, "dépôt.zip", None,
        "2026-11-01T08:00:00Z", None, "ab" * 32, 1234,
    )  # fmt: skip
    values: dict[str, object] = {
        "id": "01JD0000000000000000000000",
        "program": "gatekeeper 1.0",
        "numbering": "phonenumbers 9",
        "by": "zoé",
        "host": "centre-1",
        "started_at": "2026-11-23T10:00:00Z",
        "finished_at": "2026-11-23T10:00:05Z",
        "campaign": "été",
        "principal": "Énergies SA",
        "rules": ("emergency", "red_list"),
        "lists": (used,) * lists,
        "source": "contacts.csv",
        "source_kind": "csv",
        "columns": ("téléphone",),
        "details": {},
        "counts": {
            "contacts_read": 1_000_000,
            "contacts_kept": 998_766,
            "contacts_removed": 1234,
            "contacts_kept_that_lost_a_number": 0,
            "contacts_unreadable": 0,
            "blank_lines": 0,
            "numbers_checked": 1_000_000,
            "numbers_removed": 1234,
        },
        "removed_by_reason": {"LISTED": 1200, "RED_LIST": 34},
        "numbers_removed_by_reason": {"LISTED": 1200, "RED_LIST": 34},
        "numbers_kept_by_ground": {"CLEAR": 998_700, "CONTRACT": 66},
        "files": (FileUsed("input", "contacts.csv", 123456, "cd" * 32),),
    }
    return Certificate(**{**values, **more})  # type: ignore[arg-type]


def pages(certificate: Certificate) -> list[str]:
    """The text of each page."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(render(certificate, "ef" * 32))).pages]


def test_says_the_same_in_french_and_english() -> None:
    """A page each: counts, reasons in words, lists with their SHA-256, files, and the SHA-256 of the JSON form."""
    french, english = pages(made())
    for page, reason in ((french, info_of(Reason.RED_LIST).french), (english, info_of(Reason.RED_LIST).english)):
        together = " ".join(page.split())
        for text in ("01JD0000000000000000000000", "Énergies SA", "ab" * 32, "cd" * 32, "ef" * 32, "12+57", reason):
            assert text in together
        assert "CLEAR" in together
        assert "CONTRACT" in together
    assert "Certificat d'épuration" in french
    assert "998 766" in french
    assert "Certificate of scrubbing" in english
    assert "998,766" in english


def test_goes_on_over_several_pages() -> None:
    """However many lists there are, and each page's foot is in its page's language."""
    all_pages = pages(made(lists=40))
    assert len(all_pages) >= 4
    for number, page in enumerate(all_pages, start=1):
        french = number <= len(all_pages) // 2
        assert f"page {number} {'sur' if french else 'of'} {len(all_pages)}" in page


def test_characters_that_the_fonts_lack_are_replaced() -> None:
    """Nothing makes it fail: not a file's name in Polish, not control characters."""
    assert safe("Łódź – “x”…\x00\u202e€") == '?ód? - "x"...??EUR'
    assert len(pages(made(source="名簿\x1b[31m.csv", by="Ł"))) == 2
    assert len(pages(made(lists=0, removed_by_reason={}, files=()))) == 2
