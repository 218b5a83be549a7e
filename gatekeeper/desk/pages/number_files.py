"""Files of one number: a proof of a consent, and the consumer's free copy as a PDF."""

from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatekeeper.accounts import Role
from gatekeeper.desk.page import changed, desk_of, needs, visitor_of
from gatekeeper.desk.pages.number import opened
from gatekeeper.desk.pages.proof_files import saved
from gatekeeper.phone import display

_COPY: Final = "attachment; filename=consent-proof.pdf"


async def proof(request: Request) -> Response:
    """A file that is kept as the proof of an entry of this number that the visitor may see."""
    desk, visitor, e164 = desk_of(request), visitor_of(request), opened(request)
    file = await desk.in_thread(desk.number.proof, e164, request.path_params["digest"], visitor.principals)
    if file is None:
        raise HTTPException(404)
    return await desk.in_thread(saved, file)


async def copy(request: Request) -> Response:
    """The consumer's free copy, of all that the visitor may see."""
    desk, visitor, e164 = desk_of(request), visitor_of(request), opened(request)
    data = await desk.in_thread(desk.number.copy, e164, visitor.principals)
    if request.method == "GET":
        await changed(request, "consent.copy", display(e164), "")
    return Response(data, media_type="application/pdf", headers={"content-disposition": _COPY})


ROUTES = [
    Route("/number/{token}/proof/{digest}", needs(Role.READER)(proof), name="number_proof"),
    Route("/number/{token}/copy.pdf", needs(Role.READER)(copy), name="number_copy"),
]
