"""Chromium for the tests of the desk: one for each file, a fresh profile for each page, this machine alone in reach.

A page that writes an error on its console, breaks its own content-security policy, throws, or asks for anything
outside of 127.0.0.1 fails its test. Playwright's synchronous interface has a loop of its own: a file that uses it has
no `async` test.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import pytest

from lab.chromium import ARGUMENTS, can_be_sandboxed, chromium_program

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request

TELEPHONE: Final = {"width": 360, "height": 740}
DESK: Final = {"width": 1280, "height": 900}
PAPER: Final = {"width": 718, "height": 1047}
"""A4 without Chromium's margins of a centimetre, at 96 dots to an inch."""
PICTURES: Final = "GATEKEEPER_PICTURES"
"""The environment's name of the folder in which `picture` keeps what it is given; without it, it keeps nothing."""

_SERIOUS: Final = ("serious", "critical")
_TABS: Final = 200
_PATIENCE_MS: Final = 60_000


class Faults:
    """What pages have complained about. A test forgives what it has provoked."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def watch(self, context: "BrowserContext") -> None:
        """Note what pages of this context do that they should not."""
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.seen.append(f"thrown: {error.error}"))
        context.on("request", self._on_request)

    def forgive(self, pattern: str) -> None:
        """Demand one fault or more of this pattern, and forget them."""
        found = [fault for fault in self.seen if re.search(pattern, fault)]
        assert found, f"nothing like {pattern!r} among {self.seen}"
        self.seen = [fault for fault in self.seen if fault not in found]

    def _on_console(self, message: "ConsoleMessage") -> None:
        if message.type in {"error", "warning"}:
            self.seen.append(f"console {message.type}: {message.text} ({message.location.get('url')})")

    def _on_request(self, request: "Request") -> None:
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob", "about"} and address.hostname != "127.0.0.1":
            self.seen.append(f"asked for {request.url}")


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Chromium, for all tests of a file."""
    from playwright.sync_api import expect, sync_playwright  # who needs no browser does not pay for its import

    expect.set_options(timeout=_PATIENCE_MS)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium_program(), args=list(ARGUMENTS), chromium_sandbox=can_be_sandboxed()
        )
        yield running
        running.close()


@pytest.fixture
def faults() -> Iterator[Faults]:
    """What the pages of this test complain about; there must be none left at its end."""
    noted = Faults()
    yield noted
    assert noted.seen == []


PageMaker = Callable[..., "Page"]


@pytest.fixture
def new_page(browser: "Browser", faults: Faults) -> Iterator[PageMaker]:
    """Make pages, each with a profile of its own: `new_page(locale="fr-FR", viewport=TELEPHONE)`.

    Arguments are those of Playwright's `Browser.new_context`; without script by `java_script_enabled=False`.
    """
    contexts: list[BrowserContext] = []

    def make(locale: str = "en-GB", **arguments: Any) -> "Page":
        given = {"viewport": DESK, "timezone_id": "Europe/Paris", "reduced_motion": "reduce", **arguments}
        context = browser.new_context(locale=locale, **given)
        context.set_default_timeout(_PATIENCE_MS)
        contexts.append(context)
        faults.watch(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: PageMaker) -> "Page":
    """A page of an English reader at a desk."""
    return new_page()


def axe(page: "Page") -> None:
    """Demand that axe finds nothing serious on a page: labels, contrast, roles, headings, tables' headers."""
    from axe_playwright_python.sync_playwright import Axe

    # What passes is not wanted: of a long page, to put that together takes axe most of its time.
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    shown = [
        f"{rule['id']} ({rule['impact']}): {rule['help']}\n  {node['html'][:200]}\n  {node.get('failureSummary', '')}"
        for rule in found
        if rule["impact"] in _SERIOUS
        for node in rule["nodes"]
    ]
    assert not shown, "\n".join([page.url, *shown])


class Keyboard:
    """A person who uses no mouse: goes on by Tab until what is wanted has the focus, and sees where that is."""

    def __init__(self, page: "Page") -> None:
        self.page = page

    def reach(self, role: Any, name: str | re.Pattern[str]) -> "Locator":
        """Press Tab until the element of this role and name has the focus.

        Returns:
            The element, to press keys on: `.press("Enter")`, or `keyboard.type`.
        """
        wanted = self.page.get_by_role(role, name=name)
        wanted.first.wait_for()
        for _ in range(_TABS):
            if wanted.evaluate_all("found => found.includes(document.activeElement)"):
                focused = self.page.locator(":focus")
                assert focused.evaluate(_SHOWS_FOCUS), f"{role} {name!r} does not show that it has the focus"
                return focused
            self.page.keyboard.press("Tab")
        message = f"{role} {name!r} can't be reached by Tab on {self.page.url}"
        raise AssertionError(message)

    def type(self, role: Any, name: str | re.Pattern[str], text: str) -> None:
        """Write into a field, after what stands there was selected."""
        self.reach(role, name)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def press(self, role: Any, name: str | re.Pattern[str], key: str = "Enter") -> None:
        """Press a key on a link or a button."""
        self.reach(role, name)
        self.page.keyboard.press(key)


_CUT_OFF: Final = """
[...document.querySelectorAll("svg text")].filter((text) => {
  const [own, whole] = [text, text.ownerSVGElement].map((one) => one.getBoundingClientRect());
  return own.left < whole.left - 1 || own.right > whole.right + 1;
}).map((text) => text.textContent)
"""

_SHOWS_FOCUS: Final = """
element => {
  const style = getComputedStyle(element);
  return (style.outlineStyle !== "none" && style.outlineWidth !== "0px") || style.boxShadow !== "none";
}
"""


def by_keyboard(page: "Page") -> Keyboard:
    """Return who uses a page by the keyboard alone."""
    return Keyboard(page)


def as_pdf(page: "Page") -> bytes:
    """Return a page as it is printed, on A4; nothing of it is cut off at the edge."""
    size = page.viewport_size
    page.set_viewport_size(PAPER)
    page.emulate_media(media="print")
    fits(page)
    page.emulate_media(media="null")
    if size is not None:
        page.set_viewport_size(size)
    return page.pdf(format="A4", print_background=True, prefer_css_page_size=True)


def fits(page: "Page") -> None:
    """Demand that a page is not wider than its window, so that nobody has to scroll sideways; nor a drawing's text."""
    wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= room, f"{page.url} is {wide} px wide in a window of {room}"
    cut = page.evaluate(_CUT_OFF)
    assert cut == [], f"{page.url} cuts these off: {cut}"


def picture(page: "Page", name: str) -> None:
    """Keep a picture of a whole page for the documents, where the environment names a folder for them."""
    if folder := os.environ.get(PICTURES):
        path = Path(folder) / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=path, full_page=True, animations="disabled", caret="hide", scale="css")
        _fewer_colours(path)


def _fewer_colours(path: Path) -> None:
    """Write a picture again with 256 colours: a page of text needs no more, and takes a third of the room."""
    from PIL import Image

    with Image.open(path) as image:
        image.convert("RGB").quantize(256).save(path, optimize=True)
