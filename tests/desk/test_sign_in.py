"""Signing in: who has name and password right is in; who guesses, forges or steals is not."""

import asyncio
import re
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gatekeeper.accounts import Accounts, Role, totp
from gatekeeper.accounts.lockout import MOST_OF_ACCOUNT, MOST_OF_BOTH
from gatekeeper.clock import now_micros
from gatekeeper.desk import session_recheck
from gatekeeper.errors import AccountError
from tests.desk.site import PASSWORD, URL, DeskSite, heading


async def test_a_page_sends_to_the_sign_in_and_back(desk_site: DeskSite) -> None:
    """Who asks for a page first signs in, and is then where he wanted to be."""
    async with desk_site.visiting() as client:
        asked = await client.get("/people/actions?by=x")
        assert asked.headers["location"] == "/sign-in?next=%2Fpeople%2Factions%3Fby%3Dx"
        form = {"name": "Admin", "password": PASSWORD, "next": "/people/actions?by=x"}
        answer = await client.post("/sign-in", data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, "/people/actions?by=x")
        assert heading((await client.get("/people/actions")).text) == "Who did what"


@pytest.mark.parametrize(
    "where", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/sign-out", "\t//x"]
)
async def test_the_way_back_leads_nowhere_else(desk_site: DeskSite, where: str) -> None:
    """An address of another site in the form is not followed."""
    async with desk_site.visiting() as client:
        answer = await client.post("/sign-in", data={"name": "reader", "password": PASSWORD, "next": where})
    assert answer.headers["location"] == "/"


async def test_a_session_is_new_and_can_be_ended(desk_site: DeskSite) -> None:
    """A token from before the sign-in is of no use after it, and a signed-out one never again."""
    async with desk_site.visiting() as client:
        client.cookies.set("gatekeeper_session", "planted", domain="127.0.0.1")
        await client.post("/sign-in", data={"name": "reader", "password": PASSWORD})
        tokens = [cookie.value for cookie in client.cookies.jar if cookie.name == "gatekeeper_session"]
        assert "planted" not in tokens[-1:]
        token = tokens[-1]
        assert (await client.get("/account")).status_code == 200
        await client.post("/sign-out")
    async with desk_site.visiting() as client:
        client.cookies.set("gatekeeper_session", token or "")
        assert (await client.get("/account")).headers["location"].startswith("/sign-in")


async def test_the_cookie_is_for_this_desk_alone(desk_site: DeskSite) -> None:
    """No script reads it, no other site's form brings it along."""
    async with desk_site.visiting() as client:
        answer = await client.post("/sign-in", data={"name": "reader", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie


async def test_guessing_is_locked_out_also_after_a_restart(desk_site: DeskSite) -> None:
    """After some failures the right password is refused, too; another address may still sign in."""
    async with desk_site.visiting() as client:
        for _ in range(MOST_OF_BOTH):
            assert (await client.post("/sign-in", data={"name": "reader", "password": "wrong"})).status_code == 401
    # A new application on the same file: what counts is stored.
    async with desk_site.visiting() as client:
        answer = await client.post("/sign-in", data={"name": "reader", "password": PASSWORD})
        assert answer.status_code == 429
        assert 0 < int(answer.headers["retry-after"]) <= 24 * 3600
        assert "Too many sign-ins have failed" in answer.text
    door = desk_site.desk.accounts.door
    assert door.sign_in("reader", PASSWORD, "", address="192.0.2.77", browser="").user is not None


async def test_guesses_at_once_are_counted_one_by_one(desk_site: DeskSite) -> None:
    """Forty guesses in parallel get no more tries than forty in a row: but for the few that are being checked."""
    async with desk_site.visiting() as client:
        guesses = [client.post("/sign-in", data={"name": "reader", "password": f"guess {n}"}) for n in range(40)]
        answers = await asyncio.gather(*guesses)
    assert sum(answer.status_code == 401 for answer in answers) <= MOST_OF_BOTH + 1


async def test_an_unknown_name_looks_like_a_wrong_password(desk_site: DeskSite) -> None:
    """Nobody can find out by the sign-in who has an account."""

    async def answer(name: str) -> str:
        async with desk_site.visiting() as client:
            return re.sub(
                r'value="[^"]*"', "", (await client.post("/sign-in", data={"name": name, "password": "x"})).text
            )

    assert await answer("reader") == await answer("nobody")


async def test_a_code_is_asked_for_and_taken_once(desk_site: DeskSite) -> None:
    """Where an account has an authenticator, the password alone lets nobody in, nor does a code that was used."""
    secret = totp.new_secret()
    desk_site.desk.accounts.users.set_totp("reader", secret)
    code = totp.TOTP(secret).at(now_micros() // 1_000_000)
    form = {"name": "reader", "password": PASSWORD}
    async with desk_site.visiting() as client:
        assert (await client.post("/sign-in", data=form)).status_code == 401
        assert (await client.post("/sign-in", data={**form, "code": code})).status_code == 303
        assert (await client.post("/sign-in", data={**form, "code": code})).status_code == 401


async def test_a_form_of_another_site_is_refused(desk_site: DeskSite) -> None:
    """Signed in or not: only our own pages may send forms."""
    async with desk_site.visiting("admin") as client:
        form = {"name": "evil", "password": PASSWORD, "role": "admin", "why": "because"}
        answer = await client.post("/people/users", data=form, headers={"origin": "https://evil.example"})
        assert answer.status_code == 403
        assert len(desk_site.desk.accounts.users.all()) == 4
        assert (await client.get("/people", headers={"host": "evil.example"})).status_code == 421


@pytest.mark.parametrize(("name", "status"), [("reader", 403), ("officer", 403), ("acme", 403), ("admin", 200)])
async def test_people_are_for_admins(desk_site: DeskSite, name: str, status: int) -> None:
    """Each page and each form of it."""
    async with desk_site.visiting(name) as client:
        assert (await client.get("/people")).status_code == status
        assert (await client.get("/people/actions")).status_code == status
        if status == 403:
            for path in ("users", "users/change", "keys", "keys/end"):
                assert (await client.post(f"/people/{path}", data={"why": "x"})).status_code == 403
    async with desk_site.visiting() as client:
        assert (await client.post("/people/users", data={"why": "x"})).status_code == 401


async def test_a_changed_password_ends_all_sessions(desk_site: DeskSite) -> None:
    """A thief who is signed in is out as soon as the owner has another password."""
    async with desk_site.visiting("reader") as thief, desk_site.visiting("reader") as owner:
        other = "another four unrelated words"
        form = {"password": PASSWORD, "new": other, "again": other}
        assert (await owner.post("/account/password", data=form)).headers["location"] == "/sign-in"
        assert (await thief.get("/account")).status_code == 303


async def test_who_ends_his_own_session_is_told_where_to_go(
    desk_site: DeskSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where that took so long that his session is looked for again before the answer is sent."""
    monkeypatch.setattr(session_recheck, "AGAIN_S", 0.0)
    async with desk_site.visiting("reader") as client:
        assert (await client.post("/sign-out")).headers["location"] == "/sign-in"
    async with desk_site.visiting("reader") as client:
        form = {"password": PASSWORD, "new": "another four unrelated words", "again": "another four unrelated words"}
        assert (await client.post("/account/password", data=form)).headers["location"] == "/sign-in"


async def test_every_page_is_french_for_who_wants_it(desk_site: DeskSite) -> None:
    """By the browser first, then by what somebody chose."""
    async with desk_site.visiting("admin", language="fr") as client:
        assert heading((await client.get("/people")).text) == "Personnes"
        chosen = await client.post("/language", data={"language": "en", "next": "/people"})
        assert chosen.headers["location"] == "/people"
        assert heading((await client.get("/people")).text) == "People"


@pytest.mark.parametrize(
    ("sent", "page"),
    [
        ("/people/users/change", "/people"), ("/people/keys", "/people"), ("/account/codes/confirm", "/account"),
        ("/account/password", "/account"), ("/consents/proofs", "/consents"), ("/lists/red/rollback", "/lists/red"),
        ("/lists/red/imports", "/lists/red"), ("/campaigns/previews", "/campaigns"), ("/exports/end", "/exports"),
    ],
)  # fmt: skip
async def test_the_other_language_of_what_answers_a_form_is_a_page(desk_site: DeskSite, sent: str, page: str) -> None:
    """That of the form: the address that the form was sent to can't be fetched."""
    async with desk_site.visiting("admin") as client:
        answer = await client.post(sent, data={})
        assert answer.status_code in {404, 409, 415, 422}
        assert f'name="next" value="{page}"' in answer.text
        assert (await client.get(page)).status_code == 200
    async with desk_site.visiting() as nobody:
        assert f'href="/sign-in?next={page}"' in (await nobody.post(sent, data={})).text


async def test_what_was_typed_is_shown_where_a_form_is_refused(desk_site: DeskSite) -> None:
    """No browser restores what stood on a page that may not be kept; a password is never shown."""
    form = {"name": "Émile", "password": "a secret of twelve", "role": "reader", "why": "new <b>here"}
    async with desk_site.visiting("admin") as client:
        answer = await client.post("/people/users", data=form)
    assert answer.status_code == 409
    for said in ("<dd>Émile</dd>", "<dd>new &lt;b&gt;here</dd>", '<a href="/people">To the page of the form</a>'):
        assert said in answer.text
    assert form["password"] not in answer.text


async def test_the_other_language_of_the_sign_in_keeps_where_one_was_going(desk_site: DeskSite) -> None:
    """Also after a wrong password; and the way out is no page to be shown."""
    where = "/sign-in?next=%2Fjournal%3Fverdict%3DBLOCK"
    async with desk_site.visiting() as client:
        wrong = {"name": "reader", "password": "wrong", "next": "/journal?verdict=BLOCK"}
        for shown in (await client.get(where), await client.post("/sign-in", data=wrong)):
            assert f'name="next" value="{where}"' in shown.text
        for following, leads in ((where, where), ("/sign-out", "/")):
            answer = await client.post("/language", data={"language": "fr", "next": following})
            assert answer.headers["location"] == leads


async def test_a_key_that_was_ended_stands_by_its_name_in_the_record(desk_site: DeskSite) -> None:
    """As it did when it was made: nobody knows it by its id."""
    key, _ = desk_site.desk.accounts.keys.add("crm", ["check"], by="test")
    async with desk_site.visiting("admin") as client:
        for status in (303, 422):
            said = {"key": key.id, "why": "left"}
            assert (await client.post("/people/keys/end", data=said)).status_code == status
    (action, *_) = desk_site.desk.accounts.actions.page()
    assert (action.action, action.what) == ("key.end", f"crm ({key.shown}…)")


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"])
async def test_a_form_without_end_is_cut(desk_site: DeskSite, kind: str) -> None:
    """Nobody fills the memory by a form: what is too much is not read, whoever sends it, and whatever he calls it."""
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        yield b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\n' if "multipart" in kind else b"name="
        for _ in range(100):
            taken += 100_000
            yield b"a" * 100_000

    async with desk_site.visiting() as client:
        answer = await client.post("/sign-in", content=endless(), headers={"content-type": kind})
    assert answer.status_code in {400, 401, 413, 422}
    assert taken <= 2_000_000 or kind == "text/plain"


async def test_what_people_type_stays_text(desk_site: DeskSite) -> None:
    """A script in a reason or in a key's name is shown, never run."""
    script = "<script>alert(1)</script>"
    async with desk_site.visiting("admin") as client:
        await client.post("/people/keys", data={"name": script, "scope": "check", "why": script, "principal": script})
        for path in ("/people", "/people/actions"):
            page = (await client.get(path)).text
            assert script not in page
            assert "&lt;script&gt;" in page


async def test_no_page_allows_script_or_style_of_its_own(desk_site: DeskSite) -> None:
    """The policy is strict, and no page needs more."""
    async with desk_site.visiting("admin") as client:
        for path in ("/people", "/people/actions", "/account", "/nothing"):
            answer = await client.get(path)
            assert "script-src 'self'" in answer.headers["content-security-policy"]
            assert "unsafe" not in answer.headers["content-security-policy"]
            assert answer.headers["cache-control"] == "no-store"
            assert not re.search(r"<script(?! src=)|\sstyle=|\son[a-z]+=", answer.text)


def test_the_last_admin_stays(desk_site: DeskSite) -> None:
    """Nobody can lock everybody out."""
    users = desk_site.desk.accounts.users
    with pytest.raises(Exception, match="only admin"):
        users.end("admin")
    with pytest.raises(Exception, match="only admin"):
        users.set_role("admin", Role.READER)


def test_two_admins_who_end_each_other_at_once_leave_one(tmp_path: Path) -> None:
    """Who comes second is the only one by then."""
    with Accounts(tmp_path) as accounts:
        for name in ("anna", "bob"):
            accounts.users.add(name, PASSWORD, Role.ADMIN, by="test")
        together = threading.Barrier(2)

        def ended(name: str) -> bool:
            together.wait()
            try:
                accounts.users.end(name)
            except AccountError:
                return False
            return True

        with ThreadPoolExecutor(2) as threads:
            for _ in range(20):
                assert sorted(threads.map(ended, ("anna", "bob"))) == [False, True]
                for name in ("anna", "bob"):
                    accounts.users.readmit(name)


async def test_a_principal_that_no_campaign_spells_so_is_shown_as_that(desk_site: DeskSite) -> None:
    """On the page of people, of readers and keys alike."""
    keys = desk_site.desk.accounts.keys
    made = [keys.add(f"spelt-{one}", ["check"], by="test", principal=one)[0] for one in ("ACME", "Acme & Co")]
    async with desk_site.visiting("admin") as client:
        page = (await client.get("/people")).text
    for one in made:
        keys.end(one.id)
    assert "no campaign is for Acme &amp; Co, spelt just so" in page
    assert "no campaign is for ACME," not in page


async def test_who_is_not_there_is_not_unlocked(desk_site: DeskSite) -> None:
    """A name that was written wrongly is told, and nothing is on record as done."""
    async with desk_site.visiting("admin") as client:
        said = {"name": "nobody-here", "do": "unlock", "why": "asked"}
        assert (await client.post("/people/users/change", data=said)).status_code == 409


def test_the_address_of_the_tests_is_the_one_of_the_desk() -> None:
    """The origin that the tests send is that of the base address."""
    assert URL.endswith(":9574")


async def test_a_browser_is_known_after_the_session_has_ended(desk_site: DeskSite) -> None:
    """By a cookie that no script reads, and that is not the session: who is kept out elsewhere signs in there."""
    said = {"name": "officer", "password": PASSWORD}
    async with desk_site.visiting("officer") as client, desk_site.visiting() as other:
        (cookie,) = [one for one in client.cookies.jar if one.name == "gatekeeper_device"]
        assert cookie.has_nonstandard_attr("HttpOnly")
        assert cookie.value not in {one.value for one in client.cookies.jar if one.name == "gatekeeper_session"}
        await client.post("/sign-out")
        for number in range(MOST_OF_ACCOUNT):
            desk_site.desk.accounts.lockout.failed("officer", f"203.0.113.{number}")
        assert (await other.post("/sign-in", data=said)).status_code == 429
        assert (await client.post("/sign-in", data=said)).status_code == 303
        alone = {"cookie": f"gatekeeper_session={cookie.value}"}
        assert (await other.get("/account", headers=alone)).status_code == 303
