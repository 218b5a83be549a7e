"""Today: calls, lists and gates at a glance, what needs somebody first; refreshes itself where there is script."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatekeeper.accounts import Role
from gatekeeper.clock import moment_of, now_micros
from gatekeeper.daemon.part_names import PARTS
from gatekeeper.desk.charts import ChartPoint, ChartWords, bars, columns
from gatekeeper.desk.desk import Desk
from gatekeeper.desk.page import desk_of, needs, render, visitor_of
from gatekeeper.desk.reading.attention import concerns
from gatekeeper.desk.reading.lists_now import ListNow, lists_now
from gatekeeper.desk.reading.running_tally import OTHER
from gatekeeper.desk.reading.today import CallFigures, TodayFigures, today_figures
from gatekeeper.desk.rendering import LOCALES
from gatekeeper.desk.visitor import Visitor
from gatekeeper.desk.wording import GATE_PARTS, GATES, KINDS, STATES, meaning, word
from gatekeeper.errors import DaemonError, StoreError
from gatekeeper.text import escaped

_PATIENCE_S = 1.0
"""How long the page waits for the daemon to tell how it is."""


async def today(request: Request) -> Response:
    """Show the page; with `part=1` what of it changes, for who has the page already."""
    desk, visitor = desk_of(request), visitor_of(request)
    status = await _status(desk, visitor)
    read = await desk.in_thread(_read, desk, visitor, now_micros())
    template = "today_part.html" if request.query_params.get("part") else "today.html"
    locale = LOCALES[visitor.language]
    write = partial(format_decimal, locale=locale)
    seen = {
        **read,
        "concerns": concerns(read["figures"], read["lists"], status, read["errors"]),
        "parts": _parts(status),
        "bars": bars,
        "columns": columns,
        "chart_words": lambda name, title, allowed, blocked: ChartWords(name, title, allowed, blocked, write),
        "points": _points,
        "hour_points": partial(_hour_points, visitor),
        "day_points": partial(_day_points, locale),
        "shown": _shown,
        "meaning": meaning,
        "word": word,
        "words": {"gates": GATES, "parts": PARTS, "kinds": KINDS, "states": STATES},
    }
    return render(request, template, seen)


async def _status(desk: Desk, visitor: Visitor) -> dict[str, Any] | None:
    """What the daemon tells of itself; nothing for who is bound to principals; None where it does not answer."""
    try:
        status = await desk.daemon.ask({"op": "status"}, timeout=_PATIENCE_S)
    except DaemonError:
        return None
    return status if visitor.principals is None else {}


def _read(desk: Desk, visitor: Visitor, now: int) -> dict[str, Any]:
    """What the stores say, and why one of them can't be read."""
    figures: TodayFigures | None = None
    lists: list[ListNow] = []
    errors = []
    try:
        desk.tally.refresh()
        figures = today_figures(desk.tally, now, visitor.zone, visitor.principals)
    except StoreError as error:
        errors.append(str(error))
    try:
        lists = lists_now(desk.settings, now, contracts=visitor.principals is None)
    except StoreError as error:
        errors.append(str(error))
    return {"now": now, "figures": figures, "lists": lists, "errors": errors}


def _parts(status: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The parts that meet calls, in their order; the others where they are in trouble."""
    parts = (status or {}).get("parts", ())
    return [one for one in parts if one["name"] in GATE_PARTS or (one["trouble"] and one["name"] in PARTS)]


def _shown(value: str) -> str:
    """A value that a call named, as people can read it."""
    return "…" if value == OTHER else escaped(value)


def _points(lines: list[CallFigures], named: Callable[[str], str] = _shown) -> list[ChartPoint]:
    return [ChartPoint(named(one.value) or "–", one.allowed, one.blocked) for one in lines]


def _hour_points(visitor: Visitor, lines: list[CallFigures]) -> list[ChartPoint]:
    return _points(lines, lambda at: f"{moment_of(int(at)).astimezone(visitor.zone):%H}")


def _day_points(locale: str, lines: list[CallFigures]) -> list[ChartPoint]:
    return _points(lines, lambda day: str(format_date(date.fromisoformat(day), "d/M", locale=locale)))


ROUTES = [Route("/today", needs(Role.READER)(today), name="today")]
