"""Today, the journal and a decision in a real browser: refreshed, by keyboard, on a telephone, on paper, in French."""

import io
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from gatekeeper.clock import DAY_US, now_micros
from gatekeeper.desk.reading import running_tally
from gatekeeper.journal import JOURNAL_FILE, DecisionRow, new_ident
from gatekeeper.journal.sqlite import Archiver, SqliteBackend
from gatekeeper.words import NARROW
from tests.desk.browser import TELEPHONE, PageMaker, as_pdf, axe, by_keyboard, fits, picture
from tests.desk.daemon_site import short_folder, site_with_daemon
from tests.desk.site import PASSWORD, DeskSite
from tests.desk.test_journal import decisions
from tests.journal.rows import row

if TYPE_CHECKING:
    from playwright.sync_api import Page


MORE = """
[lists.red]
kind = "red"
[lists.bloctel]
kind = "opposition"
[campaigns.spring]
principal = "ACME"
"""


@pytest.fixture(scope="module")
def site(accounts_of_tests: Path) -> Iterator[DeskSite]:
    """A site with decisions of the last minutes, whose daemon runs."""
    with short_folder() as folder, site_with_daemon(Path(folder), accounts_of_tests, MORE) as made:
        write(made, *(capped(now_micros() - days * DAY_US) for days in (150, 149, 100, 99, 98)))
        names = {"c0": "spring", "c1": "autumn", "c2": "renewal", "c3": "survey"}
        agents = {"manager:<i>anna": "manager:dialer"}
        write(
            made,
            *(
                one._replace(campaign=names[one.campaign], asked_by=agents.get(one.asked_by, one.asked_by))
                for one in decisions()
            ),
            capped(now_micros()),
        )
        with closing(Archiver(made.settings.daemon.data_dir / JOURNAL_FILE, "anna")) as archiver:
            assert len(list(archiver.archive(now_micros(), 1))) >= 2
        yield made


@pytest.fixture(scope="module")
def url(site: DeskSite) -> Iterator[str]:
    """The address of a real desk."""
    with site.serving() as address:
        yield address


def write(site: DeskSite, *rows: object) -> None:
    """Write decisions, beside the daemon."""
    backend = SqliteBackend(site.settings.daemon.data_dir / JOURNAL_FILE, node="test")
    backend.open()
    backend.write(rows)  # type: ignore[arg-type]  # rows they are
    backend.close()


def capped(at: int) -> DecisionRow:
    """A decision of a sort of which the journal has few, and its archives more."""
    return row(at=at, id=new_ident(at), reason="ATTEMPTS_CAP", verdict="BLOCK", principal="ACME", campaign="renewal")


def sign_in(page: "Page", url: str, name: str) -> None:
    """Sign in as somebody."""
    page.goto(f"{url}/sign-in")
    page.locator("#name").fill(name)
    page.locator("#password").fill(PASSWORD)
    page.locator("main button").click()
    page.wait_for_url(lambda address: "sign-in" not in address)


def test_today_refreshes_itself_and_keeps_what_one_does(new_page: PageMaker, site: DeskSite, url: str) -> None:
    """A call that comes is counted on the page; what was opened stays open, and the focus stays where it was."""
    page = new_page()
    sign_in(page, url, "officer")
    assert page.url.endswith("/today")
    checked = page.locator(".tile .value").first
    before = int(checked.inner_text().replace(",", ""))
    assert page.get_by_role("row", name="FastAGI server works").is_visible()
    assert page.get_by_text("List bloctel was never imported").is_visible()
    axe(page)
    picture(page, "desk-today")
    page.locator("#by-hour-table summary").press("Enter")
    at = now_micros()
    write(site, row(at=at, id=new_ident(at), principal="ACME", campaign="spring"))
    page.wait_for_timeout(1_000 * running_tally._LOOK_S)  # so often it looks for what is new, at most
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_function(
        "wanted => Number(document.querySelector('.tile .value').textContent.replace(',', '')) === wanted",
        arg=before + 1,
    )
    assert page.locator("#by-hour-table").get_attribute("open") is not None
    assert page.locator("#by-hour-table summary").evaluate("one => one === document.activeElement")
    assert page.get_by_text("This page refreshes itself.").is_visible()
    axe(page)


def test_the_journal_by_keyboard_alone(new_page: PageMaker, url: str) -> None:
    """Filter, turn the page, open a decision: no mouse is needed."""
    page = new_page()
    sign_in(page, url, "reader")
    page.goto(f"{url}/journal")
    axe(page)
    picture(page, "desk-journal")
    keyboard = by_keyboard(page)
    keyboard.type("combobox", "Campaign", "autumn")
    keyboard.press("button", "Filter")
    page.wait_for_url(re.compile("campaign=autumn"))
    expect(page.locator("tbody tr")).to_have_count(33)  # a busy machine finds them in several looks
    page.goto(f"{url}/journal")
    by_keyboard(page).press("link", "Older decisions")
    page.wait_for_url(re.compile("before="))
    first = page.locator("tbody th a").first
    shown = first.get_attribute("href")
    first.press("Enter")
    page.wait_for_url(re.compile(re.escape(str(shown))))
    assert page.get_by_role("heading", name="Rule by rule").is_visible()
    axe(page)
    picture(page, "desk-decision")


def test_archived_months_without_script(new_page: PageMaker, url: str) -> None:
    """A link leads into each; the page that waits refreshes itself."""
    page = new_page(java_script_enabled=False)
    sign_in(page, url, "acme")
    page.goto(f"{url}/journal?reason=ATTEMPTS_CAP")
    rows, onward = page.locator("table.decisions th[scope=row] a"), page.locator("a[rel=next]")
    found = {row.get_attribute("href") for row in rows.all()}
    assert len(found) == 1
    labels = []
    while onward.count():
        labels.append(onward.inner_text())
        with page.expect_navigation():
            onward.click()
        # Without rows a page that goes on by itself refreshes itself; on a slow machine one may end at an archive.
        page.locator("table.decisions, #found:not([data-onward])").first.wait_for()
        page.wait_for_load_state()
        found |= {row.get_attribute("href") for row in rows.all()}
    assert len(found) == 6
    assert [label for label in labels if label.startswith("Go on in the archive of")]


def test_archived_months(new_page: PageMaker, url: str) -> None:
    """All that is found stands on one page in the end."""
    page = new_page()
    sign_in(page, url, "acme")
    page.goto(f"{url}/journal?reason=ATTEMPTS_CAP&archives=1")
    page.wait_for_function("() => document.querySelectorAll('table.decisions td.number').length === 6")
    page.wait_for_function("() => document.getElementById('found').getAttribute('aria-busy') !== 'true'")
    assert page.get_by_text(re.compile("From the archive of")).count() >= 2
    assert page.locator("#found .status").inner_text().strip() == ""
    axe(page)
    picture(page, "desk-journal-archives")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_in_french_on_a_telephone(new_page: PageMaker, url: str, *, script: bool) -> None:
    """Nothing is wider than the screen; all works without script."""
    page = new_page(locale="fr-FR", viewport=TELEPHONE, java_script_enabled=script)
    sign_in(page, url, "acme")
    for path, heading in (("today", "Aujourd’hui"), ("journal", "Journal")):
        page.goto(f"{url}/{path}")
        assert page.get_by_role("heading", level=1).inner_text().startswith(heading)
        if script:
            fits(page)
            axe(page)
            picture(page, f"bureau-{path}-telephone")
    page.get_by_label("Verdict").select_option("BLOCK")
    page.get_by_role("button", name="Filtrer").click()
    page.wait_for_url(re.compile("verdict=BLOCK"))
    assert set(page.locator("td .mark").all_inner_texts()) <= {"bloqué", "hors des contrôles"}
    page.locator("tbody th a").first.click()
    page.get_by_role("heading", name="Règle par règle").wait_for()
    if script:
        fits(page)
        axe(page)


def test_on_paper(new_page: PageMaker, url: str) -> None:
    """A decision prints whole, without what is of use on a screen only; so do the charts of today."""
    page = new_page(locale="fr-FR")
    sign_in(page, url, "officer")
    page.goto(f"{url}/journal?verdict=BLOCK")
    text = " ".join(one.extract_text() for one in PdfReader(io.BytesIO(as_pdf(page))).pages)
    assert "le journal entier" in text
    assert f"verdict{NARROW}: BLOCK" in text
    assert "Filtrer" not in text
    page.goto(f"{url}/journal")
    page.locator("tbody th a").first.click()
    page.get_by_role("heading", name="Règle par règle").wait_for()
    text = " ".join(one.extract_text() for one in PdfReader(io.BytesIO(as_pdf(page))).pages)
    assert "Règle par règle" in text
    assert "Se déconnecter" not in text
    page.goto(f"{url}/today")
    printed = PdfReader(io.BytesIO(as_pdf(page))).pages
    assert "Par heure" in " ".join(one.extract_text() for one in printed)
