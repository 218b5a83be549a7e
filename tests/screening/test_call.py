"""What a campaign and the call itself say of a call, made into one."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatekeeper.errors import UnreadableCallError
from gatekeeper.law import find_profile, shipped_trades
from gatekeeper.phone import Callee, DialPlan, Normaliser, NumberKind
from gatekeeper.policy import (
    Attempt,
    Call,
    CalleeKind,
    CallerId,
    CallerIdKind,
    Campaign,
    DialMode,
    Gate,
    Purpose,
    Verdict,
)
from gatekeeper.policy.call import PLAIN_CALL, WITHHELD
from gatekeeper.policy.ledger import Dossier
from gatekeeper.screening.call import LOOSENABLE, CallReader, Said, read_caller_id
from gatekeeper.territory import place_of
from tests.law.france import CAMPAIGNS, CUSTOMER, GOODS, PLAIN, Site, question
from tests.law.test_france_properties import known
from tests.policy.attempts import AT

NORMALISER = Normaliser(DialPlan())
READER = CallReader(NORMALISER, shipped_trades())
UNREADABLE = CallerId(CallerIdKind.UNREADABLE)
INSURANCE = Call(Purpose.RUNNING_CONTRACT, ("insurance",), ("insurance",), DialMode.MANUAL, CalleeKind.BUSINESS)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        *((text, CallerId(CallerIdKind.E164, "33162000001")) for text in ("0162000001", "+33 1 62 00 00 01")),
        *((text, WITHHELD) for text in ("", "  ", "anonymous", "Anonymous ", "RESTRICTED", "asterisk")),
        *((text, CallerId(CallerIdKind.SHORT, "3012")) for text in ("3012", " 30 12")),
        ("118218", CallerId(CallerIdKind.SHORT, "118218")),
        # A short number is not picked out of other text, where it could be of a range that may be presented.
        *((text, UNREADABLE) for text in ("abc3012", "3012x", "*31#3012", "+3012", "sip:3012@x", "Acme <3012>")),
        *((text, UNREADABLE) for text in ("\uff13\uff10\uff11\uff12", "\u00b2012", "12345678", "nobody", "112")),
    ],
)
def test_caller_ids(text: str, shown: CallerId) -> None:
    """A number, a short number, a word that hides it, or nothing that can be read."""
    assert read_caller_id(text, NORMALISER) == shown


@pytest.mark.parametrize(
    ("said", "may", "made"),
    [
        # Without a word the campaign's stands.
        (Said(), (), INSURANCE),
        (Said(contact="7", postcode="75001"), (), INSURANCE),
        # Where the two differ, what binds more counts, or both.
        (Said(purpose="service"), (), INSURANCE._replace(purpose=Purpose.PROSPECTING)),
        (Said(purpose=" Running-Contract"), (), INSURANCE),
        (Said(dial_mode="robot"), (), INSURANCE._replace(dial_mode=DialMode.ROBOT)),
        (
            Said(callee="consumer"),
            (),
            INSURANCE._replace(callee=CalleeKind.CONSUMER, also_callee=CalleeKind.BUSINESS),
        ),
        (
            Said(callee="consumer,business"),
            ("callee",),
            INSURANCE._replace(callee=CalleeKind.CONSUMER, also_callee=CalleeKind.BUSINESS),
        ),
        (Said(callee="Business "), (), INSURANCE),
        (Said(sector="energy"), (), INSURANCE._replace(sectors=("insurance", "energy"))),
        (
            Said(goods="solar"),
            (),
            INSURANCE._replace(goods=("insurance", "solar"), sectors=("insurance", "energy-works")),
        ),
        (Said(subcontractor="them"), (), INSURANCE._replace(subcontractor="them")),
        # What the configuration lets the call say, counts as it is said.
        (Said(callee="consumer"), ("callee",), INSURANCE._replace(callee=CalleeKind.CONSUMER)),
        (Said(purpose="service"), ("purpose",), INSURANCE._replace(purpose=Purpose.SERVICE)),
        (Said(sector="energy"), ("sector",), INSURANCE._replace(sectors=("energy", "insurance"))),
        (
            Said(goods="solar"),
            ("goods", "sector"),
            INSURANCE._replace(goods=("solar",), sectors=("insurance", "energy-works")),
        ),
    ],
)
def test_both_together(said: Said, may: tuple[str, ...], made: Call) -> None:
    """The call makes the law stricter, and looser only where the campaign's configuration says so."""
    campaign = Campaign("c", call=INSURANCE, call_may_loosen=frozenset(may))
    assert READER.read(said, "", campaign) == made


@pytest.mark.parametrize(
    ("campaigns", "said", "may", "asked"),
    [
        ("consumer", "", (), {"tps"}),
        ("business", "", (), {"tps", "ctps"}),
        ("consumer", "business", (), {"tps", "ctps"}),
        ("business", "consumer", (), {"tps", "ctps"}),
        ("business", "consumer", ("callee",), {"tps"}),
    ],
)
def test_what_protects_either_callee_counts(campaigns: str, said: str, may: tuple[str, ...], asked: set[str]) -> None:
    """Companies have a registry of their own: where campaign and call differ, both are asked."""
    campaign = Campaign("c", call=Call(callee=CalleeKind(campaigns)), call_may_loosen=frozenset(may))
    call = READER.read(Said(callee=said), "", campaign)
    place = place_of(442_079_460_958)
    attempt = Attempt(Callee(NumberKind.E164, 44), AT, campaign, "", "", Gate.CLI, place, call)
    chain = find_profile("uk").at(AT, place).of_call(attempt)
    assert chain.registries == asked


def test_of_a_campaign_that_does_not_say_what_it_is_about() -> None:
    """What the call says is not all that it is about, unless the configuration lets it say so."""
    assert READER.read(Said(goods="solar"), "", Campaign()) == PLAIN_CALL._replace(
        goods=("", "solar"), sectors=("energy-works",)
    )
    free = Campaign(call_may_loosen=frozenset({"goods"}))
    assert READER.read(Said(goods="Solar "), "", free).goods == ("solar",)


@pytest.mark.parametrize("field", ["purpose", "sector", "goods", "dial_mode", "callee"])
@pytest.mark.parametrize("may", [frozenset(), LOOSENABLE])
def test_what_is_not_understood_is_refused(field: str, may: frozenset[str]) -> None:
    """A word that nobody knows is no word that can be left out."""
    with pytest.raises(UnreadableCallError, match=f"the {field.replace('_', ' ')} 'nonsense' (is|are) unknown"):
        READER.read(Said(**{field: "nonsense"}), "", Campaign(call_may_loosen=may))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One site for all: each example says anew what it knows."""
    with closing(Site(tmp_path_factory.mktemp("france"))) as one:
        yield one


sayings = st.builds(
    Said,
    purpose=st.sampled_from(["", *Purpose]),
    sector=st.sampled_from(["", *sorted(set(GOODS.values()))]),
    goods=st.sampled_from(["", *GOODS]),
    dial_mode=st.sampled_from(["", *DialMode]),
    callee=st.sampled_from(["", *CalleeKind]),
    subcontractor=st.sampled_from(["", "them"]),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(known(), st.sampled_from(sorted(CAMPAIGNS)), st.sampled_from([PLAIN, CUSTOMER]), sayings, st.booleans())
def test_what_a_call_says_never_allows_it(
    site: Site, knowledge: tuple[int, Dossier, list[int]], name: str, number: int, said: Said, timeless: bool
) -> None:
    """Where the configuration does not let it: what is blocked without a word stays blocked with it."""
    at, held, made = knowledge
    site.knows(held, made)
    asked = question(name, number, timeless=timeless)
    if site.screening.find(asked, at).decision.verdict is Verdict.BLOCK:
        assert site.screening.find(asked._replace(said=said), at).decision.verdict is Verdict.BLOCK
