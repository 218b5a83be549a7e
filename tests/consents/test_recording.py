"""Events that are written down by hand: when what is said of a day alone happened."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from gatekeeper.clock import micros_of
from gatekeeper.consents.recording import read_event
from gatekeeper.policy.ledger import ENDING, EventKind


def at(text: str, zone: str = "Europe/Paris") -> int:
    """A moment by the clock of a zone."""
    return micros_of(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)))


@pytest.mark.parametrize("zone", ["Europe/Paris", "Indian/Reunion", "America/New_York"])
@pytest.mark.parametrize("kind", EventKind)
def test_a_day_alone_is_read_strictly(kind: EventKind, zone: str) -> None:
    """What ends a consent ends those of that day, too; what opens something is as old as it can be."""
    for day, begins, ends in (
        ("2026-10-20", "2026-10-20T00:00", "2026-10-21T00:00"),
        ("2026-10-25", "2026-10-25T00:00", "2026-10-26T00:00"),
    ):
        found = read_event(33612345678, "", kind, {"at": day}, proof="", zone=zone, now=at("2026-11-25T11:00", zone))
        assert found.at == (at(ends, zone) - 1 if kind in ENDING else at(begins, zone)), day


@pytest.mark.parametrize("kind", EventKind)
def test_of_today_it_has_happened_by_now(kind: EventKind) -> None:
    """Not at midnight that is to come; and a moment is taken as it is."""
    now = at("2026-11-25T11:00")
    today = read_event(33612345678, "", kind, {"at": "2026-11-25"}, proof="", zone="Europe/Paris", now=now)
    assert today.at == (now if kind in ENDING else at("2026-11-25T00:00"))
    said = read_event(33612345678, "", kind, {"at": "2026-11-25T10:30"}, proof="", zone="Europe/Paris", now=now)
    assert said.at == at("2026-11-25T10:30")
