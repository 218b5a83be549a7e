"""The registries of the United States (FTC) and Canada (DNCL): the same numbering plan, and nearly the same files.

Both deliver by area code, as text (`AAA,NNNNNNN` or ten digits a line) or as XML of elements `ac` and `ph`, in a zip.
What one subscribed to is all that a file covers. A change list has an A or a D beside each number, for added or
deleted; which column that is was never published, so it is found by its words.
"""

from gatekeeper.registries.formats.model import Answers, Format, Meaning, SourceKind, TextLayout, words

DAYS = 31
"""Calls must be checked against a list no older (16 CFR 310.4(b)(3)(iv); Canada's rules say the same)."""

_AREA = 3
_PREFIX = 4  # the country code 1 and an area code
_CHANGES = words(
    listed=("A", "ADD", "ADDED", "I", "INSERT"),
    removed=("D", "DEL", "DELETE", "DELETED", "R", "REMOVE", "REMOVED"),
)


def pair(name: str, title: str, country: str, legal_basis: str, registry: str) -> tuple[Format, Format]:
    """The full list and the change list of a registry."""
    full = Format(
        name,
        title,
        country=country,
        max_age_days=DAYS,
        layout=TextLayout(
            delimiter=",",
            column=1,
            area=_AREA,
            xml=True,
            foreign=tuple(_CHANGES),
            foreign_format=f"{name}-changes",
        ),
        area_digits=_PREFIX,
        legal_basis=legal_basis,
        registry=registry,
    )
    changes = Format(
        f"{name}-changes",
        f"{title}, change list",
        kind=SourceKind.DELTA,
        country=country,
        max_age_days=DAYS,
        layout=TextLayout(
            delimiter=",",
            column=1,
            area=_AREA,
            xml=True,
            answers=Answers(_CHANGES, other=Meaning.UNCLEAR, empty=Meaning.UNCLEAR, fold=True),
        ),
        area_digits=_PREFIX,
        legal_basis=legal_basis,
        registry=registry,
    )
    return full, changes


FORMATS: tuple[Format, ...] = ()
"""None of its own: the countries' modules have them."""
