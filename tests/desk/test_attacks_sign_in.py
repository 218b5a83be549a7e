"""Thieves of a password, a code or a session: each is out as soon as the owner acts, also where both act at once."""

import asyncio
import re
import threading

import pytest

from gatekeeper.accounts import SignInOutcome, passwords, totp
from gatekeeper.accounts.lockout import MOST_OF_BOTH
from gatekeeper.clock import now_micros
from gatekeeper.errors import AccountError
from tests.desk.site import PASSWORD, DeskSite

_OTHER = "another four unrelated words"


def _code(secret: str) -> str:
    return str(totp.TOTP(secret).at(now_micros() // 1_000_000))


@pytest.mark.parametrize("change", ["password", "end", "totp"])
def test_who_signs_in_while_that_is_changed_is_not_in(
    desk_site: DeskSite, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    """A password that was right when it was looked at, and is not any more when it was checked, begins no session."""
    accounts, right = desk_site.desk.accounts, passwords.is_right

    def slow(stored: str | None, password: str) -> bool:
        found = right(stored, password)
        monkeypatch.setattr(passwords, "is_right", right)
        if change == "password":
            accounts.users.set_password("reader", _OTHER)
        elif change == "end":
            accounts.users.end("reader")
        else:
            accounts.users.set_totp("reader", totp.new_secret())
        return found

    monkeypatch.setattr(passwords, "is_right", slow)
    came = accounts.door.sign_in("reader", PASSWORD, "", address="192.0.2.1", browser="")
    assert (came.outcome, came.token) == (SignInOutcome.WRONG, "")
    assert not accounts.sessions.of(accounts.users.by_name("reader"))


def test_of_two_who_change_a_password_at_once_one_is_late(desk_site: DeskSite) -> None:
    """Who has shown the old password does not overwrite the new one, nor take the codes away."""
    accounts = desk_site.desk.accounts
    thief = accounts.door.proof_of(accounts.users.by_name("reader"), PASSWORD, address="192.0.2.1")
    accounts.users.set_password("reader", _OTHER)
    with pytest.raises(AccountError, match="changed meanwhile"):
        accounts.users.set_password("reader", "what the thief would like", instead=thief.stored)
    with pytest.raises(AccountError, match="changed meanwhile"):
        accounts.users.set_totp("reader", None, instead=thief.stored)
    assert accounts.door.sign_in("reader", _OTHER, "", address="192.0.2.2", browser="").user is not None


@pytest.mark.parametrize("path", ["/account/password", "/account/codes", "/account/codes/end"])
async def test_guesses_of_who_has_a_session_are_counted_one_by_one(desk_site: DeskSite, path: str) -> None:
    """Forty at once get no more tries than forty in a row."""
    async with desk_site.visiting("reader") as thief:
        guesses = [thief.post(path, data={"password": f"guess {n}", "new": _OTHER, "again": _OTHER}) for n in range(40)]
        texts = [answer.text for answer in await asyncio.gather(*guesses)]
    assert sum("this is not your present password" in text for text in texts) <= MOST_OF_BOTH + 1
    assert sum("too many wrong passwords" in text for text in texts) >= 40 - MOST_OF_BOTH - 1


async def test_a_session_without_its_password_sets_up_no_codes(desk_site: DeskSite) -> None:
    """A secret that was not drawn for who has shown his password, and in his session, is not taken."""
    async with desk_site.visiting("reader") as thief, desk_site.visiting("reader") as owner:
        own = totp.new_secret()
        for secret in (own, "", "no base 32!", "A"):
            answer = await thief.post("/account/codes/confirm", data={"secret": secret, "code": _code(own)})
            assert answer.status_code == 409
        page = (await owner.post("/account/codes", data={"password": PASSWORD})).text
        (drawn,) = re.findall(r"<code>([A-Z2-7]{32})</code>", page)
        await thief.post("/account/codes/confirm", data={"secret": drawn, "code": _code(drawn)})
        assert not desk_site.desk.accounts.users.by_name("reader").has_totp
        await owner.post("/account/codes/confirm", data={"code": _code(drawn)})
        assert desk_site.desk.accounts.users.by_name("reader").has_totp


async def test_the_code_that_set_codes_up_lets_nobody_in(desk_site: DeskSite) -> None:
    """It was taken once already."""
    async with desk_site.visiting("reader") as owner:
        page = (await owner.post("/account/codes", data={"password": PASSWORD})).text
        code = _code(re.findall(r"<code>([A-Z2-7]{32})</code>", page)[0])
        for _ in range(2):  # a double click
            assert (await owner.post("/account/codes/confirm", data={"code": code})).headers["location"] == "/account"
    door = desk_site.desk.accounts.door
    assert door.sign_in("reader", PASSWORD, code, address="192.0.2.1", browser="").user is None


def test_a_code_that_comes_twice_at_once_lets_one_in(desk_site: DeskSite) -> None:
    """Eight who have overheard it are seven too many."""
    accounts, secret = desk_site.desk.accounts, totp.new_secret()
    accounts.users.set_totp("reader", secret)
    code, came, start = _code(secret), [], threading.Barrier(8)

    def enter(number: int) -> None:
        start.wait(10)
        came.append(accounts.door.sign_in("reader", PASSWORD, code, address=f"192.0.2.{number}", browser=""))

    threads = [threading.Thread(target=enter, args=(number,)) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(one.outcome is SignInOutcome.DONE for one in came) == 1


async def test_a_role_or_an_account_that_is_taken_away_is_away_at_once(desk_site: DeskSite) -> None:
    """Who was demoted or ended does nothing more by the session that he has."""
    users = desk_site.desk.accounts.users
    async with desk_site.visiting("officer") as officer, desk_site.visiting("acme") as acme:
        users.set_role("officer", users.by_name("reader").role)
        users.end("acme")
        assert (await officer.post("/lists/red/rollback", data={"why": "x", "version": "1"})).status_code == 401
        assert (await acme.get("/journal")).status_code == 303
