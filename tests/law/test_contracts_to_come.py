"""A contract that begins later cures a block, and when is told: of one call, and of many at once."""

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from gatekeeper.clock import micros_of
from gatekeeper.policy import Reason, Verdict
from gatekeeper.screening.bulk_retry import first_moments
from tests.law.cases.row import COLUMNS, Case
from tests.law.cases.site import answer, site

PARIS = "Europe/Paris"


def row(**cells: str) -> Case:
    """A question about insurance on a Wednesday in November 2026, without a ground."""
    plain = {
        "number": "+33612345678",
        "zone": PARIS,
        "at": "2026-11-25T11:00",
        "purpose": "prospecting",
        "goods": "insurance",
        "sector": "insurance",
        "dial_mode": "manual",
        "callee": "consumer",
        "caller_id": "+33148000001",
        "principal": "ACME",
    }
    return Case(1, dict.fromkeys(COLUMNS, "") | plain | cells)


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        ({"contract": "ACME;subject=insurance;2026-11-26..2027-11-25"}, "2026-11-26T10:00"),
        ({"contract": "ACME;subject=insurance;2026-11-28..2027-11-25"}, "2026-11-30T10:00"),
        ({"contract": "ACME;subject=telecom;2026-11-26.. ACME;subject=insurance;2026-12-01.."}, "2026-12-01T10:00"),
        ({"contract": "BETA;subject=insurance;2026-11-26..2027-11-25"}, ""),
        ({"contract": "ACME;subject=insurance;2026-01-01..2026-11-24"}, ""),
        ({"contract": "ACME;subject=insurance;2026-11-26..", "history": "objected=2026-11-01T10:00"}, ""),
        (
            {"contract": "ACME;subject=heat-pump;2026-11-26..", "goods": "heat-pump", "sector": "energy-works"},
            "2026-11-26T10:00",
        ),
        (
            {
                "contract": "ACME;subject=insurance;2026-11-26..",
                "attempts": "2026-11-03 2026-11-04 2026-11-05 2026-11-06",
            },
            "2026-12-03T10:00",
        ),
        (
            {
                "number": "+390612345678",
                "zone": "Europe/Rome",
                "contract": "ACME;subject=insurance;2026-11-27..",
                "wash": "rpo:listed@2026-11-24",
                "caller_id": "+390600000001",
            },
            "2026-11-27T09:00",
        ),
    ],
)
def test_a_block_that_a_contract_will_cure_says_when(tmp_path: Path, cells: dict[str, str], first: str) -> None:
    """The first minute of it that the law's hours and caps let through; the scrub says the same."""
    case = row(**cells)
    wanted = micros_of(datetime.fromisoformat(first).replace(tzinfo=ZoneInfo(case["zone"]))) if first else 0
    finding, _ = answer(case, tmp_path)
    assert finding.decision.verdict.value == "BLOCK"
    assert finding.decision.retry_at == wanted
    (tmp_path / "many").mkdir()
    with site(case, tmp_path / "many") as (screening, question):
        numbers = np.array([case.number, case.number + 1], np.int64)
        assert first_moments(screening, question, numbers, case.at).tolist() == [wanted, 0]


@pytest.mark.parametrize("goods", ["retail,wine", "wine,retail"])
@pytest.mark.parametrize("tried", ["retail", "wine"])
def test_calls_about_several_goods_are_counted_on_each(tmp_path: Path, goods: str, tried: str) -> None:
    """In whichever order they are named: three on one of the subjects are three."""
    attempts = " ".join(f"2026-11-25T{hour}:00;goods={tried}" for hour in ("09", "10", "11"))
    case = row(
        number="+13055552671",
        zone="America/New_York",
        at="2026-11-25T12:00",
        goods=goods,
        sector="retail",
        caller_id="+14155550100",
        wash="ftc:free@2026-11-20",
        attempts=attempts,
    )
    finding, _ = answer(case, tmp_path)
    assert (finding.decision.verdict.value, finding.decision.provision) == ("BLOCK", "US-FL")


STARTS = "ACME;subject=insurance;2026-11-26..2027-11-25"
ENDS = "ACME;subject=insurance;2026-01-01..2026-11-25"


@pytest.fixture(params=["UTC", "Europe/Paris", "Pacific/Noumea", "America/Los_Angeles"])
def site_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The clock of this site."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("zone", "number"),
    [
        (PARIS, "+33612345678"),
        ("America/Guadeloupe", "+590590123456"),
        ("Indian/Reunion", "+262692123456"),
        ("Pacific/Tahiti", "+68940412345"),
        ("Pacific/Wallis", "+681721234"),
    ],
)
@pytest.mark.usefixtures("site_zone")
def test_the_first_and_the_last_day_are_the_callees_as_well(tmp_path: Path, zone: str, number: str) -> None:
    """On the evening before its first day and on the morning after its last a contract is no ground."""
    plain = {"number": number, "zone": zone}
    for place, (cells, reason) in enumerate(
        [
            ({"contract": STARTS, "at": "2026-11-25T19:59:59"}, Reason.NO_BASIS),
            ({"contract": STARTS, "at": "2026-11-27T10:00"}, Reason.CONTRACT),
            ({"contract": ENDS, "at": "2026-11-24T19:59:59"}, Reason.CONTRACT),
            ({"contract": ENDS, "at": "2026-11-26T10:00"}, Reason.NO_BASIS),
        ]
    ):
        case = row(**plain, **cells)
        folder = tmp_path / str(place)
        folder.mkdir()
        with site(case, folder) as (screening, question):
            finding = screening.find(question, case.at)
            moments = first_moments(screening, question, np.array([case.number], np.int64), case.at)
            told = screening.with_retry(question, finding).decision.retry_at
        assert finding.decision.reason is reason, cells
        allowed = finding.decision.verdict is Verdict.ALLOW
        assert moments.tolist() == [case.at if allowed else told], cells
        assert allowed or (told > case.at) is (cells["contract"] == STARTS), cells
