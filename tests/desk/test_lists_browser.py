"""Lists, consents, campaigns, scrubs and law in a browser: by keyboard, on a telephone, on paper, in both languages."""

import hashlib
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from gatekeeper.clock import now_micros
from gatekeeper.consents import ConsentStore, GivenConsent, WrittenBy
from gatekeeper.consents.model import SharedTerms
from gatekeeper.daemon.wiring import open_scrubber
from gatekeeper.lists import ImportOptions, ListKind, ListStore
from gatekeeper.policy.ledger import ConsentItem
from tests.desk.browser import TELEPHONE, PageMaker, as_pdf, axe, by_keyboard, fits, picture
from tests.desk.daemon_site import short_folder, site_with_daemon
from tests.desk.site import PASSWORD, DeskSite

MORE = """
[lists.bloctel]
title = "Bloctel"
kind = "opposition"

[lists.partner]
title = "A partner's opposition list with a long name"
kind = "opposition"

[campaigns.spring]
principal = "ACME"
lists = ["bloctel"]

[campaigns.wine]
principal = "Vins de Loire SAS"
law = "fr"
goods = ["wine"]
shadow = true

[scrubs.crm]
contacts = "{folder}/contacts.csv"
campaign = "spring"
columns = ["phone"]
"""
NUMBER = 33612345678
DAY = 86_400_000_000
PATHS = (
    "/lists",
    "/lists/bloctel?old=1&new=2",
    "/consents",
    "/campaigns",
    "/campaigns/one?name=wine",
    "/scrubs",
    "/law",
)


@pytest.fixture(scope="module")
def site(accounts_of_tests: Path) -> Iterator[DeskSite]:
    """One with something on every page."""
    with short_folder() as folder:
        more = MORE.format(folder=folder)
        with site_with_daemon(Path(folder) / "gk", accounts_of_tests, more) as made:
            _fill(made, Path(folder) / "contacts.csv")
            yield made


def _fill(site: DeskSite, contacts: Path) -> None:
    data = site.settings.daemon.data_dir
    file = site.folder / "list.csv"
    with ListStore(data) as store:
        store.ensure("bloctel", ListKind.OPPOSITION, "Bloctel")
        for version, many in enumerate((1200, 1500), 1):
            file.write_text("".join(f"06{20_000_000 + n}\n" for n in range(many)))
            options = ImportOptions(by="anna", source=f"bloctel-2026-1{version}.csv", note="of the month")
            store.import_file(file, "bloctel", options=options)
        store.add("red", [NUMBER, NUMBER + 1], by="desk:anna", note="asked by telephone")
    form = site.folder / "form.txt"
    form.write_text("I agree")
    by = WrittenBy("anna", "command line")
    with ConsentStore(data) as consents:
        consents.add_text("web-2026-08", "May Vins de Loire SAS call you about wine?\nTick the box.", by)
        terms = SharedTerms(
            principal="Vins de Loire SAS",
            goods=("wine",),
            text="web-2026-08",
            channel="web",
            items=frozenset(ConsentItem),
        )
        consents.add([GivenConsent(NUMBER, "", now_micros() - DAY, 0, terms, consents.keep_proof(form, by))], by)
    contacts.write_text("name;phone\nA;0612345678\nB;0612349999\nC;0620000001\n")
    with open_scrubber(site.settings, "anna") as scrubber:
        site.settings.scrubs["crm"].as_job("crm", data).run(scrubber, datetime(2026, 11, 20, tzinfo=UTC))


@pytest.fixture(scope="module")
def desk(site: DeskSite) -> Iterator[str]:
    """Its process."""
    with site.serving() as url:
        yield url


def signed_in(page: Page, desk: str, name: str = "officer") -> Page:
    """A page of somebody who has signed in."""
    page.goto(f"{desk}/sign-in")
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button").click()
    page.wait_for_url(re.compile(r"^(?!.*sign-in).*$"))
    return page


def heading(page: Page) -> str:
    """The page's own."""
    return page.locator("h1").inner_text()


@pytest.mark.parametrize("locale", ["en-GB", "fr-FR"])
def test_every_page_is_fit_for_all(new_page: PageMaker, desk: str, locale: str) -> None:
    """For axe, and for a window of 360 points, in both languages; nothing breaks the page's own policy."""
    page = signed_in(new_page(locale=locale), desk)
    language = locale[:2]
    certificate = _certificate(page, desk)
    for path in (*PATHS, certificate, "/law/fr?on=2026-08-10&against=2026-08-11"):
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(f"{desk}{path}")
        axe(page)
        name = path.strip("/").partition("?")[0].replace("/", "-")
        name = "certificate" if path == certificate else name
        if name != "law-fr":
            picture(page, f"{name}-{language}")
        page.set_viewport_size(TELEPHONE)
        fits(page)


def _certificate(page: Page, desk: str) -> str:
    page.goto(f"{desk}/scrubs")
    return str(page.locator("td a").first.get_attribute("href"))


def test_a_list_is_imported_by_keyboard_alone(new_page: PageMaker, desk: str) -> None:
    """Found, looked at, imported with a reason, and an older version put in force again."""
    page = signed_in(new_page(locale="fr-FR"), desk)
    keyboard = by_keyboard(page)
    keyboard.press("link", "Listes")
    keyboard.press("link", "Bloctel")
    page.get_by_text("Examiner un fichier, puis l’importer").focus()
    page.keyboard.press("Enter")
    content = "".join(f"06{20_000_000 + n}\n" for n in range(100, 1600)) + "illisible\n"
    page.get_by_label("Fichier", exact=True).set_input_files(
        files=[{"name": "bloctel-2026-12.csv", "mimeType": "text/csv", "buffer": content.encode()}]
    )
    keyboard.press("button", "Examiner le fichier")
    expect(page.get_by_text("Ce qui en résulterait")).to_be_visible(timeout=60_000)
    assert heading(page) == "Import dans bloctel"
    axe(page)
    picture(page, "list-import-fr")
    keyboard.type("textbox", "Motif (il est conservé)", "dépôt de décembre")
    keyboard.press("button", "Importer")
    expect(page.get_by_text("La version 3 est en vigueur")).to_be_visible(timeout=60_000)
    axe(page)
    keyboard.press("link", "Vers la liste bloctel")
    expect(page.get_by_role("row", name=re.compile("dépôt de décembre"))).to_be_visible()
    page.get_by_text("Revenir à une version antérieure").focus()
    page.keyboard.press("Enter")
    keyboard.reach("combobox", "Version")
    page.keyboard.press("ArrowDown")
    keyboard.type("textbox", "Motif (il est conservé)", "la 3 était tronquée")
    keyboard.press("button", "Mettre cette version en vigueur")
    expect(page.get_by_role("row", name=re.compile("la 3 était tronquée"))).to_be_visible(timeout=60_000)


def test_without_script_on_a_telephone(new_page: PageMaker, desk: str) -> None:
    """A file of contacts is looked at for a campaign; the page looks again by itself until it is ready."""
    page = signed_in(new_page(java_script_enabled=False, viewport=TELEPHONE), desk)
    page.goto(f"{desk}/campaigns")
    page.get_by_label("Campaign", exact=True).select_option("spring")
    content = b"name;phone\nA;0612345678\nB;0612349999\nC;0620000500\n"
    page.locator("input[type=file]").set_input_files(
        files=[{"name": "leads.csv", "mimeType": "text/csv", "buffer": content}]
    )
    page.get_by_role("button", name="Look at the file").click()
    expect(page.get_by_text("What a scrub would do now")).to_be_visible(timeout=60_000)
    assert page.get_by_text("RED_LIST").first.is_visible()
    fits(page)
    picture(page, "contacts-preview-telephone")


def test_a_consumer_is_found_and_consents_are_imported(new_page: PageMaker, desk: str) -> None:
    """The number stands in no address; the proof is fetched; what is in a file is looked at first."""
    page = signed_in(new_page(locale="fr-FR"), desk)
    page.goto(f"{desk}/consents")
    page.get_by_label("Numéro, écrit comme vous voulez").fill("06 12 34 56 78")
    page.get_by_role("button", name="Chercher").click()
    expect(page.get_by_text("Vins de Loire SAS").first).to_be_visible()
    assert page.url == f"{desk}/consents"
    axe(page)
    picture(page, "consents-found-fr")
    page.set_viewport_size(TELEPHONE)
    fits(page)
    with page.expect_download() as fetched:
        page.get_by_role("button", name=re.compile("Télécharger")).click()
    assert Path(fetched.value.path()).read_text() == "I agree"
    page.get_by_text("Conserver une preuve").click()
    page.locator("#proof-file").set_input_files(files=[{"name": "x", "mimeType": "", "buffer": b"%PDF-1.7"}])
    page.locator("#proof-why").fill("numérisée")
    page.get_by_role("button", name="La conserver").click()
    expect(page.get_by_role("status")).to_contain_text(f"sha256:{hashlib.sha256(b'%PDF-1.7').hexdigest()}")
    axe(page)
    fits(page)
    page.get_by_text("Examiner un fichier, puis l’importer").click()
    content = b"number;principal;collected_at\n0612340001;ACME;2026-11-01T10:15\nx;ACME;2026-11-01T10:15\n"
    page.locator("#consent-file").set_input_files(
        files=[{"name": "crm.csv", "mimeType": "text/csv", "buffer": content}]
    )
    page.get_by_label("Prendre les bons enregistrements").check()
    page.get_by_role("button", name="Examiner le fichier").click()
    expect(page.get_by_text("Ce qui en résulterait")).to_be_visible(timeout=60_000)
    axe(page)
    fits(page)
    page.get_by_label("Motif (il est conservé)").fill("reprise du CRM")
    page.get_by_role("button", name="Importer", exact=True).click()
    expect(page.get_by_text("1 consentement a été inscrit")).to_be_visible(timeout=60_000)


def test_the_law_and_a_certificate_on_paper(new_page: PageMaker, desk: str) -> None:
    """Everything that a page says, without its navigation and its forms."""
    page = signed_in(new_page(locale="fr-FR"), desk)
    page.goto(f"{desk}/law/fr?on=2026-08-11")
    picture(page, "law-fr")
    printed = _text(as_pdf(page))
    assert "Ce qui vaut au 11 août 2026" in printed
    assert "FR-" in printed
    assert "Comparé au" not in printed
    page.goto(f"{desk}/lists/bloctel?old=1&new=2")
    printed = _text(as_pdf(page))
    assert "De la version 1 à la version 2." in printed
    assert "Importer un fichier" not in printed
    page.goto(f"{desk}/campaigns/one?name=wine&since=2026-11-01&until=2026-11-20")
    assert "Du 1 novembre 2026 au 20 novembre 2026 inclus." in _text(as_pdf(page))
    page.goto(f"{desk}/consents")
    printed = _text(as_pdf(page))
    assert "May Vins de Loire SAS call you about wine?" in printed
    assert "Importer un fichier" not in printed
    page.goto(f"{desk}{_certificate(page, desk)}")
    assert "RED_LIST" in _text(as_pdf(page))
    with page.expect_download() as fetched:
        page.get_by_role("link", name="PDF").click()
    assert fetched.value.suggested_filename.startswith("certificate-")


def _text(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())
