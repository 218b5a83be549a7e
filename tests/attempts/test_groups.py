"""Principals that count as one: what a cap whose law names groups of companies counts, over a real book."""

from pathlib import Path

import pytest

from gatekeeper.policy import Attempt, Campaign, Gate
from gatekeeper.policy.needs import AttemptsNeed
from gatekeeper.policy.windows import Window
from gatekeeper.screening.facts.attempts import CountedAttempts, key_of
from gatekeeper.screening.facts.source import Asked
from tests.attempts.books import NOW, books
from tests.journal.rows import row
from tests.policy.attempts import PARIS, PERSON

NUMBER = 33_612_345_678
GROUPS = (("ACME", "ACME Vie"), ("ACME", "ACME Auto"), ("BETA", "BETA Sud"))


def _attempt(principal: str) -> Attempt:
    return Attempt(PERSON, NOW + 1, Campaign(), principal, "", Gate.CLI, PARIS)


@pytest.mark.parametrize(
    ("principal", "made"),
    [("ACME", 3), ("acme  VIE", 2), ("ACME Auto", 2), ("BETA", 0), ("GAMMA", 0), ("", 3)],
)
async def test_groups_share_a_cap(tmp_path: Path, principal: str, made: int) -> None:
    """Whoever is named in a group counts the attempts of all in it; a company in none counts its own."""
    need = AttemptsNeed(4, Window(days=30), groups=GROUPS)
    async with books(tmp_path / "j") as one:
        for place, of in enumerate(("ACME", "ACME Vie", "ACME Auto")):
            decision = row(at=NOW - place)
            key = key_of(NUMBER, "", _attempt(of))
            await one.journal.append(decision, one.book.reserve(decision.id, key, NOW - place))
        (standing,) = CountedAttempts(one.book).one(NUMBER, Asked(_attempt(principal)), (need,))
        assert standing.made == made
