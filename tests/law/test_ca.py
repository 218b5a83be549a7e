"""The law of Canada: a row is a sentence, what is otherwise than in `HERE`, and the answer."""

from dataclasses import replace
from datetime import date
from typing import Final

import pytest

from gatekeeper.policy.calendar import holidays_of
from tests.law.countries import Case, CaseWorld

HERE: Final = Case(
    number="+14165552671", zone="America/Toronto", at="2026-11-25T11:00", caller_id="+14165550100",
    wash="dncl:free@2026-11-20",
)  # fmt: skip
"""A consumer in Toronto who is on no list is called by hand on Wednesday 25 November 2026 at 11, for retail."""

LISTED: Final = {"wash": "dncl:listed@2026-11-20"}
WEST: Final = {"number": "+16045552671", "zone": "America/Vancouver"}
AGREED: Final = "principal=ACME;goods=wine;collected=2026-09-01T10:00;proof=yes;items=all"
ROBOTS: Final = f"{AGREED};form=robot"
CONTRACT: Final = {"contract": "ACME;subject=retail;2020-01-01..2030-12-31"}

TABLE: Final = [
    ("A consumer on no list may be called", {}, "ALLOW CA-DNCL"),
    ("from 9", {"at": "2026-11-25T09:00"}, "ALLOW CA-DNCL"),
    ("not before", {"at": "2026-11-25T08:59:59"}, "BLOCK CA-HOURS"),
    ("until 9:30 p.m.", {"at": "2026-11-25T21:29:59"}, "ALLOW CA-DNCL"),
    ("and no longer", {"at": "2026-11-25T21:30:00"}, "BLOCK CA-HOURS"),
    ("on Saturday from 10", {"at": "2026-11-21T10:00"}, "ALLOW CA-DNCL"),
    ("not before", {"at": "2026-11-21T09:59:59"}, "BLOCK CA-HOURS"),
    ("on Sunday until 6 p.m.", {"at": "2026-11-22T17:59:59"}, "ALLOW CA-DNCL"),
    ("and no longer", {"at": "2026-11-22T18:00"}, "BLOCK CA-HOURS"),
    ("Ontario calls on Remembrance Day", {"at": "2026-11-11T11:00", "wash": "dncl:free@2026-11-10"}, "ALLOW CA-DNCL"),
    (
        "British Columbia does not",
        {**WEST, "at": "2026-11-11T11:00", "wash": "dncl:free@2026-11-10"},
        "BLOCK CA-HOURS",
    ),
    ("it calls on other days", WEST, "ALLOW CA-DNCL"),
    ("a listed number is not called", LISTED, "BLOCK CA-DNCL"),
    ("an express consent lifts the list", {**LISTED, "consent": AGREED}, "ALLOW CA-DNCL"),
    ("a purchase 18 months ago does", {**LISTED, "history": "purchase=2025-05-25"}, "ALLOW CA-DNCL"),
    ("an older one does not", {**LISTED, "history": "purchase=2025-05-24"}, "BLOCK CA-DNCL"),
    ("an inquiry 6 months ago does", {**LISTED, "history": "inquiry=2026-05-25"}, "ALLOW CA-DNCL"),
    ("an older one does not", {**LISTED, "history": "inquiry=2026-05-24"}, "BLOCK CA-DNCL"),
    ("a copy of 31 days before holds", {"wash": "dncl:free@2026-10-25"}, "ALLOW CA-DNCL"),
    ("one of 32 does not", {"wash": "dncl:free@2026-10-24"}, "BLOCK CA-DNCL"),
    ("charities are exempt from the list", {**LISTED, "purpose": "charity"}, "ALLOW CA-DNCL"),
    ("so are newspapers", {**LISTED, "purpose": "press", "sector": "press", "goods": "newspaper"}, "ALLOW CA-DNCL"),
    ("and nobody who only says so", {**LISTED, "purpose": "press"}, "BLOCK CA-DNCL"),
    ("and calls to businesses", {**LISTED, "callee": "business"}, "ALLOW CA-DNCL"),
    ("but not from the hours", {"callee": "business", "at": "2026-11-25T21:30"}, "BLOCK CA-HOURS"),
    ("nor from the own list", {"purpose": "charity", "history": "objected=2016-01-01"}, "BLOCK CA-INT"),
    ("who objected is not called", {"history": "purchase=2026-10-01 objected=2026-10-02"}, "BLOCK CA-INT"),
    ("a machine needs an express consent", {"dial_mode": "robot", "history": "purchase=2026-10-01"}, "BLOCK CA-ADAD"),
    ("to such calls", {"dial_mode": "robot", "consent": AGREED}, "BLOCK CA-ADAD"),
    ("and with it may call", {"dial_mode": "robot", "consent": ROBOTS}, "ALLOW CA-ADAD"),
    ("one that sells nothing needs none", {"dial_mode": "robot", "purpose": "survey"}, "ALLOW CA-DNCL"),
    ("from 9:30", {"dial_mode": "robot", "purpose": "survey", "at": "2026-11-25T09:29"}, "BLOCK CA-ADAD"),
    ("a person who sells nothing calls at any hour", {"purpose": "survey", "at": "2026-11-25T09:00"}, "ALLOW CA-DNCL"),
]


@pytest.mark.parametrize(("sentence", "changes", "answer"), TABLE)
def test_a_call(world: CaseWorld, sentence: str, changes: dict[str, str], answer: str) -> None:
    """As the sentence says."""
    assert world.ask(replace(HERE, **changes)) == answer, sentence


@pytest.mark.parametrize(
    ("switch", "choice", "changes"),
    [
        ("ca_objection", "until-consent", {"history": "objected=2016-01-01", "consent": AGREED}),
        ("ca_running_contract", "yes", {**LISTED, **CONTRACT, "goods": "retail"}),
    ],
)
def test_switches(world: CaseWorld, switch: str, choice: str, changes: dict[str, str]) -> None:
    """What is blocked by default is allowed with the choice."""
    case = replace(HERE, **changes)
    assert world.ask(case).startswith("BLOCK")
    assert world.ask(case, **{switch: choice}) == "ALLOW CA-DNCL"


@pytest.mark.parametrize("day", ["2026-02-16", "2026-08-03", "2026-11-11", "2027-09-30"])
def test_holidays_of_british_columbia(day: str) -> None:
    """The calendar knows the province's own."""
    assert date.fromisoformat(day).toordinal() in holidays_of("CA,BC", int(day[:4]))
