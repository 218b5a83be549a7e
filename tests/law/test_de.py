"""The law of Germany: a row is a sentence, what is otherwise than in `HERE`, and the answer."""

from dataclasses import replace
from typing import Final

import pytest

from tests.law.countries import Case, CaseWorld

AGREED: Final = "principal=ACME;goods=retail;collected=2026-09-01T10:00;proof=yes;items=all"
HERE: Final = Case(
    number="+493012345678", zone="Europe/Berlin", at="2026-11-25T11:00", caller_id="+493000000001", consent=AGREED
)
"""A consumer in Berlin who consented is called by hand on Wednesday 25 November 2026 at 11, for retail."""

NONE: Final = {"consent": ""}
CONTRACT: Final = {"contract": "ACME;subject=retail;2026-01-01..2026-12-31"}

TABLE: Final = [
    ("A consumer who consented may be called", {}, "ALLOW DE-CONS"),
    ("at any hour: no statute sets any", {"at": "2026-11-22T23:00"}, "ALLOW DE-CONS"),
    ("without a consent not", NONE, "BLOCK DE-CONS"),
    ("a contract is none", {**NONE, **CONTRACT}, "BLOCK DE-CONS"),
    ("nor is one to other goods", {"consent": AGREED.replace("retail", "telecom")}, "BLOCK DE-CONS"),
    ("nor to another company", {"consent": AGREED.replace("ACME", "BETA")}, "BLOCK DE-CONS"),
    ("nor one without an act", {"consent": AGREED.replace("all", "no-act")}, "BLOCK DE-CONS"),
    ("nor one that was withdrawn", {"history": "withdrawn=2026-10-01"}, "BLOCK DE-CONS"),
    ("one without a proof does not count", {"consent": AGREED.replace("yes", "no")}, "BLOCK DE-PROOF"),
    ("who objected is not called", {"history": "objected=2026-10-01"}, "BLOCK DE-CONS"),
    ("until a later consent", {"history": "objected=2026-08-01"}, "ALLOW DE-CONS"),
    ("a business needs to have shown an interest", {**NONE, "callee": "business"}, "BLOCK DE-CONS"),
    ("by a contract about these goods", {**NONE, **CONTRACT, "callee": "business"}, "ALLOW DE-CONS"),
    ("or a consent", {"callee": "business"}, "ALLOW DE-CONS"),
    ("machines need a consent to that", {"dial_mode": "robot"}, "BLOCK DE-REST"),
    ("and with it may call", {"dial_mode": "robot", "consent": f"{AGREED};form=robot"}, "ALLOW DE-REST"),
    ("a withheld caller ID is refused", {"caller_id": ""}, "BLOCK DE-REST"),
    ("service calls are no advertising", {**NONE, "purpose": "service"}, "ALLOW DE-CONS"),
]


@pytest.mark.parametrize(("sentence", "changes", "answer"), TABLE)
def test_a_call(world: CaseWorld, sentence: str, changes: dict[str, str], answer: str) -> None:
    """As the sentence says."""
    assert world.ask(replace(HERE, **changes)) == answer, sentence


def test_a_site_may_leave_nothing_to_presumption(world: CaseWorld) -> None:
    """The switch."""
    case = replace(HERE, callee="business", **NONE, **CONTRACT)
    assert world.ask(case, de_presumed_consent="consent-only") == "BLOCK DE-CONS"
