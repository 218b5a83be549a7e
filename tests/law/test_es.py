"""The law of Spain: a row is a sentence, what is otherwise than in `HERE`, and the answer."""

from dataclasses import replace
from datetime import date
from typing import Final

import pytest

from gatekeeper.policy.calendar import holidays_of
from gatekeeper.policy.decision import Verdict
from gatekeeper.policy.facts import NO_FACTS
from gatekeeper.policy.rules.hours import Hours
from gatekeeper.policy.week import Week
from gatekeeper.territory import Place
from tests.law.countries import Case, CaseWorld
from tests.policy.attempts import attempt

AGREED: Final = "principal=ACME;goods=retail;collected=2026-09-01T10:00;proof=yes;items=all"
HERE: Final = Case(
    number="+34912345678", zone="Europe/Madrid", at="2026-11-25T11:00", caller_id="+34400000001", consent=AGREED
)
"""A consumer in Madrid who consented is called by hand on Wednesday 25 November 2026 at 11, for retail."""

NONE: Final = {"consent": ""}
LONG: Final = AGREED.replace("2026-09", "2025-01")
BEFORE: Final = {"at": "2025-06-12T11:00", "caller_id": "+34912000001", "consent": LONG}
ENERGY: Final = {"sector": "energy", "goods": "electricity", "consent": AGREED.replace("retail", "electricity")}
ASKED: Final = {"purpose": "callback", "history": "requested=2026-11-20T16:00;goods=electricity;proof=yes", **NONE}

TABLE: Final = [
    ("A consumer who consented may be called", {}, "ALLOW ES-CONS"),
    ("without a consent not", NONE, "BLOCK ES-CONS"),
    ("a contract is none", {**NONE, "contract": "ACME;subject=retail;2026-01-01..2026-12-31"}, "BLOCK ES-CONS"),
    ("two years ago to the day holds", {"consent": AGREED.replace("2026-09-01T10", "2024-11-25T12")}, "ALLOW ES-CONS"),
    ("an older one has to be renewed", {"consent": AGREED.replace("2026-09-01T10", "2024-11-25T10")}, "BLOCK ES-CONS"),
    ("until 27 December 2025 it held",
     {**BEFORE, "at": "2025-12-26T11:00", "consent": AGREED.replace("2026-09", "2022-01")}, "ALLOW ES-CONS"),
    ("from the 28th on it does not",
     {**BEFORE, "at": "2025-12-29T11:00", "consent": AGREED.replace("2026-09", "2022-01")}, "BLOCK ES-CONS"),
    ("before 29 June 2023 nothing was needed", {**BEFORE, "at": "2023-06-28T11:00", **NONE}, "ALLOW"),
    ("who objected is not called", {"history": "objected=2026-10-01"}, "BLOCK ES-CONS"),
    ("from 9", {"at": "2026-11-25T09:00"}, "ALLOW ES-CONS"),
    ("not before", {"at": "2026-11-25T08:59:59"}, "BLOCK ES-HOURS"),
    ("until 9 p.m.", {"at": "2026-11-25T20:59:59"}, "ALLOW ES-CONS"),
    ("and no longer", {"at": "2026-11-25T21:00"}, "BLOCK ES-HOURS"),
    ("not on Saturdays", {"at": "2026-11-28T11:00"}, "BLOCK ES-HOURS"),
    ("not on a holiday", {"at": "2026-12-08T11:00"}, "BLOCK ES-HOURS"),
    ("the Canary Islands by their clock", {"number": "+34928345678", "zone": "Atlantic/Canary",
                                            "at": "2026-11-25T20:30"}, "ALLOW ES-CONS"),
    ("where it is earlier", {"number": "+34928345678", "zone": "Atlantic/Canary", "at": "2026-11-25T08:30"},
     "BLOCK ES-HOURS"),
    ("a mobile may be either: 20:30 there is too late here", {"number": "+34612345678", "zone": "Atlantic/Canary",
                                                               "at": "2026-11-25T20:30"}, "BLOCK ES-HOURS"),
    ("a mobile number shown is banned from 7 June 2025", {**BEFORE, "at": "2025-06-09T11:00",
                                                           "caller_id": "+34612000001"}, "BLOCK ES-CLI"),
    ("it was not before", {**BEFORE, "at": "2025-06-06T11:00", "caller_id": "+34612000001"}, "ALLOW ES-CONS"),
    ("a landline may be shown until 16 October 2026", {"at": "2026-10-16T11:00", "caller_id": "+34912000001"},
     "ALLOW ES-CONS"),
    ("then only 400", {"at": "2026-10-19T11:00", "caller_id": "+34912000001"}, "BLOCK ES-CLI"),
    ("which customer service never shows", {"purpose": "service"}, "BLOCK ES-CLI"),
    ("but a landline", {"purpose": "service", "caller_id": "+34912000001", **NONE}, "ALLOW ES-CONS"),
    ("electricity is not sold by telephone, consent or not", ENERGY, "BLOCK ES-ENERGY"),
    ("but at the consumer's request", {**ENERGY, **ASKED}, "ALLOW ES-ENERGY"),
    ("while it is fresh", {**ENERGY, **ASKED, "at": "2026-11-30T11:00"}, "BLOCK ES-ENERGY"),
    ("machines need a consent to that", {"dial_mode": "robot"}, "BLOCK ES-CONS"),
    ("and with it may call", {"dial_mode": "robot", "consent": f"{AGREED};form=robot"}, "ALLOW ES-CONS"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "changes", "answer"), TABLE)
def test_a_call(world: CaseWorld, sentence: str, changes: dict[str, str], answer: str) -> None:
    """As the sentence says."""
    assert world.ask(replace(HERE, **changes)) == answer, sentence


@pytest.mark.parametrize(
    ("switch", "choice", "changes"),
    [
        ("es_legitimate_interest", "customers", {**NONE, "contract": "ACME;subject=retail;2026-01-01..2026-12-31"}),
        ("es_400", "no", {"caller_id": "+34912000001"}),
    ],
)
def test_switches(world: CaseWorld, switch: str, choice: str, changes: dict[str, str]) -> None:
    """What is blocked by default is allowed with the choice."""
    case = replace(HERE, **changes)
    assert world.ask(case).startswith("BLOCK")
    assert world.ask(case, **{switch: choice}) == "ALLOW ES-CONS"


@pytest.mark.parametrize(
    ("regions", "day", "opens"),
    [
        ((), "2026-05-30", True),
        (("ES-MD",), "2026-05-30", True),
        (("ES-CN",), "2026-05-30", False),
        (("ES-CN", "ES-MD"), "2026-05-30", False),
        (("ES-CN",), "2026-08-15", False),
    ],
)
def test_holidays_of_every_possible_community_are_closed(regions: tuple[str, ...], day: str, opens: bool) -> None:
    """The day of the Canary Islands is one of theirs; the whole country's are everybody's."""
    rule = Hours(Week.read({"mon-sun": ["00:00-24:00"]}), "ES", regional=True)
    case = replace(HERE, at=f"{day}T12:00")
    place = Place("ES", regions, ("Europe/Madrid",))
    said = rule(attempt(at=case.moment(case.at))._replace(place=place), NO_FACTS)
    assert (said is None or said.verdict is not Verdict.BLOCK) is opens


@pytest.mark.parametrize(
    ("where", "days"), [("ES", ["2026-01-06", "2026-10-12"]), ("ES,MD", ["2026-05-02"]), ("ES,CN", ["2026-05-30"])]
)
def test_holidays(where: str, days: list[str]) -> None:
    """The calendar knows the country's and the communities' own."""
    for day in map(date.fromisoformat, days):
        assert day.toordinal() in holidays_of(where, day.year), day
