"""What holds for the law of every country: the scrub's premise, and the moment that a blocked call is told."""

from dataclasses import replace
from typing import Final

import pytest

from gatekeeper.policy import Verdict
from tests.law import test_be, test_ca, test_de, test_es, test_it, test_nl, test_pt, test_uk, test_us
from tests.law.countries import Case, CaseWorld

HERE: Final = {
    "be": test_be.HERE,
    "ca": test_ca.HERE,
    "de": test_de.HERE,
    "es": test_es.HERE,
    "it": test_it.HERE,
    "nl": replace(test_nl.HERE, consent=test_nl.AGREED),
    "pt": test_pt.HERE,
    "uk": test_uk.HERE,
    "us": test_us.HERE,
    "us-ri": test_us.at("RI"),
    "us-fl": test_us.at("FL"),
}
CALLED_AT: Final = ("2026-11-25T11:00", "2026-11-25T23:30", "2026-11-22T03:00")


@pytest.mark.parametrize("when", CALLED_AT)
@pytest.mark.parametrize("case", HERE.values(), ids=HERE)
def test_a_blocked_call_is_told_the_first_minute_at_which_it_is_allowed(
    world: CaseWorld, case: Case, when: str
) -> None:
    """A minute before it is blocked, at it the same question is allowed; what is allowed is told none."""
    found = world.find(replace(case, at=when), retry=True).decision
    if found.verdict is Verdict.ALLOW:
        assert found.retry_at == 0
        return
    assert found.retry_at
    asked = {at: world.find(case, moment=at).decision.verdict for at in (found.retry_at - 60_000_000, found.retry_at)}
    assert list(asked.values()) == [Verdict.BLOCK, Verdict.ALLOW]


@pytest.mark.parametrize("history", ["objected=2026-11-20", "objected=2001-01-01"])
@pytest.mark.parametrize("case", HERE.values(), ids=HERE)
def test_an_objection_blocks_everywhere_and_time_does_not_cure_it(world: CaseWorld, case: Case, history: str) -> None:
    """Whatever else is known, but for a later consent."""
    consent = "" if history == "objected=2001-01-01" else case.consent
    found = world.find(replace(case, history=history, consent=consent), retry=True).decision
    assert found.verdict is Verdict.BLOCK
    assert found.retry_at == 0
