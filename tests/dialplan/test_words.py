"""What a call says of itself, and the caller ID that it presents: from the channel to a daemon under French law."""

from typing import Final, NamedTuple

import pytest

from tests.dialplan.conftest import Gated
from tests.dialplan.site import Pending

FORMS: Final = ("gosub", "check-script", "predial", "predial-script", "context")
CALLER: Final = "0162000001"


class Call(NamedTuple):
    """What a call says, and what becomes of it. Nobody has consented to anything here."""

    variables: tuple[str, ...]
    reason: str
    campaign: str = "insurance"
    caller: str = CALLER


CALLS: Final = {
    "nothing": Call((), "NO_BASIS"),
    # Both kinds of goods count, and one of them is forbidden
    "other goods": Call(("__GATEKEEPER_GOODS=heat-pump",), "SECTOR_BANNED"),
    "a sector": Call(("__GATEKEEPER_SECTOR=home-adaptation", "__GATEKEEPER_DIAL_MODE=manual"), "SECTOR_BANNED"),
    # Nothing of it makes the law looser, unless the campaign lets it
    "looser": Call(("__GATEKEEPER_PURPOSE=service", "__GATEKEEPER_CALLEE=business"), "NO_BASIS"),
    "trusted": Call(("__GATEKEEPER_PURPOSE=service",), "OUT_OF_SCOPE", "trusted"),
    # What is not understood
    "unknown goods": Call(("__GATEKEEPER_GOODS=nonsense",), "CALL_UNREADABLE"),
    "unknown mode": Call(("__GATEKEEPER_DIAL_MODE=auto",), "CALL_UNREADABLE", "trusted"),
    "brackets": Call(("__GATEKEEPER_CONTACT=a(b)",), "CALL_UNREADABLE"),
    "half of it": Call(
        ("__GATEKEEPER_PURPOSE=service", "__GATEKEEPER_GOODS=x&purpose=y"), "CALL_UNREADABLE", "trusted"
    ),
    # What only looks as if it could break the way there
    "odd letters": Call(
        ("__GATEKEEPER_CONTACT=a\"b'$[1]${EXTEN}&c=d%41\\:?;é", "__GATEKEEPER_SUBCONTRACTOR=Acme (Paris)"), "NO_BASIS"
    ),
    # The caller ID
    "shown": Call(("SHOWN=allowed_passed_screen",), "NO_BASIS"),
    "withheld": Call(("SHOWN=prohib",), "NO_BASIS", caller="anonymous"),
    "unavailable": Call(("SHOWN=unavailable",), "NO_BASIS", caller="anonymous"),
}
# The script takes an interpreter for each call; these show what it does otherwise than FastAGI.
SCRIPTED: Final = ("other goods", "trusted", "unknown goods", "brackets", "odd letters", "withheld")
CASES: Final = [
    (form, name) for form in FORMS for name in CALLS if not form.endswith("-script") or name in SCRIPTED
]  # fmt: skip


@pytest.fixture(scope="module")
def told(gated: Gated) -> dict[tuple[str, str], tuple[str, str, int, list[str]]]:
    """Every case: reason and caller ID in the journal, INVITEs, and from when on it may be placed."""
    site, daemon = gated
    numbers = {case: site.number() for case in CASES}

    def start(case: tuple[str, str]) -> Pending:
        form, name = case
        said = [*CALLS[name].variables, f"__CASE={CALLS[name].campaign}"]
        return site.start(numbers[case], f"words-{form}", said, CallerID=f'"Acme" <{CALLER}>')

    slow = [case for case in CASES if case[0].endswith("-script")]
    outcomes = {}
    # Interpreters not all at once: what is told here is what becomes of a call that has its answer in time.
    for cases in ([case for case in CASES if case not in slow], *(slow[at : at + 4] for at in range(0, len(slow), 4))):
        outcomes |= dict(zip(cases, site.finish(*map(start, cases)), strict=True))
    rows = {row["dialled"]: row for row in daemon.journal()}
    return {
        case: (
            rows[number]["reason"],
            rows[number]["caller_id"],
            outcomes[case].invites,
            [event["RetryAt"] for event in outcomes[case].events],
        )
        for case, number in numbers.items()
    }


@pytest.mark.parametrize("case", CASES, ids=" ".join)
def test_what_a_call_says_is_judged(
    told: dict[tuple[str, str], tuple[str, str, int, list[str]]], case: tuple[str, str]
) -> None:
    """In every form, by FastAGI as by the script; a refusal tells that time does not cure it."""
    wanted = CALLS[case[1]]
    allowed = wanted.reason == "OUT_OF_SCOPE"
    assert told[case] == (wanted.reason, wanted.caller, int(allowed), [] if allowed else ["never"])


def test_the_journal_has_the_agent_whose_call_it_was(gated: Gated) -> None:
    """Whatever the form, and whatever stands in the name: what AGI could not carry is left out of it."""
    site, daemon = gated
    numbers = {form: site.number() for form in FORMS}
    variables = ['__GATEKEEPER_AGENT=Léa (2)"; é,$[1]', "__CASE=insurance"]
    site.finish(*(site.start(number, f"words-{form}", variables) for form, number in numbers.items()))
    rows = {row["dialled"]: row for row in daemon.journal()}
    assert {rows[number]["asked_by"] for number in numbers.values()} == {"agent:Léa 2 é,$[1]"}
    assert {rows[number]["reason"] for number in numbers.values()} == {"NO_BASIS"}


def test_an_emergency_call_may_say_what_it_likes(gated: Gated) -> None:
    """It is let by, and nobody is asked."""
    site, _ = gated
    before = site.carrier.numbers().count("112")
    forms = ("gosub", "predial", "context")
    calls = [site.start("112", f"words-{form}", ["__GATEKEEPER_GOODS=nonsense", "__CASE=insurance"]) for form in forms]
    outcomes = site.finish(*calls)
    assert site.carrier.numbers().count("112") == before + len(forms)
    assert [outcome.questions for outcome in outcomes] == [0] * len(forms)
