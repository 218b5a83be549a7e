"""France and its overseas: which territory, which clock."""

import phonenumbers
import pytest

from gatekeeper.phone import DialPlan, Normaliser
from gatekeeper.territory import Place, place_of

REUNION = Place("FR", ("FR-RE",), ("Indian/Reunion",))
MAYOTTE = Place("FR", ("FR-YT",), ("Indian/Mayotte",))
EITHER = Place("FR", ("FR-RE", "FR-YT"), ("Indian/Mayotte", "Indian/Reunion"))
METROPOLITAN = Place("FR", (), ("Europe/Paris",))
GUADELOUPE = Place("FR", ("FR-GP",), ("America/Guadeloupe",))


@pytest.mark.parametrize(
    ("number", "where"),
    [
        *((int(f"33{first}12345678"), METROPOLITAN) for first in (1, 2, 3, 4, 5, 6, 7, 9)),
        (590590123456, GUADELOUPE),
        (590690123456, GUADELOUPE),
        (590691223456, GUADELOUPE),
        (590976012345, GUADELOUPE),
        (594594123456, Place("FR", ("FR-GF",), ("America/Cayenne",))),
        (596696123456, Place("FR", ("FR-MQ",), ("America/Martinique",))),
        (508412345, Place("FR", ("FR-PM",), ("America/Miquelon",))),
        (687234567, Place("FR", ("FR-NC",), ("Pacific/Noumea",))),
        (68987123456, Place("FR", ("FR-PF",), ("Pacific/Tahiti",))),
        (681821234, Place("FR", ("FR-WF",), ("Pacific/Wallis",))),
        (262262123456, REUNION),
        (262263012345, REUNION),
        (262692123456, REUNION),
        (262693123456, REUNION),
        (262269012345, MAYOTTE),
        (262639123456, MAYOTTE),
        (262976271234, EITHER),
        (33939112345, METROPOLITAN),
        (33976012345, Place("FR", ("FR-GF", "FR-GP"), ("America/Cayenne", "America/Guadeloupe"))),
        (262800123456, EITHER),
        (262709201234, EITHER),
    ],
)
def test_the_number_tells_the_territory(number: int, where: Place) -> None:
    """Overseas numbers do; those of the mainland tell no region."""
    assert place_of(number) == where


@pytest.mark.parametrize(
    ("number", "postcode", "where"),
    [
        (262976271234, "97410", REUNION),
        (262976271234, "97600", MAYOTTE),
        (262976271234, "75001", Place("FR", ("FR-RE", "FR-YT"), ("Europe/Paris", "Indian/Mayotte", "Indian/Reunion"))),
        (262692123456, "97410", REUNION),
        (262692123456, "97600", EITHER),
        (262692123456, "69003", Place("FR", ("FR-RE",), ("Europe/Paris", "Indian/Reunion"))),
        (33612345678, "69003", METROPOLITAN),
        (33612345678, " 20000 ", METROPOLITAN),
        (33612345678, "97410", Place("FR", ("FR-RE",), ("Europe/Paris", "Indian/Reunion"))),
        (33612345678, "97133", Place("FR", ("FR-GP",), ("America/Guadeloupe", "Europe/Paris"))),
        (590690123456, "97150", GUADELOUPE),
        (687234567, "98800", Place("FR", ("FR-NC",), ("Pacific/Noumea",))),
        *(
            (262976271234, unread, EITHER)
            for unread in ("9741", "974100", "F-97410", "98000", "00000", "97 410", "\u0661")
        ),
        *((262976271234, unread, EITHER) for unread in ("٩٧٤١٠", "97410" + " " * 20, "SW1A 1AA", "-9741", "9741\n0")),
    ],
)
def test_a_postcode_narrows_or_adds(number: int, postcode: str, where: Place) -> None:
    """Within what the number allows it narrows; elsewhere it adds its own; unread it says nothing."""
    assert place_of(number, postcode) == where


INTERNET = [f"9{four:04}" for four in range(10_000) if f"{four:04}"[:2] in ("39", "47", "76")]
"""Beginnings of internet numbers of which overseas plans have some."""


@pytest.mark.parametrize(
    ("region", "code", "zone"),
    [
        ("GP", 590, "America/Guadeloupe"),
        ("GF", 594, "America/Cayenne"),
        ("MQ", 596, "America/Martinique"),
        ("RE", 262, "Indian/Reunion"),
        ("YT", 262, "Indian/Mayotte"),
    ],
)
def test_an_internet_number_is_where_its_plan_is_however_it_is_written(region: str, code: int, zone: str) -> None:
    """The clock of each territory whose plan has it counts, and the mainland's does not, in every spelling."""
    french = Normaliser(DialPlan())
    known = 0
    for head in INTERNET:
        number = phonenumbers.PhoneNumber(code, int(f"{head}1234"))
        if not phonenumbers.is_valid_number_for_region(number, region):
            continue
        known += 1
        readings = {french.normalise(text).e164 for text in (f"0{head}1234", f"+{code}{head}1234", f"+33{head}1234")}
        assert len(readings) == 1
        zones = place_of(readings.pop()).zones
        assert zone in zones, head
        assert head.startswith(("9398", "9399")) or "Europe/Paris" not in zones, head
    assert known
