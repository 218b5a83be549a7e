import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gatekeeper.ami.protocol.dial_strings import numbers_of, numbers_of_all
from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.errors import UnreadableTargetError
from gatekeeper.phone import DialPlan, Normaliser, NumberKind

ROUTES = Routes(
    trunks=("trunk*", "g*"), inside_peers=("softphone*",), outside_contexts=("outbound*",), inside_contexts=("agents",)
)
N = "0612345678"


USERS = [N, f"-{N}", "06-12-34-56-78", "06.12.34.56.78", "06 12 34 56 78", f"--{N}-"]
"""A listed number as a dial string may spell it."""

URIS = [
    *(f"sip:{user}@carrier" for user in USERS if " " not in user),
    *(f"{scheme}:{N}@carrier" for scheme in ("SIP", "sips", "SipS")),
    *(f"sip:{user}@carrier" for user in (f"%2D{N}", f"06%2E{N[2:]}", f"%28{N}%29", f"tel%3A{N}")),
    *(f"sip:{user}@carrier" for user in (f"{N};ext=5", f"{N};phone-context=fr;user=phone", f"{N}:secret", f"/{N}")),
    *(f"sip:{N}@{host}" for host in ("[::1]", "[2001:db8::1]:5061", "10.0.0.1:5070;transport=tcp;user=phone", "h:1")),
    *(f"{scheme}:{N}" for scheme in ("tel", "TEL")),
    *(f"tel:{user}" for user in (f"-{N}", "06.12.34.56.78", f"{N};ext=5")),
]
"""A listed number in a URI."""


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
        ("PJSIP/1001/1001", []),
        # an explicit URI leads outside behind any endpoint, and whatever its user
        ("PJSIP/1001/sip:1001@192.168.1.7:5060", ["1001"]),
        ("PJSIP/1001/sip:k3jd8s@192.168.1.7;transport=ws", ["k3jd8s"]),
        ("PJSIP/1001/sip:192.168.1.7", [""]),
        ("PJSIP/1001/sip:@192.168.1.7", [""]),
        (f"PJSIP/softphone1/sip:{N}@carrier.example", [N]),
        (f"PJSIP/{N}@softphone1/sip:carrier.example", [N]),
        (f"PJSIP/{N}@softphone1/softphone2", []),
        (f"PJSIP/{N}@softphone1/trunk", [N]),
        ("PJSIP/softphone1/trunk", [""]),
        ("PJSIP/1001/trunk", [""]),
        # the number before the endpoint is dialled; a number of the URI is asked about as well
        (f"PJSIP/{N}@trunk/sip:192.0.2.1", [N]),
        (f"PJSIP/{N}@trunk/sip:0123456789@192.0.2.1", [N, "0123456789"]),
        (f"PJSIP/{N}@trunk/tel:0123456789", [N, "0123456789"]),
        # decorations
        *((f"PJSIP/1001/{user}", [N]) for user in URIS),
        *((f"PJSIP/{user}@trunk", [N]) for user in USERS),
        (f"PJSIP/{N}@softphone1", []),
        # SIP
        (f"SIP/trunk/{N}", [N]),
        (f"SIP/anything/{N}", [N]),
        (f"SIP/{N}@trunk", [N]),
        (f"SIP/{N}:secret@carrier.example", [N]),
        (f"SIP/trunk/{N}@h", [N]),
        (f"SIP/{N}@carrier.example//192.0.2.1", [N]),
        (f"SIP/1001!{N}", [N]),
        (f"SIP/{N}@trunk/0123456789", [N, "0123456789"]),
        (f"SIP/0123456789@trunk/{N}", ["0123456789", N]),
        (f"SIP/trunk/sip:{N}@h", [N]),
        (f"SIP/1001!-{N}@h", [N]),
        ("SIP/trunk", [""]),
        ("SIP/1001", []),
        *((f"SIP/{user}@trunk", [N]) for user in USERS),
        *((f"SIP/trunk/{user}", [N]) for user in USERS),
        # IAX2
        (f"IAX2/trunk/{N}", [N]),
        (f"IAX2/user:secret@peer:4569/{N}@context/a", [N]),
        (f"IAX2/{N}@carrier.example", [N]),
        *((f"IAX2/trunk/{user}", [N]) for user in USERS),
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
        (f"DAHDI/1-2/{N}", [N]),
        ("DAHDI/pseudo", [""]),
        *((f"DAHDI/g1/{user}", [N]) for user in USERS),
        # Local
        (f"Local/{N}@outbound", [N]),
        (f"Local/{N}@outbound/n", [N]),
        ("Local/100@outbound-fr", ["100"]),
        (f"Local/{N}@anywhere", [N]),
        (f"Local/+33{N[1:]}@anywhere", ["+33612345678"]),
        (f"Local/{N}", [N]),
        ("Local/9*06 12 34 56 78@anywhere", ["9*06 12 34 56 78"]),
        (f"Local/{N}@agents", []),
        *((f"Local/{user}@anywhere", [N]) for user in USERS),
        *((f"Local/{user}@outbound", [N]) for user in USERS),
        ("Local/8600051@default", []),
        ("Local/1001@anywhere/n", []),
        ("Local/agent-123456789@anywhere", []),
        # others
        (f"Khomp/b0/{N}", [N]),
        (f"H323/{N}@gw", [N]),
        (f"Motif/account/{N}@voice.example", [N]),
        (f"Motif/account/%2D{N}@voice.example", [N]),
        ("OOH323/gw", ["gw"]),
        ("Console/dsp", []),
        ("Agent/1001", []),
        ("SCCP/1001", []),
    ],
)
def test_a_dial_string_gives_the_numbers_that_it_calls(dial_string: str, expected: list[str]) -> None:
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
        # URIs that are not plainly one
        *(
            f"PJSIP/{endpoint}/{uri}"
            for endpoint in ("1001", "softphone1", "trunk")
            for uri in (
                f"<sip:{N}@h>",
                f"x <sip:{N}@h>",
                f"{N}@h",
                f"im:{N}@h",
                f"sip:{N}",
                "sip:06.12.34.56.78",
                f"sip:+{N}",
                f"sip:tel:{N}@h",
                f"sip:SIP:{N}@h",
                f"sip:{N}@h@i",
                f"sip:a%40{N}@h",
                f"sip:{N}?Route=x@h",
                f"sip:{N}@h?Route=x",
                f"sip:{N[1:]};phone-context=+33@h",
                f"tel:{N[1:]};phone-context=+33",
                f"tel:{N};rn=+33123456789",
                f"sip:{N};x=1@h",
                f"sip:%00{N}@h",
                f"sip:{N}@h%40",
                f" sip:{N}@h",
                f"sip:{N}@",
                f"sip:{N} @h",
            )
        ),
        # brackets, wherever they stand
        "PJSIP/(06)12345678@trunk",
        "PJSIP/1001/sip:(06)12345678@h",
        "SIP/(06)12345678@trunk",
        "Local/(06)12345678@agents",
        f"SIP/[::1]/{N}",
        # no number at a peer
        f"SIP/sip:{N}@h",
        f"SIP/{N}@h@i",
        # a technology that is not known here
        f"Motif/account/x%2D{N}@voice.example",
        # a context cannot have an @
        f"Local/{N}/x@agents",
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


NORMALISER = Normaliser(DialPlan())
DECORATIONS = st.text(st.sampled_from("-. ()/%2D;:<>@[]+\"'x"), max_size=4)


@given(
    st.sampled_from([
        "PJSIP/agent/sip:{}@carrier", "PJSIP/agent/sips:{}@[::1]:5061", "PJSIP/agent/tel:{}", "PJSIP/agent/{}",
        "PJSIP/{}@trunk", "PJSIP/{}@trunk/sip:carrier", "PJSIP/{}@trunk/sip:0123456789@carrier", "PJSIP/trunk/{}",
        "SIP/{}@trunk", "SIP/trunk/{}", "SIP/{}@trunk/0123456789", "IAX2/trunk/{}", "DAHDI/g1/{}", "DAHDI/1-2/{}",
        "Local/{}@anywhere", "Local/{}@outbound/n", "Khomp/b0/{}", "Motif/account/{}@voice.example",
    ]),
    st.lists(DECORATIONS, min_size=11, max_size=11),
    st.sampled_from([N, "+33612345678", "0033612345678"]),
)  # fmt: skip
@settings(max_examples=400)
@example("PJSIP/agent/sip:{}@carrier", ["-", *[""] * 10], N)
def test_no_decoration_hides_a_listed_number(form: str, decorations: list[str], number: str) -> None:
    """However a listed number is decorated: it is found, or what is found is no number that may be called."""
    pieces = [number[:-9], *number[-9:]]
    decorated = "".join(map("".join, zip(decorations, [*pieces, ""], strict=True))).lstrip("x")
    try:
        found = numbers_of(form.format(decorated), Routes())
    except UnreadableTargetError:
        return
    assert found
    kinds = [NORMALISER.normalise(one) for one in found]
    listed = 33612345678
    assert any(kind.e164 == listed or kind.kind is NumberKind.INVALID for kind in kinds), found
