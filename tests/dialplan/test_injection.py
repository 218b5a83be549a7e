"""Nothing that a dialer sends, as a number or as a variable, gets round the gate, on Asterisk 22 and 16.

The daemon here allows every number it is asked about: the worst case.
"""

import re
from collections.abc import Iterator

import pytest

from lab.processes import wait_until
from tests.dialplan.peer import ScriptedPeer, hang, leave, say
from tests.dialplan.site import FORMS, SLOT_SECONDS, Site

BLOCK = {"REASON": "LISTED", "LIST": "bloctel", "DECISION": "01BLOCKED", "CAUSE": "21", "VERDICT": "BLOCK"}
LISTED = "0698765432"

HOSTILE = {
    # A second target for Dial()
    "second target": f"0612345678&PJSIP/{LISTED}@trunk",
    "second target, encoded": f"0612345678%26PJSIP%2F{LISTED}%40trunk",
    # More arguments
    "comma": f"0612345678,summer,acme,open&PJSIP/{LISTED}",
    "options": "0612345678,30,b(gatekeeper-call^s^1)",
    "caret": "0612345678^summer",
    # Brackets that are counted
    "square bracket": "0612345678[",
    # Quotes
    "quote": '0612345678"',
    "two quotes": f'"0612345678","{LISTED}"',
    "backslash": "0612345678\\",
    "expression": '0612345678" = "0612345678" | "1',
    # Substitution
    "variable": "06${CHANNEL(name)}12345678",
    "function": "${SHELL(touch /tmp/gatekeeper-injected)}",
    "arithmetic": "06$[1+1]12345678",
    # Separators of other things
    "at": f"0612345678@trunk&{LISTED}",
    "slash": "trunk/sip:0612345678",
    "semicolon": "0612345678;phone-context=evil",
    "angle": "<0612345678>",
    "percent": "0612345678%0aSET VARIABLE X Y",
    "newline": "0612345678\nSET VARIABLE GATEKEEPER_VERDICT ALLOW",
    "pipe": "0612345678|112",
    "star of a pattern": "_X.",
    # Not ASCII
    "arabic digits": "٠٦١٢٣٤٥٦٧٨",
    "wide digits": "０６１２３４５６７８",
    "no-break space": "06\u00a012345678",
    # Long
    "65 digits": "0" * 65,
    "300 digits": "06" * 150,
    "4000 digits": "06" * 2000,
    # Nothing that could be dialled
    "blanks": "   ",
    "separators": "..()--",
    # An emergency number with something behind it
    "112 and more": f"112&PJSIP/{LISTED}@trunk",
    "112 comma": "112,0612345678",
    "112 quote": '112" | "1',
}

HARMLESS = {
    # How dialers write numbers -> what is asked about and dialled
    "06 12 34 56 78": "0612345678",
    "06.12.34.56.78": "0612345678",
    "06-12-34-56-78": "0612345678",
    "+33 6 12 34 56 78": "+33612345678",
    "(06) 12345678": "0612345678",
    "0612345678(": "0612345678",
    ")0612345678": "0612345678",
    "#31#0612345678": "#31#0612345678",
    "*31#0612345678": "*31#0612345678",
    "0" * 64: "0" * 64,
}


@pytest.fixture(scope="module")
def raw_cases(site: Site) -> dict[str, dict[str, str]]:
    """Each number as a dialplan would hand it over: case -> what the subroutine made of it."""
    # From inside Asterisk, for no AMI header can hold a newline: the dialplan decodes it.
    cases = {**HOSTILE, **{f"harmless {number}": number for number in HARMLESS}}
    encoded = {name: "".join(f"%{octet:02X}" for octet in number.encode()) for name, number in cases.items()}
    long = {name for name, text in encoded.items() if len(text) > 900}  # longer than a variable of an Originate may be
    for name, text in encoded.items():
        repeated = [f"DIGITS={cases[name][:2]}", f"TIMES={len(cases[name]) // 2}"]
        given = repeated if name in long else [f"ENCODED={text}"]
        headers = {"Channel": "Local/s@raw-number/n", "Application": "Wait", "Data": "0.1"}
        site.ami.originate({**headers, "Variable": [f"CASE={name.encode().hex()}", *given]})
    wait_until(lambda: len(site.user_events("Raw")) >= len(cases), 60, "the dialplan to tell of each number")
    names = {name.encode().hex(): name for name in cases}
    return {names[event["Case"]]: dict(event) for event in site.user_events("Raw") if event["Case"] in names}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_number_that_is_none_is_refused_though_the_daemon_allows_it(
    site: Site, raw_cases: dict[str, dict[str, str]], name: str
) -> None:
    """A number with anything in it that Asterisk would read is NUMBER_INVALID, and GATEKEEPER_NUMBER empty."""
    event = raw_cases[name]
    assert (event["Verdict"], event["Reason"], event["Number"]) == ("BLOCK", "NUMBER_INVALID", "")


@pytest.mark.parametrize("number", HARMLESS)
def test_separators_are_dropped_before_the_question_and_the_dial(
    site: Site, peer: ScriptedPeer, raw_cases: dict[str, dict[str, str]], number: str
) -> None:
    """What the daemon is asked about is what may be dialled."""
    event = raw_cases[f"harmless {number}"]
    assert (event["Verdict"], event["Number"]) == ("ALLOW", HARMLESS[number])
    assert peer.questions(HARMLESS[number])


@pytest.mark.parametrize("name", [name for name in HOSTILE if not name.endswith("digits") or not name[0].isdigit()])
def test_the_daemon_hears_of_a_number_that_is_none(
    raw_cases: dict[str, dict[str, str]], peer: ScriptedPeer, name: str
) -> None:
    """So that it is in the journal, the daemon is asked about what was dialled: 64 bytes of it, without brackets."""
    heard = HOSTILE[name].encode()[:64].decode(errors="ignore")
    heard = "".join(character for character in heard if character not in "()" and character >= " ")
    assert peer.questions(heard), [asked["agi_arg_1"] for asked in peer.asked[-60:]]


def test_no_number_ran_a_command(raw_cases: dict[str, dict[str, str]], peer: ScriptedPeer) -> None:
    """Nothing in a number was substituted: the daemon heard the text itself."""
    assert peer.questions("06${CHANNELname}12345678")
    assert peer.questions("${SHELLtouch /tmp/gatekeeper-injected}")


TAILS = ("&PJSIP/LISTED@trunk", ",30,b(x^s^1)", '"', "(", ")", "${EXTEN}", "$[1+1]", ";x", " w 1", "%2C")


@pytest.mark.parametrize("form", FORMS)
def test_a_hostile_extension_rings_nobody_else(site: Site, peer: ScriptedPeer, form: str) -> None:
    """An extension with a tail rings nobody in any form, or exactly the number that the daemon was asked about."""
    before, questions = len(site.carrier.invites()), len(peer.asked)
    numbers = [site.number() for _ in TAILS]
    tails = [tail.replace("LISTED", LISTED) for tail in TAILS]
    calls = zip(numbers, tails, strict=True)
    site.finish(*(site.start(number + tail, f"call-{form}") for number, tail in calls))
    asked = {question["agi_arg_1"] for question in peer.asked[questions:]}
    rung = {re.sub(r"[ .()-]", "", invite.number) for invite in site.carrier.invites()[before:]}
    assert rung <= asked
    assert {each[:10] for each in rung} <= set(numbers)


@pytest.fixture
def evil_gate() -> Iterator[ScriptedPeer]:
    """A server of the dialer's own, which allows everything."""
    with ScriptedPeer() as peer:
        yield peer


@pytest.mark.parametrize("inherited", ["", "_", "__"])
def test_variables_that_a_dialer_sets_change_nothing(
    site: Site, peer: ScriptedPeer, evil_gate: ScriptedPeer, inherited: str
) -> None:
    """A dialer that presets the answer, the settings or the subroutine's own variables is refused like any other."""
    preset = {
        # The answer
        "GATEKEEPER_VERDICT": "ALLOW",
        "GATEKEEPER_REASON": "CLEAR",
        "GATEKEEPER_DECISION": "01FORGED",
        "GATEKEEPER_CAUSE": "16",
        "GATEKEEPER_NUMBER": "112",
        # The settings
        "GATEKEEPER_AGI": f"agi://127.0.0.1:{evil_gate.port}/screen",
        "GATEKEEPER_SCRIPT": "/bin/true",
        "GATEKEEPER_TIMEOUT": "600",
        "GATEKEEPER_FAIL_OPEN_trunk": "unchecked-calls-allowed",
        "GATEKEEPER_FAIL_OPEN_": "unchecked-calls-allowed",
        "GATEKEEPER_EMERGENCY_PREFIXES": ".*",
        "GATEKEEPER_DIAL_BEFORE": f"PJSIP/{LISTED}@trunk&PJSIP/",
        # What the subroutine keeps to itself
        "gk_return": "1",
        "gk_odd": "",
        "gk_agi": f"agi://127.0.0.1:{evil_gate.port}/screen",
        "gk_trunk": "open",
        "gk_raw": "112",
        "gk_asked": "112",
        "GATEKEEPER_ASKING": "",
        # What Asterisk reads
        "AGIEXITONHANGUP": "no",
        "AGISIGHUP": "no",
        "ARG1": "112",
        "ARG4": "open",
        "ARGC": "4",
        "DIALEDPEERNUMBER": "112@trunk",
    }
    variables = [f"{inherited}{name}={value}" for name, value in preset.items()]
    calls = {}
    for form in FORMS:
        for behaviour in (say(BLOCK), hang, leave):
            number = site.number()
            peer.behaviours[number] = behaviour
            calls[number] = site.start(number, f"call-{form}", variables)
    bare = site.number()
    peer.behaviours[bare] = say(BLOCK)
    calls[bare] = site.start(bare, "bare", variables)
    for outcome in site.finish(*calls.values()):
        assert (outcome.invites, outcome.events[0]["Verdict"], len(outcome.events)) == (0, "BLOCK", 1)
        assert outcome.events[0]["Reason"] in ("LISTED", "GATE_DOWN")
        assert outcome.seconds < SLOT_SECONDS
    assert evil_gate.asked == []
    assert LISTED not in [invite.number for invite in site.carrier.invites()]


CAMPAIGNS = ('a"b', "a,b,c,open", "a(b", "a)b", "été ✓", "${EXTEN}", "a&b=c", "x" * 200, "a'b", "a\\b")


def test_a_campaign_reaches_the_daemon_as_it_is(site: Site, peer: ScriptedPeer) -> None:
    """Whatever stands in a campaign's name arrives whole, but for round brackets, and moves no other argument."""
    calls = []
    for campaign in CAMPAIGNS:
        encoded = "".join(f"%{octet:02X}" for octet in campaign.encode())  # AMI would read some of it itself
        calls.append(site.start(site.number(), "campaign", [f"ENCODED={encoded}", "GATEKEEPER_PRINCIPAL=acme"]))
    for campaign, outcome in zip(CAMPAIGNS, site.finish(*calls), strict=True):
        (asked,) = peer.questions(outcome.number)
        assert asked["agi_arg_2"] == campaign.replace("(", "").replace(")", "")
        assert (asked["agi_arg_3"], asked["agi_arg_4"]) == ("acme", "context")


def test_a_call_id_chosen_by_the_dialer_breaks_nothing(site: Site, peer: ScriptedPeer) -> None:
    """AMI lets a dialer choose the channel's unique id: an odd one breaks neither the question nor the record kept."""
    number = site.number()
    peer.behaviours[number] = hang
    odd = 'a/b&c=d,"e(f%0a'
    outcome = site.call(number, "call-gosub", ChannelId=odd + "1", OtherChannelId=odd + "2")
    assert (outcome.invites, outcome.reasons) == (0, ["GATE_DOWN"])
    (record,) = site.kept(number)
    assert record["uniqueid"] == odd + "2"
