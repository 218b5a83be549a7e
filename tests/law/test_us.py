"""The law of the United States: a row is a sentence, what is otherwise than in `HERE`, and the answer.

The case: a consumer in California who is on no list is called by hand on Wednesday 25 November 2026 at 11, for retail.
"""

from dataclasses import replace
from datetime import date
from typing import Final

import pytest

from gatekeeper.policy import Reason
from gatekeeper.policy.calendar import holidays_of
from tests.law.countries import Case, CaseWorld

HERE: Final = Case(
    number="+14155552671", zone="America/Los_Angeles", at="2026-11-25T11:00", caller_id="+14155550100",
    wash="ftc:free@2026-11-20",
)  # fmt: skip
LISTED: Final = {"wash": "ftc:listed@2026-11-20"}
SIGNED: Final = "principal=ACME;goods=retail;collected=2026-09-01T10:00;proof=yes;items=all;form=written"
ROBOTS: Final = f"{SIGNED},robot"

FEDERAL: Final = [
    ("A consumer on no list may be called", {}, "ALLOW US-DNC"),
    ("the first second of the day's hours is open", {"at": "2026-11-25T08:00:00"}, "ALLOW US-DNC"),
    ("the second before is not", {"at": "2026-11-25T07:59:59"}, "BLOCK US-HOURS"),
    ("the last second is open", {"at": "2026-11-25T20:59:59"}, "ALLOW US-DNC"),
    ("9 p.m. sharp is not", {"at": "2026-11-25T21:00:00"}, "BLOCK US-HOURS"),
    ("a signed consent does not open the night", {"at": "2026-11-25T21:00", "consent": SIGNED}, "BLOCK US-HOURS"),
    ("Sundays are open", {"at": "2026-11-22T12:00"}, "ALLOW US-DNC"),
    ("Thanksgiving is open", {"at": "2026-11-26T12:00", "wash": "ftc:free@2026-11-25"}, "ALLOW US-DNC"),
    ("a copy of the registry of 31 days before holds", {"wash": "ftc:free@2026-10-25"}, "ALLOW US-DNC"),
    ("one of 32 days before does not", {"wash": "ftc:free@2026-10-24"}, "BLOCK US-DNC"),
    ("without any copy nobody is called", {"wash": ""}, "BLOCK US-DNC"),
    ("a listed number is not called", LISTED, "BLOCK US-DNC"),
    ("a signed consent lifts the registry", {**LISTED, "consent": SIGNED}, "ALLOW US-DNC"),
    ("one that is not in writing does not", {**LISTED, "consent": SIGNED.replace(";form=written", "")}, "BLOCK US-DNC"),
    ("a revoked one does not", {**LISTED, "consent": SIGNED, "history": "withdrawn=2026-10-01"}, "BLOCK US-DNC"),
    ("a purchase 18 months ago to the day counts", {**LISTED, "history": "purchase=2025-05-25"}, "ALLOW US-EBR"),
    ("one a day earlier does not", {**LISTED, "history": "purchase=2025-05-24"}, "BLOCK US-DNC"),
    ("an inquiry 3 months ago counts", {**LISTED, "history": "inquiry=2026-08-25"}, "ALLOW US-EBR"),
    ("one a day earlier does not", {**LISTED, "history": "inquiry=2026-08-24"}, "BLOCK US-DNC"),
    ("a purchase does not help who objected", {"history": "purchase=2026-10-25 objected=2026-11-01"}, "BLOCK US-INT"),
    ("nor does an old objection lapse", {"history": "objected=2010-01-01"}, "BLOCK US-INT"),
    ("a machine's voice needs a written consent", {"dial_mode": "robot"}, "BLOCK US-AUTO"),
    ("a written one to calls by persons is none", {"dial_mode": "robot", "consent": SIGNED}, "BLOCK US-AUTO"),
    ("a written one to machines is", {"dial_mode": "robot", "consent": ROBOTS}, "ALLOW US-AUTO"),
    (
        "until it is revoked",
        {"dial_mode": "robot", "consent": ROBOTS, "history": "withdrawn=2026-10-01"},
        "BLOCK US-REVOKE",
    ),
    ("a machine that reminds needs a consent", {"dial_mode": "robot", "purpose": "service"}, "BLOCK US-AUTO"),
    ("a person who reminds does not", {"purpose": "service", "at": "2026-11-25T23:00", "wash": ""}, "ALLOW US-B2B"),
    ("a business may be called at any hour", {"callee": "business", "at": "2026-11-25T22:00"}, "ALLOW US-B2B"),
    ("and needs no registry", {"callee": "business", "wash": ""}, "ALLOW US-B2B"),
    ("but a listed number is presumed a residence's", {"callee": "business", **LISTED}, "BLOCK US-DNC"),
    (
        "office supplies need the registry",
        {"callee": "business", "goods": "office-supplies", "wash": ""},
        "BLOCK US-DNC",
    ),
    ("a withheld caller ID is refused", {"caller_id": ""}, "BLOCK US-CLI"),
    ("a charity needs no registry", {"purpose": "charity", "wash": ""}, "ALLOW US-DNC"),
    ("but keeps the hours", {"purpose": "charity", "at": "2026-11-25T22:00"}, "BLOCK US-HOURS"),
]

EAST: Final = "America/New_York"
PLACES: Final = {
    "FL": ("+13055552671", EAST), "OK": ("+14055552671", "America/Chicago"), "MD": ("+14105552671", EAST),
    "OR": ("+15035552671", "America/Los_Angeles"), "WA": ("+12065552671", "America/Los_Angeles"),
    "TX": ("+15125552671", "America/Chicago"), "PA": ("+12155552671", EAST), "CT": ("+12035552671", EAST),
    "KY": ("+18595552671", EAST), "RI": ("+14015552671", EAST), "AL": ("+12055552671", "America/Chicago"),
    "LA": ("+15045552671", "America/Chicago"), "MS": ("+16015552671", "America/Chicago"),
    "UT": ("+18015552671", "America/Denver"), "NM": ("+15055552671", "America/Denver"),
    "MI": ("+13135552671", EAST), "MN": ("+16125552671", "America/Chicago"), "MA": ("+16175552671", EAST),
    "WY": ("+13075552671", "America/Denver"), "NV": ("+17025552671", "America/Los_Angeles"),
    "SD": ("+16055552671", "America/Chicago"), "CA": ("+14155552671", "America/Los_Angeles"),
    "IN": ("+13175552671", EAST), "ME": ("+12075552671", EAST),
}  # fmt: skip

WEDNESDAYS: Final = {
    "FL": ("08:00", "20:00"), "OK": ("08:00", "20:00"), "MD": ("08:00", "20:00"), "OR": ("08:00", "20:00"),
    "WA": ("08:00", "20:00"), "TX": ("09:00", "21:00"), "PA": ("09:00", "19:00"), "CT": ("09:00", "20:00"),
    "KY": ("10:00", "21:00"), "RI": ("09:00", "18:00"), "AL": ("08:00", "20:00"), "LA": ("08:00", "20:00"),
    "MS": ("08:00", "20:00"), "UT": ("08:00", "21:00"), "NM": ("09:00", "21:00"), "MI": ("09:00", "21:00"),
    "MN": ("09:00", "21:00"), "MA": ("08:00", "20:00"), "WY": ("08:00", "20:00"), "NV": ("09:00", "20:00"),
}  # fmt: skip
"""By state from when to when a consumer may be called on a Wednesday."""

SUNDAYS: Final = {"TX": ("12:00", "21:00"), "FL": ("08:00", "20:00"), "NV": ("09:00", "20:00")}
DAYS: Final = {"2026-11-25": WEDNESDAYS, "2026-11-22": SUNDAYS}
NO_SUNDAY: Final = ("PA", "RI", "AL", "LA", "MS", "UT", "SD")
BUSINESSES: Final = {
    "TX": False,
    "KY": False,
    "LA": False,
    "MN": False,
    "OR": False,
    "PA": True,
    "WA": True,
    "MS": True,
}
"""By state whether its hours protect a business, where its text speaks of that."""

THRICE: Final = "2026-11-24T16:00 2026-11-25T09:00 2026-11-25T12:00"
STATES: Final = [
    ("Florida: a fourth call in 24 hours is none", "FL", {"at": "2026-11-25T15:00", "attempts": THRICE}, "BLOCK US-FL"),
    ("Florida: later it may be one", "FL", {"at": "2026-11-25T16:00", "attempts": THRICE}, "ALLOW US-DNC"),
    ("Oklahoma: the same", "OK", {"at": "2026-11-25T15:00", "attempts": THRICE}, "BLOCK US-OK"),
    ("Maryland: the same", "MD", {"at": "2026-11-25T15:00", "attempts": THRICE}, "BLOCK US-MD"),
    ("Oregon: the same", "OR", {"at": "2026-11-25T15:00", "attempts": THRICE}, "BLOCK US-OR"),
    ("Texas knows no cap", "TX", {"at": "2026-11-25T15:00", "attempts": THRICE}, "ALLOW US-DNC"),
    ("Florida: dialers need a written consent", "FL", {"dial_mode": "predictive"}, "BLOCK US-FL"),
    ("and with it they may dial", "FL", {"dial_mode": "predictive", "consent": SIGNED}, "ALLOW US-DNC"),
    ("Oregon: a customer is called until 9", "OR", {"at": "2026-11-25T20:30", "history": "purchase=2026-01-10"},
     "ALLOW US-OR"),
    ("but three times only", "OR", {"at": "2026-11-25T15:00", "history": "purchase=2026-01-10", "attempts": THRICE},
     "BLOCK US-OR"),
    ("Oregon before 2026: until 9", "OR", {"at": "2025-12-31T20:30", "wash": "ftc:free@2025-12-20"}, "ALLOW US-DNC"),
    ("Pennsylvania until 17 October 2026: until 9", "PA", {"at": "2026-10-17T20:59", "wash": "ftc:free@2026-10-10"},
     "ALLOW US-DNC"),
    ("and from the 18th not on a Sunday", "PA", {"at": "2026-10-18T11:00", "wash": "ftc:free@2026-10-10"},
     "BLOCK US-PA"),
    ("nor after 7", "PA", {"at": "2026-10-19T19:00", "wash": "ftc:free@2026-10-10"}, "BLOCK US-PA"),
    ("Rhode Island: Saturdays until 5", "RI", {"at": "2026-11-21T17:00"}, "BLOCK US-RI"),
    ("Rhode Island: and from 10", "RI", {"at": "2026-11-21T10:00"}, "ALLOW US-DNC"),
    ("Rhode Island: not on Victory Day", "RI", {"at": "2026-08-10T11:00", "wash": "ftc:free@2026-08-01"},
     "BLOCK US-RI"),
    ("Alabama: not on Confederate Memorial Day", "AL", {"at": "2026-04-27T11:00", "wash": "ftc:free@2026-04-20"},
     "BLOCK US-AL"),
    ("Louisiana: not on Mardi Gras", "LA", {"at": "2026-02-17T11:00", "wash": "ftc:free@2026-02-10"}, "BLOCK US-LA"),
    ("Utah: not on Pioneer Day", "UT", {"at": "2026-07-24T11:00", "wash": "ftc:free@2026-07-20"}, "BLOCK US-UT"),
    ("but with a consent", "UT", {"at": "2026-07-24T11:00", "wash": "ftc:free@2026-07-20",
                                  "consent": SIGNED.replace("2026-09", "2026-03")}, "ALLOW US-UT"),
    ("California: a machine speaks from 9", "CA", {"at": "2026-11-25T08:30", "dial_mode": "robot", "consent": ROBOTS},
     "BLOCK US-CA"),
    ("a person from 8", "CA", {"at": "2026-11-25T08:30"}, "ALLOW US-DNC"),
    ("Indiana: a machine until 8", "IN", {"at": "2026-11-25T20:00", "dial_mode": "robot", "consent": ROBOTS},
     "BLOCK US-IN"),
    ("Maine: a machine until 5", "ME", {"at": "2026-11-25T17:00", "dial_mode": "robot", "consent": ROBOTS},
     "BLOCK US-ME"),
    ("and once in 8 hours", "ME", {"at": "2026-11-25T15:00", "dial_mode": "robot", "consent": ROBOTS,
                                   "attempts": "2026-11-25T09:00"}, "BLOCK US-ME"),
]  # fmt: skip


def at(state: str) -> Case:
    """The case in a state."""
    number, zone = PLACES[state]
    return replace(HERE, number=number, zone=zone)


@pytest.mark.parametrize(("sentence", "changes", "answer"), FEDERAL)
def test_of_all_states(world: CaseWorld, sentence: str, changes: dict[str, str], answer: str) -> None:
    """What holds in every state."""
    assert world.ask(replace(HERE, **changes)) == answer, sentence


@pytest.mark.parametrize(("sentence", "state", "changes", "answer"), STATES)
def test_of_a_state(world: CaseWorld, sentence: str, state: str, changes: dict[str, str], answer: str) -> None:
    """What a state is stricter in."""
    assert world.ask(replace(at(state), **changes)) == answer, sentence


@pytest.mark.parametrize(
    ("state", "day", "hours"),
    [(one, day, hours) for day, table in DAYS.items() for one, hours in table.items()],
)
def test_the_hours_of_a_state(world: CaseWorld, state: str, day: str, hours: tuple[str, str]) -> None:
    """Open from the first second to the last; closed a second before and after."""
    opens, closes = hours
    by = "US-HOURS" if opens == "08:00" else f"US-{state}"
    until = "US-HOURS" if closes == "21:00" else f"US-{state}"
    before, last = f"{int(opens[:2]) - 1:02}:59:59", f"{int(closes[:2]) - 1:02}:59:59"
    moments = {before: f"BLOCK {by}", opens: "ALLOW US-DNC", last: "ALLOW US-DNC", closes: f"BLOCK {until}"}
    found = {time: world.ask(replace(at(state), at=f"{day}T{time}")) for time in moments}
    assert found == moments


@pytest.mark.parametrize("state", NO_SUNDAY)
def test_a_state_without_sundays(world: CaseWorld, state: str) -> None:
    """A Sunday at noon."""
    finding = world.find(replace(at(state), at="2026-11-22T12:00"))
    assert (finding.decision.provision, finding.decision.reason) == (f"US-{state}", Reason.CALL_DAY)


@pytest.mark.parametrize(("state", "protected"), BUSINESSES.items())
def test_a_business_in_a_state(world: CaseWorld, state: str, protected: bool) -> None:
    """Half past seven in the morning: before anybody's hours."""
    answer = f"BLOCK US-{state}" if protected else "ALLOW US-B2B"
    assert world.ask(replace(at(state), callee="business", at="2026-11-25T07:30")) == answer


@pytest.mark.parametrize(
    ("switch", "choice", "state", "changes", "answer"),
    [
        ("us_objection", "until-consent", "CA", {"history": "objected=2026-01-01", "consent": SIGNED}, "ALLOW US-DNC"),
        ("us_running_contract", "yes", "CA", {**LISTED, "contract": "ACME;subject=auto;2020-01-01..2030-01-01"},
         "ALLOW US-EBR"),
        ("us_florida_dialers", "no", "FL", {"dial_mode": "predictive"}, "ALLOW US-DNC"),
        ("us_nevada", "federal", "NV", {"at": "2026-11-25T20:30"}, "ALLOW US-DNC"),
        ("us_mississippi", "standard", "MS", {"at": "2026-07-01T20:30", "wash": "ftc:free@2026-06-20"}, "ALLOW US-DNC"),
        ("us_states_and_businesses", "no", "FL", {"callee": "business", "at": "2026-11-25T07:30"}, "ALLOW US-B2B"),
        ("us_states_and_businesses", "no", "PA", {"callee": "business", "at": "2026-11-25T07:30"}, "BLOCK US-PA"),
    ],
)  # fmt: skip
def test_switches(world: CaseWorld, switch: str, choice: str, state: str, changes: dict[str, str], answer: str) -> None:
    """Without the choice each of the loosened is blocked."""
    case = replace(at(state), **changes)
    assert world.ask(case, **{switch: choice}) == answer
    assert world.ask(case).startswith("BLOCK")


@pytest.mark.parametrize(
    ("number", "zone", "when", "answer"),
    [
        ("+18505552671", "America/Chicago", "2026-11-25T08:30", "ALLOW US-DNC"),
        ("+18505552671", "America/Chicago", "2026-11-25T07:30", "BLOCK US-HOURS"),  # 8:30 in the east of Florida
        ("+18505552671", "America/Chicago", "2026-11-25T19:30", "BLOCK US-FL"),  # 20:30 there
        ("+18005552671", "America/New_York", "2026-11-25T12:00", "BLOCK US-HOURS"),  # Hawaii sleeps
    ],
)
def test_where_clocks_or_states_are_uncertain_all_must_allow(
    world: CaseWorld, number: str, zone: str, when: str, answer: str
) -> None:
    """Two clocks in the west of Florida; a toll-free number is of any state."""
    assert world.ask(replace(HERE, number=number, zone=zone, at=when)) == answer


@pytest.mark.parametrize(
    ("where", "days"),
    [
        ("US,RI", ["2026-08-10", "2026-11-11", "2027-08-09"]),
        ("US,AL", ["2026-04-27", "2026-06-01", "2027-01-18"]),
        ("US,LA", ["2026-02-17", "2026-04-03", "2027-02-09"]),
        ("US,UT", ["2026-07-24", "2026-10-12", "2027-07-23"]),
        ("US,PA", ["2026-11-26", "2026-11-27", "2027-05-31"]),
    ],
)
def test_holidays(where: str, days: list[str]) -> None:
    """The calendar knows the state's own."""
    for day in map(date.fromisoformat, days):
        assert day.toordinal() in holidays_of(where, day.year), day
