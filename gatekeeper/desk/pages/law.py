"""The law: what holds today and on a chosen day, in words; what comes, what is uncertain, how two days differ."""

from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatekeeper.accounts import Role
from gatekeeper.desk.page import desk_of, needs, render, visitor_of
from gatekeeper.desk.pages.uploading import day_of
from gatekeeper.desk.reading import law as reading
from gatekeeper.desk.reading.campaigns import read_campaigns
from gatekeeper.law.page import WORDS


async def laws(request: Request) -> Response:
    """Show which laws there are."""
    desk, visitor = desk_of(request), visitor_of(request)
    found = await desk.in_thread(reading.read_laws, desk.settings)
    seen = {"laws": found, "words": WORDS[visitor.language]}
    return render(request, "laws.html", seen)


async def law(request: Request) -> Response:
    """Show a law as it is on a day."""
    desk, visitor, asked = desk_of(request), visitor_of(request), request.query_params
    day = day_of(asked.get("on", ""), "on") or datetime.now(visitor.zone).date()
    rows = await desk.in_thread(read_campaigns, desk.settings, visitor.principals)
    page = await desk.in_thread(
        reading.read_law,
        desk.settings,
        request.path_params["name"],
        day,
        visitor.language,
        day_of(asked.get("against", ""), "against"),
        [row.name for row in rows],
    )
    if page is None:
        raise HTTPException(404)
    today = datetime.now(visitor.zone).date()
    return render(request, "law.html", {"page": page, "words": WORDS[visitor.language], "today": today})


ROUTES = [
    Route("/law", needs(Role.READER)(laws), name="laws"),
    Route("/law/{name}", needs(Role.READER)(law), name="law"),
]
