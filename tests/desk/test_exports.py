"""Exports in the desk: ordered, watched, fetched, called off; in a browser, and by who may not."""

import contextlib
import csv
import io
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from gatekeeper.clock import now_micros
from gatekeeper.exports.job import ExportedFile, ExportState, JobState
from gatekeeper.words import NARROW
from tests.desk.browser import TELEPHONE, PageMaker, as_pdf, axe, by_keyboard, fits, picture
from tests.desk.site import PASSWORD, DeskSite, make_site
from tests.exports.orders import order, some_rows, write_journal
from tests.journal.rows import row


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, accounts_of_tests: Path) -> Iterator[DeskSite]:
    """A desk with a journal."""
    made = make_site(tmp_path_factory.mktemp("site"), accounts=accounts_of_tests)
    rows = [*some_rows(400), row(principal="ACME", campaign="spring"), row(principal="ACME", verdict="BLOCK")]
    write_journal(made.settings.daemon.data_dir, rows)
    yield made
    made.desk.close()


@pytest.fixture(scope="module")
def desk(site: DeskSite) -> Iterator[str]:
    """Its process."""
    with site.serving() as url:
        yield url


@pytest.fixture(autouse=True)
def _nothing_left(site: DeskSite) -> Iterator[None]:
    yield
    store = site.desk.exports.store
    for job in store.jobs():
        store.remove(job.id)


def test_the_configuration_says_what_exports_may_take(tmp_path: Path) -> None:
    """Each of its settings reaches the store."""
    keys = {"export_hours": 2, "exports_waiting": 4, "exports_waiting_in_all": 5, "exports_kept": 6}
    keys |= {"export_max_rows": 7, "export_max_mb": 8, "exports_max_mb": 9}
    made = make_site(tmp_path, "".join(f"{key} = {value}\n" for key, value in keys.items()))
    limits = made.desk.exports.store.limits
    made.desk.close()
    assert (limits.hours, limits.waiting, limits.waiting_in_all, limits.kept, limits.rows) == (2, 4, 5, 6, 7)
    assert (limits.file_bytes, limits.all_bytes) == (8 << 20, 9 << 20)


def signed_in(page: Page, desk: str, name: str = "reader") -> Page:
    """A page of somebody who has signed in."""
    page.goto(f"{desk}/sign-in")
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button").click()
    page.wait_for_url(re.compile(r"^(?!.*sign-in).*$"))
    return page


def test_an_export_by_keyboard_alone(new_page: PageMaker, desk: str) -> None:
    """Ordered for a period, seen to become ready without a reload, and fetched; nothing serious for axe."""
    page = signed_in(new_page(locale="fr-FR"), desk)
    page.goto(f"{desk}/exports")
    axe(page)
    keyboard = by_keyboard(page)
    page.locator("summary").focus()
    page.keyboard.press("Enter")
    keyboard.reach("combobox", "Type de fichier")
    page.keyboard.press("ArrowDown")
    keyboard.press("button", "Exporter")
    expect(page.locator(".mark")).to_have_text("prêt", timeout=60_000)
    axe(page)
    picture(page, "exports-fr")
    assert "Vos exports" in "".join(pdf_text(as_pdf(page)).split("\n"))
    with page.expect_download() as fetched:
        keyboard.press("link", "journal.xlsx")
    assert re.fullmatch(r"journal-[\d-]+\.xlsx", fetched.value.suggested_filename)
    assert Path(fetched.value.path()).read_bytes().startswith(b"PK")
    keyboard.press("button", re.compile("Supprimer"))
    expect(page.get_by_text("Il n’y en a pas encore.")).to_be_visible()


def test_without_script_on_a_telephone(new_page: PageMaker, site: DeskSite, desk: str) -> None:
    """The page refreshes itself; what runs shows how far it is, and can be called off."""
    store = site.desk.exports.store
    job = store.add(order(owner="reader"))
    lock = store.lock(job.id)
    lock.take(wait=False)
    store.save(job.id, JobState(state=ExportState.RUNNING, rows=1234, share=0.25))
    page = signed_in(new_page(java_script_enabled=False, viewport=TELEPHONE), desk)
    page.goto(f"{desk}/exports")
    bar = page.get_by_role("progressbar", name="How far it is")
    assert bar.get_attribute("value") == "25"
    assert page.get_by_text("decisions so far: 1,234 of about 4,936").is_visible()
    fits(page)
    picture(page, "exports-telephone")
    page.get_by_role("button", name=re.compile("Cancel")).click()
    assert store.is_cancelled(job.id)
    store.save(job.id, JobState(state=ExportState.DONE, rows=4936, files=(ExportedFile("journal.csv", 5, "ab"),)))
    lock.release()
    expect(page.locator(".mark")).to_have_text("ready", timeout=60_000)  # by the page's own refresh


def test_a_bound_reader_gets_what_is_of_its_principal(desk: str) -> None:
    """Whatever the filter asks for; nobody else gets the file, nor learns that there is one."""
    with client(desk, "acme") as acme, client(desk, "reader") as other, client(desk, "admin") as admin:
        answer = acme.post("/exports", data={"filter": "principal=ACME&principal=Fenêtres SARL", "form": "csv"})
        assert answer.status_code == 303
        path = ready(acme)
        rows = list(csv.reader(io.StringIO(acme.get(path).text)))
        assert len(rows) == 3
        assert all("ACME" in row for row in rows[1:])
        for address in (path, path.replace("journal.csv", "order.json"), path[:-1], "/exports/../../x/journal.csv"):
            assert other.get(address).status_code == 404
        ident = path.split("/")[2]
        assert other.post("/exports/end", data={"export": ident}).status_code == 404
        assert ident not in other.get("/exports").text
        assert admin.get(path).status_code == 200
        said = admin.get("/people/actions").text
        for action in ("ordered an export", "fetched an export"):
            assert action in said


def test_conditions_stand_apart_as_in_french(desk: str) -> None:
    """The sign between them has its narrow blank."""
    with client(desk, "reader") as reader:
        reader.post("/exports", data={"filter": "verdict=BLOCK&campaign=spring", "form": "csv"})
        said = re.sub("<[^>]*>", "", reader.get("/exports", headers={"accept-language": "fr"}).text)
    assert f"verdict{NARROW}: BLOCK{NARROW}; campagne{NARROW}: spring" in said


NOT_UNDERSTOOD = (
    {"filter": "since=yesterday", "form": "csv"},
    {"filter": "number=12", "form": "csv"},
    {"filter": "id=x", "form": "csv"},
    {"filter": "", "form": "exe"},
    {"filter": "since=0001-01-01", "form": "csv"},
    {"filter": "since=0001-01-01T00:00:00%2B14:00", "form": "csv"},
    {"filter": "until=9999-13-31", "form": "csv"},
    {"filter": "x" * 5000, "form": "csv"},
)


def test_an_order_that_is_not_understood_is_refused(site: DeskSite, desk: str) -> None:
    """Never taken for one of everything; nor is one from another site."""
    with client(desk, "reader") as reader:
        for fields in NOT_UNDERSTOOD:
            assert reader.post("/exports", data=fields).status_code == 422, fields
        assert reader.post("/exports", data={"form": "csv"}, headers={"origin": "http://a.example"}).status_code == 403
    assert site.desk.exports.store.jobs() == []


def test_a_file_name_and_a_campaign_can_run_nothing(new_page: PageMaker, site: DeskSite, desk: str) -> None:
    """What a filter says is shown as text."""
    page = signed_in(new_page(), desk)
    page.request.post(f"{desk}/exports", form={"filter": "campaign=<img src=x onerror=alert(1)>", "form": "ndjson"},
                      headers={"origin": desk})  # fmt: skip
    page.goto(f"{desk}/exports")
    assert page.get_by_text("<img src=x onerror=alert(1)>").is_visible()


@contextlib.contextmanager
def client(desk: str, name: str) -> Iterator[httpx.Client]:
    """A program that has signed in like a browser."""
    with httpx.Client(base_url=desk, headers={"origin": desk}, trust_env=False, timeout=60) as made:
        assert made.post("/sign-in", data={"name": name, "password": PASSWORD}).status_code == 303
        yield made


def ready(asking: httpx.Client) -> str:
    """Wait for the newest export; gives its file's address."""
    deadline = now_micros() + 20_000_000
    while now_micros() < deadline:
        if found := re.search(r'href="(/exports/[0-9a-f]{32}/[\w.]+)"', asking.get("/exports").text):
            return found[1]
        threading.Event().wait(0.05)
    raise AssertionError(asking.get("/exports").text)


def pdf_text(content: bytes) -> str:
    """A printed page's text."""
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
