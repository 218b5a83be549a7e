"""A manager user with too few rights: the watchdog finds it out, tells, and claims nothing, on real Asterisks."""

from collections.abc import Iterator

import pytest

from lab.processes import wait_until
from lab.roots import AsteriskRoot
from lab.site import MANAGER
from tests.watchdog.site import CONFIG, Site, running_site

READ = "read = call,user,system"
WRITE = "write = call,user,reporting,system"
HEALTHY = "may do all that it needs to"


@pytest.fixture(scope="module")
def site(asterisk_root: AsteriskRoot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Both Asterisks in turn, looked at once a second."""
    config = CONFIG.replace("[watchdog]\n", "[watchdog]\ncollect_s = 1\n")
    with running_site(asterisk_root, tmp_path_factory.mktemp("rights"), config=config) as running:
        yield running


def give(site: Site, manager: str, said: str) -> str:
    """Change `manager.conf` as an admin does, and wait until the daemon has said something about it; what it said."""
    before = len(site.daemon.log_path.read_text())
    site.asterisk.write_config("lab-manager.d/gatekeeper.conf", manager)
    site.asterisk.cli("manager reload")
    wait_until(lambda: said in site.daemon.log_path.read_text()[before:], 60, f"the daemon to say: {said}")
    return site.daemon.log_path.read_text()[before:]


def test_too_few_rights_are_told(site: Site) -> None:
    """Whatever right a reload takes away: it is told, and told again when it is given back."""
    said = give(site, MANAGER.replace(READ, "read = system"), "may not")
    assert "may not hear UserEvents, such as refusals (read = user); see calls being dialled (read = call" in said
    said = give(site, MANAGER.replace(WRITE, "write = agent"), "may not")
    assert "see calls" not in said
    for what in ("end blocked calls", "report bypasses", "what a channel carries", "calls that it missed", "collect",
                 "delete"):  # fmt: skip
        assert what in said
    give(site, MANAGER.replace("secret = change-me", "secret = another"), "can't log in")
    # The connection that stands is as good as it was.
    number = site.number()
    site.add(number)
    site.originate(f"PJSIP/{number}@trunk")
    assert site.ami.wait_event("UserEvent", UserEvent="GatekeeperBypass", Number=number)["HungUp"] == "yes"
    give(site, MANAGER, HEALTHY)


def test_what_was_not_hung_up_is_not_said_to_be(site: Site) -> None:
    """Without the right to hang up, the call that should have been is told as what it is: not hung up."""
    number = site.number()
    site.add(number)
    give(site, MANAGER.replace(WRITE, "write = user,reporting"), "may not end blocked calls")
    site.daemon.restart()
    site.wait_watching()
    wait_until(
        lambda: site.daemon.log_path.read_text().count("may not end blocked calls") > 1, 10, "the rights to be known"
    )
    site.originate(f"PJSIP/{number}@trunk")
    event = site.ami.wait_event("UserEvent", UserEvent="GatekeeperBypass", Number=number)
    assert (event["Verdict"], event["HungUp"]) == ("BLOCK", "no")
    rows = site.rows(number)  # a call that goes on may be met a second time, and is then told of a second time
    assert {(row["verdict"], row["bypass"]) for row in rows} == {("BLOCK", 1)}
    said = site.daemon.log_path.read_text()
    assert f"decision {rows[0]['id']}, BLOCK RED_LIST: it was not hung up" in said
    assert "could not be hung up: Permission denied" in said
    assert site.invite(number).answered_at is not None
    site.quiet()
    give(site, MANAGER, HEALTHY)
    site.wait_watching()
    again = site.number()
    site.add(again)
    site.originate(f"PJSIP/{again}@trunk")
    assert site.ami.wait_event("UserEvent", UserEvent="GatekeeperBypass", Number=again)["HungUp"] == "yes"
    assert site.invite(again).answered_at is None
    site.quiet()


def test_every_bypass_has_its_line(site: Site) -> None:
    """A burst of calls round the gates: each has its row, its event and its line in the daemon's log."""
    numbers = [site.number() for _ in range(12)]
    for number in numbers:
        site.ami.send(
            "Originate", {"Channel": f"PJSIP/{number}@trunk", "Application": "Wait", "Data": "0", "Async": "true"}
        )
    rows = [site.rows(number)[0] for number in numbers]
    site.quiet()
    said = site.daemon.log_path.read_text()
    assert all(said.count(row["id"]) == 1 and row["bypass"] == 1 for row in rows)
    for number in numbers:
        site.ami.wait_event("UserEvent", UserEvent="GatekeeperBypass", Number=number)
