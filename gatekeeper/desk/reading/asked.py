"""A filter of the journal as an address or a form has it, in the words that people write."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from starlette.datastructures import ImmutableMultiDict

from gatekeeper.clock import ENDLESS, kept_moment
from gatekeeper.config import Settings
from gatekeeper.errors import FormError
from gatekeeper.journal import DecisionFilter, bytes_of_ident
from gatekeeper.phone import Normaliser, NumberKind
from gatekeeper.translation import phrase

TODAY: Final = "today"
"""In place of a time: the day on which it is asked."""

_LONGEST: Final = 200
_MOST: Final = 50
"""Values of a field."""

_normaliser = lru_cache(maxsize=4)(Normaliser)
"""Built once for each plan: it reads the numbering of the world."""


def filter_asked(fields: ImmutableMultiDict[str, str], zone: ZoneInfo, settings: Settings) -> DecisionFilter:
    """The filter that an address names; what is empty in it lets all through.

    Args:
        fields: of the address: `since`, `until`, `number`, `id`, `linkedid`, `verdict`, `reason`, `campaign`,
            `principal`, `agent`, `gate`, `list`, `provision`, `bypassed`, `would_block`.
        zone: of its times.
        settings: how numbers are written here.

    Raises:
        FormError: a field can't be understood.
    """
    principals = _several(fields, "principal")
    return DecisionFilter(
        since=_moment(fields, "since", zone),
        until=_moment(fields, "until", zone, end_of_day=True),
        number=_number(_one(fields, "number"), settings),
        reasons=_several(fields, "reason"),
        verdicts=_several(fields, "verdict"),
        campaigns=_several(fields, "campaign"),
        principals=principals or None,
        agents=_several(fields, "agent"),
        gates=_several(fields, "gate"),
        lists=_several(fields, "list"),
        provisions=_several(fields, "provision"),
        would_block=bool(_one(fields, "would_block")),
        bypassed=bool(_one(fields, "bypassed")),
        id=_ident(_one(fields, "id")),
        linkedid=_one(fields, "linkedid"),
    )


def _one(fields: ImmutableMultiDict[str, str], name: str) -> str:
    return fields.get(name, "").strip()[:_LONGEST]


def _several(fields: ImmutableMultiDict[str, str], name: str) -> frozenset[str]:
    given = [one.strip()[:_LONGEST] for one in fields.getlist(name)[:_MOST]]
    return frozenset(filter(None, given))


def _moment(
    fields: ImmutableMultiDict[str, str], name: str, zone: ZoneInfo, *, end_of_day: bool = False
) -> datetime | None:
    text = _one(fields, name)
    if not text:
        return None
    try:
        if len(text) == len("2026-11-26") or text == TODAY:
            day = datetime.now(zone).date() if text == TODAY else date.fromisoformat(text)
            if end_of_day and day.year >= ENDLESS:
                return None
            day += timedelta(days=end_of_day)
            return kept_moment(datetime.combine(day, time(), zone))
        moment = datetime.fromisoformat(text)
        return kept_moment(moment if moment.tzinfo is not None else moment.replace(tzinfo=zone))
    except (ValueError, OverflowError):
        raise FormError(name, phrase("a time is wanted, such as 2026-11-26 or 2026-11-26T10:00")) from None


def _number(text: str, settings: Settings) -> int | None:
    if not text:
        return None
    number = _normaliser(settings.phone.as_written_plan()).normalise(text)
    if number.kind is not NumberKind.E164:
        raise FormError("number", phrase("this is no complete telephone number"))
    return number.e164


def _ident(text: str) -> str:
    if not text:
        return ""
    try:
        bytes_of_ident(text.upper())
    except ValueError:
        raise FormError("id", phrase("the id of a decision has 26 letters and digits")) from None
    return text.upper()
