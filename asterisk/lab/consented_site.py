"""A site under the French law: the campaign of `lab.consented` on a real Asterisk, with the daemon's clock on a day."""

from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from lab.consented import CALLER_ID, CAMPAIGN, CONFIG, LAST_DAY
from lab.roots import AsteriskRoot
from lab.site import REPOSITORY, SAMPLES, LabSite, build_site

_PROXY: Final = """
[asterisk.main]
port = {ami}
[ami_proxy]
enabled = true
port = {proxy}
"""

OUT: Final = "law-out"
"""The context whose calls meet the subroutine and, on the called channel, the pre-dial handler."""

DIALPLAN: Final = f"""
[globals](+)
DYNAMIC_FEATURES = gatekeeper-refuse
GATEKEEPER_REFUSED_SOUND = beep
[{OUT}]
exten => _[+0-9].,1,Gosub(gatekeeper,s,1(${{EXTEN}},${{GATEKEEPER_CAMPAIGN}}))
 same => n,Dial(PJSIP/${{FILTER(+0-9,${{EXTEN}})}}@trunk,20,b(gatekeeper-predial^s^1(${{GATEKEEPER_CAMPAIGN}})))
 same => n,Hangup(${{HANGUPCAUSE}})
; An agent whom the dialer hands the call to, and who dials *66, for the person says not to be called again.
[law-agent]
exten => s,1,Dial(Local/s@law-telephone/n,20)
[law-telephone]
exten => s,1,Answer()
 same => n,Wait(0.5)
 same => n,SendDTMF(*66,100)
 same => n,Wait(6)
"""


class Called(NamedTuple):
    """What became of a call.

    Attributes:
        number: as it was dialled.
        row: its decision in the journal.
        left: whether an INVITE for it came to the carrier.
    """

    number: str
    row: dict[str, Any]
    left: bool

    @property
    def judged(self) -> str:
        """The reason, and the provision by which, if a law's provision it was."""
        return f"{self.row.get('reason')} {self.row.get('provision')}".rstrip()


def consented_site(
    root: AsteriskRoot,
    folder: Path,
    *,
    config: str = "",
    dialplan: Sequence[str | Path] = (),
    clock: datetime = LAST_DAY,
) -> LabSite:
    """Write every configuration; nothing is started yet.

    Args:
        root: which Asterisk.
        folder: a folder of its own.
        config: more of the daemon's configuration.
        dialplan: more dialplan.
        clock: what time it is for the daemon.
    """
    return build_site(
        root,
        folder,
        config=CONFIG + _PROXY + config,
        dialplan=[REPOSITORY / "dialplan" / "gatekeeper-refusal.conf", DIALPLAN, *dialplan],
        files={"features.conf": (SAMPLES / "features.conf").read_text()},
        clock=clock,
        carrier={"answer_after_ms": 0},
    )


def on_day(site: LabSite, day: datetime) -> None:
    """Start the daemon anew, on another day."""
    site.daemon.stop()
    site.daemon.set_clock(day)
    site.daemon.start()


def call_each(
    site: LabSite,
    numbers: Sequence[str],
    *,
    campaign: str = CAMPAIGN,
    context: str = OUT,
    at_once: int = 6,
    agent: bool = False,
) -> list[Called]:
    """Originate to every number over the AMI proxy, and see what journal and carrier know of each.

    Args:
        site: where.
        numbers: whom; one that stands there twice is called twice.
        campaign: for which campaign.
        context: through which dialplan.
        at_once: how many calls at the same time; 1 for one after the other.
        agent: whether an agent gets the call who dials the feature code for refusals.
    """
    known = len(site.daemon.decisions())
    before = Counter(site.carrier.numbers())
    to = {"Context": "law-agent", "Exten": "s", "Priority": "1"} if agent else {"Application": "Wait", "Data": "0.1"}
    with site.dialer() as client, ThreadPoolExecutor(at_once) as pool:
        since = len(client.events)

        def originate(number: str) -> None:
            client.originate_async(
                to,
                Channel=f"Local/{number}@{context}/n",
                CallerID=CALLER_ID,
                Timeout="20000",
                Variable=f"__GATEKEEPER_CAMPAIGN={campaign}",
            )

        list(pool.map(originate, numbers))
        if agent:
            client.wait_event("UserEvent", since=since, seconds=20, UserEvent="GatekeeperRefused")
    site.quiet()
    left = Counter(invite.number for invite in site.carrier.settle()) - before
    rows: defaultdict[str, deque[dict[str, Any]]] = defaultdict(deque)
    for row in site.daemon.decisions()[known:]:
        rows[str(row["dialled"])].append(row)
    return [_called(number, rows[number], left) for number in numbers]


def _called(number: str, rows: deque[dict[str, Any]], left: Counter[str]) -> Called:
    gone = left[number] > 0
    left[number] -= gone
    return Called(number, rows.popleft() if rows else {}, gone)
