"""The first page: sends people to the one that they want first."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatekeeper.accounts import Role
from gatekeeper.desk.page import needs, to


async def home(request: Request) -> Response:
    """Go to today's page."""
    return to(request.url_for("today").path)


ROUTES = [Route("/", needs(Role.READER)(home), name="home")]
