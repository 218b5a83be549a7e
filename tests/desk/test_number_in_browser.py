"""One number in a real browser, with a real daemon: by keyboard alone, on a telephone in French, on paper."""

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gatekeeper.control import ask
from gatekeeper.lists import ListKind, ListStore
from tests.desk.browser import TELEPHONE, PageMaker, as_pdf, axe, by_keyboard, fits, picture
from tests.desk.site import PASSWORD, DeskSite, make_site

if TYPE_CHECKING:
    from playwright.sync_api import Page

MORE = """
[fastagi]
enabled = false
[lists.bloctel]
kind = "opposition"
[lists.customers]
kind = "contract"
"""
NUMBER = "06 12 34 56 78"


@contextlib.contextmanager
def daemon(site: DeskSite) -> Iterator[None]:
    """The site's daemon, as a process."""
    command = [sys.executable, "-m", "gatekeeper", "--config", str(site.config), "serve"]
    with subprocess.Popen(command, env=dict(os.environ), stderr=subprocess.DEVNULL) as process:
        try:
            while not site.settings.socket.path.exists():
                assert process.poll() is None
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, accounts_of_tests: Path) -> Iterator[str]:
    """The address of a desk whose daemon has decided on some calls to a number with a contract."""
    folder = tmp_path_factory.mktemp("n")
    site = make_site(folder, MORE, accounts_of_tests)
    data = site.settings.daemon.data_dir
    with ListStore(data) as store:
        store.ensure("bloctel", ListKind.OPPOSITION)
        store.ensure("customers", ListKind.CONTRACT)
        (folder / "bloctel.txt").write_text("0612345670\n")
        (folder / "contracts.csv").write_text("number;principal;subject;from;until\n0612345678;ACME;wine;2026-01-01;\n")
        store.import_file(folder / "bloctel.txt", "bloctel")
        store.import_file(folder / "contracts.csv", "customers")
    with daemon(site):
        for gate in range(3):
            ask(site.settings.socket.path, {"dialled": NUMBER, "campaign": "spring", "uniqueid": f"1.{gate}"})
        with site.serving() as address:
            yield address
    site.desk.close()


def sign_in(page: "Page", url: str, name: str) -> None:
    """Sign in as somebody."""
    page.goto(f"{url}/sign-in?next=/number")
    page.locator("#name").fill(name)
    page.locator("#password").fill(PASSWORD)
    page.locator("main button").click()
    page.wait_for_url(f"{url}/number")


def test_a_refusal_is_written_down_by_keyboard_alone(new_page: PageMaker, url: str) -> None:
    """Looked up, asked about, put on the red list, and asked about again; the address never has the number."""
    page = new_page()
    sign_in(page, url, "officer")
    axe(page)
    keyboard = by_keyboard(page)
    keyboard.type("textbox", re.compile("Telephone number"), NUMBER)
    keyboard.press("button", "Look up")
    page.get_by_role("heading", level=1, name=re.compile("33.6.12")).wait_for()
    assert "612345678" not in page.url
    page.locator("#ask-campaign").select_option("spring")
    keyboard.press("button", "Ask")
    page.get_by_role("status").get_by_text("allowed").wait_for()
    page.locator("summary", has_text="As a table").focus()
    page.keyboard.press("Enter")
    axe(page)
    picture(page, "desk-number")
    page.locator("summary", has_text="Put on the red list").focus()
    page.keyboard.press("Enter")
    keyboard.type("textbox", re.compile("Reason"), "asked by telephone")
    keyboard.press("button", "Put on the list")
    page.get_by_text("The number is on the list now.").wait_for()
    page.get_by_role("cell", name="asked by telephone").first.wait_for()
    keyboard.press("button", "Ask")
    page.get_by_role("status").get_by_text("blocked").wait_for()
    for summary in page.locator("summary").all():
        summary.click()
    axe(page)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_consent_is_written_down_on_a_telephone_in_french(new_page: PageMaker, url: str, script: bool) -> None:
    """It works without script, and nothing is wider than the screen."""
    page = new_page(locale="fr-FR", viewport=TELEPHONE, java_script_enabled=script)
    sign_in(page, url, "officer")
    page.get_by_label("Numéro de téléphone").fill("06 12 34 56 79")
    page.get_by_role("button", name="Rechercher").click()
    page.locator("summary", has_text="Noter un consentement").click()
    page.locator("#consent-principal").fill("ACME")
    page.locator("#consent-at").fill("2026-01-02T10:15")
    page.get_by_label("la durée").check()
    proof = {"name": "formulaire.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 oui"}
    page.locator("#consent-file").set_input_files(files=[proof])  # type: ignore[list-item]  # a file's own dictionary
    page.locator("#consent-why").fill("formulaire reçu")
    page.get_by_role("button", name="Noter le consentement").click()
    page.get_by_text("C’est noté, et en vigueur").wait_for()
    with page.expect_download() as fetched:
        page.get_by_role("link", name=re.compile("fichier")).first.click()
    assert Path(fetched.value.path()).read_bytes() == b"%PDF-1.7 oui"
    assert re.fullmatch(r"proof-[0-9a-f]{12}\.pdf", fetched.value.suggested_filename)
    if script:
        fits(page)
        axe(page)
        picture(page, "desk-number-telephone")


def test_it_is_printed_without_its_forms(new_page: PageMaker, url: str) -> None:
    """What is known is on paper, and the time line; what is to be filled in is not."""
    from io import BytesIO

    from pypdf import PdfReader

    page = new_page()
    sign_in(page, url, "reader")
    page.get_by_label("Telephone number").fill(NUMBER)
    page.get_by_role("button", name="Look up").click()
    page.get_by_role("heading", level=1).wait_for()
    text = " ".join(one.extract_text() for one in PdfReader(BytesIO(as_pdf(page))).pages)
    for said in ("Attempts of the last 30 days", "Contracts", "wine", "Decisions", "spring"):
        assert said in text
    for form in ("Look up", "If it were called now", "Write something down", "Your role lets you read"):
        assert form not in text
