"""`gatekeeper user` and `gatekeeper key`: who may sign in at the desk, and by which keys programs come."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import update

from gatekeeper.accounts import Accounts
from gatekeeper.accounts.tables import keys
from tests.desk.site import PASSWORD, DeskSite, make_site


@pytest.fixture
def site(tmp_path: Path) -> DeskSite:
    """A site without any user."""
    return make_site(tmp_path)


def run(site: DeskSite, *arguments: str, typed: str = "") -> tuple[int, str, str]:
    """Run a command; gives its exit code, and what it said."""
    command = [sys.executable, "-m", "gatekeeper", "--config", str(site.config), *arguments]
    done = subprocess.run(command, input=typed, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout, done.stderr


def test_the_life_of_a_user(site: DeskSite) -> None:
    """Added, shown, given another role and password, ended and readmitted; all of it is on record."""
    assert run(site, "user", "add", "Anna", "--role", "admin", "--password-stdin", typed=f"{PASSWORD}\n")[0] == 0
    assert run(site, "user", "add", "bob", "--password-stdin", "--principal", "ACME", typed=f"{PASSWORD}\n")[0] == 0
    shown = run(site, "user", "list")[1]
    assert "anna" in shown
    assert "ACME" in shown
    assert run(site, "user", "role", "bob", "officer")[0] == 0
    assert run(site, "user", "password", "bob", "--password-stdin", typed="another four unrelated\n")[0] == 0
    assert run(site, "user", "end", "bob")[0] == 0
    assert run(site, "user", "readmit", "bob")[0] == 0
    with Accounts(site.settings.daemon.data_dir) as accounts:
        assert [one.action for one in reversed(accounts.actions.page())] == [
            *("user.add", "user.add", "user.role", "user.password", "user.end", "user.readmit")
        ]
        assert accounts.door.sign_in("bob", "another four unrelated", "", address="x", browser="").user is not None


@pytest.mark.parametrize(
    ("arguments", "typed", "said"),
    [
        (("add", "anna", "--password-stdin"), "short\n", "12 to 256 characters"),
        (("add", "anna", "--password-stdin"), "aaaaaaaaaaaaaaaa\n", "different characters"),
        (("add", "annabella", "--password-stdin"), "annabella1234\n", "little more than the user's name"),
        (("add", "anna b", "--password-stdin"), f"{PASSWORD}\n", "a user's name has"),
        (("add", "anna"), f"{PASSWORD}\n", "--password-stdin"),
        (("add", "a", "--role", "admin", "--principal", "X", "--password-stdin"), f"{PASSWORD}\n", "only a reader"),
        (("add", "a", "--principal", " ", "--password-stdin"), f"{PASSWORD}\n", "a principal has a name"),
        (("end", "nobody"), "", "there is no user 'nobody'"),
    ],
)
def test_what_is_wrong_is_said(site: DeskSite, arguments: tuple[str, ...], typed: str, said: str) -> None:
    """With exit code 2, and nothing done."""
    code, _, error = run(site, "user", *arguments, typed=typed)
    assert code == 2
    assert said in " ".join(error.replace("│", " ").split())
    assert PASSWORD not in error


def test_a_key_is_shown_once(site: DeskSite) -> None:
    """Its text is printed when it is made and stands nowhere afterwards; ended, it is none."""
    code, text, _ = run(site, "key", "add", "crm", "--scope", "check", "--principal", "ACME")
    assert code == 0
    data = site.settings.daemon.data_dir
    with Accounts(data) as accounts:
        key = accounts.keys.find(text.strip())
        assert key is not None
        assert (key.principal, key.scopes) == ("ACME", frozenset({"check"}))
    assert text.strip().encode() not in (data / "accounts.sqlite3").read_bytes()
    shown = run(site, "key", "list")[1]
    assert text.strip() not in shown
    assert key.id in shown
    assert run(site, "key", "end", key.id)[0] == 0
    with Accounts(data) as accounts:
        assert accounts.keys.find(text.strip()) is None
    assert run(site, "key", "end", key.id)[0] == 2
    assert run(site, "key", "add", "crm", "--scope", "everything")[0] == 2


def test_a_principal_that_no_campaign_spells_so_is_told(site: DeskSite) -> None:
    """Its decisions would be looked for under another name; it is no error, for calls may name it."""
    told = [
        run(site, "user", "add", "bob", "--password-stdin", "--principal", one, typed=f"{PASSWORD}\n")[2]
        if place == 0
        else run(site, "key", "add", "crm", "--scope", "check", "--principal", one)[2]
        for place, one in enumerate(("acme", "Acme", "ACME"))
    ]
    assert ["no campaign is for" in one for one in told] == [True, True, False]
    assert "'acme'" in told[0]


def test_a_key_is_for_a_principal_with_a_name(site: DeskSite) -> None:
    """One for a blank principal would decide as each of them: it is not made, and one of an older version is none."""
    for blank in ("", "  "):
        code, _, error = run(site, "key", "add", "crm", "--scope", "check", "--principal", blank)
        assert (code, "a principal has a name" in error) == (2, True)
    with Accounts(site.settings.daemon.data_dir) as accounts:
        key, text = accounts.keys.add("crm", ["check"], by="test", principal=" ACME ")
        assert key.principal == "ACME"
        with accounts.keys._database.writing() as connection:
            connection.execute(update(keys).values(principal=""))
        assert accounts.keys.find(text) is None
