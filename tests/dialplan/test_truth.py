"""What the records say is what became of the call: CDR, journal and carrier, for everything that may be dialled.

The daemon is a real one, and the trunk is open while the gate is down: nothing but a daemon that is down may open it.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

import pytest

from lab.configuration import CDR_FIELDS
from tests.dialplan.conftest import Gated
from tests.dialplan.site import Site

LISTED: Final = "0699000001"

# What is dialled; {n} is a number of its own.
DIALLED: Final = {
    "plain": "{n}",
    "listed": LISTED,
    "international": "+33{n:.9}",
    "separators": "({n:.2}) 12-34.56 78",
    "tel": "tel:{n}",
    "TEL": "TEL:{n}",
    "sip": "sip:{n}@host",
    "ext": "{n};ext=5",
    "phone-context": "{n};phone-context=+33",
    "isub": "tel:{n};isub=1",
    "semicolon digits": "{n};12",
    "letters": "{n}abc",
    "a word": "anonymous",
    "wait": "{n}w5",
    "pause": "{n}p5",
    "x": "{n}x5",
    "hash": "{n}#5",
    "star": "{n}*5",
    "comma": "{n},5",
    "ampersand": "{n}&{n}",
    "at": "{n}@trunk",
    "slash": "{n}/5",
    "percent": "{n}%32",
    "quote": '{n}"',
    "quoted": '"{n}"',
    "apostrophe": "{n}'",
    "backslash": "{n}\\\\",
    "variable": "${{EXTEN}}{n}",
    "expression": "$[1+1]{n}",
    "bracket": "[{n}",
    "round": "({n}",
    "angle": "<{n}>",
    "equals": "{n}=5",
    "question": "{n}?5",
    "pipe": "{n}|112",
    "accents": "é{n}",
    "arabic": "٠٦١٢٣٤٥٦٧٨",
    "wide": "０６１２３４５６７８",
    "no-break space": "06\u00a012345678",
    "blank before": " {n}",
    "blank behind": "{n} ",
    "tab": "{n}\t",
    "newline": "{n}\nagi_arg_1: 0612",
    "bell": "{n}\a",
    "only blanks": "   ",
    "only brackets": "(((",
    "only dashes": "--",
    "empty": "",
    "one digit": "7",
    "too short": "06123",
    "too long": "{n}123456",
    "64 digits": "0" * 64,
    "65 digits": "0" * 65,
    "200 digits": "06" * 100,
    "minus": "-{n}",
    "plus inside": "06+12345678",
    "31": "#31#{n}",
}
# Who calls, for a number that may be called: nothing here may open the trunk, nor refuse without a row.
NAMES: Final = {
    "1 KB": "x" * 1100,
    "4 KB": "x" * 4000,
    "accents": "é" * 600,
    "latin-1": "\udce9" * 500,
    "newline": "x\ny",
    "an early end": "x\n\n",
    "an early end and more": "x\n\nagi_arg_1: 0612345678\n\n",
    "arguments": "x\nagi_arg_1: 0612345678",
    "all the arguments": "x\nagi_arg_1: 0612345678\nagi_arg_2: c\nagi_arg_3: acme\nagi_arg_4: gosub\n\n",
    "a hangup": "x\n\nHANGUP\n",
    "a carriage return": "x\r\n\r\n",
    "many lines": "x\n" * 300,
    "an AGI command": "SET VARIABLE GATEKEEPER_VERDICT ALLOW\n\n",
    "quotes": '"x" <0612>, "',
}
FORMS: Final = ("gosub", "script", "predial", "context")
# The script takes an interpreter for each call; these show what it does otherwise than FastAGI.
SCRIPTED: Final = ("plain", "listed", "tel", "ext", "empty", "only brackets", "65 digits", "newline", "wide")


def dialled_and_names(form: str) -> dict[str, tuple[str, str]]:
    """What is dialled in a form, and who calls: case -> both, {n} a number of its own."""
    dialled = {name: (text, "Anna") for name, text in DIALLED.items() if form != "script" or name in SCRIPTED}
    # The handler's channel has another name, the caller's stands in its INVITE: with a newline it breaks that, and SIPp
    # reads none.
    names = {name: who for name, who in NAMES.items() if form != "predial" or "\n" not in who}
    return {**dialled, **{f"name: {name}": ("{n}", who) for name, who in names.items()}}


CASES: Final = [(form, name) for form in FORMS for name in dialled_and_names(form)]


@dataclass
class Told:
    """One call, as everybody tells it."""

    invites: int
    """How many left, by the carrier's record."""
    log: list[tuple[str, str, str]]
    """The rows of the journal and what the dialplan keeps for it: verdict, reason and id."""
    marks: list[tuple[str, str, str]]
    """What the gate wrote into CDRs: verdict, reason and decision."""


def encoded(text: str) -> str:
    """A text as a line of the dialplan can have it."""
    return quote(text.encode("utf-8", "surrogateescape"), safe="")


def dialplan(callers: Mapping[tuple[str, str], str]) -> str:
    """An extension for each case, named by its caller ID."""
    lines = ["[truth]"]
    for (form, name), caller in callers.items():
        dialled, who = dialled_and_names(form)[name]
        raw = dialled.format(n="06" + caller[2:])
        lines += [
            f"exten => {caller},1,Set(RAW=${{URIDECODE({encoded(raw)})}})",
            f" same => n,Set(CALLERID(name)=${{URIDECODE({encoded(who)})}})",
            f" same => n,MSet(CASE={caller},CALLERID(num)={caller})",
            f" same => n,Goto(truth-{form},s,1)",
        ]
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def told(gated: Gated) -> dict[tuple[str, str], Told]:
    """Every case, called at once."""
    site, daemon = gated
    callers = {case: f"01{55_000_000 + place}" for place, case in enumerate(CASES)}
    daemon.add(LISTED)
    site.asterisk.include_dialplan(dialplan(callers))
    site.ami.command("dialplan reload")
    first = len(site.ami.events)
    # Not all at once: what is told here is what becomes of a call that has its answer in time.
    slow = [caller for (form, _), caller in callers.items() if form == "script"]
    fast = [caller for caller in callers.values() if caller not in slow]
    for numbers in [*_batches(fast, 40), *_batches(slow, 4)]:
        site.finish(*(site.start(caller, "truth") for caller in numbers))
    calls = [event for event in list(site.ami.events)[first:] if event["Event"] == "Newchannel"]
    log = [(row["uniqueid"], (row["verdict"], row["reason"], row["id"])) for row in daemon.journal()]
    log += [(record["uniqueid"], (record["verdict"], record["reason"], "")) for record in site.all_kept()]
    # A caller's name with newlines breaks the header that has the caller; then it is the number that tells.
    invites = [(invite.caller, invite.number) for invite in site.carrier.invites()]
    marks = marks_of(site)
    found = {}
    for case, caller in callers.items():
        (linked,) = {event["Linkedid"] for event in calls if f"/{caller}@truth-" in event["Channel"]}
        channels = {event["Uniqueid"] for event in calls if event["Linkedid"] == linked}
        rows = [row for uniqueid, row in log if uniqueid in channels]
        left = sum(caller in who or caller[2:] in number for who, number in invites)
        found[case] = Told(left, rows, [mark for link, mark in marks if link == linked])
    return found


def _batches(numbers: list[str], size: int) -> list[list[str]]:
    return [numbers[start : start + size] for start in range(0, len(numbers), size)]


def marks_of(site: Site) -> list[tuple[str, tuple[str, str, str]]]:
    """What the gate wrote into the CDRs, by linkedid; Asterisk joins what two channels have with a semicolon."""
    rows = list(csv.DictReader(site.asterisk.cdr_path.read_text().splitlines(), fieldnames=CDR_FIELDS))
    written = {(row["linkedid"], mark) for row in rows for mark in row["userfield"].split(";") if mark}
    parts = [(linkedid, mark.split(":")) for linkedid, mark in written]
    return [(linkedid, (verdict, reason, decision)) for linkedid, (_, verdict, reason, _, decision) in parts]


@pytest.mark.parametrize("case", CASES, ids=" ".join)
def test_carrier_journal_and_cdr_tell_the_same(told: dict[tuple[str, str], Told], case: tuple[str, str]) -> None:
    """One row to a call, the CDR says what it says, and the carrier saw an INVITE exactly where that is ALLOW."""
    call = told[case]
    assert sorted(call.log) == sorted(call.marks)
    assert [verdict for verdict, _, _ in call.log].count("ALLOW") == call.invites
    if case[0] in ("gosub", "script"):
        assert len(call.log) == 1


@pytest.mark.parametrize("case", CASES, ids=" ".join)
def test_no_call_says_that_the_daemon_is_down(told: dict[tuple[str, str], Told], case: tuple[str, str]) -> None:
    """The daemon answers throughout, so that no trunk is open; nothing that a call brings along changes that."""
    assert not {reason for _, reason, _ in told[case].log} & {"FAIL_OPEN", "GATE_DOWN"}


@pytest.mark.parametrize("form", FORMS)
def test_what_the_dialplan_will_not_dial_is_refused_by_the_daemon(told: dict[tuple[str, str], Told], form: str) -> None:
    """`tel:` and `;ext=` are read by the daemon, not by the dialplan: the row says that the call was refused."""
    refused = [told[form, name].log for name in ("tel", "ext") if form != "context" or name != "tel"]
    assert [[row[:2] for row in rows] for rows in refused] == [[("BLOCK", "NUMBER_INVALID")]] * len(refused)
    assert [row[0] for row in told[form, "plain"].log] == ["ALLOW"]
    assert [row[0] for row in told[form, "name: 4 KB"].log] == ["ALLOW"]
