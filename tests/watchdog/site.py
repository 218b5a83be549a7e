"""A site with the watchdog: daemon, Asterisk with the shipped samples, and the carrier."""

import base64
import contextlib
import itertools
import json
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from gatekeeper.lists import ListStore
from lab.ami import AmiClient, AmiMessage
from lab.carrier_record import Invite
from lab.processes import wait_until
from lab.roots import AsteriskRoot
from lab.site import MANAGER, SAMPLES, LabSite, build_site, running

FEATURES: Final = (SAMPLES / "features.conf").read_text()

CONFIG: Final = """
[asterisk.main]
port = {ami}
secret = "change-me"
[watchdog]
enabled = true
[ami_proxy]
enabled = true
port = {proxy}
[phone]
internal = ["1[0-9]{3}"]
[campaigns.summer]
lists = []
[campaigns.default]
lists = []
"""

DIALPLAN: Final = """
[out]
exten => _[+0-9].,1,Gosub(gatekeeper,s,1(${EXTEN},summer))
 same => n,Dial(PJSIP/${GATEKEEPER_NUMBER}@trunk,20)
 same => n,Hangup(${HANGUPCAUSE})
[predial]
exten => _[+0-9].,1,Dial(PJSIP/${EXTEN}@trunk,20,b(gatekeeper-predial^s^1(summer)))
 same => n,Hangup(21)
[unguarded]
exten => _[+0-9].,1,Dial(PJSIP/${EXTEN}@trunk,20)
; A carrier that wants an access code before the number.
[prefixed]
exten => _[+0-9].,1,Gosub(gatekeeper,s,1(${EXTEN},summer))
 same => n,Dial(PJSIP/${CODE}${GATEKEEPER_NUMBER}@trunk,20)
 same => n,Hangup(${HANGUPCAUSE})
; A gate, and two trunks behind it that are dialled through a context each.
[twice]
exten => _[+0-9].,1,Gosub(gatekeeper,s,1(${EXTEN},summer))
 same => n,Dial(PJSIP/${GATEKEEPER_NUMBER}@nowhere,20)
 same => n,Dial(Local/${GATEKEEPER_NUMBER}@refused/n,20)
 same => n,Dial(Local/${GATEKEEPER_NUMBER}@unguarded/n,20)
 same => n,Hangup(${HANGUPCAUSE})
[refused]
exten => _[+0-9].,1,Dial(PJSIP/${EXTEN}@nowhere,20)
[open]
exten => _[+0-9].,1,Gosub(gatekeeper,s,1(${EXTEN},summer,,open))
 same => n,Dial(PJSIP/${GATEKEEPER_NUMBER}@trunk,20)
[inside]
exten => _1XXX,1,Dial(PJSIP/agent,20)
[from-sip]
exten => _X.,1,Answer()
 same => n,Wait(3)
exten => 0189000900,1,Answer()
 same => n,Wait(120)
"""

_numbers = itertools.count(612_000_001)


@dataclass(frozen=True)
class Site(LabSite):
    """What runs, and a manager client straight on Asterisk."""

    ami: AmiClient

    def number(self) -> str:
        """A French mobile number that was not called yet."""
        return f"0{next(_numbers)}"

    def originate(self, channel: str, port: int | None = None, **headers: str) -> AmiMessage:
        """Originate as a dialer does, straight or through the proxy; the message that tells the end."""
        given = {"Application": "Wait", "Data": "0.3", "Timeout": "5000", **headers}
        if port is None:
            return self.ami.originate_async(Channel=channel, **given)
        with AmiClient(port) as client:
            return client.originate_async(Channel=channel, **given)

    def invite(self, number: str) -> Invite:
        """The one INVITE to a number that reached the carrier, when its call is over."""

        def over() -> bool:
            return any(one.number == number and (one.ended_at or one.cancelled_at) for one in self.carrier.invites())

        wait_until(over, 60, "the call to reach the carrier and end")
        (found,) = [one for one in self.carrier.invites() if one.number == number]
        return found

    def add(self, *numbers: str) -> None:
        """Put numbers on the red list."""
        with ListStore(self.daemon.data_dir) as store:
            store.add("red", [int("33" + number.removeprefix("0")) for number in numbers], by="test")

    def journal(self) -> list[dict[str, Any]]:
        """The whole log, oldest first, as programs are shown it."""
        return self.daemon.decisions()

    def rows(self, number: str, count: int = 1) -> list[dict[str, Any]]:
        """The rows of the journal on a number, when there are so many."""
        found: list[dict[str, Any]] = []

        def there() -> bool:
            found[:] = [row for row in self.journal() if row["dialled"] == number]
            return len(found) >= count

        wait_until(there, 60, f"{count} rows in the journal")
        return found

    def events(self, name: str, **headers: str) -> list[AmiMessage]:
        """The UserEvents of a name."""
        return [
            event
            for event in list(self.ami.events)
            if event.get("UserEvent") == name and all(event.get(key) == value for key, value in headers.items())
        ]

    def ari(self, method: str, path: str) -> Any:
        """Ask Asterisk's REST interface."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.asterisk.http_port}/ari/{path}", method=method)
        request.add_header("Authorization", "Basic " + base64.b64encode(b"ari:ari-secret").decode())
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return json.loads(answer.read() or b"null")

    def end(self) -> None:
        """Hang up whatever there is."""
        self.ami.command("channel request hangup all")
        self.quiet()


@contextlib.contextmanager
def running_site(
    root: AsteriskRoot,
    folder: Path,
    *,
    config: str = CONFIG,
    dialplan: Sequence[str | Path] = (DIALPLAN,),
    manager: str = MANAGER,
    files: Mapping[str, str] | None = None,
    answer_after_ms: int | None = 500,
    asserted: str | None = None,
    watched: bool = True,
    modules: Sequence[str] = (),
) -> Iterator[Site]:
    """Start all, stop all; `watched`: the watchdog can log in, and is waited for; `asserted`: whom the carrier says.

    The carrier answers so late that the watchdog of a busy machine is there before.
    """
    built = build_site(
        root,
        folder,
        config=config,
        dialplan=dialplan,
        manager=manager,
        files=files,
        carrier={"answer_after_ms": answer_after_ms, "asserted": asserted},
        agent=True,
        modules=modules,
    )
    with running(built, watched=watched), built.asterisk.ami() as ami:
        yield Site(**vars(built), ami=ami)
