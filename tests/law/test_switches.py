"""The uncertain points of the laws: every switch, with a call of which its choices say different things."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from gatekeeper.law import Changes, find_profile, profile_names, read_profile, text_of
from gatekeeper.law.page import question_lines
from gatekeeper.law.switch import Switch
from gatekeeper.words import Language
from tests.law import test_be, test_ca, test_es, test_nl, test_us
from tests.law.cases.row import COLUMNS
from tests.law.cases.row import Case as Row
from tests.law.cases.run import Result
from tests.law.cases.site import answer, site
from tests.law.countries import Case, CaseWorld

AGREED: Final = "principal=ACME;goods=insurance;collected=2026-09-01T10:00;proof=yes;items=all"
HERE: Final = Case(
    number="+33612345678", zone="Europe/Paris", at="2026-11-25T11:00", sector="insurance", goods="insurance",
    caller_id="+33148000001", consent=AGREED,
)  # fmt: skip
"""A consumer in France who consented is called by hand on Wednesday 25 November 2026 at 11, for insurance."""

ASKED_FOR: Final = {
    "purpose": "callback", "consent": "", "history": "requested=2026-11-20T10:00;goods=insurance;proof=yes",
}  # fmt: skip
"""A request of Friday 20 November: the fifth working day after it is Thursday the 26th."""

GUADELOUPE: Final = {**ASKED_FOR, "number": "+590690112233", "zone": "America/Guadeloupe"}
REUNION: Final = {**ASKED_FOR, "number": "+262692112233", "zone": "Indian/Reunion"}
RUNS: Final = {"contract": "ACME;subject=insurance;2026-01-01..2026-12-31", "consent": ""}
HER_NUMBER: Final = "inquiry=2026-10-01T10:00"
"""By which the ledger knows that this number is the contact's, too."""

FOUR: Final = "2026-11-03 2026-11-04 2026-11-05 2026-11-06"
AMERICA: Final = replace(test_us.HERE, wash="ftc:listed@2026-11-20", consent=test_us.SIGNED)
TEXAS: Final = replace(test_us.HERE, number="+15125552671", zone="America/Chicago", callee="business")
REMINDER: Final = replace(test_ca.HERE, purpose="service", dial_mode="robot")

FRANCE: Final = [
    ("An attempt of thirty dates ago, a minute within 720 hours", "fr-thirty-days",
     {"attempts": "2026-10-26T11:01 2026-11-04 2026-11-05 2026-11-06"},
     {"dates": "ALLOW FR-BASIS", "both": "BLOCK FR-CAP", "hours": "BLOCK FR-CAP"}),
    ("one that is 720 hours old", "fr-thirty-days",
     {"attempts": "2026-10-26T11:00 2026-11-04 2026-11-05 2026-11-06"},
     {"dates": "ALLOW FR-BASIS", "both": "ALLOW FR-BASIS", "hours": "ALLOW FR-BASIS"}),
    ("a consent of the day before the law", "fr-consent-before-law",
     {"consent": AGREED.replace("2026-09-01", "2026-08-10")},
     {"if-complete": "ALLOW FR-BASIS", "no": "BLOCK FR-BASIS"}),
    ("a consent of its first day", "fr-consent-before-law",
     {"consent": AGREED.replace("2026-09-01", "2026-08-11")},
     {"if-complete": "ALLOW FR-BASIS", "no": "ALLOW FR-BASIS"}),
    ("a call back about insurance, four working days later", "fr-request-scope", ASKED_FOR,
     {"yes": "ALLOW FR-BASIS", "days-only-short": "BLOCK FR-BASIS", "banned-only": "BLOCK FR-BASIS"}),
    ("one about heat pumps", "fr-request-scope",
     {**ASKED_FOR, "sector": "energy-works", "goods": "heat-pump",
      "history": "requested=2026-11-24T10:00;goods=heat-pump;proof=yes"},
     {"yes": "ALLOW FR-BAN-X", "days-only-short": "ALLOW FR-BAN-X", "banned-only": "BLOCK FR-BASIS"}),
    ("a call back at lunch", "fr-request-hours", {**ASKED_FOR, "at": "2026-11-25T13:30"},
     {"bind": "BLOCK FR-HOURS", "free": "ALLOW FR-HOURS-X3"}),
    ("a call back on a Saturday", "fr-request-hours", {**ASKED_FOR, "at": "2026-11-21T11:00"},
     {"bind": "BLOCK FR-DAYS", "free": "ALLOW FR-HOURS-X3"}),
    ("a call back that nobody asked for, at lunch", "fr-request-hours",
     {"purpose": "callback", "at": "2026-11-25T13:30"}, {"bind": "BLOCK FR-HOURS", "free": "BLOCK FR-HOURS"}),
    ("the fifth call, that was asked for", "fr-request-cap", {**ASKED_FOR, "attempts": FOUR},
     {"not-counted": "ALLOW FR-BASIS", "counted": "BLOCK FR-CAP"}),
    ("the fifth call, called a call back, that was not", "fr-request-cap", {"purpose": "callback", "attempts": FOUR},
     {"not-counted": "BLOCK FR-CAP", "counted": "BLOCK FR-CAP"}),
    ("at one o'clock sharp", "fr-hours-end", {"at": "2026-11-25T13:00:00"},
     {"outside": "BLOCK FR-HOURS", "inside": "ALLOW FR-BASIS"}),
    ("at eight sharp", "fr-hours-end", {"at": "2026-11-25T20:00:00"},
     {"outside": "BLOCK FR-HOURS", "inside": "ALLOW FR-BASIS"}),
    ("a second before", "fr-hours-end", {"at": "2026-11-25T19:59:59"},
     {"outside": "ALLOW FR-BASIS", "inside": "ALLOW FR-BASIS"}),
    ("a second later", "fr-hours-end", {"at": "2026-11-25T20:00:01"},
     {"outside": "BLOCK FR-HOURS", "inside": "BLOCK FR-HOURS"}),
    ("on Friday's last second nothing opens for Saturday", "fr-hours-end", {"at": "2026-11-28T00:00:00"},
     {"outside": "BLOCK FR-DAYS", "inside": "BLOCK FR-DAYS"}),
    ("the 366th day, in the hour of the consent", "fr-one-year", {"at": "2027-09-01T10:00"},
     {"365-days": "BLOCK FR-CONS-TIME", "anniversary": "ALLOW FR-BASIS"}),
    ("its last second within the hours", "fr-one-year", {"at": "2027-09-01T19:59:59"},
     {"365-days": "BLOCK FR-CONS-TIME", "anniversary": "ALLOW FR-BASIS"}),
    ("the day after", "fr-one-year", {"at": "2027-09-02T10:00"},
     {"365-days": "BLOCK FR-CONS-TIME", "anniversary": "BLOCK FR-CONS-TIME"}),
    ("a second within 365 days", "fr-one-year", {"at": "2027-09-01T10:59:59", "consent": AGREED.replace("T10", "T11")},
     {"365-days": "ALLOW FR-BASIS", "anniversary": "ALLOW FR-BASIS"}),
    ("a consent of 29 February on the 28th, a year later", "fr-one-year",
     {"at": "2029-02-28T16:00", "consent": AGREED.replace("2026-09-01", "2028-02-29")},
     {"365-days": "BLOCK FR-CONS-TIME", "anniversary": "ALLOW FR-BASIS"}),
    ("in Guadeloupe on the fifth day, after midnight in Paris", "fr-working-days-end",
     {**GUADELOUPE, "at": "2026-11-26T19:00"},
     {"earliest": "BLOCK FR-BASIS", "consumer": "ALLOW FR-BASIS", "company": "BLOCK FR-BASIS"}),
    ("before it", "fr-working-days-end", {**GUADELOUPE, "at": "2026-11-26T18:59:59"},
     {"earliest": "ALLOW FR-BASIS", "consumer": "ALLOW FR-BASIS", "company": "ALLOW FR-BASIS"}),
    ("asked for in Guadeloupe when Paris had the next day", "fr-working-days-end",
     {**GUADELOUPE, "at": "2026-11-26T11:00", "history": "requested=2026-11-19T20:00;goods=insurance;proof=yes"},
     {"earliest": "BLOCK FR-BASIS", "consumer": "BLOCK FR-BASIS", "company": "ALLOW FR-BASIS"}),
    ("asked for in Reunion when Paris had the day before", "fr-working-days-end",
     {**REUNION, "at": "2026-11-27T11:00", "history": "requested=2026-11-21T01:00;goods=insurance;proof=yes"},
     {"earliest": "BLOCK FR-BASIS", "consumer": "ALLOW FR-BASIS", "company": "BLOCK FR-BASIS"}),
    ("the Friday after, a Saturday between", "fr-working-saturday", {**ASKED_FOR, "at": "2026-11-27T11:00"},
     {"counted": "BLOCK FR-BASIS", "not-counted": "ALLOW FR-BASIS"}),
    ("the Thursday", "fr-working-saturday", {**ASKED_FOR, "at": "2026-11-26T19:59:59"},
     {"counted": "ALLOW FR-BASIS", "not-counted": "ALLOW FR-BASIS"}),
    ("a customer who refused in a call", "fr-objection-contract", {**RUNS, "history": "refused=2026-11-01T10:00"},
     {"forbidden": "BLOCK FR-OBJECT", "excepted": "ALLOW FR-BASIS"}),
    ("a customer who objected", "fr-objection-contract", {**RUNS, "history": "objected=2026-11-01T10:00"},
     {"forbidden": "BLOCK FR-OBJECT", "excepted": "BLOCK FR-OBJECT"}),
    ("a customer of something else who refused", "fr-objection-contract",
     {**RUNS, "contract": "ACME;subject=telecom;2026-01-01..2026-12-31", "history": "refused=2026-11-01T10:00"},
     {"forbidden": "BLOCK FR-OBJECT", "excepted": "BLOCK FR-OBJECT"}),
    ("who refused something else", "fr-objection-goods", {"history": "refused=2026-11-01T10:00;goods=telecom"},
     {"all": "BLOCK FR-OBJECT", "same": "ALLOW FR-BASIS"}),
    ("who refused without a word of what", "fr-objection-goods", {**RUNS, "history": "refused=2026-11-01T10:00"},
     {"all": "BLOCK FR-OBJECT", "same": "BLOCK FR-OBJECT"}),
    ("who objected about something else", "fr-objection-goods", {"history": "objected=2026-11-01T10:00;goods=telecom"},
     {"all": "BLOCK FR-OBJECT", "same": "BLOCK FR-OBJECT"}),
    ("a refusal of June 2026", "fr-refusal-over-the-change", {**RUNS, "history": "refused=2026-06-12T10:00"},
     {"permanent": "BLOCK FR-OBJECT", "ends": "ALLOW FR-BASIS"}),
    ("one of the law's first day", "fr-refusal-over-the-change", {**RUNS, "history": "refused=2026-08-11T00:00"},
     {"permanent": "BLOCK FR-OBJECT", "ends": "BLOCK FR-OBJECT"}),
    ("a record that the agent saw", "fr-preview", {"dial_mode": "preview"},
     {"automated": "BLOCK FR-CLI-2", "by-hand": "ALLOW FR-BASIS"}),
    ("a sole trader, without a consent", "fr-sole-traders", {"callee": "business", "consent": ""},
     {"as-said": "ALLOW FR-SCOPE", "like-consumers": "BLOCK FR-BASIS"}),
    ("with one", "fr-sole-traders", {"callee": "business"},
     {"as-said": "ALLOW FR-SCOPE", "like-consumers": "ALLOW FR-BASIS"}),
    ("on a Saturday", "fr-sole-traders", {"callee": "business", "at": "2026-11-28T11:00"},
     {"as-said": "ALLOW FR-SCOPE", "like-consumers": "BLOCK FR-DAYS"}),
    ("who refused in a call", "fr-sole-traders", {"callee": "business", "history": "refused=2026-10-01"},
     {"as-said": "ALLOW FR-SCOPE", "like-consumers": "BLOCK FR-OBJECT"}),
    ("who objected", "fr-sole-traders", {"callee": "business", "history": "objected=2026-10-01"},
     {"as-said": "BLOCK FR-OBJECT", "like-consumers": "BLOCK FR-OBJECT"}),
    ("to Noumea", "fr-pacific", {"number": "+687751234", "zone": "Pacific/Noumea", "consent": ""},
     {"binds": "BLOCK FR-BASIS", "own-law": "ALLOW FR-SCOPE"}),
    ("to Tahiti, at night", "fr-pacific",
     {"number": "+68987123456", "zone": "Pacific/Tahiti", "at": "2026-11-25T02:00"},
     {"binds": "BLOCK FR-HOURS", "own-law": "ALLOW FR-SCOPE"}),
    ("to Wallis", "fr-pacific", {"number": "+681721234", "zone": "Pacific/Wallis", "consent": ""},
     {"binds": "BLOCK FR-BASIS", "own-law": "BLOCK FR-BASIS"}),
    ("to Noumea, who objected", "fr-pacific",
     {"number": "+687751234", "zone": "Pacific/Noumea", "history": "objected=2026-10-01"},
     {"binds": "BLOCK FR-OBJECT", "own-law": "BLOCK FR-OBJECT"}),
    ("a predictive call on a plain consent", "fr-automated-consent",
     {"dial_mode": "predictive", "caller_id": "+33162000001"},
     {"robots": "ALLOW FR-BASIS", "machines": "BLOCK FR-AUTO"}),
    ("a call by hand", "fr-automated-consent", {}, {"robots": "ALLOW FR-BASIS", "machines": "ALLOW FR-BASIS"}),
    ("a voice agent's call on a plain consent", "fr-voice-agents",
     {"dial_mode": "voice-agent", "caller_id": "+33162000001"},
     {"robots": "BLOCK FR-AUTO", "agents": "ALLOW FR-BASIS"}),
    ("with a number for people", "fr-voice-agents", {"dial_mode": "voice-agent"},
     {"robots": "BLOCK FR-AUTO", "agents": "BLOCK FR-CLI-2"}),
    ("with a consent to machines", "fr-voice-agents",
     {"dial_mode": "voice-agent", "caller_id": "+33162000001", "consent": f"{AGREED};form=robot"},
     {"robots": "ALLOW FR-BASIS", "agents": "ALLOW FR-BASIS"}),
    ("a recording's call", "fr-voice-agents", {"dial_mode": "robot", "caller_id": "+33162000001"},
     {"robots": "BLOCK FR-AUTO", "agents": "BLOCK FR-AUTO"}),
    ("a robot's poll", "fr-robot-polls",
     {"purpose": "survey", "dial_mode": "robot", "caller_id": "+33162000001", "consent": ""},
     {"consent": "BLOCK FR-AUTO", "prospecting-only": "ALLOW FR-SCOPE"}),
    ("a robot that asks for gifts", "fr-robot-polls",
     {"purpose": "charity", "sector": "charity", "goods": "donation", "dial_mode": "robot",
      "caller_id": "+33162000001", "consent": ""},
     {"consent": "BLOCK FR-AUTO", "prospecting-only": "BLOCK FR-AUTO"}),
    ("a mobile as caller ID", "fr-mobile-by-hand", {"caller_id": "+33612000001"},
     {"refused": "BLOCK FR-CLI-3", "presented": "ALLOW FR-BASIS"}),
    ("a customer until the year before", "fr-ended-contract",
     {"at": "2020-07-24T11:00", "contract": "ACME;subject=telecom;2018-01-01..2019-12-31",
      "wash": "bloctel:listed@2020-07-20", "consent": ""}, {"no": "BLOCK FR-LIST", "yes": "ALLOW FR-EXC-1"}),
]  # fmt: skip

ELSEWHERE: Final = [
    ("At half past seven, with a signed consent", "us-hours-consent", AMERICA, {"at": "2026-11-25T07:30"},
     {"hold": "BLOCK US-HOURS", "lifted": "ALLOW US-DNC"}),
    ("without one", "us-hours-consent", test_us.HERE, {"at": "2026-11-25T07:30"},
     {"hold": "BLOCK US-HOURS", "lifted": "BLOCK US-HOURS"}),
    ("in Florida, whose own hours it does not lift", "us-hours-consent", AMERICA,
     {"number": "+13055552671", "zone": "America/New_York", "at": "2026-11-25T07:30"},
     {"hold": "BLOCK US-HOURS", "lifted": "BLOCK US-FL"}),
    ("At nine sharp", "us-hours-end", test_us.HERE, {"at": "2026-11-25T21:00:00"},
     {"outside": "BLOCK US-HOURS", "inside": "ALLOW US-DNC"}),
    ("a second later", "us-hours-end", test_us.HERE, {"at": "2026-11-25T21:00:01"},
     {"outside": "BLOCK US-HOURS", "inside": "BLOCK US-HOURS"}),
    ("A trader in Texas, at half past eight", "us-sole-traders", TEXAS, {"at": "2026-11-25T08:30"},
     {"no": "ALLOW US-B2B", "yes": "BLOCK US-TX"}),
    ("at half past nine", "us-sole-traders", TEXAS, {"at": "2026-11-25T09:30"},
     {"no": "ALLOW US-B2B", "yes": "ALLOW US-B2B"}),
    ("A mobile as caller ID on 5 June 2025", "es-mobile-ban-day", test_es.HERE,
     {**test_es.BEFORE, "at": "2025-06-05T11:00", "caller_id": "+34612000001"},
     {"seventh": "ALLOW ES-CONS", "fifth": "BLOCK ES-CLI"}),
    ("on the 4th", "es-mobile-ban-day", test_es.HERE,
     {**test_es.BEFORE, "at": "2025-06-04T11:00", "caller_id": "+34612000001"},
     {"seventh": "ALLOW ES-CONS", "fifth": "ALLOW ES-CONS"}),
    ("Without a consent on 29 June 2023", "es-consent-day", test_es.HERE,
     {"at": "2023-06-29T11:00", "caller_id": "+34912000001", "consent": ""},
     {"twenty-ninth": "BLOCK ES-CONS", "thirtieth": "ALLOW"}),
    ("on the 30th", "es-consent-day", test_es.HERE,
     {"at": "2023-06-30T11:00", "caller_id": "+34912000001", "consent": ""},
     {"twenty-ninth": "BLOCK ES-CONS", "thirtieth": "BLOCK ES-CONS"}),
    ("Two years later, in the hour of the consent", "es-two-years", test_es.HERE,
     {"consent": test_es.AGREED.replace("2026-09-01T10", "2024-11-25T10")},
     {"730-days": "BLOCK ES-CONS", "anniversary": "ALLOW ES-CONS"}),
    ("a day more", "es-two-years", test_es.HERE, {"consent": test_es.AGREED.replace("2026-09-01T10", "2024-11-24T10")},
     {"730-days": "BLOCK ES-CONS", "anniversary": "BLOCK ES-CONS"}),
    ("A reminder by a machine at nine", "ca-adad-hours", REMINDER, {"at": "2026-11-25T09:00"},
     {"kept": "BLOCK CA-ADAD", "not-kept": "ALLOW CA-DNCL"}),
    ("A voice agent in Canada", "ca-voice-agents", test_ca.HERE, {"dial_mode": "voice-agent"},
     {"robots": "BLOCK CA-ADAD", "agents": "ALLOW CA-DNCL"}),
    ("a recording", "ca-voice-agents", test_ca.HERE, {"dial_mode": "robot"},
     {"robots": "BLOCK CA-ADAD", "agents": "BLOCK CA-ADAD"}),
    ("a voice agent's reminder at nine", "ca-voice-agents", REMINDER,
     {"dial_mode": "voice-agent", "at": "2026-11-25T09:00"},
     {"robots": "BLOCK CA-ADAD", "agents": "ALLOW CA-DNCL"}),
    ("Who is on no list in Belgium", "be-opt-in", test_be.HERE, {},
     {"not-yet": "ALLOW BE-DNCM", "required": "BLOCK BE-DNCM"}),
    ("with a consent", "be-opt-in", test_be.HERE, {"consent": test_be.AGREED},
     {"not-yet": "ALLOW BE-DNCM", "required": "ALLOW BE-DNCM"}),
    ("a customer", "be-opt-in", test_be.HERE, {"contract": "ACME;subject=retail;2026-01-01..2026-12-31"},
     {"not-yet": "ALLOW BE-DNCM", "required": "BLOCK BE-DNCM"}),
    ("a company", "be-opt-in", test_be.HERE, {"callee": "business"},
     {"not-yet": "ALLOW BE-DNCM", "required": "BLOCK BE-DNCM"}),
    ("a service call", "be-opt-in", test_be.HERE, {"purpose": "service"},
     {"not-yet": "ALLOW BE-DNCM", "required": "ALLOW BE-DNCM"}),
    ("listed, with a consent", "be-opt-in", test_be.HERE, {**test_be.LISTED, "consent": test_be.AGREED},
     {"not-yet": "ALLOW BE-DNCM", "required": "ALLOW BE-DNCM"}),
    ("A call about wine at half past eight", "be-hours", test_be.HERE, {"at": "2026-11-25T08:30"},
     {"energy": "ALLOW BE-DNCM", "everybody": "BLOCK BE-HOURS"}),
    ("On Sunday in the Netherlands", "nl-hours", test_nl.HERE,
     {**test_nl.GIFT, "history": "purchase=2026-06-01", "at": "2026-11-22T11:00"},
     {"none": "ALLOW NL-CUST", "code": "BLOCK NL-HOURS"}),
    ("on a weekday", "nl-hours", test_nl.HERE, {**test_nl.GIFT, "history": "purchase=2026-06-01"},
     {"none": "ALLOW NL-CUST", "code": "ALLOW NL-CUST"}),
    ("on Saint Nicholas' Eve of 2028, a Tuesday, at half past six", "nl-hours", test_nl.HERE,
     {**test_nl.GIFT, "history": "purchase=2028-06-01", "at": "2028-12-05T18:30"},
     {"none": "ALLOW NL-CUST", "code": "BLOCK NL-HOURS"}),
    ("a second before", "nl-hours", test_nl.HERE,
     {**test_nl.GIFT, "history": "purchase=2028-06-01", "at": "2028-12-05T18:29:59"},
     {"none": "ALLOW NL-CUST", "code": "ALLOW NL-CUST"}),
]  # fmt: skip

OF_SITES: Final = [
    ("Four attempts on two numbers of a person", "fr-cap-numbers",
     {"contact": "C1=+33140000001",
      "attempts": "2026-11-03 2026-11-04 2026-11-05:+33140000001 2026-11-06:+33140000001"},
     {"together": "BLOCK FR-CAP", "each": "ALLOW FR-BASIS"}),
    ("four on one of them", "fr-cap-numbers", {"contact": "C1", "attempts": FOUR},
     {"together": "BLOCK FR-CAP", "each": "BLOCK FR-CAP"}),
    ("A consent of hers, given with another number", "fr-consent-numbers",
     {"contact": "C1", "consent": f"{AGREED};number=+33140000001", "history": HER_NUMBER},
     {"each": "BLOCK FR-BASIS", "all": "ALLOW FR-BASIS"}),
    ("given with this number", "fr-consent-numbers", {"contact": "C1"},
     {"each": "ALLOW FR-BASIS", "all": "ALLOW FR-BASIS"}),
    ("with another number, by somebody else", "fr-consent-numbers",
     {"contact": "C1", "consent": f"{AGREED};number=+33140000001;contact=C2", "history": HER_NUMBER},
     {"each": "BLOCK FR-BASIS", "all": "BLOCK FR-BASIS"}),
    ("A consent of somebody else on the same line", "fr-consent-line",
     {"contact": "C1", "consent": f"{AGREED};contact=C2"}, {"each": "BLOCK FR-BASIS", "whoever": "ALLOW FR-BASIS"}),
    ("of whoever is called on it", "fr-consent-line", {"contact": "C1", "consent": f"{AGREED};contact="},
     {"each": "ALLOW FR-BASIS", "whoever": "ALLOW FR-BASIS"}),
    ("where the call does not say whom it is for", "fr-consent-line", {"consent": f"{AGREED};contact=C2"},
     {"each": "ALLOW FR-BASIS", "whoever": "ALLOW FR-BASIS"}),
    ("of somebody else who withdrew it", "fr-consent-line",
     {"contact": "C1", "consent": f"{AGREED};contact=C2", "history": "withdrawn=2026-10-01T10:00"},
     {"each": "BLOCK FR-BASIS", "whoever": "BLOCK FR-WITHDRAW"}),
    ("an exact Saturday accepted by somebody else", "fr-consent-line",
     {"contact": "C1", "at": "2026-11-28T10:40", "consent": f"{AGREED};slot=2026-11-28T10:30/11:30;contact=C2"},
     {"each": "BLOCK FR-BASIS", "whoever": "ALLOW FR-HOURS-X2"}),
    ("Four attempts for two companies", "fr-cap-companies",
     {"attempts": "2026-11-03/BETA 2026-11-04 2026-11-05 2026-11-06"},
     {"each": "ALLOW FR-BASIS", "together": "BLOCK FR-CAP"}),
    ("Four attempts on somebody of whom no call says who it is", "fr-cap-line", {"attempts": FOUR},
     {"together": "BLOCK FR-CAP", "each": "BLOCK FR-CAP"}),
]  # fmt: skip
"""What depends on the book of attempts."""

IN_THEIR_COUNTRYS_TABLE: Final = {
    "be-energy-accord", "ca-objection", "ca-running-contract", "de-presumed-consent", "es-400",
    "es-legitimate-interest", "es-regional-holidays", "it-code-of-conduct", "pt-hours", "uk-hours", "uk-pensions",
    "us-business-relationship",
    "us-florida-dialers", "us-mississippi", "us-nevada", "us-objection", "us-running-contract",
    "us-states-and-businesses",
}  # fmt: skip
"""The switches whose tables are beside those of their country."""

README: Final = Path(__file__).parents[2] / "docs" / "law" / "README.md"

IN_THEIR_OWN_TEST: Final = {"fr-cap-line"}

SWITCHES: Final = {one.name: one for name in profile_names() for one in find_profile(name).switches}


def _agree(switch: Switch, answers: dict[str, str]) -> None:
    """What allows more than the default says so, and the default is the strict reading, or says that it is not."""
    assert set(answers) == set(switch.choices)
    for name, found in answers.items():
        if found.startswith("ALLOW") and answers[switch.default].startswith("BLOCK"):
            assert switch.choices[name].loosens, name


@pytest.mark.parametrize(
    ("sentence", "switch", "here", "changes", "answers"),
    [*((sentence, switch, HERE, *rest) for sentence, switch, *rest in FRANCE), *ELSEWHERE],
)
def test_a_switch(
    world: CaseWorld, sentence: str, switch: str, here: Case, changes: dict[str, str], answers: dict[str, str]
) -> None:
    """Each choice gives its answer, and without a word the default holds."""
    case = replace(here, **changes)
    assert {choice: world.ask(case, **{switch: choice}) for choice in answers} == answers, sentence
    assert world.ask(case) == answers[SWITCHES[switch].default], sentence
    _agree(SWITCHES[switch], answers)


@pytest.mark.parametrize(("sentence", "switch", "changes", "answers"), OF_SITES)
def test_a_switch_of_the_cap(
    tmp_path: Path, sentence: str, switch: str, changes: dict[str, str], answers: dict[str, str]
) -> None:
    """The same over a real book of attempts; the row names the choice as a table of counsel's does."""
    for choice, expected in answers.items():
        folder = tmp_path / choice
        folder.mkdir()
        cells = {name: getattr(HERE, name, "") for name in COLUMNS} | changes
        row = Row(1, {**cells, "switches": f"{switch}={choice}"})
        assert " ".join(Result(row, answer(row, folder)[0], []).said) == expected, (sentence, choice)
    _agree(SWITCHES[switch], answers)


@pytest.mark.parametrize(
    ("asked_for", "each"), [("C1", "ALLOW FR-BASIS"), ("C2", "BLOCK FR-CAP"), ("", "BLOCK FR-CAP")]
)
def test_several_people_on_one_line(tmp_path: Path, asked_for: str, each: str) -> None:
    """Four attempts on one of them: a call that does not say for whom it is may be for the same."""
    cells = {name: getattr(HERE, name, "") for name in COLUMNS}
    cells |= {"contact": "C2", "attempts": FOUR, "consent": f"{AGREED};contact="}
    for choice, expected in (("together", "BLOCK FR-CAP"), ("each", each)):
        folder = tmp_path / choice
        folder.mkdir()
        row = Row(1, {**cells, "switches": f"fr-cap-line={choice}"})
        with site(row, folder) as (screening, question):
            asked = question._replace(said=question.said._replace(contact=asked_for))
            decision = screening.find(asked, row.at).decision
            # The consent is of this number: it counts for whoever is called on it.
            assert f"{decision.verdict} {decision.provision}" == expected


def test_every_switch_has_its_table() -> None:
    """And each of them has a call of which its choices say different things."""
    told: dict[str, set[str]] = {}
    for _, switch, *_, answers in [*FRANCE, *ELSEWHERE, *OF_SITES]:
        told.setdefault(switch, set()).add(len(set(answers.values())) > 1)  # type: ignore[arg-type]  # a flag
    assert set(told) | IN_THEIR_COUNTRYS_TABLE == set(SWITCHES)
    assert {name for name, differs in told.items() if True not in differs} == IN_THEIR_OWN_TEST
    assert [name for name in SWITCHES if f"`{name}`" not in README.read_text()] == []


@pytest.mark.parametrize("name", profile_names())
def test_every_choice_can_be_made(name: str) -> None:
    """Alone and all together, and another law comes of it than the default's; its texts are in both languages."""
    law = find_profile(name)
    for switch in law.switches:
        assert all(switch.asks)
        for choice, said in switch.choices.items():
            made = read_profile(name, text_of(name), Changes({switch.name: (choice, "counsel")}))
            assert (made.fingerprint == law.fingerprint) is (choice == switch.default), (switch.name, choice)
            assert all(said.says)
            assert not (said.loosens and choice == switch.default)
    for place in (0, -1):
        every = {one.name: (list(one.choices)[place], "counsel") for one in law.switches}
        read_profile(name, text_of(name), Changes(every))


def test_what_no_switch_decides_is_told() -> None:
    """In both languages, with what is done meanwhile."""
    told = {name: question_lines(find_profile(name), Language.FR) for name in profile_names()}
    assert {"fr", "us", "uk", "es", "ca", "it"} <= {name for name, lines in told.items() if lines}
    for name in profile_names():
        for asks, says in zip(told[name], question_lines(find_profile(name), Language.EN), strict=True):
            assert all((*asks, *says))
            assert asks != says


def test_the_first_day_of_a_part_is_a_date() -> None:
    """A switch that moves a day moves that of the part that it names, and no other."""
    moved = read_profile("es", text_of("es"), Changes({"es-mobile-ban-day": ("fifth", "")}))
    days = [one.statement.first for one in moved.provisions if one.statement.id == "ES-CLI"]
    assert days == [date(2025, 6, 5), date(2026, 10, 17), date(2026, 10, 17)]
