"""The dial plan of a site, as its administrator describes it, and the emergency numbers of some countries."""

from dataclasses import dataclass

# France, Arcep decision 2019-0954 (emergency numbers: 15, 17, 18, 112, 114, 115, 119, 191, 196, 197, 116000) - the
# numbers that every operator must carry at all times and free of charge.
FRENCH_EMERGENCY = frozenset({"112", "114", "115", "116000", "119", "15", "17", "18", "191", "196", "197"})

# What phonenumbers holds for the country (a test compares), and national lines for life and limb that it leaves out.
EMERGENCY_BY_HOME: dict[str, frozenset[str]] = {
    "FR": FRENCH_EMERGENCY,
    "AU": frozenset({"000", "106", "112"}),
    "BE": frozenset({"100", "101", "105", "110", "112", "116000"}),
    "CA": frozenset({"112", "911", "988"}),
    "CH": frozenset({"112", "117", "118", "143", "144", "147", "1414"}),
    "DE": frozenset({"110", "112", "116000"}),
    "ES": frozenset({"061", "062", "080", "085", "088", "091", "092", "112", "116000"}),
    "GB": frozenset({"112", "116000", "18000", "999"}),
    "HK": frozenset({"112", "992", "999"}),
    "IT": frozenset({"112", "113", "114", "115", "116000", "117", "118", "1530"}),
    "LU": frozenset({"112", "113", "116000"}),
    "US": frozenset({"112", "911", "988"}),
}

_WORLDWIDE = frozenset(
    {"112", "911", "999"}
)  # what a GSM handset takes for an emergency call anywhere (3GPP TS 22.101)


@dataclass(frozen=True, slots=True)
class DialPlan:
    """How numbers are dialled at this site.

    `home` is the country (ISO 3166 alpha-2) whose national numbers may be written without a country code. `prefixes`
    may stand before any number and are taken off: access codes ("9"), caller-ID prefixes ("#31#"). `emergency` are
    dialled exactly so, alone or behind what callers dial before them (`gatekeeper.phone.emergency`). `internal` are
    regular expressions that must match the whole string.
    `line_prefix` is the one of the prefixes that stands before every public number, as "9" for an outside line, or "":
    what begins with it has it.
    """

    home: str = "FR"
    prefixes: tuple[str, ...] = ("#31#", "*31#", "3651")
    emergency: frozenset[str] = FRENCH_EMERGENCY
    internal: tuple[str, ...] = ()
    line_prefix: str = ""


def emergency_numbers(home: str) -> frozenset[str]:
    """The emergency numbers of a country, as a default for `DialPlan.emergency`; the worldwide three if unknown."""
    return EMERGENCY_BY_HOME.get(home.upper(), _WORLDWIDE)
