"""The law of Italy: a row is a sentence, what is otherwise than in `HERE`, and the answer."""

from dataclasses import replace
from datetime import date
from typing import Final

import pytest

from gatekeeper.policy.calendar import holidays_of
from tests.law.countries import Case, CaseWorld

HERE: Final = Case(
    number="+390612345678", zone="Europe/Rome", at="2026-11-25T11:00", caller_id="+390600000001",
    wash="rpo:ok@2026-11-20",
)  # fmt: skip
"""A consumer in Rome whose number the register cleared is called by hand on Wednesday 25 November 2026, for retail."""

LISTED: Final = {"wash": "rpo:listed@2026-11-20"}
AGREED: Final = "principal=ACME;goods=retail;collected=2026-09-01T10:00;proof=yes;items=all"
ENERGY: Final = {"sector": "energy", "goods": "electricity"}
FOR_ENERGY: Final = {**ENERGY, "consent": AGREED.replace("retail", "electricity")}
BEFORE: Final = {"wash": "rpo:ok@2026-06-10"}

TABLE: Final = [
    ("A number that was cleared may be called", {}, "ALLOW IT-RPO"),
    ("for 15 days", {"wash": "rpo:ok@2026-11-10"}, "ALLOW IT-RPO"),
    ("not for 16", {"wash": "rpo:ok@2026-11-09"}, "BLOCK IT-RPO"),
    ("without an answer nobody is called", {"wash": ""}, "BLOCK IT-RPO"),
    ("a listed number is not called", LISTED, "BLOCK IT-RPO"),
    ("a company's neither", {**LISTED, "callee": "business"}, "BLOCK IT-RPO"),
    ("but with a consent", {**LISTED, "consent": AGREED}, "ALLOW IT-RPO"),
    ("or a contract about these goods", {**LISTED, "contract": "ACME;subject=retail;2026-01-01..2026-12-31"},
     "ALLOW IT-RPO"),
    ("that ended 30 days ago", {**LISTED, "contract": "ACME;subject=retail;2026-01-01..2026-10-26"}, "ALLOW IT-RPO"),
    ("not 31", {**LISTED, "contract": "ACME;subject=retail;2026-01-01..2026-10-25"}, "BLOCK IT-RPO"),
    ("nor about others", {**LISTED, "contract": "ACME;subject=telecom;2026-01-01..2026-12-31"}, "BLOCK IT-RPO"),
    ("who objected is not called", {"history": "objected=2020-01-01"}, "BLOCK IT-RPO"),
    ("from 9", {"at": "2026-11-25T09:00"}, "ALLOW IT-RPO"),
    ("not before", {"at": "2026-11-25T08:59:59"}, "BLOCK IT-HOURS"),
    ("until 8 p.m.", {"at": "2026-11-25T19:59:59"}, "ALLOW IT-RPO"),
    ("and no longer", {"at": "2026-11-25T20:00"}, "BLOCK IT-HOURS"),
    ("on Saturday from 10", {"at": "2026-11-21T09:59:59"}, "BLOCK IT-HOURS"),
    ("until 7 p.m.", {"at": "2026-11-21T18:59:59"}, "ALLOW IT-RPO"),
    ("and no longer", {"at": "2026-11-21T19:00"}, "BLOCK IT-HOURS"),
    ("the eve of a holiday is like a Saturday", {"at": "2026-12-07T09:30", "wash": "rpo:ok@2026-12-01"},
     "BLOCK IT-HOURS"),
    ("open from 10", {"at": "2026-12-07T10:00", "wash": "rpo:ok@2026-12-01"}, "ALLOW IT-RPO"),
    ("but a Sunday that is an eve is closed", {"at": "2025-06-01T12:00", "wash": "rpo:ok@2025-05-28"},
     "BLOCK IT-HOURS"),
    ("and so is the holiday", {"at": "2026-12-08T12:00", "wash": "rpo:ok@2026-12-01"}, "BLOCK IT-HOURS"),
    ("energy needs a consent to such offers", {**ENERGY, "consent": AGREED}, "BLOCK IT-ENERGY"),
    ("and with it may be sold", FOR_ENERGY, "ALLOW IT-ENERGY"),
    ("or at the consumer's request", {**ENERGY, "purpose": "callback", "history":
                                      "requested=2026-11-20T16:00;goods=electricity;proof=yes"}, "ALLOW IT-ENERGY"),
    ("until 18 June 2026 the register was enough", {**ENERGY, **BEFORE, "at": "2026-06-18T11:00"}, "ALLOW IT-RPO"),
    ("from the 19th it is not", {**ENERGY, **BEFORE, "at": "2026-06-19T11:00"}, "BLOCK IT-ENERGY"),
    ("a seller of energy shows its number", {**FOR_ENERGY, "caller_id": ""}, "BLOCK IT-ENERGY"),
    ("machines need a consent to that", {"dial_mode": "robot", "consent": AGREED}, "BLOCK IT-RPO"),
    ("and with it may call", {"dial_mode": "robot", "consent": f"{AGREED};form=robot"}, "ALLOW IT-RPO"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "changes", "answer"), TABLE)
def test_a_call(world: CaseWorld, sentence: str, changes: dict[str, str], answer: str) -> None:
    """As the sentence says."""
    assert world.ask(replace(HERE, **changes)) == answer, sentence


def test_the_code_of_conduct_binds_who_signed_it(world: CaseWorld) -> None:
    """The switch."""
    assert world.ask(replace(HERE, at="2026-11-22T23:00"), it_code_of_conduct="no") == "ALLOW IT-RPO"


@pytest.mark.parametrize("day", ["2026-01-06", "2026-06-02", "2026-12-08", "2027-04-25"])
def test_holidays(day: str) -> None:
    """The calendar knows the country's own."""
    assert date.fromisoformat(day).toordinal() in holidays_of("IT", int(day[:4]))
