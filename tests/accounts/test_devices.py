"""Devices: who comes from where he has signed in before gets in while others guess, and guesses no more than they."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gatekeeper.accounts import Accounts, Role, SignInOutcome, devices, lockout
from gatekeeper.accounts.devices import KEPT_S, MOST_OF_A_USER
from gatekeeper.accounts.lockout import MOST_OF_ACCOUNT, MOST_OF_ADDRESS, MOST_OF_BOTH
from gatekeeper.clock import SECOND_US
from tests.standing_clock import StandingClock

PASSWORD = "four unrelated words here"
HOME, AWAY = "192.0.2.1", "198.51.100.1"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> StandingClock[int]:
    """The clock of lock-outs and devices; what a password costs is not what is tried here."""
    made = StandingClock(1_800_000_000 * SECOND_US)
    for module in (lockout, devices):
        monkeypatch.setattr(module, "now_micros", made)
    monkeypatch.setattr(
        "gatekeeper.accounts.passwords.is_right", lambda stored, typed: stored is not None and typed == PASSWORD
    )
    return made


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Accounts]:
    """A site with two officers."""
    with closing(Accounts(tmp_path)) as made:
        for name in ("anna", "bob"):
            made.users.add(name, PASSWORD, Role.OFFICER, by="test")
        yield made


def tried(
    accounts: Accounts, password: str, device: str = "", name: str = "anna", address: str = HOME
) -> SignInOutcome:
    """How trying to sign in ends."""
    return accounts.door.sign_in(name, password, "", address=address, browser="", device=device).outcome


def device_of(accounts: Accounts, name: str = "anna") -> str:
    """What a browser keeps in which somebody has signed in."""
    token = accounts.door.sign_in(name, PASSWORD, "", address=HOME, browser="").device
    assert token
    return token


def test_others_guesses_keep_nobody_out_of_his_own_browser(accounts: Accounts, clock: StandingClock[int]) -> None:
    """Neither by the name, nor by his address, nor by both; without the cookie everybody waits."""
    device = device_of(accounts)
    for number in range(MOST_OF_ACCOUNT):
        accounts.lockout.failed("anna", f"203.0.113.{number}")
    for number in range(MOST_OF_ADDRESS):
        accounts.lockout.failed(f"name{number}", HOME)
    for address in (HOME, AWAY):
        assert tried(accounts, PASSWORD, address=address) is SignInOutcome.LOCKED
        assert tried(accounts, PASSWORD, device, address=address) is SignInOutcome.DONE
    user = accounts.users.by_name("anna")
    proved = [accounts.door.proof_of(user, PASSWORD, address=HOME, device=one).outcome for one in ("", device)]
    assert proved == [SignInOutcome.LOCKED, SignInOutcome.DONE]


def test_a_device_has_no_more_guesses_than_anybody(accounts: Accounts, clock: StandingClock[int]) -> None:
    """Behind five it counts for nothing until its time is over, and again after each that follows."""
    device = device_of(accounts)
    for _ in range(MOST_OF_BOTH):
        assert tried(accounts, "wrong", device) is SignInOutcome.WRONG
    assert tried(accounts, PASSWORD, device) is SignInOutcome.LOCKED
    assert tried(accounts, "wrong", device, address=AWAY) is SignInOutcome.WRONG  # as who comes without
    clock.now += 61 * SECOND_US
    assert tried(accounts, "wrong", device) is SignInOutcome.WRONG
    for _ in range(MOST_OF_ACCOUNT):
        accounts.lockout.failed("anna", AWAY)
    assert tried(accounts, PASSWORD, device, address=AWAY) is SignInOutcome.LOCKED
    accounts.lockout.unlock("anna")
    assert tried(accounts, PASSWORD, device, address=AWAY) is SignInOutcome.DONE


@pytest.mark.parametrize("what", ["another's", "made up", "too long", "too old", "ended", "displaced"])
def test_what_is_no_device_of_his_counts_for_nothing(accounts: Accounts, clock: StandingClock[int], what: str) -> None:
    """Nor does it tell anything: it is answered as no cookie at all."""
    device = device_of(accounts, "bob" if what == "another's" else "anna")
    if what == "made up":
        device = "A" * 43
    elif what == "too long":
        device += "A" * 1000
    elif what == "too old":
        clock.now += (KEPT_S + 1) * SECOND_US
    elif what == "ended":
        accounts.users.end("anna")
    elif what == "displaced":
        for _ in range(MOST_OF_A_USER):
            clock.now += SECOND_US
            device_of(accounts)
    for _ in range(MOST_OF_ACCOUNT):
        accounts.lockout.failed("anna", AWAY)
    assert tried(accounts, PASSWORD, device) is SignInOutcome.LOCKED


def test_a_device_is_kept_by_its_sum_and_given_once(
    accounts: Accounts, clock: StandingClock[int], tmp_path: Path
) -> None:
    """Each sign-in makes it last; who reads the file can't come with it."""
    device = device_of(accounts)
    for _ in range(3):
        clock.now += (KEPT_S - 1) * SECOND_US
        again = accounts.door.sign_in("anna", PASSWORD, "", address=HOME, browser="", device=device)
        assert (again.outcome, again.device) == (SignInOutcome.DONE, "")
    accounts.close()
    assert device.encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("accounts.sqlite3*"))
