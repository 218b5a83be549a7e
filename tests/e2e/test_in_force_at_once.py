"""Promise 1: a number on a list is not called, from the moment it was added."""

import os
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

from lab.dialer import Dialer
from lab.roots import AsteriskRoot
from lab.site import LabSite
from tests.e2e.site import running_site

CALLS = int(os.environ.get("GATEKEEPER_CALLS", "10000"))
CLERKS = 4
"""So many people change the list at once, each while dialers call the numbers."""

CALLS_A_CHANGE = 4
"""The first call after a change is the one that matters; the others meet the changes of the other clerks."""

CLERK = """
import sys
from pathlib import Path
from gatekeeper.lists import ListStore
with ListStore(Path(sys.argv[1])) as store:
    for line in sys.stdin:
        operation, number = line.split()
        getattr(store, operation)("red", [int(number)], by="clerk")
        print("done", flush=True)
"""


def test_no_call_gets_through_after_an_add_returned(asterisk_22: AsteriskRoot, tmp_path: Path) -> None:
    """Ten thousand calls while other processes add and remove the numbers: each call goes by the list as it stands."""
    wrong: list[str] = []
    expected: Counter[str] = Counter()
    with running_site(asterisk_22, tmp_path) as site:
        site.daemon.import_numbers("bloctel", ["0699999999"])
        share = CALLS // CLERKS
        clerks = [
            threading.Thread(target=_clerk, args=(site, number, share, wrong, expected)) for number in range(CLERKS)
        ]
        for clerk in clerks:
            clerk.start()
        for clerk in clerks:
            clerk.join()
        site.carrier.settle()
        reached = Counter(site.carrier.numbers())
    assert not wrong, wrong[:5]
    assert reached == expected


def _clerk(site: LabSite, share: int, calls: int, wrong: list[str], expected: "Counter[str]") -> None:
    """Add a number, call it, remove it, call it, and so on; every tenth allowed call goes out to the carrier."""
    command = [sys.executable, "-c", CLERK, str(site.daemon.data_dir)]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as clerk,
        Dialer(site.asterisk.ami_port) as dialer,
    ):
        assert clerk.stdin is not None
        assert clerk.stdout is not None
        leaving = 0
        for turn in range(calls // CALLS_A_CHANGE):
            number = f"061{share}{turn // 4 % 50:06d}"
            listed = turn % 2 == 1
            clerk.stdin.write(f"{'add' if listed else 'remove'} 33{number[1:]}\n")
            clerk.stdin.flush()
            assert clerk.stdout.readline() == "done\n"
            for attempt in range(CALLS_A_CHANGE):
                context = "out" if attempt == 0 and turn % 5 in (0, 1) else "asking"
                _, answered = dialer.call(number, context)
                if answered == listed:
                    wrong.append(f"call {attempt} after change {turn} of clerk {share}: listed {listed}")
                if context == "out" and not listed:
                    expected[number] += 1
                    leaving += 1
        clerk.stdin.close()
        assert leaving > calls // 30
