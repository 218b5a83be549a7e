"""The law of the United Kingdom: a row is a sentence, what is otherwise than in `HERE`, and the answer."""

from dataclasses import replace
from datetime import date
from typing import Final

import pytest

from gatekeeper.policy.calendar import holidays_of
from tests.law.countries import Case, CaseWorld

HERE: Final = Case(
    number="+442079460958", zone="Europe/London", at="2026-11-25T11:00", caller_id="+442079460001",
    wash="tps:free@2026-11-20",
)  # fmt: skip
"""A consumer in London who is on no list is called by hand on Wednesday 25 November 2026 at 11, for retail."""

LISTED: Final = {"wash": "tps:listed@2026-11-20"}
COMPANY: Final = {"callee": "business", "wash": "ctps:free@2026-11-20"}
AGREED: Final = "principal=ACME;goods=wine;collected=2026-09-01T10:00;proof=yes;items=all"
ROBOTS: Final = f"{AGREED};form=robot"

TABLE: Final = [
    ("A consumer on no list may be called", {}, "ALLOW UK-TPS"),
    ("at night, too: no statute sets hours", {"at": "2026-11-22T23:00"}, "ALLOW UK-TPS"),
    ("a listed number is not called", LISTED, "BLOCK UK-TPS"),
    ("a customer's neither", {**LISTED, "contract": "ACME;subject=retail;2026-01-01..2026-12-31"}, "BLOCK UK-TPS"),
    ("but one who told this caller yes", {**LISTED, "consent": AGREED}, "ALLOW UK-TPS"),
    ("and did not take it back", {**LISTED, "consent": AGREED, "history": "withdrawn=2026-10-01"}, "BLOCK UK-TPS"),
    ("nor told another caller", {**LISTED, "consent": AGREED.replace("ACME", "BETA")}, "BLOCK UK-TPS"),
    ("an own objection blocks", {"history": "objected=2015-01-01"}, "BLOCK UK-TPS"),
    ("a later consent notwithstanding", {"history": "objected=2015-01-01", "consent": AGREED}, "BLOCK UK-TPS"),
    ("a company's objection, too", {**COMPANY, "history": "objected=2015-01-01"}, "BLOCK UK-TPS"),
    ("a copy of 28 days holds", {"wash": "tps:free@2026-10-28"}, "ALLOW UK-TPS"),
    ("one of 29 does not", {"wash": "tps:free@2026-10-27"}, "BLOCK UK-TPS"),
    ("without a copy nobody is called", {"wash": ""}, "BLOCK UK-TPS"),
    ("companies have a list of their own", COMPANY, "ALLOW UK-TPS"),
    ("the other one is not enough", {"callee": "business"}, "BLOCK UK-TPS"),
    ("a listed company is not called", {**COMPANY, "wash": "ctps:listed@2026-11-20"}, "BLOCK UK-TPS"),
    (
        "nor a sole trader on the TPS",
        {**COMPANY, "wash": "ctps:free@2026-11-20 tps:listed@2026-11-20"},
        "BLOCK UK-TPS",
    ),
    ("a recorded call needs a consent to such calls", {"dial_mode": "robot", "consent": AGREED}, "BLOCK UK-AUTO"),
    ("and with it may be placed", {"dial_mode": "robot", "consent": ROBOTS}, "ALLOW UK-AUTO"),
    ("companies are protected from them", {**COMPANY, "dial_mode": "robot"}, "BLOCK UK-AUTO"),
    ("a recorded reminder promotes nothing", {"dial_mode": "robot", "purpose": "service"}, "ALLOW UK-TPS"),
    ("claims management needs a consent", {"sector": "claims"}, "BLOCK UK-BAN"),
    ("and with it may call", {"sector": "claims", "consent": AGREED}, "ALLOW UK-BAN"),
    ("before September 2018 it did not", {"sector": "claims", "at": "2018-09-07T11:00", "wash": "tps:free@2018-09-01"},
     "ALLOW UK-TPS"),
    ("calls about pensions are banned", {"sector": "pensions", "consent": AGREED}, "BLOCK UK-BAN"),
    ("since 9 January 2019", {"sector": "pensions", "at": "2019-01-08T11:00", "wash": "tps:free@2019-01-01"},
     "ALLOW UK-TPS"),
    ("a withheld caller ID is refused", {"caller_id": ""}, "BLOCK UK-CLI"),
    ("a charity's call is marketing", {"purpose": "charity", **LISTED}, "BLOCK UK-TPS"),
    ("a service call is none", {"purpose": "service", **LISTED}, "ALLOW UK-TPS"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "changes", "answer"), TABLE)
def test_a_call(world: CaseWorld, sentence: str, changes: dict[str, str], answer: str) -> None:
    """As the sentence says."""
    assert world.ask(replace(HERE, **changes)) == answer, sentence


@pytest.mark.parametrize(
    ("when", "answer"),
    [
        ("2026-11-25T07:59:59", "BLOCK UK-HOURS"),
        ("2026-11-25T08:00", "ALLOW UK-TPS"),
        ("2026-11-25T20:59:59", "ALLOW UK-TPS"),
        ("2026-11-25T21:00", "BLOCK UK-HOURS"),
        ("2026-11-21T08:59:59", "BLOCK UK-HOURS"),
        ("2026-11-21T09:00", "ALLOW UK-TPS"),
        ("2026-11-22T12:00", "BLOCK UK-HOURS"),
        ("2026-11-30T12:00", "BLOCK UK-HOURS"),  # Saint Andrew's Day: a bank holiday in Scotland
    ],
)
def test_the_dma_hours_where_they_are_switched_on(world: CaseWorld, when: str, answer: str) -> None:
    """Its code's: no statute."""
    assert world.ask(replace(HERE, at=when), uk_hours="dma") == answer


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"consent": AGREED.replace("wine", "pension"), "goods": "pension"}, "ALLOW UK-BAN"),
        ({"contract": "ACME;subject=pension;2026-01-01..2026-12-31", "goods": "pension"}, "ALLOW UK-BAN"),
        ({"goods": "pension"}, "BLOCK UK-BAN"),
    ],
)
def test_pensions_of_an_authorised_firm(world: CaseWorld, changes: dict[str, str], answer: str) -> None:
    """It calls who consented, or is a customer."""
    case = replace(HERE, sector="pensions", **changes)
    assert world.ask(case, uk_pensions="authorised") == answer
    assert world.ask(case) == "BLOCK UK-BAN"


@pytest.mark.parametrize(
    ("where", "days"),
    [
        ("GB,ENG", ["2026-08-31", "2026-12-28"]),
        ("GB,WLS", ["2026-08-31", "2027-12-27"]),
        ("GB,SCT", ["2026-01-02", "2026-11-30"]),
        ("GB,NIR", ["2026-03-17", "2026-07-13"]),
    ],
)
def test_holidays(where: str, days: list[str]) -> None:
    """Each part of the country has its own."""
    for day in map(date.fromisoformat, days):
        assert day.toordinal() in holidays_of(where, day.year), day
        assert day.toordinal() in holidays_of("GB,ENG GB,WLS GB,SCT GB,NIR", day.year), day
