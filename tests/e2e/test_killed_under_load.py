"""Promise 3: no answer before its row is committed."""

import threading
import time
from pathlib import Path

from lab.ami import AmiClient
from lab.daemon import GatekeeperDaemon
from lab.dialer import Dialer
from lab.roots import AsteriskRoot
from tests.e2e.site import running_site

KILLS = 20
LISTED = "0699999999"
DIALERS = 4
TOLD_BEFORE_KILL = 60


def test_every_answer_that_asterisk_received_is_in_the_journal(asterisk_22: AsteriskRoot, tmp_path: Path) -> None:
    """The daemon is killed twenty times under load; the log holds every decision that a call was told of."""
    with running_site(asterisk_22, tmp_path) as site, site.asterisk.ami(events=False) as client:
        client.action("Filter", Operation="Add", Filter="Event: UserEvent")
        client.action("Events", EventMask="user")
        site.daemon.import_numbers("bloctel", [LISTED])
        told = Told(client)
        stop = threading.Event()
        dialers = [
            threading.Thread(target=_dial, args=(site.asterisk.ami_port, stop, share)) for share in range(DIALERS)
        ]
        for dialer in dialers:
            dialer.start()
        try:
            for _ in range(KILLS):
                _kill_after_more(site.daemon, told)
        finally:
            stop.set()
            for dialer in dialers:
                dialer.join()
        answers = told.decisions()
        rows = site.daemon.journal()
    assert len(answers) >= KILLS * TOLD_BEFORE_KILL
    assert len(set(answers)) == len(answers), "a decision was given to two calls"
    assert set(answers) <= {row["id"] for row in rows}


class Told:
    """What the dialplan says that the gate told it, read as it comes."""

    def __init__(self, client: AmiClient) -> None:
        self._client = client
        self._read = 0
        self._decisions: list[str] = []

    def decisions(self) -> list[str]:
        """The decisions' ids until now."""
        events = self._client.events[self._read :]
        self._read += len(events)
        self._decisions += [
            event["Decision"] for event in events if event.get("UserEvent") == "Told" and event.get("Decision")
        ]
        return self._decisions


def _kill_after_more(daemon: GatekeeperDaemon, told: Told) -> None:
    """Wait until so many more calls were told, kill the daemon in the middle of it, and start it again."""
    wanted = len(told.decisions()) + TOLD_BEFORE_KILL
    deadline = time.monotonic() + 20
    while len(told.decisions()) < wanted:
        assert time.monotonic() < deadline, "the calls are not told of decisions"
        time.sleep(0.005)
    daemon.kill()
    daemon.start()


def _dial(port: int, stop: threading.Event, share: int) -> None:
    """Originate one call after the other; every tenth is to a listed number."""
    with Dialer(port) as dialer:
        count = 0
        while not stop.is_set():
            count += 1
            number = LISTED if count % 10 == 0 else f"06{share}{count % 10_000_000:07d}"
            _, answered = dialer.call(number, "asking")
            if not answered and number != LISTED:
                # The daemon is down: let it come up, instead of filling Asterisk's database with refusals.
                time.sleep(0.1)
