"""Files of one number: a proof of a consent, and the consumer's free copy as a PDF."""

from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from gatekeeper.accounts import Role
from gatekeeper.clock import now_micros
from gatekeeper.config import Settings
from gatekeeper.consents import ConsentLedger, ConsentStore
from gatekeeper.consents.extract import extract_of
from gatekeeper.desk.page import changed, desk_of, needs, visitor_of
from gatekeeper.desk.pages.number import opened
from gatekeeper.dossier.restricted import Principals, restricted_entries
from gatekeeper.phone import display

_COPY: Final = "attachment; filename=consent-proof.pdf"


async def proof(request: Request) -> Response:
    """A file that is kept as the proof of an entry of this number that the visitor may see."""
    desk, visitor, e164 = desk_of(request), visitor_of(request), opened(request)
    find = partial(_proof, desk.settings, e164, request.path_params["digest"], visitor.principals)
    file = await desk.in_thread(find)
    if file is None:
        raise HTTPException(404)
    # Whatever it is, a browser keeps it and does not show it: it came from outside.
    name = f"proof-{file.name[:12]}"
    return FileResponse(
        file, media_type="application/octet-stream", filename=name, content_disposition_type="attachment"
    )


async def copy(request: Request) -> Response:
    """The consumer's free copy, of all that the visitor may see."""
    desk, visitor, e164 = desk_of(request), visitor_of(request), opened(request)
    data = await desk.in_thread(_copy, desk.settings, e164, visitor.principals)
    await changed(request, "consent.copy", display(e164), "")
    return Response(data, media_type="application/pdf", headers={"content-disposition": _COPY})


def _proof(settings: Settings, e164: int, digest: str, principals: Principals) -> Path | None:
    with (
        ConsentStore(settings.daemon.data_dir) as store,
        closing(ConsentLedger.open(settings.daemon.data_dir)) as ledger,
    ):
        entries = restricted_entries(extract_of(ledger, store, e164, ""), principals)
        if not any(entry.proof == f"sha256:{digest}" for entry in entries):
            return None
        file = store.layout.proof(digest)
    return file if file.is_file() else None


def _copy(settings: Settings, e164: int, principals: Principals) -> bytes:
    from gatekeeper.consents.extract_pdf import render  # brings fpdf2 in

    with (
        ConsentStore(settings.daemon.data_dir) as store,
        closing(ConsentLedger.open(settings.daemon.data_dir)) as ledger,
    ):
        entries = restricted_entries(extract_of(ledger, store, e164, ""), principals)
        texts = {text.name: text for text in store.texts()}
    return render(display(e164), entries, texts, now_micros())


ROUTES = [
    Route("/number/{token}/proof/{digest}", needs(Role.READER)(proof), name="number_proof"),
    Route("/number/{token}/copy.pdf", needs(Role.READER)(copy), name="number_copy"),
]
