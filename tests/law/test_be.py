"""The law of Belgium: a row is a sentence, what is otherwise than in `HERE`, and the answer."""

from dataclasses import replace
from datetime import date
from typing import Final

import pytest

from gatekeeper.policy.calendar import holidays_of
from tests.law.countries import Case, CaseWorld

HERE: Final = Case(
    number="+3225551234", zone="Europe/Brussels", at="2026-11-25T11:00", caller_id="+3225550000",
    wash="dncm:free@2026-11-24",
)  # fmt: skip
"""A consumer in Brussels who is on no list is called by hand on Wednesday 25 November 2026 at 11, for retail."""

LISTED: Final = {"wash": "dncm:listed@2026-11-24"}
AGREED: Final = "principal=ACME;goods=retail;collected=2026-09-01T10:00;proof=yes;items=all"

TABLE: Final = [
    ("A consumer on no list may be called", {}, "ALLOW BE-DNCM"),
    ("at any hour: no statute sets any", {"at": "2026-11-25T23:00"}, "ALLOW BE-DNCM"),
    ("a listed number is not called", LISTED, "BLOCK BE-DNCM"),
    ("a customer's neither", {**LISTED, "contract": "ACME;subject=retail;2026-01-01..2026-12-31"}, "BLOCK BE-DNCM"),
    ("nor a company's", {**LISTED, "callee": "business"}, "BLOCK BE-DNCM"),
    ("but with an express consent", {**LISTED, "consent": AGREED}, "ALLOW BE-DNCM"),
    ("to these goods", {**LISTED, "consent": AGREED.replace("retail", "telecom")}, "BLOCK BE-DNCM"),
    ("a copy of Wednesday holds until the next Wednesday", {"wash": "dncm:free@2026-11-18"}, "ALLOW BE-DNCM"),
    ("one of Tuesday does not", {"wash": "dncm:free@2026-11-17"}, "BLOCK BE-DNCM"),
    ("a holiday is no working day", {"at": "2026-11-12T11:00", "wash": "dncm:free@2026-11-04"}, "ALLOW BE-DNCM"),
    ("but the day before counts", {"at": "2026-11-12T11:00", "wash": "dncm:free@2026-11-03"}, "BLOCK BE-DNCM"),
    ("who objected is not called", {"history": "objected=2020-01-01"}, "BLOCK BE-DNCM"),
    ("until a later consent", {"history": "objected=2020-01-01", "consent": AGREED}, "ALLOW BE-DNCM"),
    ("machines need a consent to that", {"dial_mode": "robot", "consent": AGREED}, "BLOCK BE-AUTO"),
    ("and with it may call", {"dial_mode": "robot", "consent": f"{AGREED};form=robot"}, "ALLOW BE-AUTO"),
    ("suppliers of energy call until 8 p.m.", {"sector": "energy", "at": "2026-11-25T19:59:59"}, "ALLOW BE-DNCM"),
    ("and no longer", {"sector": "energy", "at": "2026-11-25T20:00"}, "BLOCK BE-HOURS"),
    ("service calls are no marketing", {**LISTED, "purpose": "service"}, "ALLOW BE-DNCM"),
]


@pytest.mark.parametrize(("sentence", "changes", "answer"), TABLE)
def test_a_call(world: CaseWorld, sentence: str, changes: dict[str, str], answer: str) -> None:
    """As the sentence says."""
    assert world.ask(replace(HERE, **changes)) == answer, sentence


def test_the_accord_of_energy_suppliers_binds_who_signed_it(world: CaseWorld) -> None:
    """The switch."""
    case = replace(HERE, sector="energy", at="2026-11-25T20:00")
    assert world.ask(case, be_energy_accord="no") == "ALLOW BE-DNCM"


@pytest.mark.parametrize("day", ["2026-04-06", "2026-07-21", "2026-11-11", "2027-05-06"])
def test_holidays(day: str) -> None:
    """The calendar knows the country's own."""
    assert date.fromisoformat(day).toordinal() in holidays_of("BE", int(day[:4]))
