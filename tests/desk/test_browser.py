"""The browser's own fixtures, on a page that is right and on pages with one fault each."""

import io
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pypdf import PdfReader

from tests.desk.browser import PICTURES, TELEPHONE, Faults, PageMaker, as_pdf, axe, by_keyboard, fits, picture

RIGHT = """<!doctype html><html lang="fr"><head><title>Essai</title><link rel="stylesheet" href="/style.css">
<link rel="icon" href="data:,"></head><body><main><h1>Numéros refusés</h1><p id="said">rien</p>
<form action="/said" method="get"><label for="n">Numéro</label> <input id="n" name="n" value="1">
<button>Chercher</button></form></main></body></html>"""
STYLE = "body { font-family: sans-serif; color: #222; background: #fff } :focus-visible { outline: 2px solid #05a }"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'"


def with_body(markup: str) -> str:
    """The right page with something more in it."""
    return RIGHT.replace("</main>", f"{markup}</main>")


PAGES = {
    "/": RIGHT,
    "/said": RIGHT.replace("rien", "dit"),
    "/inline": with_body("<script>document.title = 'run'</script>"),
    "/styled": with_body('<p style="color: red">rouge</p>'),
    "/throws": with_body('<script src="/throws.js"></script>'),
    "/outside": with_body('<img alt="" src="http://example.org/x.png">'),
    "/unlabelled": with_body("<input name='x'>"),
    "/faint": with_body('<p class="faint">pâle</p>'),
    "/no-focus": with_body('<a href="/" class="plain">plus loin</a>'),
    "/wide": with_body('<pre class="wide">x</pre>'),
}
FILES = {
    "/style.css": f"{STYLE} .faint {{ color: #ddd }} .plain:focus {{ outline: none }} .wide {{ width: 2000px }}",
    "/throws.js": "undefined.length",
}


class Site(BaseHTTPRequestHandler):
    """Gives the pages above, under the policy that the desk has."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        text, sort = (PAGES[path], "text/html; charset=utf-8") if path in PAGES else (FILES.get(path), "text/css")
        if path.endswith(".js"):
            sort = "text/javascript"
        self.send_response(200 if text else 404)
        self.send_header("Content-Type", sort)
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write((text or "").encode())

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """A small server."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_right_page_has_no_fault(page: Any, site: str) -> None:
    """The fixtures leave alone what is as it should be; a form is filled in by the keyboard."""
    page.goto(site)
    axe(page)
    keyboard = by_keyboard(page)
    keyboard.type("textbox", "Numéro", "0612345678")
    keyboard.press("button", "Chercher")
    page.wait_for_url(re.compile("n=0612345678"))
    assert page.locator("#said").inner_text() == "dit"


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/inline", "Content Security Policy"),
        ("/styled", "Content Security Policy"),
        ("/throws", "thrown: .*undefined"),
        ("/outside", "asked for http://example.org"),
        ("/nowhere", "404"),
    ],
)
def test_what_a_page_must_not_do_is_seen(page: Any, site: str, faults: Faults, path: str, fault: str) -> None:
    """Breaking the policy, throwing, asking outside, asking for what is not there: each fails a test."""
    page.goto(site + path)
    faults.forgive(fault)
    faults.seen.clear()  # an address outside breaks the policy as well


@pytest.mark.parametrize(("path", "rule"), [("/unlabelled", "label"), ("/faint", "color-contrast")])
def test_axe_finds(page: Any, site: str, path: str, rule: str) -> None:
    """A field without a label, and text that is too faint."""
    page.goto(site + path)
    with pytest.raises(AssertionError, match=rule):
        axe(page)


def test_a_focus_that_nobody_sees_is_a_fault(page: Any, site: str) -> None:
    """Who uses the keyboard has to see where he is."""
    page.goto(f"{site}/no-focus")
    with pytest.raises(AssertionError, match="does not show"):
        by_keyboard(page).press("link", "plus loin")


def test_a_page_that_is_too_wide_for_a_telephone(new_page: PageMaker, site: str) -> None:
    """It would have to be scrolled sideways."""
    page = new_page(locale="fr-FR", viewport=TELEPHONE)
    page.goto(site)
    fits(page)
    assert page.evaluate("navigator.language") == "fr-FR"
    page.goto(f"{site}/wide")
    with pytest.raises(AssertionError, match="wide in a window of 360"):
        fits(page)


def test_on_paper_and_as_a_picture(page: Any, site: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Print and picture have the fonts of the lab: every letter of the text is there."""
    monkeypatch.setenv(PICTURES, str(tmp_path / "pictures"))
    page.goto(site)
    (sheet,) = PdfReader(io.BytesIO(as_pdf(page))).pages
    assert "Numéros refusés" in sheet.extract_text()
    assert "Liberation" in str({font["/BaseFont"] for font in sheet["/Resources"]["/Font"].values()})
    picture(page, "essai")
    assert (tmp_path / "pictures" / "essai.png").read_bytes().startswith(b"\x89PNG")
