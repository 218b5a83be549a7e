"""Whether calls can be decided on now, over real lists."""

import time
from pathlib import Path

import phonenumbers
import pytest

from gatekeeper.law import find_profile
from gatekeeper.lists import ImportOptions, ListIndex, ListKind, ListStore
from gatekeeper.phone import DialPlan, Normaliser
from gatekeeper.phone.example import example_number
from gatekeeper.policy import Campaign
from gatekeeper.screening.readiness import Readiness
from gatekeeper.screening.service import Screening

DAY = 86_400_000_000
NUMBER = example_number("fr")
GATE_ERROR = "calls are refused with GATE_ERROR: "


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """Two lists, of which one can grow stale."""
    file = tmp_path / "list.txt"
    file.write_text("+33698765432\n")
    with ListStore(tmp_path) as store:
        for name in ("bloctel", "tps"):
            store.ensure(name, ListKind.OPPOSITION)
            store.import_file(file, name, options=ImportOptions(by="test"))
    return tmp_path


def readiness(data_dir: Path, days: float = 0, *, default: Campaign | None = None, trouble: str = "") -> Readiness:
    """Over these lists, so many days later; `bloctel` may be relied on for 30."""
    index = ListIndex.open(data_dir, patient=True)
    campaigns = {"default": default} if default else {}
    screening = Screening(
        Normaliser(DialPlan()), index, find_profile("lists_only"), campaigns, {"bloctel": 30 * DAY}, data_dir=data_dir
    )
    return Readiness(screening, NUMBER, lambda: trouble, lambda: time.time_ns() // 1000 + int(days * DAY))


@pytest.mark.parametrize(
    ("days", "default", "why"),
    [
        (0, None, ""),
        (29, None, ""),
        (31, None, "calls are refused with LIST_STALE: the list bloctel is too old"),
        (31, Campaign("default", ("tps",)), ""),
        (31, Campaign("default", ()), ""),
    ],
)
def test_a_stale_list(data_dir: Path, days: float, default: Campaign | None, why: str) -> None:
    """A list that the campaign of calls without one applies, and no other."""
    assert readiness(data_dir, days, default=default).why_not() == why


def test_another_block_is_a_decision(data_dir: Path) -> None:
    """A number on the red list is decided on; that a list is stale is found out behind it, too."""
    with ListStore(data_dir) as store:
        store.add("red", [int(NUMBER)], by="test")
    assert readiness(data_dir).why_not() == ""
    assert "LIST_STALE" in readiness(data_dir, 31).why_not()


def test_lists_that_cannot_be_read(data_dir: Path) -> None:
    """Unreadable lists, a fault of ours, and a journal that can't be written: each is told, none raises."""
    whole = readiness(data_dir)
    (data_dir / "lists.sqlite3").write_bytes(b"no database")
    assert readiness(data_dir).why_not().startswith(GATE_ERROR)
    whole._screening = None  # type: ignore[assignment]
    assert whole.why_not() == GATE_ERROR + "AttributeError (a fault of Gatekeeper)"
    assert readiness(data_dir, trouble="the disk is full").why_not() == "the journal can't be written: the disk is full"


def test_every_country_has_an_example() -> None:
    """It is a person's number there, in whichever country a site is."""
    for home in phonenumbers.SUPPORTED_REGIONS:
        number = phonenumbers.parse(example_number(home.lower()))
        assert phonenumbers.is_valid_number_for_region(number, home), home
    with pytest.raises(ValueError, match="no-country"):
        example_number("no-country")
