"""Attempts, facts and campaigns for the tables of rules."""

from datetime import datetime
from zoneinfo import ZoneInfo

from gatekeeper.clock import micros_of
from gatekeeper.phone import Callee, NumberKind
from gatekeeper.policy import Attempt, Campaign, Facts, Gate, Hit, Need, Outcome, Purpose, Reason, Verdict
from gatekeeper.territory import Place

AT = 1_700_000_000_000_000
PERSON = Callee(NumberKind.E164, 33)
ABROAD = Callee(NumberKind.E164, 262)
OTHERS = {kind: Callee(kind) for kind in NumberKind if kind is not NumberKind.E164}

RED = Hit("red", "3")
BLOCTEL = Hit("bloctel", "12")
TPS = Hit("tps", "7")
REGISTER = Hit("contracts", "4")
EVERYTHING = Facts(red=RED, listed=BLOCTEL, stale=BLOCTEL, unscrubbed=BLOCTEL, contract=REGISTER)

PARIS = Place("FR", (), ("Europe/Paris",))
INDIAN_OCEAN = Place("FR", ("FR-RE", "FR-YT"), ("Indian/Mayotte", "Indian/Reunion"))
PARIS_OR_REUNION = Place("FR", ("FR-RE",), ("Europe/Paris", "Indian/Reunion"))

SURVEY = Campaign("poll", purpose=Purpose.SURVEY)


def attempt(callee: Callee = PERSON, campaign: Campaign = Campaign(), at: int = AT) -> Attempt:  # noqa: B008
    """A call of a campaign at a moment."""
    return Attempt(callee, at, campaign, "", "", Gate.CLI)


def allow(reason: Reason, hit: Hit | None = None) -> Outcome:
    """What a rule says that allows."""
    return Outcome(Verdict.ALLOW, reason, hit)


def block(reason: Reason, hit: Hit | None = None) -> Outcome:
    """What a rule says that blocks."""
    return Outcome(Verdict.BLOCK, reason, hit)


def moment(text: str, zone: str = "Europe/Paris", fold: int = 0) -> int:
    """A moment by the clock of a zone, in microseconds since the epoch."""
    return micros_of(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold))


def knowing(*known: tuple[Need, object]) -> Facts:
    """What the sources say, each with the need that it answers."""
    return Facts(further=tuple(value for _, value in known), needs=tuple(need for need, _ in known))
