"""The first page: sends people to the one that they want first."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatekeeper.accounts import Role
from gatekeeper.desk.page import needs, to


async def home(request: Request) -> Response:
    """Go to the account until there is more."""
    return to(request.url_for("account").path)


ROUTES = [Route("/", needs(Role.READER)(home), name="home")]
