"""Scrubs: which are scheduled and when they are due, and the certificates that they left, to be read and downloaded."""

from datetime import UTC, datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from gatekeeper.accounts import Role
from gatekeeper.desk.page import desk_of, needs, render, visitor_of
from gatekeeper.desk.reading import scrubs as reading
from gatekeeper.desk.wording import meaning
from gatekeeper.scrub.pdf_words import WORDS


async def scrubs(request: Request) -> Response:
    """Show the scheduled scrubs, and all certificates."""
    desk, visitor = desk_of(request), visitor_of(request)
    rows = await desk.in_thread(reading.read_scrubs, desk.settings, visitor.principals, datetime.now(UTC))
    found = await desk.in_thread(reading.read_certificates, desk.settings, visitor.principals)
    return render(request, "scrubs.html", {"rows": rows, "certificates": found})


async def certificate(request: Request) -> Response:
    """Show one certificate."""
    return render(
        request,
        "certificate.html",
        {"row": await _row(request), "words": WORDS[visitor_of(request).language], "meaning": meaning},
    )


async def download(request: Request) -> Response:
    """One certificate, as it was written."""
    row, kind = await _row(request), request.path_params["kind"]
    path, media = {
        "pdf": (row.pdf, "application/pdf"),
        "json": (row.path, "application/json"),
    }.get(kind, (None, ""))
    if path is None or not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, media_type=media, filename=f"certificate-{row.id}.{kind}")


async def _row(request: Request) -> reading.CertificateRow:
    desk, visitor = desk_of(request), visitor_of(request)
    ident = request.path_params["ident"]
    row = await desk.in_thread(reading.find_certificate, desk.settings, visitor.principals, ident)
    if row is None:
        raise HTTPException(404)
    return row


ROUTES = [
    Route("/scrubs", needs(Role.READER)(scrubs), name="scrubs"),
    Route("/scrubs/{ident}", needs(Role.READER)(certificate), name="certificate"),
    Route("/scrubs/{ident}/certificate.{kind}", needs(Role.READER)(download), name="certificate_file"),
]
