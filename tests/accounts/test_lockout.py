"""Lock-outs: how long who has to wait, whatever names and addresses come."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.accounts import lockout
from gatekeeper.accounts.database import AccountDatabase
from gatekeeper.accounts.lockout import MOST_OF_ACCOUNT, MOST_OF_ADDRESS, MOST_OF_BOTH, MOST_OF_SITE, Lockout
from gatekeeper.clock import SECOND_US
from tests.standing_clock import StandingClock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> StandingClock[int]:
    """The clock of lock-outs."""
    made = StandingClock(1_800_000_000 * SECOND_US)
    monkeypatch.setattr(lockout, "now_micros", made)
    return made


@pytest.fixture
def locks(tmp_path: Path) -> Lockout:
    """Lock-outs of an empty file."""
    return Lockout(AccountDatabase(tmp_path / "accounts.sqlite3"))


def test_each_failure_doubles_the_wait(locks: Lockout, clock: StandingClock[int]) -> None:
    """From the fifth on: a minute, two, four; it never ends before its time."""
    for _ in range(MOST_OF_BOTH):
        assert locks.locked_until("anna", "192.0.2.1") == 0
        locks.failed("anna", "192.0.2.1")
    waits = []
    for _ in range(4):
        until = locks.locked_until("anna", "192.0.2.1")
        waits.append((until - clock.now) // SECOND_US)
        clock.now = until - 1
        assert locks.locked_until("anna", "192.0.2.1") == until
        clock.now = until
        assert locks.locked_until("anna", "192.0.2.1") == 0
        locks.failed("anna", "192.0.2.1")
    assert waits == [60, 120, 240, 480]


def test_many_names_lock_the_address(locks: Lockout, clock: StandingClock[int]) -> None:
    """Who tries one password on many names is stopped by his address; others sign in."""
    for number in range(MOST_OF_ADDRESS):
        locks.failed(f"user{number}", "192.0.2.1")
    assert locks.locked_until("anna", "192.0.2.1") > clock.now
    assert locks.locked_until("anna", "192.0.2.2") == 0


@pytest.mark.parametrize(
    "address", ["2001:db8:1:2::{:x}", "2001:0db8:0001:0002:{:x}:0:0:1", "::ffff:192.0.2.1", "no address {}", "{}"]
)
def test_one_link_is_one_address(locks: Lockout, clock: StandingClock[int], address: str) -> None:
    """Who takes another address of his own /64 for each guess, or another spelling, has no more of them."""
    for number in range(MOST_OF_BOTH):
        assert locks.locked_until("anna", address.format(number)) == 0
        locks.failed("anna", address.format(number))
    assert locks.locked_until("anna", address.format(99)) > clock.now
    for number in range(MOST_OF_BOTH, MOST_OF_ADDRESS):
        locks.failed(f"user{number}", address.format(number))
    assert locks.locked_until("bob", address.format(98)) > clock.now
    assert locks.locked_until("bob", "2001:db8:1:3::1") == 0


def test_a_customer_of_many_links_is_stopped_late(locks: Lockout, clock: StandingClock[int]) -> None:
    """A /48 is one customer's often: he has a hundred guesses, and nobody outside of it waits."""
    for number in range(MOST_OF_SITE):
        assert locks.locked_until("anna", "2001:db8:1:ffff::1") == 0
        locks.failed(f"user{number}", f"2001:db8:1:{number:x}::1")
    assert locks.locked_until("anna", "2001:db8:1:ffff::1") > clock.now
    assert locks.locked_until("anna", "2001:db8:2::1") == 0


def test_many_addresses_lock_the_account_late(locks: Lockout, clock: StandingClock[int]) -> None:
    """A net of many machines is stopped, too; a few of them keep nobody out."""
    for number in range(MOST_OF_ACCOUNT):
        assert locks.locked_until("anna", "192.0.2.1") == 0
        locks.failed("anna", f"198.51.100.{number}")
    assert locks.locked_until("anna", "192.0.2.1") > clock.now
    locks.unlock("anna")
    assert locks.locked_until("anna", "192.0.2.1") == 0


def test_a_success_forgets_the_failures(locks: Lockout, clock: StandingClock[int]) -> None:
    """Of this account from this address alone: who guesses can't clear his address by an account of his own."""
    for _ in range(MOST_OF_BOTH - 1):
        locks.failed("anna", "192.0.2.1")
    locks.succeeded("anna", "192.0.2.1")
    locks.failed("anna", "192.0.2.1")
    assert locks.locked_until("anna", "192.0.2.1") == 0
    for _ in range(MOST_OF_ADDRESS):
        locks.failed("bob", "192.0.2.9")
        locks.succeeded("mine", "192.0.2.9")
    assert locks.locked_until("carl", "192.0.2.9") > clock.now


@given(count=st.integers(1, 10_000), most=st.integers(1, 100))
def test_no_wait_is_longer_than_half_a_day(count: int, most: int) -> None:
    """However many have failed."""
    until = lockout._until(count, most, 0)
    assert (until == 0) == (count < most)
    assert until <= 12 * 3600 * SECOND_US
