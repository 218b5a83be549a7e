"""Which number a pre-dial handler asks about, for every form of a dial string, on Asterisk 22 and 16.

The record of the SIPp carrier says which number left. The daemon here allows whatever it is asked about.
"""

import re
from dataclasses import dataclass

import pytest

from lab.processes import wait_until
from tests.dialplan.peer import ScriptedPeer
from tests.dialplan.site import Site

# {a} and {b} are two numbers, {host} is the carrier's address. Behind each: the one that leaves, or "" where none may.
PJSIP = {
    "PJSIP/{a}@trunk": "a",
    "PJSIP/{a}@trunk/sip:{b}@{host}": "a",
    "PJSIP/{a}@trunk/sip:{host}": "a",
    "PJSIP/trunk/sip:{b}@{host}": "b",
    "PJSIP/trunk/SIP:{b}@{host}": "b",
    "PJSIP/trunk/sip:{b}@{host};user=phone": "b",
    "PJSIP/trunk/sip:{b}@{host};x=y%40z": "b",
    "PJSIP/trunk/sip:0%36{b}@{host}": "06b",
    "PJSIP/trunk/sip:{b}%2532@{host}": "b2",  # PJSIP decodes once, the carrier once more
    # No user: nobody can say who is called
    "PJSIP/trunk": "",
    "PJSIP/trunk/": "",
    "PJSIP/@trunk": "",
    "PJSIP/trunk/sip:{host}": "",
    "PJSIP/trunk/sip:@{host}": "",
    "PJSIP/{b}": "",
    # A user that is more than a number
    "PJSIP/trunk/sip:{b};ext=5@{host}": "",
    "PJSIP/trunk/sip:{b};phone-context=+32@{host}": "",
    "PJSIP/trunk/sip:{b}:{a}@{host}": "",
    "PJSIP/trunk/sip:{b}@{a}@{host}": "",
    "PJSIP/trunk/sip:{b}%00{a}@{host}": "",
    "PJSIP/trunk/sip:{b}%40{a}@{host}": "",
    "PJSIP/trunk/tel:{b}": "",
    "PJSIP/trunk/tel:{b}@{host}": "",
    "PJSIP/tel:{a}@trunk": "",
    "PJSIP/sip:{a}@trunk": "",
    "PJSIP/{a};ext=5@trunk": "",
    "PJSIP/{a}:{b}@trunk": "",
    "PJSIP/{a}?{b}@trunk": "",
    "PJSIP/{a}!{b}@trunk": "",
    "PJSIP/{a}@{b}@trunk": "",
    "PJSIP/[0]{a}@trunk": "",
    "PJSIP/[0{a}@trunk": "",
    "PJSIP/tel%3A{a}@trunk": "",
    "PJSIP/é{a}@trunk": "",
    # Separators, which a carrier may drop
    "PJSIP/(0){a}@trunk": "0a",
    "PJSIP/-{a}@trunk": "a",
    "PJSIP/%2D{a}@trunk": "a",
    "PJSIP/0.0 0-{a}@trunk": "000a",
    "PJSIP/#31#{a}@trunk": "#31#a",
    "PJSIP/*31#{a}@trunk": "*31#a",
    "PJSIP/+{a}@trunk": "+a",
}
LOCAL = {
    "Local/{a}@leads-out/n": "a",
    "Local/{a}@leads-out": "a",
    "Local/{a}@leads-out/{b}": "a",
    "Local/{a}@leads-out@{b}": "",
    "Local/{a}&{b}@leads-out": "",
    "Local/{a};ext=5@leads-out": "",
    "Local/{a}": "",
}
CHAN_SIP = {
    "SIP/peer/{a}": "a",
    "SIP/{a}@peer": "a",
    "SIP/{a}@{host}": "a",
    "SIP/peer/(0){a}": "0a",
    "SIP/{a}@peer/{b}": "",
    "SIP/@peer/{b}": "",
    "SIP/{b}:x@peer/{a}": "",
    "SIP/{a}:{b}@peer": "",
    "SIP/peer/{a}/{b}": "",
    "SIP/peer//{a}": "",
    "SIP/peer/{a}@{b}": "",
    "SIP/peer/{a}:{b}": "",
    "SIP/peer/{a}!{b}": "",
    "SIP/peer/{a};ext=5": "",
    "SIP/peer/sip:{a}": "",
    "SIP/sip:{a}@{host}": "",
    "SIP/peer": "",
    "SIP/peer/": "",
}


@dataclass
class Dialled:
    """What became of a dial string."""

    expected: str
    """The number that may leave, or ""."""
    left: list[str]
    """The numbers that left for it, without separators."""
    asked: list[str]
    """The numbers that the daemon was asked about for it."""


def clean(number: str) -> str:
    """A number as a carrier may understand it."""
    return re.sub(r"[ .()-]", "", number)


@pytest.fixture(scope="module")
def dialled(site: Site, peer: ScriptedPeer) -> dict[str, Dialled]:
    """Every dial string, called at once."""
    before, questions, host = len(site.carrier.invites()), len(peer.asked), f"127.0.0.1:{site.carrier.port}"
    forms = {**PJSIP, **LOCAL, **(CHAN_SIP if site.asterisk.root.release == "16" else {})}
    numbers = {form: (site.number(), site.number()) for form in forms}
    calls = []
    for case, (form, (a, b)) in enumerate(numbers.items()):
        text = form.format(a=a, b=b, host=host)
        encoded = "".join(f"%{octet:02X}" for octet in text.encode())
        calls.append(site.start("s", "dial-string", [f"ENCODED={encoded}", f"CASE=case{case}"]))
    site.finish(*calls)
    left = [clean(invite.number) for invite in site.carrier.invites()[before:]]
    found = {}
    for case, (form, wanted) in enumerate(forms.items()):
        a, b = numbers[form]
        expected = wanted.replace("a", a).replace("b", b)
        asked = [clean(asked["agi_arg_1"]) for asked in peer.asked[questions:] if asked["agi_arg_2"] == f"case{case}"]
        found[form] = Dialled(expected, [number for number in left if a in number or b in number], asked)
    return found


@pytest.mark.parametrize("form", [*PJSIP, *LOCAL, *CHAN_SIP])
def test_the_number_that_leaves_is_the_one_that_was_asked_about(dialled: dict[str, Dialled], form: str) -> None:
    """The number that is dialled is the one the daemon allowed; what can be read in more than one way is refused."""
    if form not in dialled:
        return  # chan_sip is in 16 alone
    outcome = dialled[form]
    assert outcome.left == ([outcome.expected] if outcome.expected else [])
    assert set(outcome.left) <= set(outcome.asked)
    assert len(outcome.asked) <= 1


def test_no_call_leaves_without_a_number(site: Site, dialled: dict[str, Dialled]) -> None:
    """A trunk that is dialled without a number would ring whatever its own address names."""
    assert dialled
    wait_until(lambda: bool(site.carrier.settle(0.1)), 60, "the carrier to fall silent")
    assert not re.search(r"\tINVITE sips?:127", (site.carrier.folder / "messages.tsv").read_text())
