"""A prefix that is dialled before every number."""

from pathlib import Path

import pytest

from gatekeeper.config import load
from gatekeeper.errors import ConfigError
from gatekeeper.phone import DialPlan, Normaliser, NumberKind, emergency_numbers

NEW_YORK, NICE, MOBILE, INDIA = 12125551234, 33493012345, 33612345678, 912125551234


def plan(home: str, line: str, *, always: bool) -> DialPlan:
    """A site with a prefix for an outside line, which always stands there or not."""
    return DialPlan(home, ("#31#", "*67", line), emergency_numbers(home), (r"[2-8]\d{3}",), line if always else "")


@pytest.mark.parametrize(
    ("home", "line", "dialled", "always", "sometimes"),
    [
        ("US", "9", "912125551234", NEW_YORK, 0),
        ("US", "9", "9+12125551234", NEW_YORK, NEW_YORK),
        ("US", "9", "*67912125551234", NEW_YORK, 0),
        ("US", "9", "9*6712125551234", NEW_YORK, NEW_YORK),
        ("US", "9", "9912125551234", INDIA, 0),
        ("US", "9", "12125551234", NEW_YORK, NEW_YORK),
        ("US", "9", "9165551234", 19165551234, 19165551234),
        ("US", "9", "+912125551234", INDIA, INDIA),
        ("US", "9", "9011912125551234", INDIA, INDIA),
        ("FR", "0", "00493012345", NICE, 0),
        ("FR", "0", "00612345678", MOBILE, MOBILE),
        ("FR", "0", "0612345678", MOBILE, MOBILE),
        ("FR", "0", "000493012345", 493012345, 0),
        ("FR", "9", "90612345678", MOBILE, MOBILE),
        ("FR", "9", "#31#90612345678", MOBILE, MOBILE),
    ],
)
def test_what_begins_with_it_has_it(home: str, line: str, dialled: str, always: int, sometimes: int) -> None:
    """It is taken off once; where it only may stand there, a string of two meanings stays refused."""
    assert Normaliser(plan(home, line, always=True)).normalise(dialled).e164 == always
    assert Normaliser(plan(home, line, always=False)).normalise(dialled).e164 == sometimes


@pytest.mark.parametrize("home", ["FR", "US", "GB", "BE"])
@pytest.mark.parametrize("line", ["9", "0"])
def test_emergency_numbers_are_found_all_the_same(home: str, line: str) -> None:
    """With it and without, and never made of a public number."""
    always, sometimes = (Normaliser(plan(home, line, always=way)) for way in (True, False))
    for number in emergency_numbers(home):
        for dialled in (number, line + number):
            assert always.normalise(dialled) == sometimes.normalise(dialled)
        assert always.normalise(line + number).kind is NumberKind.EMERGENCY


def test_it_must_be_one_of_the_prefixes(tmp_path: Path) -> None:
    """So that the dialplan and every gate know it, emergency numbers included; what is written down is not dialled."""
    file = tmp_path / "gatekeeper.toml"
    file.write_text('[phone]\nhome = "US"\nprefixes = ["9"]\nline_prefix = "9"\n')
    made = load(file, {})
    assert (made.phone.as_dial_plan().line_prefix, made.phone.as_written_plan().line_prefix) == ("9", "")
    assert Normaliser(made.phone.as_written_plan()).normalise("912125551234").kind is NumberKind.INVALID
    file.write_text('[phone]\nline_prefix = "9"\n')
    with pytest.raises(ConfigError, match='line_prefix is "9", which must be one of prefixes: add it there'):
        load(file, {})
