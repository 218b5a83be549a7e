import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.ami.routes import Routes
from gatekeeper.ami.targets import UnreadableTargetError, numbers_of, numbers_of_all

ROUTES = Routes(
    trunks=("trunk*", "g*"), inside_peers=("softphone*",), outside_contexts=("outbound*",), inside_contexts=("agents",)
)
N = "0612345678"


@pytest.mark.parametrize(
    ("dial_string", "expected"),
    [
        # PJSIP
        (f"PJSIP/{N}@trunk", [N]),
        (f"pjsip/{N}@anything", [N]),
        (f"PJSIP/trunk/sip:{N}@192.0.2.1", [N]),
        (f"PJSIP/trunk/sip:{N};phone-context=fr@h;transport=tcp", [N]),
        ("PJSIP/trunk/sip:%30612345678@h", [N]),
        (f"PJSIP/trunk/sips:{N}:secret@[2001:db8::1]:5061", [N]),
        (f"PJSIP/trunk/tel:{N}", [N]),
        (f"PJSIP/1001/sip:{N}@carrier.example", [N]),
        (f"PJSIP/0698765432@trunk/sip:{N}@h", ["0698765432", N]),
        (f"PJSIP/trunk/{N}", [N]),
        ("PJSIP/trunk", [""]),
        ("PJSIP/trunk/sip:192.0.2.1", [""]),
        ("PJSIP/1001", []),
        ("PJSIP/1001/sip:1001@192.168.1.7:5060", []),
        ("PJSIP/1001/sip:k3jd8s@192.168.1.7;transport=ws", []),
        (f"PJSIP/{N}@softphone1", []),
        # SIP
        (f"SIP/trunk/{N}", [N]),
        (f"SIP/anything/{N}", [N]),
        (f"SIP/{N}@trunk", [N]),
        (f"SIP/{N}:secret@carrier.example", [N]),
        (f"SIP/trunk/{N}@h", [N]),
        (f"SIP/{N}@carrier.example//192.0.2.1", [N]),
        (f"SIP/1001!{N}", [N]),
        ("SIP/trunk", [""]),
        ("SIP/1001", []),
        # IAX2
        (f"IAX2/trunk/{N}", [N]),
        (f"IAX2/user:secret@peer:4569/{N}@context/a", [N]),
        ("IAX2/trunk", [""]),
        ("IAX2/1001", []),
        # DAHDI
        (f"DAHDI/g1/{N}", [N]),
        (f"DAHDI/i1/{N}", [N]),
        (f"DAHDI/1/{N}", [N]),
        (f"DAHDI/1/{N}/options", [N]),
        (f"Zap/G2/{N}", [N]),
        ("DAHDI/g1", [""]),
        ("DAHDI/r0", [""]),
        ("DAHDI/i1-g2", [""]),
        ("DAHDI/12", []),
        # Local
        (f"Local/{N}@outbound", [N]),
        (f"Local/{N}@outbound/n", [N]),
        ("Local/100@outbound-fr", ["100"]),
        (f"Local/{N}@anywhere", [N]),
        (f"Local/+33{N[1:]}@anywhere", ["+33612345678"]),
        (f"Local/{N}", [N]),
        ("Local/9*06 12 34 56 78@anywhere", ["9*06 12 34 56 78"]),
        (f"Local/{N}@agents", []),
        ("Local/8600051@default", []),
        ("Local/1001@anywhere/n", []),
        ("Local/agent-123456789@anywhere", []),
        # others
        (f"Khomp/b0/{N}", [N]),
        (f"H323/{N}@gw", [N]),
        ("OOH323/gw", ["gw"]),
        ("Console/dsp", []),
        ("Agent/1001", []),
        ("SCCP/1001", []),
    ],
)
def test_numbers_of_dial_strings(dial_string: str, expected: list[str]) -> None:
    """Each form of dial string gives the numbers that it calls outside."""
    assert expected == list(numbers_of(dial_string, ROUTES))


@pytest.mark.parametrize(
    "dial_string",
    [
        # what Asterisk would take away, expand or divide at
        'PJSIP/"0612345678"@trunk',
        "PJSIP/06\\12345678@trunk",
        "PJSIP/${NUMBER}@trunk",
        "Local/$[0+1]@outbound",
        "PJSIP/1001&PJSIP/0612345678@trunk",
        "PJSIP/1001,30",
        "PJSIP/trunk(/sip:0612345678@h",
        "PJSIP/trunk[/sip:0612345678@h",
        "SIP/trunk[/0612345678",
        "PJSIP/1001\r",
        "PJSIP/1001\x01",
        # what is no dial string
        "PJSIP",
        "PJSIP/",
        "PJSIP/ ",
        "/0612345678",
        "",
        # what Asterisk would cut
        "PJSIP/" + "1" * 250,
        "PJSIP/" + "é" * 125,
        # a context cannot have an @
        "Local/0612345678@agents@outbound",
    ],
)
def test_what_cannot_be_read_without_doubt(dial_string: str) -> None:
    """A dial string that Asterisk could take otherwise is unreadable."""
    with pytest.raises(UnreadableTargetError):
        numbers_of(dial_string, ROUTES)


def test_every_target_of_a_dial_is_found() -> None:
    """Of several targets joined by `&`, each number is given once."""
    text = f"PJSIP/1001& PJSIP/{N}@trunk&SIP/trunk/0698765432&Local/{N}@outbound"
    assert numbers_of_all(text, ROUTES) == (N, "0698765432")


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever a dial string holds, it gives numbers or is unreadable."""
    try:
        found = numbers_of(text, ROUTES)
    except UnreadableTargetError:
        return
    assert all(isinstance(number, str) for number in found)


@given(
    st.sampled_from(["PJSIP/{}@{}", "SIP/{1}/{0}", "SIP/{}@{}", "IAX2/{1}/{0}", "DAHDI/{1}/{0}", "Local/{}@{}"]),
    st.from_regex(r"(0[1-9][0-9]{8}|\+33[1-9][0-9]{8}|0033[1-9][0-9]{8})", fullmatch=True),
    st.from_regex(r"[a-z][a-z0-9-]{0,12}", fullmatch=True),
)
def test_a_public_number_is_never_overlooked(form: str, number: str, peer: str) -> None:
    """A public number at any peer or context that is not declared inside is found."""
    assert number in numbers_of(form.format(number, peer), Routes())
