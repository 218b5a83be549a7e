"""AMI proxy, dialplan and SIP gate on one call: one row, one attempt, whichever of them refuses. On both Asterisks.

The daemon is under the French law, which counts attempts.
"""

import contextlib
import csv
import itertools
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest

from gatekeeper.journal import JOURNAL_FILE
from gatekeeper.journal.attempt import AttemptMark
from gatekeeper.journal.sqlite import SqliteReader
from gatekeeper.lists import ListStore
from lab.ami import AmiClient
from lab.configuration import CDR_FIELDS
from lab.consented import CALLER_ID, PARIS, PRINCIPAL, import_consents
from lab.daemon import GatekeeperDaemon
from lab.gated import GATED, GatedSite, TrunkPlan, build_gated, import_list, running_gated
from lab.ports import free_port
from lab.processes import wait_until
from lab.roots import AsteriskRoot
from lab.site import REPOSITORY

CONFIG: Final = f"""
[law]
default = "fr"
[lists.bloctel]
kind = "opposition"
[campaigns.default]
principal = "{PRINCIPAL}"
goods = ["insurance"]
[asterisk.main]
port = {{ami}}
[ami_proxy]
enabled = true
port = {{proxy}}
[sip_gate]
enabled = true
port = {{gate}}
outside_port = 0
"""

DIALPLAN: Final = """
[gosub]
include => ended
exten => _X.,1,Gosub(gatekeeper,s,1(${EXTEN}))
 same => n,UserEvent(Passed,Number: ${EXTEN})
 same => n(held),GotoIf($["${HELD}" = "" | "${GO}" = "on"]?go)
 same => n,Wait(.05)
 same => n,Goto(held)
 same => n(go),Dial(PJSIP/${GATEKEEPER_NUMBER}@${TRUNK},8,ib(gatekeeper-headers^s^1))
 same => n,Gosub(gatekeeper-after,s,1(gated))
 same => n,Hangup(${GOSUB_RETVAL})
[predial]
include => ended
exten => _X.,1,Dial(PJSIP/${EXTEN}@${TRUNK},8,ib(gatekeeper-predial^s^1))
 same => n,Gosub(gatekeeper-after,s,1(gated))
 same => n,Hangup(${GOSUB_RETVAL})
[context]
include => gatekeeper-dial
include => ended
[alone]
include => ended
exten => _X.,1,Dial(PJSIP/${EXTEN}@${TRUNK},8,ib(gatekeeper-headers^s^1))
 same => n,Gosub(gatekeeper-after,s,1(gated))
 same => n,Hangup(${GOSUB_RETVAL})
[ended]
exten => h,1,UserEvent(Ended,Number: ${CUT(CUT(CHANNEL(name),@,1),/,2)},Status: ${DIALSTATUS},Cause: ${HANGUPCAUSE},Verdict: ${GATEKEEPER_VERDICT},Reason: ${GATEKEEPER_REASON},List: ${GATEKEEPER_LIST},Decision: ${GATEKEEPER_DECISION},Retry: ${GATEKEEPER_RETRY_AT})
"""  # noqa: E501 - a line of a dialplan

ACCOUNT: Final = "[account]\ntype = auth\nauth_type = userpass\nusername = account\npassword = secret\n"

TUESDAY: Final = datetime(2026, 9, 15, 14, 0, tzinfo=PARIS)
"""The law's hours are open for six more."""

NUMBERS: Final = [f"0650{place:06}" for place in range(40)]
_unused = itertools.cycle(NUMBERS)

WAYS: Final = [
    # the gates of one call, who is asked to originate it, what, and over which trunk
    ("SIP_GATE", "asterisk", "PJSIP/{}@gated", "gated"),
    ("SIP_GATE", "asterisk", "PJSIP/{}@digest", "digest"),
    ("SIP_GATE", "asterisk", "Local/{}@alone/n", "gated"),
    ("AMI_PROXY SIP_GATE", "proxy", "PJSIP/{}@gated", "gated"),
    ("AMI_PROXY SIP_GATE", "proxy", "PJSIP/{}@digest", "digest"),
    ("GOSUB SIP_GATE", "asterisk", "Local/{}@gosub/n", "gated"),
    ("AMI_PROXY GOSUB SIP_GATE", "proxy", "Local/{}@gosub/n", "gated"),
    ("AMI_PROXY GOSUB SIP_GATE", "proxy", "Local/{}@gosub/n", "digest"),
    ("PREDIAL SIP_GATE", "asterisk", "Local/{}@predial/n", "gated"),
    ("AMI_PROXY PREDIAL SIP_GATE", "proxy", "Local/{}@predial/n", "digest"),
    ("AMI_PROXY CONTEXT SIP_GATE", "proxy", "Local/{}@context/n", "gated"),
]


class Guarded:
    """A running site with all gates, a dialer on the proxy and one straight on Asterisk."""

    def __init__(self, site: GatedSite, ami: AmiClient, dialer: AmiClient) -> None:
        self.site = site
        self.ami = ami
        self.clients = {"asterisk": ami, "proxy": dialer}

    def call(self, channel: str, by: str = "asterisk", trunk: str = GATED, *variables: str) -> None:
        """Originate, and don't wait."""
        given = {"Application": "Wait", "Data": "0.1", "Timeout": "60000", "CallerID": CALLER_ID, "Async": "true"}
        self.clients[by].action("Originate", {**given, "Variable": [f"__TRUNK={trunk}", *variables]}, Channel=channel)

    def rows(self, number: str, count: int = 1, gates: str = "SIP_GATE") -> list[dict[str, Any]]:
        """The rows of a number, oldest first, when there are so many and the last has met these gates."""
        found: list[dict[str, Any]] = []

        def there() -> bool:
            found[:] = [row for row in self.site.daemon.decisions() if row["dialled"] == number]
            found.sort(key=lambda row: row["id"])
            return len(found) >= count and found[-1]["gates"] == gates

        wait_until(there, 60, f"{count} rows of {number}, the last of {gates}")
        return found

    def marks(self, number: str) -> list[AttemptMark]:
        """What the journal says of attempts on a number."""
        with SqliteReader(self.site.daemon.data_dir / JOURNAL_FILE) as reader:
            return [AttemptMark(row.mark) for row in reader.attempts(int("33" + number[1:]), 0)]

    def add(self, number: str) -> None:
        """Put a number on the red list."""
        with ListStore(self.site.daemon.data_dir) as store:
            store.add("red", [int("33" + number[1:])], by="test")

    def event(self, name: str, number: str) -> dict[str, Any]:
        """A UserEvent about a number."""
        return dict(self.ami.wait_event("UserEvent", since=0, UserEvent=name, Number=number))

    def cdr(self, number: str) -> list[str]:
        """What the gates wrote into the records of calls to a number."""
        text = self.site.asterisk.cdr_path.read_text()
        rows = csv.DictReader(text.splitlines(), fieldnames=CDR_FIELDS)
        return [row["userfield"] for row in rows if number in (row["dst"], row["channel"]) and row["userfield"]]

    def left(self, number: str, trunk: str = GATED) -> int:
        """How many calls to a number the trunk's carrier saw."""
        (carrier,) = self.site.trunks[trunk]
        return [one.number for one in carrier.settle(0.05)].count(number)

    def left_once(self, number: str, trunk: str = GATED) -> bool:
        """Whether the trunk's carrier sees one call to a number, in time."""
        (carrier,) = self.site.trunks[trunk]
        wait_until(lambda: number in carrier.numbers(), 60, "the call at the carrier")
        return self.left(number, trunk) == 1


@pytest.fixture(scope="session")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a daemon with a consent for each number: a command takes its time."""
    daemon = GatekeeperDaemon(tmp_path_factory.mktemp("consents"), config=CONFIG.partition("[asterisk.main]")[0])
    daemon.set_clock(TUESDAY)
    import_list(daemon, daemon.folder, ())
    import_consents(daemon, NUMBERS)
    return daemon.data_dir


@pytest.fixture(scope="module")
def guarded(asterisk_root: AsteriskRoot, ledger: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """A site with all gates."""
    folder: Path = tmp_path_factory.mktemp("all-gates")
    proxy = free_port()
    quick = {"hold_ms": 0}
    site = build_gated(
        asterisk_root,
        folder,
        trunks={
            GATED: TrunkPlan([quick]),
            "digest": TrunkPlan([{"challenge": True, **quick}], lines=["outbound_auth = account"]),
        },
        config=CONFIG.replace("{proxy}", str(proxy)),
        pjsip=ACCOUNT,
        modules=["res_pjsip_outbound_authenticator_digest"],
        dialplan=[REPOSITORY / "dialplan" / f"gatekeeper{part}.conf" for part in ("-globals", "")] + [DIALPLAN],
    )
    site.daemon.set_clock(TUESDAY)
    for stored in ledger.glob("consents*"):
        copy = shutil.copytree if stored.is_dir() else shutil.copy
        copy(stored, site.daemon.data_dir / stored.name)
    settings = {
        "GATEKEEPER_AGI": f"agi://127.0.0.1:{site.daemon.fastagi_port}/screen",
        "GATEKEEPER_SIP_GATE": f"127[.]0[.]0[.]1:{site.gate_port}",
        "GATEKEEPER_DIAL_AFTER": f"@{GATED}",
    }
    with contextlib.ExitStack() as stack:
        stack.enter_context(running_gated(site))
        ami = stack.enter_context(site.asterisk.ami())
        for name, value in settings.items():
            ami.action("Setvar", Variable=name, Value=value)
        yield Guarded(site, ami, stack.enter_context(AmiClient(proxy)))


def test_a_call_that_met_several_gates_is_one_row_and_one_attempt(guarded: Guarded) -> None:
    """Whoever originates it and however often the carrier has it come back with a password; its gates are listed."""
    calls = [(next(_unused), *way) for way in WAYS]
    for number, _, by, channel, trunk in calls:
        guarded.call(channel.format(number), by, trunk)
    for number, gates, _, channel, trunk in calls:
        (row,) = guarded.rows(number, 1, gates)
        assert (row["verdict"], row["reason"], row["supersedes"]) == ("ALLOW", "CONSENT", ""), channel
        assert guarded.left_once(number, trunk)
        assert guarded.marks(number) == [AttemptMark.RESERVED], channel


def test_what_only_the_sip_gate_refuses_takes_the_place_of_what_the_dialplan_let_by(guarded: Guarded) -> None:
    """Listed between the two: no INVITE, the attempt is given back, and caller, event and CDR are told."""
    number = next(_unused)
    guarded.call(f"Local/{number}@gosub/n", "asterisk", GATED, "HELD=yes")
    guarded.event("Passed", number)
    guarded.add(number)
    guarded.ami.action("Setvar", Variable="GO", Value="on")
    ended = guarded.event("Ended", number)
    first, second = guarded.rows(number, 2)
    assert (first["verdict"], first["gates"]) == ("ALLOW", "GOSUB")
    assert (second["verdict"], second["reason"], second["supersedes"]) == ("BLOCK", "RED_LIST", first["id"])
    assert guarded.left(number) == 0
    assert sorted(guarded.marks(number)) == [AttemptMark.RESERVED, AttemptMark.GIVEN_BACK]
    assert (ended["Verdict"], ended["Reason"], ended["Decision"]) == ("BLOCK", "RED_LIST", second["id"])
    assert (ended["Status"], ended["Cause"], ended["List"], ended["Retry"]) == ("DNC", "21", "red", "never")
    event = guarded.event("GatekeeperBlocked", number)
    assert (event["Form"], event["Decision"], event["List"]) == ("sip", second["id"], "red")
    allowed, blocked = f"gatekeeper:ALLOW:CONSENT::{first['id']}", f"gatekeeper:BLOCK:RED_LIST:red:{second['id']}"
    assert f"{allowed};{blocked}" in guarded.cdr(number)


def test_a_call_that_met_no_gate_before_tells_the_caller_all_the_same(guarded: Guarded) -> None:
    """A dialplan without a gate: verdict, reason and decision come from the SIP gate."""
    number = next(_unused)
    guarded.add(number)
    guarded.call(f"Local/{number}@alone/n")
    ended = guarded.event("Ended", number)
    (row,) = guarded.rows(number)
    assert (ended["Verdict"], ended["Reason"], ended["Decision"]) == ("BLOCK", "RED_LIST", row["id"])
    assert (ended["Status"], ended["Cause"]) == ("DNC", "21")
    assert f";gatekeeper:BLOCK:RED_LIST:red:{row['id']}" in guarded.cdr(number)


def test_an_originate_straight_to_the_trunk_is_told_as_asterisk_tells_it(guarded: Guarded) -> None:
    """No dialplan runs that could read more: it failed, and its channel ends with cause 21."""
    number = next(_unused)
    guarded.add(number)
    since = len(guarded.ami.events)
    guarded.call(f"PJSIP/{number}@{GATED}")
    assert guarded.ami.wait_event("OriginateResponse", since=since)["Response"] == "Failure"
    ended = guarded.ami.wait_event("Hangup", since=since)
    assert (ended["Cause"], ended["Cause-txt"]) == ("21", "Call Rejected")
    assert guarded.rows(number)[0]["reason"] == "RED_LIST"


def test_a_forged_or_stale_id_loosens_nothing(guarded: Guarded) -> None:
    """Of another number, or of this number's call that has left: a row and an attempt of its own; listed is listed."""
    known, number = next(_unused), next(_unused)
    guarded.call(f"PJSIP/{known}@{GATED}")
    (let_by,) = guarded.rows(known)

    def forged(called: str, ident: str) -> None:
        guarded.call(f"PJSIP/{called}@{GATED}", "asterisk", GATED, f"PJSIP_HEADER(add,X-Gatekeeper-Decision)={ident}")

    forged(number, let_by["id"])
    (row,) = guarded.rows(number)
    assert (row["id"] != let_by["id"], row["supersedes"]) == (True, "")
    forged(known, let_by["id"])
    again = guarded.rows(known, 2)[-1]
    assert (again["verdict"], again["supersedes"]) == ("ALLOW", "")
    assert guarded.marks(known) == [AttemptMark.RESERVED] * 2
    guarded.add(known)
    forged(known, again["id"])
    refused = guarded.rows(known, 3)[-1]
    assert (refused["verdict"], refused["reason"]) == ("BLOCK", "RED_LIST")
    assert guarded.left(known) == 2
