"""The question that an INVITE puts: who is called, who calls, and what the call says of itself."""

import pytest

from gatekeeper.policy import Gate as MetAt
from gatekeeper.policy import Reason
from gatekeeper.screening.call import Said
from gatekeeper.sip.protocol.ports import Trunk
from tests.sip.gate import IDENT, Gate
from tests.sip.messages import NUMBER, request


def headers(*lines: tuple[str, str]) -> bytes:
    """An INVITE with more headers."""
    return request(more=lines)


@pytest.mark.parametrize(
    ("message", "caller_id"),
    [
        (request(), "0199000000"),
        (headers(("P-Asserted-Identity", '"Sales" <sip:+33199000001@x>')), "+33199000001"),
        (headers(("P-Asserted-Identity", "<tel:+33-1-99-00-00-01>")), "+33-1-99-00-00-01"),
        (headers(("P-Asserted-Identity", "<sip:0199000001@x>, <tel:+33199000001>")), "0199000001"),
        (headers(("P-Asserted-Identity", "<sip:anna@x>, <tel:+33199000001>")), "+33199000001"),
        (headers(("P-Asserted-Identity", "<sip:anna@x>")), "anna"),
        (headers(("P-Asserted-Identity", "<sip:carrier.example>")), "0199000000"),
        (headers(("P-Preferred-Identity", "<sip:0199000002@x>")), "0199000002"),
        (headers(("Remote-Party-ID", "<sip:0199000003@x>;party=calling;privacy=off")), "0199000003"),
        (headers(("Remote-Party-ID", "<sip:0199000003@x>;party=calling;privacy=full")), "anonymous"),
        (headers(("Remote-Party-ID", "<sip:0199000003@x>;party=called")), "0199000000"),
        (headers(("Remote-Party-ID", "<sip:0700000000@x>;party=called, <sip:0199000003@x>")), "0199000003"),
        (headers(("Privacy", "id"), ("P-Asserted-Identity", "<sip:0199000001@x>")), "anonymous"),
        (headers(("Privacy", "user; critical")), "anonymous"),
        (headers(("Privacy", "none")), "0199000000"),
        (request(From='"Anonymous" <sip:anonymous@anonymous.invalid>;tag=a1'), "anonymous"),
        (request(From="<sip:carrier.example>;tag=a1"), ""),
        (request(From="sip:0199000004@x;tag=a1"), "0199000004"),
    ],
    ids=range(18),
)
def test_who_calls(message: bytes, caller_id: str) -> None:
    """What is presented: P-Asserted-Identity, then Remote-Party-ID, then From; nothing under Privacy."""
    question = Gate().question(message)
    assert (question.caller_id, question.refused) == (caller_id, "")


@pytest.mark.parametrize(
    ("message", "caller_id"),
    [
        (headers(("P-Asserted-Identity", "<sip:0199000001@x>")), "0199000000"),
        (headers(("P-Asserted-Identity", "<sip:0199000001@x>, <tel:+33199000002>")), "0199000000"),
        (headers(("Privacy", "id"), ("P-Asserted-Identity", "<sip:0199000001@x>")), "anonymous"),
    ],
)
def test_a_trunk_may_show_the_number_of_from(message: bytes, caller_id: str) -> None:
    """Then the law is asked about that one: the asserted identity is the line's own, and nobody sees it."""
    question = Gate(Trunk("one", from_is_shown=True)).question(message)
    assert (question.caller_id, question.refused) == (caller_id, "")


TWO_CALLERS = {
    "an identity that can't be read": headers(("P-Asserted-Identity", '"open <sip:0199000001@x>')),
    "an identity whose URI can't be read": headers(("P-Asserted-Identity", "<sip:0199000001@x/0199000002>")),
    "two identities": headers(("P-Asserted-Identity", "<sip:0199000001@x>, <tel:+33199000002>")),
    "two identities in two headers": headers(
        ("P-Asserted-Identity", "<sip:0199000001@x>"), ("P-Asserted-Identity", "<sip:0199000002@x>")
    ),
    "an identity that is asserted and another that is preferred": headers(
        ("P-Asserted-Identity", "<sip:0199000001@x>"), ("P-Preferred-Identity", "<sip:0199000002@x>")
    ),
    "an identity and another remote party": headers(
        ("P-Asserted-Identity", "<sip:0199000001@x>"), ("Remote-Party-ID", "<sip:0199000002@x>;party=calling")
    ),
    "two remote parties": headers(("Remote-Party-ID", "<sip:0199000001@x>, <sip:0199000002@x>")),
    "a From with two addresses": request(From="<sip:0199000001@x>, <sip:0199000002@x>;tag=a1"),
    "a From that can't be read": request(From="Sales (Paris) <sip:0199000001@x>;tag=a1"),
    "a From without a URI": request(From='"0199000001" <>;tag=a1'),
}


@pytest.mark.parametrize("message", TWO_CALLERS.values(), ids=TWO_CALLERS)
def test_who_could_be_shown_as_another_is_refused(message: bytes) -> None:
    """The law is asked about one caller ID; a carrier could present the other. An emergency call goes on."""
    assert Gate().question(message).refused == Reason.CALL_UNREADABLE
    urgent = Gate().question(message.replace(NUMBER.encode(), b"112"))
    assert (urgent.emergency, urgent.refused) == (True, "")


def test_what_is_asked_of_a_plain_call() -> None:
    """The trunk takes the place of a channel, the Call-ID of its unique id."""
    question = Gate(Trunk("sales", campaign="spring")).question(request(call_id="a@b"))
    assert (question.dialled, question.gate, question.campaign) == (NUMBER, MetAt.SIP_GATE, "spring")
    assert (question.channel, question.uniqueid, question.linkedid) == ("SIP_GATE/sales", "a@b", "")
    assert (question.refused, question.earlier, question.emergency) == ("", "", False)


def test_what_the_call_says_of_itself_is_read() -> None:
    """Percent-encoded UTF-8, as the dialplan's URIENCODE writes it; the call's campaign comes before the trunk's."""
    message = headers(
        ("X-Gatekeeper-Decision", IDENT),
        ("X-Gatekeeper-Campaign", "%c3%a9t%c3%a9"),
        ("X-Gatekeeper-Principal", "Dupont%20%26%20fils"),
        ("X-Gatekeeper-Purpose", "prospecting"),
        ("X-Gatekeeper-Goods", "energy%2csolar"),
        ("X-Gatekeeper-Dial-Mode", "predictive"),
        ("X-Gatekeeper-Postcode", "97400"),
        ("X-Gatekeeper-Agent", "L%c3%a9a"),
    )
    question = Gate(Trunk("sales", campaign="spring")).question(message)
    assert (question.earlier, question.campaign, question.principal) == (IDENT, "été", "Dupont & fils")
    said = question.said
    assert (said.purpose, said.goods, said.dial_mode, said.postcode) == (
        *("prospecting", "energy,solar", "predictive", "97400"),
    )
    assert (said.agent, said.fault) == ("Léa", "")


@pytest.mark.parametrize("value", ["%ff", "a%00b", "a" * 2000])
def test_an_agent_s_name_that_can_not_be_read_is_left_out(value: str) -> None:
    """No law looks at it, so no call is refused by it."""
    message = headers(("X-Gatekeeper-Agent", value), ("X-Gatekeeper-Goods", "energy"))
    assert Gate().question(message).said == Said(goods="energy")


@pytest.mark.parametrize("value", ["%ff", "a%00b", "a" * 2000])
def test_what_it_says_and_can_not_be_read_is_a_fault(value: str) -> None:
    """A country's law refuses the call by it; what was left out could have been what makes the law stricter."""
    assert Gate().question(headers(("X-Gatekeeper-Sector", value))).said.fault


def test_a_call_that_says_two_things_has_a_fault() -> None:
    """The same word twice says one thing, however the header's name is written."""
    differ = headers(("X-Gatekeeper-Goods", "energy"), ("x-gatekeeper-goods", "solar"))
    assert Gate().question(differ).said.fault
    same = headers(("X-Gatekeeper-Goods", "energy"), ("x-gatekeeper-goods", "energy"))
    assert Gate().question(same).said.fault == ""


@pytest.mark.parametrize("number", ["0612345678", "112", "+33612345678", "3615", "*55", "service"])
def test_our_headers_and_who_we_are_go_to_no_carrier(number: str) -> None:
    """They are personal data, and the site's own."""
    message = request(number=number, more=(("X-Gatekeeper-Contact", "42"), ("X-GATEKEEPER-new", "1")))
    assert b"gatekeeper" not in Gate().sent_on(message).data.lower()
