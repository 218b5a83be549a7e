"""A list is replaced while calls go on: each is judged by the old version or by the new one, never by half of one."""

import threading
import time
from pathlib import Path

from lab.daemon import GatekeeperDaemon
from lab.dialer import Dialer
from lab.roots import AsteriskRoot
from tests.e2e.site import running_site

REPLACEMENTS = 10
NUMBERS = 40_000
CALLS_A_SECOND = 50
ALWAYS = ("0611000000", "0611039999", "0611025555")
"""First, last and middle of every version."""
NEVER = ("0655000001", "0655000002")
BY_TURNS = "0620000000"
"""Only in every other version."""


def test_no_call_is_judged_by_a_half_loaded_list(asterisk_22: AsteriskRoot, tmp_path: Path) -> None:
    """Through ten replacements at 50 calls a second, who is in all versions is blocked, and who is in none is not."""
    with running_site(asterisk_22, tmp_path) as site:
        replace(site.daemon, 0)
        wrong: list[str] = []
        by_turns: set[bool] = set()
        done = threading.Event()
        calls = [0]

        def dial() -> None:
            with Dialer(site.asterisk.ami_port) as dialer:
                turn = 0
                while not done.is_set():
                    began = time.monotonic()
                    for number, expected in ((ALWAYS[turn % 3], False), (NEVER[turn % 2], True), (BY_TURNS, None)):
                        _, answered = dialer.call(number, "asking")
                        calls[0] += 1
                        if expected is None:
                            by_turns.add(answered)
                        elif answered is not expected:
                            wrong.append(f"call {calls[0]}: {'allowed' if answered else 'blocked'}")
                    turn += 1
                    done.wait(max(0.0, 3 / CALLS_A_SECOND - (time.monotonic() - began)))

        dialer = threading.Thread(target=dial)
        dialer.start()
        try:
            for version in range(1, REPLACEMENTS + 1):
                replace(site.daemon, version)
        finally:
            done.set()
            dialer.join()
        versions = {row["list_version"] for row in site.daemon.journal("--reason", "LISTED")}
    assert not wrong, wrong[:5]
    assert by_turns == {True, False}
    assert calls[0] > 100
    assert len(versions) >= REPLACEMENTS


def replace(daemon: GatekeeperDaemon, version: int) -> None:
    """Import the list anew."""
    path = daemon.folder / "bloctel.txt"
    numbers = [f"0{611_000_000 + number}\n" for number in range(NUMBERS)]
    if version % 2:
        numbers.append(f"{BY_TURNS}\n")
    path.write_text("".join(numbers))
    daemon.command("list", "import", "bloctel", str(path))
