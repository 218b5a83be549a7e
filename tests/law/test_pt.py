"""The law of Portugal: a row is a sentence, what is otherwise than in `HERE`, and the answer."""

from dataclasses import replace
from typing import Final

import pytest

from tests.law.countries import Case, CaseWorld

AGREED: Final = "principal=ACME;goods=retail;collected=2026-09-01T10:00;proof=yes;items=all"
HERE: Final = Case(number="+351211234567", zone="Europe/Lisbon", at="2026-11-25T11:00", caller_id="+351210000001")
"""A consumer in Lisbon, of whom nothing is known, is called by hand on Wednesday 25 November 2026, for retail."""

TABLE: Final = [
    ("Persons may call without a consent", {}, "ALLOW PT-ALL"),
    ("from 9", {"at": "2026-11-25T09:00"}, "ALLOW PT-ALL"),
    ("not before", {"at": "2026-11-25T08:59:59"}, "BLOCK PT-ALL"),
    ("until 10 p.m.", {"at": "2026-11-25T21:59:59"}, "ALLOW PT-ALL"),
    ("and no longer", {"at": "2026-11-25T22:00"}, "BLOCK PT-ALL"),
    ("on Sundays, too", {"at": "2026-11-22T12:00"}, "ALLOW PT-ALL"),
    ("the Azores by their clock", {"number": "+351296123456", "zone": "Atlantic/Azores", "at": "2026-11-25T21:30"},
     "ALLOW PT-ALL"),
    ("where it is earlier", {"number": "+351296123456", "zone": "Atlantic/Azores", "at": "2026-11-25T08:30"},
     "BLOCK PT-ALL"),
    ("who objected is not called", {"history": "objected=2020-01-01"}, "BLOCK PT-ALL"),
    ("until a later consent", {"history": "objected=2020-01-01", "consent": AGREED}, "ALLOW PT-ALL"),
    ("machines need a consent to that", {"dial_mode": "robot", "consent": AGREED}, "BLOCK PT-ALL"),
    ("and with it may call", {"dial_mode": "robot", "consent": f"{AGREED};form=robot"}, "ALLOW PT-ALL"),
    ("service calls are no marketing", {"purpose": "service", "at": "2026-11-25T23:00"}, "ALLOW PT-ALL"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "changes", "answer"), TABLE)
def test_a_call(world: CaseWorld, sentence: str, changes: dict[str, str], answer: str) -> None:
    """As the sentence says."""
    assert world.ask(replace(HERE, **changes)) == answer, sentence


def test_hours_that_are_not_in_force_any_more(world: CaseWorld) -> None:
    """The switch."""
    assert world.ask(replace(HERE, at="2026-11-25T22:00"), pt_hours="no") == "ALLOW PT-ALL"
