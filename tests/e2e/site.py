"""A site for end-to-end tests: daemon, Asterisk with the dialplan gate, and the carrier."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from lab.roots import AsteriskRoot
from lab.site import LabSite, build_site, running

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


@contextlib.contextmanager
def running_site(root: AsteriskRoot, folder: Path) -> Iterator[LabSite]:
    """Start all, stop all; the carrier answers at once and hangs up."""
    carrier = {"answer_after_ms": 0, "hold_ms": 0}
    site = build_site(root, folder, config=CONFIG, dialplan=[DIALPLAN], carrier=carrier)
    with running(site):
        yield site
