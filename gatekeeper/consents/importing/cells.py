"""Cells of one consent: read into times, items and terms, or refused with the reason."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from gatekeeper.clock import ENDLESS, SECOND_US, kept_moment, micros_of
from gatekeeper.consents.importing.file_place import FilePlace
from gatekeeper.consents.model import SharedTerms
from gatekeeper.consents.slot_text import read_slots
from gatekeeper.errors import RejectedConsentError
from gatekeeper.policy.ledger import ALL_ITEMS, ConsentItem
from gatekeeper.translation import marked, phrase

GRACE: Final = 60 * SECOND_US
"""Microseconds that two clocks may differ."""

_MOMENT: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)\s?(Z|[+-]\d\d(?::?\d\d)?)?)?", re.ASCII
)
_ENDLESS: Final = f"{ENDLESS}-"
_ANY_YEAR: Final = "1999-"
"""One with the same days."""

_YES: Final = frozenset(("yes", "y", "oui", "o", "true", "vrai", "1", "x"))
_NO: Final = frozenset(("", "no", "n", "non", "false", "faux", "0", "-"))
_ITEMS: Final = {
    **{item.value: item for item in ConsentItem},
    "mandant": ConsentItem.PRINCIPAL,
    "biens": ConsentItem.GOODS,
    "choix": ConsentItem.CHOICE,
    "duree": ConsentItem.PERIOD,
    "retrait": ConsentItem.WITHDRAWAL,
    "acces-preuve": ConsentItem.PROOF_ACCESS,
    "acte": ConsentItem.ACT,
}

_TOLD: Final = (
    marked("principal"),
    marked("goods"),
    marked("choice"),
    marked("period"),
    marked("withdrawal"),
    marked("proof-access"),
    marked("act"),
)
"""The items, as `phrase` says them."""


class When(NamedTuple):
    """A moment that was read: microseconds since the epoch, and whether it has its hour."""

    at: int
    hour_known: bool


def read_when(text: str, zone: ZoneInfo, column: str) -> When:
    """A day, or a moment. A day alone is its first moment.

    Raises:
        RejectedConsentError: it is none.
    """
    found = _MOMENT.fullmatch(text)
    day, clock, offset = found.groups() if found else ("", "", "")
    try:
        local = (
            datetime.fromisoformat(f"{day}T{clock}{offset or ''}")
            if clock
            else datetime.combine(date.fromisoformat(day), time())
        )
        at = micros_of(kept_moment(local if local.tzinfo else local.replace(tzinfo=zone)))
    except (ValueError, OverflowError):
        raise RejectedConsentError(
            phrase(
                "{column} can't be read: write 2026-08-20T10:00, with the zone (+02:00) where it is another",
                column=column,
            )
        ) from None
    return When(at, clock is not None)


def read_end(text: str, zone: ZoneInfo, column: str, endless: int = 0) -> int:
    """The end of a period, which is not part of it, in microseconds: of a day alone, the end of that day.

    Args:
        text: as it was written.
        zone: where it has none.
        column: what it is called in errors.
        endless: what stands for no end; in the year 9999 nothing ends.

    Raises:
        RejectedConsentError: it is none.
    """
    if text.startswith(_ENDLESS):
        read_when(text.replace(_ENDLESS, _ANY_YEAR, 1), zone, column)
        return endless
    when = read_when(text, zone, column)
    if when.hour_known:
        return when.at
    day = datetime.combine(date.fromisoformat(text[:10]) + timedelta(days=1), time(), zone)
    return micros_of(day)


def read_items(text: str, where: FilePlace) -> frozenset[ConsentItem]:
    """`all`, names of items, or `no-` and a name: all but these.

    Raises:
        ConsentError: there is no such item.
    """
    words = text.casefold().replace("é", "e").replace("è", "e").replace(",", " ").replace("|", " ").split()
    found: set[ConsentItem] = set()
    if words and all(word.startswith("no-") for word in words):
        return ALL_ITEMS - {_item(word.removeprefix("no-"), where) for word in words}
    for word in words:
        if word in {"all", "tous", "toutes"}:
            found |= ALL_ITEMS
        elif word not in {"none", "aucun", "aucune"}:
            found.add(_item(word, where))
    return frozenset(found)


def _item(word: str, where: FilePlace) -> ConsentItem:
    item = _ITEMS.get(word)
    if item is None:
        why = phrase(
            "items: there is no item {word!r}; write all, or of {names}; nothing was changed",
            word=word[:40],
            names=", ".join(ConsentItem),
        )
        raise where.error(why, "items")
    return item


def read_flag(text: str, column: str, where: FilePlace) -> bool:
    """Yes or no, in either language.

    Raises:
        ConsentError: it is neither.
    """
    word = text.casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    why = phrase("{column}: {said!r} is neither yes nor no; nothing was changed", column=column, said=text[:40])
    raise where.error(why, column)


def read_terms(said: Mapping[str, str], *, hour_known: bool, zone: str, where: FilePlace) -> SharedTerms:
    """The terms that cells say, by the names of their columns.

    Raises:
        RejectedConsentError: the slots can't be read.
        ConsentError: a word is none of those that there are.
    """
    try:
        slots = read_slots(said.get("slots", ""))
    except ValueError as error:
        raise RejectedConsentError(phrase("slots can't be read: {error}", error=error)) from None
    return SharedTerms(
        principal=said.get("principal", "").strip(),
        third_parties=_names(said.get("third_parties", "")),
        goods=_names(said.get("goods", "")),
        text=said.get("text", "").strip(),
        channel=said.get("channel", "").strip(),
        items=read_items(said.get("items", ""), where),
        slots=slots,
        zone=zone,
        hour_known=hour_known,
        robot=read_flag(said.get("robot", "").strip(), "robot", where),
        written=read_flag(said.get("written", "").strip(), "written", where),
    )


def lacks(terms: SharedTerms, *, proved: bool) -> str:
    """What keeps a consent from ever counting under a law that asks for it, or ""."""
    unshown = ", ".join(phrase(item) for item in ConsentItem if item not in terms.items)
    missing = [
        *([] if terms.principal else [phrase("no principal")]),
        *([] if terms.goods else [phrase("no goods")]),
        *([phrase("the request did not show: {item}", item=unshown)] if unshown else []),
        *([] if terms.hour_known else [phrase("no hour of collection")]),
        *([] if proved else [phrase("no proof")]),
    ]
    return phrase("; ").join(missing)


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in re.split(r"[|,;\n]", text) if (name := " ".join(part.split()))))
