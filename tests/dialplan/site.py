"""One Asterisk with the gate's dialplan, and a carrier behind it, as the tests of the dialplan use them."""

import csv
import itertools
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl

from lab.ami import AmiClient, AmiMessage
from lab.asterisk import AsteriskInstance
from lab.carrier import Carrier
from lab.configuration import CDR_FIELDS
from lab.processes import wait_until

DIALPLAN: Final = Path(__file__).parents[2] / "dialplan"
SCRIPT: Final = Path(__file__).parents[2] / "asterisk" / "agi-bin" / "gatekeeper_agi.py"
FORMS: Final = ("gosub", "check", "predial", "context")
ALL_FORMS: Final = FORMS + tuple(f"{form}-script" for form in FORMS)
NUMBER_PATTERN: Final = "_[+*#0-9]."

# No two calls of a test run have the same number: records are told apart by it.
_numbers = itertools.count(612_000_001)

# The dialer gives a call up after this long; the gate frees its slot well before, even on a busy machine.
ORIGINATE_SECONDS: Final = 30
SLOT_SECONDS: Final = 15

FAIL_OPEN: Final = "GATEKEEPER_FAIL_OPEN_open = unchecked-calls-allowed\n"


def settings(fastagi_port: int, seconds: str = "2.5") -> str:
    """The shipped settings, with the daemon on this port and a limit of so many seconds."""
    shipped = (DIALPLAN / "gatekeeper-globals.conf").read_text()
    wanted = "agi://127.0.0.1:4573/"
    assert wanted in shipped
    limit = "GATEKEEPER_TIMEOUT = 2.5\n"
    assert limit in shipped
    moved = shipped.replace(wanted, f"agi://127.0.0.1:{fastagi_port}/")
    return moved.replace(limit, f"GATEKEEPER_TIMEOUT = {seconds}\n") + FAIL_OPEN


def contexts(trunk: str = "trunk", prefix: str = "call") -> str:
    """One context for each form and way of asking: ``call-gosub``, ``call-gosub-script`` ...

    Each raises UserEvent ``Ended`` from its h extension, with what a dialer would look at there.
    """
    parts = []
    for suffix in ("", "-script"):
        asked = f"(${{EXTEN}},summer,acme,{trunk})"
        ended = (
            "exten => h,1,UserEvent(Ended,Dialled: ${CHANNEL(name)},Status: ${DIALSTATUS},Cause: ${HANGUPCAUSE},"
            "Verdict: ${GATEKEEPER_VERDICT},Reason: ${GATEKEEPER_REASON})\n"
        )
        dial = " same => n,Dial(PJSIP/${GATEKEEPER_NUMBER}@trunk,20)\n same => n,Hangup(${HANGUPCAUSE})\n"
        parts.append(
            f"[{prefix}-gosub{suffix}]\nexten => {NUMBER_PATTERN},1,Gosub(gatekeeper{suffix},s,1{asked})\n{dial}{ended}"
            f"[{prefix}-check{suffix}]\nexten => {NUMBER_PATTERN},1,Gosub(gatekeeper-check{suffix},s,1{asked})\n"
            ' same => n,GotoIf($["${GATEKEEPER_VERDICT}" = "ALLOW"]?go)\n same => n,Hangup(${GATEKEEPER_CAUSE})\n'
            f" same => n(go),NoOp()\n{dial}{ended}"
            f"[{prefix}-predial{suffix}]\nexten => {NUMBER_PATTERN},1,"
            f"Dial(PJSIP/${{EXTEN}}@trunk,20,b(gatekeeper-predial{suffix}^s^1(summer^acme^{trunk})))\n"
            f" same => n,Hangup(21)\n{ended}"
            f"[{prefix}-context{suffix}]\ninclude => gatekeeper-dial{suffix}\n{ended}"
        )
    return "".join(parts)


@dataclass
class Outcome:
    """What became of one call."""

    number: str
    seconds: float
    """From the originate to its OriginateResponse: for so long the dialer's slot was taken."""
    invites: int
    """INVITEs with this number that reached the carrier."""
    questions: int
    """How often the dialplan asked the gate about it."""
    to_dial: float
    """Seconds from the first step of the dialplan to Dial(), by Asterisk's clock; 0 when it did not come to that."""
    events: list[AmiMessage] = field(default_factory=list)
    """The gate's UserEvents about this number."""
    ended: AmiMessage | None = None
    """UserEvent Ended of the calling context, if it has come."""

    def event(self, name: str) -> AmiMessage:
        """The one event of that name."""
        (found,) = [event for event in self.events if event["UserEvent"] == name]
        return found

    @property
    def reasons(self) -> list[str]:
        """The reasons that the gate's events gave."""
        return [event["Reason"] for event in self.events]


@dataclass
class Pending:
    """A call under way."""

    number: str
    action_id: str
    since: float
    first: int
    """How many events had come before it."""


class Site:
    """A running Asterisk with the gate's dialplan."""

    def __init__(self, asterisk: AsteriskInstance, carrier: Carrier, ami: AmiClient) -> None:
        self.asterisk = asterisk
        self.carrier = carrier
        self.ami = ami

    def number(self) -> str:
        """A French mobile number that this site has not called yet."""
        return f"0{next(_numbers)}"

    def start(self, number: str, context: str, variables: Iterable[str] = (), **headers: str) -> Pending:
        """Originate to ``number`` in ``context`` as a dialer does, and don't wait."""
        given = {"Application": "Wait", "Data": "0.1", "Timeout": str(ORIGINATE_SECONDS * 1000), "Async": "true"}
        channel = f"Local/{number}@{context}/n"
        first, since = len(self.ami.events), time.time()
        action_id = self.ami.send("Originate", {"Channel": channel, "Variable": list(variables), **given, **headers})
        return Pending(number, action_id, since, first)

    def finish(self, *calls: Pending) -> list[Outcome]:
        """Wait for the end of these calls, and for the carrier to fall silent."""
        first = min(call.first for call in calls)
        limit = ORIGINATE_SECONDS + 10
        responses = [
            self.ami.wait_event("OriginateResponse", since=first, seconds=limit, ActionID=call.action_id)
            for call in calls
        ]
        wait_until(lambda: "0 active channels" in self.ami.command("core show channels count"), 30, "all calls to end")
        numbers = [invite.number for invite in self.carrier.settle(0.1)]
        events = self.ami.events[first:]
        return [
            _outcome(call, response.received_at - call.since, numbers.count(call.number), events)
            for call, response in zip(calls, responses, strict=True)
        ]

    def call(self, number: str, context: str, variables: Iterable[str] = (), **headers: str) -> Outcome:
        """Originate and wait for what becomes of it."""
        (outcome,) = self.finish(self.start(number, context, variables, **headers))
        return outcome

    def user_events(self, name: str) -> list[AmiMessage]:
        """All UserEvents of that name."""
        return [e for e in list(self.ami.events) if e["Event"] == "UserEvent" and e["UserEvent"] == name]

    def wait_asking(self, calls: Iterable[Pending]) -> None:
        """Wait until the dialplan is inside AGI() for each of these calls."""
        waiting = list(calls)
        wanted, first = {call.number for call in waiting}, min(call.first for call in waiting)
        wait_until(lambda: wanted <= set(_questions(self.ami.events[first:])), 60, "the dialplan to ask the gate")

    def set_global(self, name: str, value: str) -> None:
        """Set a global variable."""
        assert self.ami.action("Setvar", Variable=name, Value=value)["Response"] == "Success"

    def kept(self, number: str) -> list[dict[str, str]]:
        """What the dialplan kept in AstDB about a number, in the order of the keys."""
        return [record for record in self.all_kept() if record["number"] == number]

    def all_kept(self) -> list[dict[str, str]]:
        """What the dialplan kept in AstDB, in the order of the keys."""
        records = []
        for line in self.ami.command("database show gatekeeper-down").splitlines():
            key, colon, value = line.partition(": ")
            if colon and key.startswith("/gatekeeper-down/"):
                record = dict(parse_qsl(value.strip(), keep_blank_values=True, strict_parsing=True))
                records.append({"key": key.strip().removeprefix("/gatekeeper-down/"), **record})
        return records

    def cdr_fields(self, number: str) -> list[str]:
        """What the gate wrote into the CDRs of the calls to a number."""
        rows: list[Mapping[str, str]] = list(
            csv.DictReader(self.asterisk.cdr_path.read_text().splitlines(), fieldnames=CDR_FIELDS)
        )
        return [row["userfield"] for row in rows if row["dst"] == number and row["userfield"]]


def _outcome(call: Pending, seconds: float, invites: int, events: list[AmiMessage]) -> Outcome:
    """What became of a call, from the events of its time."""
    raised = [event for event in events if event["Event"] == "UserEvent"]
    by_gate = [e for e in raised if e["UserEvent"].startswith("Gatekeeper") and e["Number"] == call.number]
    ended = (e for e in raised if e["UserEvent"] == "Ended" and f"/{call.number}@" in e["Dialled"])
    asked = _questions(events).count(call.number)
    return Outcome(call.number, seconds, invites, asked, _to_dial(call, events), by_gate, next(ended, None))


def _questions(events: Iterable[AmiMessage]) -> list[str]:
    """The numbers about which the dialplan began to ask the gate, as it put them."""
    steps = [event for event in events if event["Event"] == "Newexten" and event["Application"] == "AGI"]
    return [(step["AppData"] + ",").split(",")[1] for step in steps]


def _to_dial(call: Pending, events: Iterable[AmiMessage]) -> float:
    """How long the dialplan of a call ran until Dial()."""
    channel = f"Local/{call.number}@"
    steps = [
        (float(event["Timestamp"]), event["Application"])
        for event in events
        if event["Event"] == "Newexten" and event["Channel"].startswith(channel)
    ]
    dials = [at for at, application in steps if application == "Dial"]
    return dials[0] - steps[0][0] if dials else 0
