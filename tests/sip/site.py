"""A site with gated trunks of every kind.

One carrier by UDP, one that wants digests, one by TCP, one by TLS, two of which the first is dead, sends calls back, or
fails, one that sends calls elsewhere, one that lets them ring, and one that does all that dialogs know. By UDP, TCP and
TLS there are plain endpoints beside them, without the gate.
"""

import base64
import contextlib
import itertools
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from gatekeeper.lists import ListStore
from lab.ami import AmiClient, AmiMessage
from lab.carrier import Carrier
from lab.carrier_record import Invite
from lab.gated import GATED, SIP_GATE, GatedSite, TrunkPlan, build_gated, running_gated
from lab.ports import free_port
from lab.processes import wait_until
from lab.roots import AsteriskRoot
from tests.certificates import Certificate, self_signed

ELSEWHERE: Final = "0698765432"
"""The number to which the trunk `elsewhere` redirects."""

DIALPLAN: Final = f"""
[out]
exten => _[+0-9].,1,Dial(PJSIP/${{EXTEN}}@${{TRUNK}},10)
 same => n,Set(TECH=${{HANGUPCAUSE(${{HANGUPCAUSE_KEYS()}},tech)}})
 same => n,UserEvent(Ended,Number: ${{EXTEN}},Status: ${{DIALSTATUS}},Cause: ${{HANGUPCAUSE}},Tech: ${{TECH}})
 same => n,Hangup(${{HANGUPCAUSE}})
[straight]
exten => _[+0-9].,1,Dial(PJSIP/${{EXTEN}}@{GATED},10)
 same => n,Hangup(${{HANGUPCAUSE}})
[chain]
exten => _[+0-9].,1,Dial(Local/${{EXTEN}}@link/n,10)
[link]
exten => _[+0-9].,1,Dial(Local/${{EXTEN}}@straight,10)
[several]
exten => _[+0-9].,1,Dial(PJSIP/${{EXTEN}}@{GATED}&PJSIP/agent,10)
[queue]
exten => 1,1,Queue(agents,,,,5)
[followme]
exten => 1,1,Answer()
 same => n,FollowMe(agent,d)
[refreshed]
exten => 1,1,Set(PJSIP_SEND_SESSION_REFRESH()=update)
 same => n,Wait(0.2)
 same => n,Set(PJSIP_SEND_SESSION_REFRESH()=invite)
 same => n,Wait(0.2)
[held]
exten => 1,1,BridgeWait(held,participant,e(h)S(1))
[changed]
exten => 1,1,Set(PJSIP_SEND_SESSION_REFRESH()=invite)
 same => n,Wait(0.3)
[inside]
exten => 1,1,Dial(PJSIP/agent,10,tT)
[from-sip]
exten => _X.,1,Answer()
 same => n,Wait(5)
"""

FEATURES: Final = "[general]\ntransferdigittimeout = 1\n[featuremap]\nblindxfer = #1\natxfer = *2\n"

SESSIONS: Final = ("timers = yes", "timers_sess_expires = 90", "send_pai = yes")
"""Of an endpoint that has session timers, and tells its carrier who is connected."""

_numbers = itertools.count(612_000_001)


@dataclass(frozen=True)
class Site(GatedSite):
    """What runs, and a manager client straight on Asterisk."""

    ami: AmiClient

    def number(self) -> str:
        """A French mobile number that was not called yet."""
        return f"0{next(_numbers)}"

    def add(self, *numbers: str) -> None:
        """Put numbers on the red list."""
        with ListStore(self.daemon.data_dir) as store:
            store.add("red", [int("33" + number.removeprefix("0")) for number in numbers], by="test")

    def dial(self, number: str, trunk: str = GATED, **headers: str) -> AmiMessage:
        """Dial by the dialplan; gives what that says of the end: DIALSTATUS and HANGUPCAUSE."""
        since = len(self.ami.events)
        given = {"Variable": [f"TRUNK={trunk}"], "Application": "Wait", "Data": "0.2", "CallerID": "0189000111"}
        self.ami.action("Originate", {"Channel": f"Local/{number}@out", "Async": "true", **given, **headers})
        return self.ami.wait_event("UserEvent", since=since, UserEvent="Ended", Number=number)

    def answered(self, number: str, trunk: str = GATED, **headers: str) -> AmiMessage:
        """Originate to a trunk and wait for the end: answered, or failed."""
        given = {"Application": "Wait", "Data": "0.2", "Timeout": "8000", "CallerID": "0189000111"}
        return self.ami.originate_async(Channel=f"PJSIP/{number}@{trunk}", **{**given, **headers})

    def start(self, channel: str, **headers: str) -> None:
        """Originate, and go on."""
        given = {"Application": "Wait", "Data": "2", "Timeout": "8000", "CallerID": "0189000111", "Async": "true"}
        self.ami.action(
            "Originate", {name: value for name, value in {**given, **headers}.items() if value}, Channel=channel
        )

    def bridged(self) -> str:
        """A channel of an agent who talks with another."""
        since = len(self.ami.events)
        self.start("PJSIP/agent", Context="inside", Exten="1", Priority="1", Application="", Data="")
        event = self.ami.wait_event("BridgeEnter", since=since, BridgeNumChannels="2")
        return event["Channel"]

    def ari(self, method: str, path: str) -> None:
        """Ask Asterisk's REST interface."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.asterisk.http_port}/ari/{path}", method=method)
        request.add_header("Authorization", "Basic " + base64.b64encode(b"ari:ari-secret").decode())
        urllib.request.urlopen(request, timeout=60).close()  # noqa: S310 - its own address

    def end(self) -> None:
        """Hang up whatever there is, one after the other: Asterisk 22 has crashed on all at once, amid a transfer."""
        while channels := self._channels():
            first = channels[0]
            self.ami.command(f"channel request hangup {first}")
            wait_until(partial(self._is_gone, first), 60, "the end of a channel")
        self.quiet()

    def _channels(self) -> list[str]:
        lines = self.ami.command("core show channels concise").splitlines()
        return [line.partition("!")[0] for line in lines if line.count("!") > 5]

    def _is_gone(self, channel: str) -> bool:
        return channel not in self._channels()

    def carrier_of(self, trunk: str) -> Carrier:
        """The last carrier of a trunk: the one that is alive."""
        return self.trunks[trunk][-1]

    def invite(self, number: str, trunk: str = GATED) -> Invite:
        """The one call to a number that reached the carrier, when it is over."""
        carrier = self.carrier_of(trunk)

        def over() -> bool:
            return any(
                one.number == number and (one.ended_at or one.cancelled_at or one.status > 200)
                for one in carrier.invites()
            )

        wait_until(over, 60, "the call to reach the carrier and end")
        (found,) = [one for one in carrier.invites() if one.number == number]
        return found

    def rows(self, number: str, count: int = 1) -> list[dict[str, Any]]:
        """The rows of the journal on a number, when there are so many."""
        found: list[dict[str, Any]] = []

        def there() -> bool:
            found[:] = [row for row in self.daemon.decisions() if row["dialled"] == number]
            return len(found) >= count

        wait_until(there, 60, f"{count} rows in the journal")
        return found


def trunk_plans(certificate: Certificate, tcp: bool = True) -> dict[str, TrunkPlan]:
    """The trunks of the site."""
    quick: dict[str, Any] = {"hold_ms": 0}
    plans = {
        GATED: TrunkPlan([{"keep_messages": True}]),
        "digest": TrunkPlan([{"challenge": True, **quick}], lines=["outbound_auth = account"]),
        "failover": TrunkPlan([{}, quick]),
        "elsewhere": TrunkPlan([{"refuse_with": "302 Moved Temporarily", "redirect_to": ELSEWHERE}]),
        "rings": TrunkPlan([{"answer_after_ms": None}]),
        "slow": TrunkPlan([{"answer_after_ms": 1500}]),
        "heard": TrunkPlan(
            [{"early_media": True, "answer_after_ms": 100, "keep_messages": True}], lines=["moh_passthrough = yes"]
        ),
        "sent-back": TrunkPlan([{"refuse_with": "503 Unavailable", "ring_ms": None, "keep_messages": True}, quick]),
        "fails": TrunkPlan([{"refuse_with": "500 Server Internal Error", "ring_ms": None}, quick]),
        "sessions": TrunkPlan([{"sessions": True, "keep_messages": True}], lines=SESSIONS),
    }
    if tcp:
        kept = {"keep_messages": True, **quick}
        secure = {"transport": "tls", "certificate": tuple(certificate), **kept}
        plans["tcp"] = TrunkPlan([{"transport": "tcp", **kept}], "tcp", ["transport = lab-tcp"], plain="plain-tcp")
        plans["tls"] = TrunkPlan(
            [secure],
            "tls",
            ["transport = lab-tls"],
            f'options_s = 0\ntls_ca = "{certificate.certificate}"\n',
            plain="plain-tls",
        )
    return plans


@contextlib.contextmanager
def running_site(root: AsteriskRoot, folder: Path) -> Iterator[Site]:
    """Start all, stop all; the first carrier of `failover` is off."""
    certificate = self_signed(folder)
    config = SIP_GATE.replace(
        "outside_port = 0\n",
        f"outside_port = {free_port()}\n"
        'transports = ["udp", "tcp", "tls"]\ntls_port = {tls}\n'
        f'certificate = "{certificate.certificate}"\ncertificate_key = "{certificate.key}"\n',
    )
    pjsip = f"""
[lab-tcp]
type = transport
protocol = tcp
bind = 127.0.0.1:{free_port()}
[lab-tls]
type = transport
protocol = tls
bind = 127.0.0.1:{free_port()}
cert_file = {certificate.certificate}
priv_key_file = {certificate.key}
method = tlsv1_2
[account]
type = auth
auth_type = userpass
username = account
password = secret
"""
    built = build_gated(
        root,
        folder,
        modules=["res_pjsip_outbound_authenticator_digest", "app_followme"],
        files={
            "queues.conf": "[general]\n[agents]\nstrategy = ringall\n",
            "followme.conf": "[general]\n",
            "features.conf": FEATURES,
        },
        trunks=trunk_plans(certificate),
        config=config,
        pjsip=pjsip,
        dialplan=[DIALPLAN],
    )
    with running_gated(built, absent=[built.trunks["failover"][0]]), built.asterisk.ami() as ami:
        yield Site(**vars(built), ami=ami)
