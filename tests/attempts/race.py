"""Two dialers race for the fourth call of a number, through two gates of a real daemon that is killed in between."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from lab.consented import CALLER_ID, PARIS, PRINCIPAL, import_consents
from lab.dialer import Dialer
from lab.errors import LabError
from lab.fastagi import ask
from lab.guarded import AMI_PROXY, guarded_site
from lab.roots import AsteriskRoot
from lab.site import LabSite

LIMIT: Final = 4
"""Calls of a consumer in thirty days (FR-CAP)."""

_TUESDAY: Final = datetime(2026, 9, 15, 14, 0, tzinfo=PARIS)
"""The hours of the law are open for six more."""

_FRENCH: Final = f"""
[law]
default = "fr"
[campaigns.default]
principal = "{PRINCIPAL}"
goods = ["insurance"]
"""


@dataclass
class Outcome:
    """What came of a race.

    Attributes:
        faults: sentences on what did not hold; empty where all did.
        kills: how often the daemon was killed.
        won: how often each gate let the fourth call by.
    """

    faults: list[str] = field(default_factory=list)
    kills: int = 0
    won: Counter[str] = field(default_factory=Counter)


class Race:
    """One site, many rounds; each is about a number of its own.

    Args:
        site: the daemon under the French law, an Asterisk behind its proxy, and the carrier.
        seed: draws when the daemon is killed.
    """

    def __init__(self, site: LabSite, seed: int = 1) -> None:
        self.outcome = Outcome()
        self.told: Counter[str] = Counter()
        self._site = site
        self._random = random.Random(seed)
        self._dialer: Dialer | None = None
        self._heard = ""

    def round(self, number: str, *, kill: bool) -> None:
        """Three calls, then two at the same instant, then one more at each gate."""
        for _ in range(LIMIT - 1):
            if not self._ask(number):
                self.outcome.faults.append(f"{number}: one of the first {LIMIT - 1} calls was refused: {self._heard}")
        start = threading.Barrier(3 if kill else 2)
        self._connected()
        before = self.told[number]
        racers = [
            threading.Thread(target=self._run, args=(start, gate, number)) for gate in (self._ask, self._originate)
        ]
        for racer in racers:
            racer.start()
        if kill:
            start.wait()
            time.sleep(self._random.uniform(0, 0.003))
            self._site.daemon.kill()
            self.outcome.kills += 1
        for racer in racers:
            racer.join()
        if kill:
            self._site.daemon.start()
        else:
            self.outcome.won["dialplan gate" if self.told[number] > before else "AMI proxy"] += 1
        self._ask(number)
        self._originate(number)

    def close(self) -> None:
        """Let go of the proxy."""
        if self._dialer is not None:
            self._dialer.__exit__(None, None, None)
            self._dialer = None

    def _run(self, start: threading.Barrier, gate: Callable[[str], object], number: str) -> None:
        start.wait()
        time.sleep(self._random.uniform(0, 0.001))  # one gate has its connection, the other has to make it
        gate(number)

    def _ask(self, number: str) -> bool:
        """At the dialplan gate, which dials nobody here: what it lets by, it tells."""
        try:
            answer = ask(self._site.daemon.fastagi_port, number)
        except (OSError, LabError) as error:
            self._heard = str(error)
            return False
        self._heard = answer["GATEKEEPER_REASON"]
        self.told[number] += answer["GATEKEEPER_VERDICT"] == "ALLOW"
        return answer["GATEKEEPER_VERDICT"] == "ALLOW"

    def _originate(self, number: str) -> None:
        """Over the proxy: what it lets by, the carrier sees."""
        try:
            self._connected().originate(f"PJSIP/{number}@trunk", f"CallerID: {CALLER_ID}")
        except (OSError, LabError):
            self.close()

    def _connected(self) -> Dialer:
        if self._dialer is None:
            self._dialer = Dialer(self._site.proxy_port)
        return self._dialer


def race(
    root: AsteriskRoot,
    folder: Path,
    rounds: int,
    synchronous: str,
    *,
    kill_every: int,
    say: Callable[[str], None] = print,
) -> Outcome:
    """Race for so many numbers.

    Args:
        root: which Asterisk.
        folder: a folder of its own.
        rounds: how many.
        synchronous: whether commits wait for the disk (`full`), beside the event loop, or are made on it (`normal`).
        kill_every: in every which round the daemon is killed.
        say: told how far it is.
    """
    config = f'{AMI_PROXY}{_FRENCH}[journal]\nsynchronous = "{synchronous}"\n'
    numbers = [f"0650{place:06}" for place in range(rounds)]
    with guarded_site(root, folder, config=config, carrier={"hold_ms": 0}, clock=_TUESDAY) as site:
        import_consents(site.daemon, numbers)
        runner = Race(site)
        killed = set()
        for place, number in enumerate(numbers):
            kill = place % kill_every == kill_every - 1
            if kill:
                killed.add(number)
            runner.round(number, kill=kill)
            if place % 100 == 99:
                say(f"{place + 1:,} rounds, {runner.outcome.kills} kills, won by {dict(runner.outcome.won)}")
        runner.close()
        invited = Counter(invite.number for invite in site.carrier.settle())
    for number in numbers:
        made = runner.told[number] + invited[number]
        if made > LIMIT or (made < LIMIT and number not in killed):
            runner.outcome.faults.append(f"{number}: {made} calls were let by, and the cap is {LIMIT}")
    return runner.outcome
