"""The daemon is gone, frozen or cannot write: nothing leaves but emergency calls, and calls that are up go on."""

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator

import pytest

from gatekeeper.journal import JOURNAL_FILE
from lab.processes import wait_until
from tests.sip.site import Site

pytestmark = pytest.mark.parametrize("asterisk_root", ["22"], indirect=True, ids=["asterisk22"])


@contextlib.contextmanager
def killed(site: Site) -> Iterator[None]:
    """The daemon is killed, and started again afterwards."""
    site.daemon.kill()
    try:
        yield
    finally:
        site.daemon.start()


@contextlib.contextmanager
def frozen(site: Site) -> Iterator[None]:
    """The daemon stands still."""
    site.daemon.freeze()
    try:
        yield
    finally:
        site.daemon.thaw()


@contextlib.contextmanager
def locked(site: Site) -> Iterator[None]:
    """Another process holds the journal's lock."""
    other = sqlite3.connect(site.daemon.data_dir / JOURNAL_FILE, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@pytest.mark.parametrize("trouble", [killed, frozen, locked])
def test_nothing_leaves_in_trouble(
    site: Site, trouble: Callable[[Site], contextlib.AbstractContextManager[None]]
) -> None:
    """A call that may be made does not leave either; a call that is up goes on, and ends as always.

    Asterisk may not cancel an INVITE that nobody has answered (RFC 3261, 9.1), and repeats it: should it be let by when
    the trouble is over, then once, and its CANCEL comes right behind.
    """
    carrier, slow = site.carrier_of("gated"), site.carrier_of("slow")
    running, refused = site.number(), site.number()
    site.start(f"PJSIP/{running}@gated", Data="20")
    wait_until(lambda: any(one.number == running and one.answered_at for one in carrier.invites()), 60, "a call")
    wait_until(lambda: "!Up!" in site.ami.command("core show channels concise"), 60, "the answer at Asterisk")
    with trouble(site):
        site.start(f"PJSIP/{refused}@slow", Timeout="1000")
        time.sleep(1.2)
        assert refused not in slow.numbers()
        assert "1 active channel" in site.ami.command("core show channels count")
        site.ami.command("channel request hangup all")
        assert site.invite(running).ended_at is not None
    site.quiet()
    late = [one for one in slow.settle(0.2) if one.number == refused]
    assert len(late) <= 1
    assert not any(one.answered_at or not one.cancelled_at for one in late)


def test_an_emergency_call_leaves_with_a_locked_journal(site: Site) -> None:
    """Nothing that can be broken in the daemon holds it up for long."""
    with locked(site):
        began = time.monotonic()
        site.start("PJSIP/112@gated")
        wait_until(lambda: "112" in site.carrier_of("gated").numbers(), 60, "the emergency call to leave")
        assert time.monotonic() - began < 20
    site.end()


def test_a_call_that_rings_survives_a_restart(site: Site) -> None:
    """Killed while the carrier rings, and started again: the answer comes back through the new one."""
    number = site.number()
    carrier = site.carrier_of("slow")
    since = len(site.ami.events)
    site.start(f"PJSIP/{number}@slow", Data="0.2")
    wait_until(lambda: number in carrier.numbers(), 60, "the call to leave")
    site.daemon.kill()
    site.daemon.start()
    response = site.ami.wait_event("OriginateResponse", since=since)
    assert response["Response"] == "Success"
    assert site.invite(number, "slow").ended_at is not None
    assert carrier.numbers().count(number) == 1
