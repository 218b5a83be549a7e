"""A site for end-to-end tests: daemon, Asterisk with the dialplan gate, and the carrier."""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from lab.asterisk import AsteriskInstance
from lab.carrier import Carrier
from lab.daemon import GatekeeperDaemon
from lab.roots import AsteriskRoot

REPOSITORY = Path(__file__).resolve().parents[2]

CONFIG = '[lists.bloctel]\nkind = "opposition"\n\n[campaigns.summer]\nlists = ["bloctel"]\n'

DIALPLAN = """
[out]
exten => _[+0-9].,1,Gosub(gatekeeper,s,1(${EXTEN},summer))
 same => n,Dial(PJSIP/${GATEKEEPER_NUMBER}@trunk,20)
 same => n,Hangup(${HANGUPCAUSE})

; Asks, says what it was told, and dials nobody.
[asking]
exten => _[+0-9].,1,Gosub(gatekeeper-check,s,1(${EXTEN},summer))
 same => n,UserEvent(Told,Decision: ${GATEKEEPER_DECISION},Verdict: ${GATEKEEPER_VERDICT},Reason: ${GATEKEEPER_REASON})
 same => n,GotoIf($["${GATEKEEPER_VERDICT}" != "ALLOW"]?refused)
 same => n,Answer()
 same => n(refused),Hangup(21)
"""


class Site(NamedTuple):
    """What runs."""

    daemon: GatekeeperDaemon
    asterisk: AsteriskInstance
    carrier: Carrier


def gate_dialplan(fastagi_port: int) -> list[str | Path]:
    """The shipped dialplan, asking a daemon on this port."""
    return [
        REPOSITORY / "dialplan" / "gatekeeper-globals.conf",
        f"[globals](+)\nGATEKEEPER_AGI = agi://127.0.0.1:{fastagi_port}/screen\n",
        REPOSITORY / "dialplan" / "gatekeeper.conf",
    ]


@contextlib.contextmanager
def running_site(
    root: AsteriskRoot,
    folder: Path,
    *,
    config: str = CONFIG,
    dialplan: str = DIALPLAN,
    environment: Mapping[str, str] | None = None,
    answer_after_ms: int = 0,
    hold_ms: int | None = 0,
) -> Iterator[Site]:
    """Start all, stop all."""
    daemon = GatekeeperDaemon(folder / "gatekeeper", config=config, environment=environment)
    carrier = Carrier(folder / "carrier", answer_after_ms=answer_after_ms, hold_ms=hold_ms)
    with daemon, carrier:
        asterisk = AsteriskInstance(
            root,
            folder / "asterisk",
            carrier_port=carrier.port,
            dialplan=[*gate_dialplan(daemon.fastagi_port), dialplan],
        )
        with asterisk:
            yield Site(daemon, asterisk, carrier)
