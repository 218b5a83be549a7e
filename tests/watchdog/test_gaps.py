"""Asterisk or the daemon goes and comes back: what happened meanwhile is found."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.processes import wait_until
from lab.roots import AsteriskRoot
from tests.watchdog.site import Site, running_site


@pytest.fixture
def site(asterisk_root: AsteriskRoot, tmp_path: Path) -> Iterator[Site]:
    """Both Asterisks in turn, with a carrier that lets it ring for long."""
    with running_site(asterisk_root, tmp_path, answer_after_ms=None) as running:
        yield running


def ring(site: Site, channel: str, number: str, **headers: str) -> None:
    """Originate, and wait until it rings at the carrier."""
    given = {"Application": "Wait", "Data": "1", "Async": "true", "Timeout": "20000", **headers}
    site.ami.send("Originate", {"Channel": channel, **given})
    deadline = time.monotonic() + 10
    while number not in site.carrier.numbers():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_what_was_missed_is_judged(site: Site) -> None:
    """Calls dialled while the daemon was away: the listed one is cancelled, the others go on, each is logged once."""
    listed, bypassing, cleared = site.number(), site.number(), site.number()
    site.add(listed)
    ring(site, f"Local/{cleared}@out", cleared)
    wait_until(lambda: site.rows(cleared)[0]["gates"] == "GOSUB WATCHDOG", 60, "the watchdog to have met the call")
    site.daemon.kill()
    ring(site, f"PJSIP/{listed}@trunk", listed)
    ring(site, f"PJSIP/{bypassing}@trunk", bypassing)
    ring(site, "PJSIP/112@trunk", "112")
    site.daemon.start()
    invite = site.invite(listed)
    assert (invite.answered_at, invite.cancelled_at is not None) == (None, True)
    (row,) = site.rows(listed)
    assert (row["verdict"], row["gates"], row["bypass"]) == ("BLOCK", "WATCHDOG", 1)
    (row,) = site.rows(bypassing)
    assert (row["verdict"], row["gates"], row["bypass"]) == ("ALLOW", "WATCHDOG", 1)
    # Another gap: what was judged is not judged again, and goes on even where it was listed meanwhile.
    site.add(bypassing, cleared)
    site.daemon.restart()
    site.wait_watching()
    time.sleep(1)
    assert len(site.rows(bypassing)) == 1
    (row,) = site.rows(cleared)
    assert (row["gates"], row["bypass"]) == ("GOSUB WATCHDOG", 0)
    gone = {one.number for one in site.carrier.invites() if one.cancelled_at}
    assert gone == {listed}


def test_what_is_dialled_behind_a_prefix_goes_on(site: Site) -> None:
    """Through a gap a call goes on that was let by, listed meanwhile or an emergency, behind a carrier's prefix too."""
    number = site.number()
    ring(site, f"Local/{number}@prefixed", f"9999{number}", Variable="__CODE=9999")
    site.daemon.kill()
    ring(site, "Local/112@prefixed", "99887112", Variable="__CODE=99887")
    site.add(number)
    site.daemon.start()
    site.wait_watching()
    time.sleep(1)
    assert {one.number: one.cancelled_at for one in site.carrier.invites()} == {f"9999{number}": None, "99887112": None}


def test_the_watchdog_is_there_when_asterisk_comes_back(site: Site) -> None:
    """Asterisk is killed and started again: the watchdog is there for the next call."""
    for _ in range(2):
        site.asterisk.kill()
        site.asterisk.start()
        site.wait_watching()
        number = site.number()
        site.add(number)
        with site.asterisk.ami() as ami:
            ami.originate_async(Channel=f"PJSIP/{number}@trunk", Application="Wait", Data="1", Timeout="5000")
        assert site.invite(number).cancelled_at is not None
        assert site.rows(number)[0]["gate"] == "WATCHDOG"


def test_an_inbound_call_is_left_alone(asterisk_root: AsteriskRoot, tmp_path: Path) -> None:
    """A call that came in over the trunk stays up through a gap, whoever calls."""
    caller = "0699000001"
    with (
        running_site(asterisk_root, tmp_path / "callee") as site,
        running_site(asterisk_root, tmp_path / "caller") as other,
    ):
        site.add(caller)
        trunk = f"PJSIP/anonymous/sip:0189000900@127.0.0.1:{site.asterisk.sip_port}"
        other.ami.send(
            "Originate", {"Channel": trunk, "Application": "Wait", "Data": "120", "Async": "true", "CallerID": caller}
        )
        site.ami.wait_event("Newstate", ChannelStateDesc="Up", CallerIDNum=caller)
        site.daemon.restart()
        site.wait_watching()
        time.sleep(1)
        assert "1 active channel" in site.ami.command("core show channels count")
        assert site.journal() == []
