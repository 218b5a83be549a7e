"""The law of the Netherlands: a row is a sentence, what is otherwise than in `HERE`, and the answer."""

from dataclasses import replace
from typing import Final

import pytest

from tests.law.countries import Case, CaseWorld

AGREED: Final = "principal=ACME;goods=retail;collected=2026-02-01T10:00;proof=yes;items=all"
HERE: Final = Case(number="+31201234567", zone="Europe/Amsterdam", at="2026-11-25T11:00", caller_id="+31200000001")
"""A consumer in Amsterdam, of whom nothing is known, is called by hand on Wednesday 25 November 2026, for retail."""

LAST: Final = {"at": "2026-06-30T11:00"}
"""The last day on which customers may be called."""

CONTRACT: Final = {"contract": "ACME;subject=retail;2026-01-01..2026-12-31"}
GIFT: Final = {"purpose": "charity", "sector": "charity", "goods": "donation"}

TABLE: Final = [
    ("Without a consent nobody is called", {}, "BLOCK NL-CONS"),
    ("with one they are", {"consent": AGREED}, "ALLOW NL-CONS"),
    ("sole traders are protected", {"callee": "business"}, "BLOCK NL-CONS"),
    ("a consent to other goods is none", {"consent": AGREED.replace("retail", "telecom")}, "BLOCK NL-CONS"),
    ("customers might be called until 30 June 2026", {**LAST, "history": "purchase=2025-06-01"}, "ALLOW NL-CUST"),
    ("from July not", {"at": "2026-07-01T11:00", "history": "purchase=2025-06-01"}, "BLOCK NL-CONS"),
    ("for three years", {**LAST, "history": "purchase=2023-06-30"}, "ALLOW NL-CUST"),
    ("not longer", {**LAST, "history": "purchase=2023-06-29"}, "BLOCK NL-CONS"),
    ("for similar goods", {**LAST, "history": "purchase=2025-06-01;goods=retail"}, "ALLOW NL-CUST"),
    ("not for others", {**LAST, "history": "purchase=2025-06-01;goods=telecom"}, "BLOCK NL-CONS"),
    ("or while a contract about them runs", {**LAST, **CONTRACT}, "ALLOW NL-CUST"),
    ("who objected is not called", {**LAST, "history": "purchase=2025-06-01 objected=2025-07-01"}, "BLOCK NL-CONS"),
    ("nor who withdrew a consent", {**LAST, "consent": AGREED, "history": "purchase=2025-06-01 withdrawn=2026-03-01"},
     "BLOCK NL-CONS"),
    ("a charity's donors still may be", {**GIFT, "history": "purchase=2025-06-01"}, "ALLOW NL-CUST"),
    ("for three years", {**GIFT, "history": "purchase=2023-11-24"}, "BLOCK NL-CONS"),
    ("others not", GIFT, "BLOCK NL-CONS"),
    ("a magazine's readers, too", {"purpose": "press", "goods": "magazine", "sector": "press",
                                    "history": "purchase=2025-06-01"}, "ALLOW NL-CUST"),
    ("machines need a consent to that", {**LAST, "dial_mode": "robot", "history": "purchase=2025-06-01"},
     "BLOCK NL-CONS"),
    ("and with it may call", {"dial_mode": "robot", "consent": f"{AGREED};form=robot"}, "ALLOW NL-CONS"),
    ("a withheld caller ID is refused", {"consent": AGREED, "caller_id": ""}, "BLOCK NL-CONS"),
    ("service calls are outside", {"purpose": "service"}, "ALLOW NL-CONS"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "changes", "answer"), TABLE)
def test_a_call(world: CaseWorld, sentence: str, changes: dict[str, str], answer: str) -> None:
    """As the sentence says."""
    assert world.ask(replace(HERE, **changes)) == answer, sentence
