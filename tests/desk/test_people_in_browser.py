"""Sign-in, one's account and the people, in a real browser: by mouse, by keyboard alone, on a telephone, in French."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from gatekeeper.accounts import totp
from gatekeeper.clock import now_micros
from tests.desk.browser import TELEPHONE, Faults, PageMaker, axe, by_keyboard, fits, picture
from tests.desk.site import PASSWORD, DeskSite

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture
def url(desk_site: DeskSite) -> Iterator[str]:
    """The address of a real desk."""
    with desk_site.serving() as address:
        yield address


def sign_in(page: "Page", url: str, name: str) -> None:
    """Sign in as somebody."""
    page.goto(f"{url}/sign-in")
    page.locator("#name").fill(name)
    page.locator("#password").fill(PASSWORD)
    page.locator("main button").click()
    page.wait_for_url(lambda address: "sign-in" not in address)


def test_an_admin_adds_a_user_by_keyboard_alone(new_page: PageMaker, url: str) -> None:
    """From the sign-in on, no mouse is needed, and the focus is always seen."""
    page = new_page()
    page.goto(url)
    axe(page)
    picture(page, "desk-sign-in")
    keyboard = by_keyboard(page)
    keyboard.type("textbox", "Name", "admin")
    keyboard.type("textbox", "Password", PASSWORD)
    keyboard.press("button", "Sign in")
    page.wait_for_url(lambda address: "sign-in" not in address)
    page.goto(f"{url}/people")
    page.locator("summary", has_text="Add a user").focus()
    page.keyboard.press("Enter")
    keyboard.type("textbox", "Name", "carl")
    keyboard.type("textbox", re.compile("First password"), PASSWORD)
    keyboard.type("textbox", re.compile("Reason"), "new in the team")
    keyboard.press("button", "Add")
    page.get_by_role("row", name=re.compile("carl reader")).wait_for()
    axe(page)
    picture(page, "desk-people")


def add_a_user(page: "Page", url: str, name: str) -> None:
    """Fill in the form for one, and leave it at its button."""
    page.goto(f"{url}/people")
    page.locator("summary", has_text="Add a user").click()
    page.locator("#new-name").fill(name)
    page.locator("#new-password").fill(PASSWORD)
    page.locator("#new-why").fill("new in the team")


def test_a_double_click_sends_a_form_once(new_page: PageMaker, url: str) -> None:
    """Twice, it would be answered by what the second has met: that there is such a user already."""
    page = new_page()
    sign_in(page, url, "admin")
    for name in ("dora", "emil"):
        add_a_user(page, url, name)
        page.get_by_role("button", name="Add", exact=True).dblclick(delay=30)
        page.get_by_role("row", name=re.compile(f"{name} reader")).wait_for()


def test_what_was_typed_outlives_the_session(
    new_page: PageMaker, url: str, desk_site: DeskSite, faults: Faults
) -> None:
    """Who signs in again in another tab, and loads the answer anew, has sent it: nothing has to be typed again."""
    page = new_page()
    sign_in(page, url, "admin")
    add_a_user(page, url, "fred")
    accounts = desk_site.desk.accounts
    accounts.sessions.end_all(accounts.users.by_name("admin"))
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("heading", name="Sign in first").wait_for()
    faults.forgive("401")
    axe(page)
    with page.expect_popup() as opened:
        page.get_by_role("main").get_by_role("link", name="Sign in").click()
    opened.value.locator("#name").fill("admin")
    opened.value.locator("#password").fill(PASSWORD)
    opened.value.locator("main button").click()
    opened.value.get_by_role("heading", name="People").wait_for()
    page.reload()
    page.get_by_role("row", name=re.compile("fred reader")).wait_for()


def test_a_key_is_made_and_shown_once(new_page: PageMaker, url: str) -> None:
    """After a reload it is gone."""
    page = new_page()
    sign_in(page, url, "admin")
    page.goto(f"{url}/people")
    page.get_by_text("Make a key").click()
    page.get_by_label("What will use it").fill("crm")
    page.get_by_label("journal.read").check()
    page.locator("#key-why").fill("the CRM reads the journal")
    page.get_by_role("button", name="Make the key").click()
    shown = page.locator("code.key").inner_text()
    assert shown.startswith("gk_")
    axe(page)
    page.goto(f"{url}/people")
    assert shown not in page.content()
    page.goto(f"{url}/people/actions")
    page.get_by_role("cell", name="the CRM reads the journal").wait_for()
    axe(page)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_codes_are_set_up_in_french_on_a_telephone(new_page: PageMaker, url: str, faults: Faults, script: bool) -> None:
    """The picture is there, a wrong code is said so, the right one holds; nothing is wider than the screen."""
    page = new_page(locale="fr-FR", viewport=TELEPHONE, java_script_enabled=script)
    sign_in(page, url, "reader")
    page.goto(f"{url}/account")
    if script:
        fits(page)
        axe(page)
    page.locator("#codes-password").fill(PASSWORD)
    page.get_by_role("button", name="Mettre en place les codes").click()
    secret = page.locator(".qr + p code").inner_text()
    assert page.locator(".qr svg").is_visible()
    page.locator("#code").fill("000000")
    page.get_by_role("button", name="Demander des codes").click()
    assert page.get_by_role("alert").is_visible()
    faults.forgive("422")
    if script:
        picture(page, "desk-codes-telephone")
        fits(page)
    page.locator("#code").fill(totp.TOTP(secret).at(now_micros() // 1_000_000))
    page.get_by_role("button", name="Demander des codes").click()
    page.get_by_text("Ce compte demande un code").wait_for()


def test_a_reader_meets_no_dead_end(new_page: PageMaker, url: str, faults: Faults) -> None:
    """What the role does not allow, and what is not there, is said with a way on."""
    page = new_page()
    sign_in(page, url, "reader")
    for path, said in (("/people", "Your role does not allow this"), ("/nothing", "There is no such page")):
        page.goto(url + path)
        page.get_by_role("heading", name=said).wait_for()
        page.get_by_role("link", name="To the first page").wait_for()
        axe(page)
    faults.forgive("40[34]")
