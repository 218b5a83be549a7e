"""What a call says of itself, from the text of a gate to what a country's law makes of it."""

import string
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.errors import UnreadableCallError
from gatekeeper.journal.asked_by import LONGEST_AGENT, agent_of, joined
from gatekeeper.law import shipped_trades
from gatekeeper.phone import DialPlan, Normaliser
from gatekeeper.policy import Campaign
from gatekeeper.screening.call import NOTHING_SAID, CallReader, Said
from gatekeeper.screening.said import JUDGED, MAX_SAID, read_said, said_of

READER = CallReader(Normaliser(DialPlan()), shipped_trades())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", NOTHING_SAID),
        ("&", NOTHING_SAID),
        ("&purpose=&goods=", NOTHING_SAID),
        ("goods=insurance", Said(goods="insurance")),
        ("&goods=insurance&dial_mode=manual&", Said(goods="insurance", dial_mode="manual")),
        ("contact=a%26b%3Dc&postcode=97400", Said(contact="a&b=c", postcode="97400")),
        ("contact=a=b", Said(contact="a=b")),
        ("goods=a&goods=a", Said(goods="a")),
        ("goods=a+b", Said(goods="a+b")),
    ],
)
def test_a_text_says_what_it_says(text: str, said: Said) -> None:
    """Values are percent-decoded, empty ones say nothing."""
    assert read_said(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "goods",
        "=insurance",
        "GOODS=insurance",
        "goods =insurance",
        "unreadable=1",
        "fault=",
        "principal=acme",
        "goods=a&goods=b",
        "goods=a&goods=",
        "goods=%FF",
        "contact=a%00",
        "contact=a%0Ab",
        "contact=a%7F",
        "contact=" + "x" * MAX_SAID,
    ],
)
def test_what_cannot_be_read_is_a_fault_and_refuses_the_call(text: str) -> None:
    """Nothing of it counts: what was lost could have been what makes the law stricter."""
    said = read_said(text)
    assert said == Said(fault=said.fault)
    assert said.fault
    with pytest.raises(UnreadableCallError):
        READER.read(said, "+33123456789", Campaign())


@given(st.dictionaries(st.sampled_from(JUDGED), st.text(max_size=40)))
def test_every_value_comes_through_whole_or_is_a_fault(words: dict[str, str]) -> None:
    """As `URIENCODE` writes it; a value with control characters is none that a site gives."""
    try:
        text = "".join(f"&{name}={quote(value, safe='')}" for name, value in words.items())
    except UnicodeEncodeError:
        return
    said = read_said(text)
    if said.fault:
        assert len(text) > MAX_SAID or any(c < " " or c == "\x7f" for value in words.values() for c in value)
    else:
        assert said == said_of(words.items()) == Said(**words)


@given(st.text(max_size=100))
def test_no_name_of_an_agent_blocks_a_call(name: str) -> None:
    """No law looks at it: what would not be seen, or would end it in the journal, is left out of it."""
    text = "&agent=" + quote(name, safe="", errors="surrogatepass")
    said = read_said(text)
    if len(text) <= MAX_SAID:
        assert said == Said(agent=said.agent)
    assert said.agent.isprintable()
    assert ";" not in said.agent
    assert len(said.agent) <= LONGEST_AGENT
    assert joined(f"agent:{said.agent}") == f"agent:{said.agent}"
    assert agent_of(joined("manager:crm", f"agent:{said.agent}")) == said.agent


@pytest.mark.parametrize("text", ["agent=%FF%00&goods=insurance", "agent=a&agent=b&goods=insurance"])
def test_an_agent_who_is_said_badly_leaves_the_rest_as_it_is(text: str) -> None:
    """What the law looks at counts all the same."""
    assert read_said(text)._replace(agent="") == Said(goods="insurance")


@given(st.text(st.sampled_from(string.printable + "é%&=\0"), max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    """It gives words, or a fault with which a country's law refuses the call; nothing else is raised."""
    try:
        READER.read(read_said(text), "", Campaign())
    except UnreadableCallError:
        return
