"""Calls straight to a trunk with a SIP gate, by many ways at once, while lists change and the daemon is killed."""

import random
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from gatekeeper.lists import ListStore
from lab.gated import GATED, SIP_GATE, GatedSite, TrunkPlan, build_gated, running_gated
from lab.ports import free_port
from lab.roots import AsteriskRoot

RATE: Final = 30
"""Calls a second."""

DIALPLAN: Final = """
[straight]
exten => _X.,1,Dial(PJSIP/${EXTEN}@gated,20)
"""


@dataclass
class SipOutcome:
    """What came of the calls.

    Attributes:
        faults: sentences on what did not hold; empty where all did.
        placed: how many calls were originated, by way.
        reached: how many came to the carrier.
        refused: how many have a row that refuses them.
        kills: how often the daemon was killed.
    """

    faults: list[str] = field(default_factory=list)
    placed: Counter[str] = field(default_factory=Counter)
    reached: int = 0
    refused: int = 0
    kills: int = 0


class SipRun:
    """One site, and calls of numbers that are called once each.

    Args:
        site: the daemon, the Asterisk and the carrier.
        seed: draws ways, lists and kills.
    """

    def __init__(self, site: GatedSite, seed: int = 1) -> None:
        self.outcome = SipOutcome()
        self._site = site
        self._random = random.Random(seed)
        self._ami = site.asterisk.ami(events=False)
        self._ways: dict[str, Callable[[str], None]] = {
            "AMI": self._by_ami,
            "Local": self._by_local,
            "call file": self._by_call_file,
            "ARI": self._by_ari,
            "CLI": self._by_cli,
        }
        self._never: set[str] = set()
        """Numbers that were on the list before they were called."""

    def run(self, count: int, kill_every: int) -> None:
        """Place the calls; every third number is put on the red list a moment before it is called."""
        started = time.monotonic()
        for position in range(count):
            time.sleep(max(0.0, started + position / RATE - time.monotonic()))
            if position % kill_every == kill_every - 1:
                self._site.daemon.kill()
                self._site.daemon.start()
                self.outcome.kills += 1
            number = f"06{10_000_000 + position}"
            if self._random.random() < 1 / 3:
                self._list(number)
            way = self._random.choice(list(self._ways))
            self._ways[way](number)
            self.outcome.placed[way] += 1

    def judge(self) -> None:
        """Compare what the carrier saw with lists and journal."""
        self._site.quiet(60)
        reached = Counter(invite.number for invite in self._site.carrier.settle(1.0))
        self._ami.close()
        last = {row["dialled"]: row["verdict"] for row in self._site.daemon.decisions()}
        self.outcome.reached = len(reached)
        self.outcome.refused = sum(verdict == "BLOCK" for verdict in last.values())
        faults = self.outcome.faults
        faults += [f"{number} was on the list and reached the carrier" for number in sorted(self._never & set(reached))]
        faults += [f"{number} reached the carrier {times} times" for number, times in reached.items() if times > 1]
        faults += [
            f"{number} reached the carrier without an ALLOW" for number in reached if last.get(number) != "ALLOW"
        ]
        faults += [
            f"{number} was on the list, and allowed" for number in sorted(self._never) if last.get(number) == "ALLOW"
        ]

    def _list(self, number: str) -> None:
        with ListStore(self._site.daemon.data_dir) as store:
            store.add("red", [33_000_000_000 + int(number)], by="soak")
        self._never.add(number)

    def _by_ami(self, number: str) -> None:
        self._originate(f"PJSIP/{number}@{GATED}")

    def _by_local(self, number: str) -> None:
        self._originate(f"Local/{number}@straight")

    def _originate(self, channel: str) -> None:
        headers = {"Application": "Wait", "Data": "0.2", "Async": "true", "Timeout": "4000"}
        self._ami.send("Originate", headers, Channel=channel)

    def _by_call_file(self, number: str) -> None:
        text = f"Channel: PJSIP/{number}@{GATED}\nApplication: Wait\nData: 0.2\nMaxRetries: 0\nWaitTime: 4\n"
        self._site.asterisk.call_file(text, f"{number}.call")

    def _by_ari(self, number: str) -> None:
        address = (
            f"http://127.0.0.1:{self._site.asterisk.http_port}/ari/channels?endpoint=PJSIP/{number}@{GATED}"
            "&extension=s&context=nowhere&priority=1&timeout=4"
        )
        request = urllib.request.Request(address, method="POST")
        request.add_header("Authorization", f"Basic {b64encode(b'ari:ari-secret').decode()}")
        try:
            urllib.request.urlopen(request, timeout=60).close()  # noqa: S310 - Asterisk's own address
        except urllib.error.HTTPError as error:
            error.close()

    def _by_cli(self, number: str) -> None:
        self._ami.send("Command", {}, Command=f"channel originate PJSIP/{number}@{GATED} application Wait 0.2")


def soak_sip(root: AsteriskRoot, folder: Path, count: int, *, kill_every: int) -> SipOutcome:
    """Place so many calls by every way, and see that nothing listed left, and nothing without its row."""
    # A fixed port: what rings while the daemon is killed is answered to its successor.
    plans = {GATED: TrunkPlan([{"answer_after_ms": 50}])}
    config = SIP_GATE.replace("outside_port = 0", f"outside_port = {free_port()}")
    site = build_gated(root, folder, trunks=plans, config=config, dialplan=[DIALPLAN])
    with running_gated(site):
        run = SipRun(site)
        run.run(count, kill_every)
        run.judge()
    return run.outcome
