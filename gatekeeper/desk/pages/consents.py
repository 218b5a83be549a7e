"""Consents: one consumer's entries with their proofs, texts that were shown, and imports with a look before."""

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatekeeper.accounts import Role
from gatekeeper.desk.page import Handler, changed, desk_of, needs, number_of, render, text_of, to, visitor_of, why_of
from gatekeeper.desk.pages.proof_files import MOST_MB, form_with_proof, keep_proof, saved
from gatekeeper.desk.pages.uploading import (
    begun,
    flag,
    receive,
    set_aside,
    shown,
    upload_of,
    who_of,
)
from gatekeeper.desk.reading import consents as reading
from gatekeeper.errors import BadNumberError, FormError
from gatekeeper.phone import Normaliser
from gatekeeper.phone.given import public_number
from gatekeeper.translation import phrase
from gatekeeper.uploads.importing import ImportGoal

PURPOSE = ImportGoal().purpose
_ASIDE = {"rejects": "rejects_file", "incomplete": "void_file"}
_COPY = "consents.pdf"


async def consents(request: Request) -> Response:
    """Show how much there is, and ask of whom more is wanted."""
    return await _page(request)


async def search(request: Request) -> Response:
    """Show what is known of a consumer: asked for by a form, so that no number stands in an address."""
    form = await request.form(max_files=0, max_fields=10)
    said = _named(form)
    try:
        consumer = await _consumer(request, **said)
    except (BadNumberError, FormError) as error:
        return await _page(request, said=said, trouble=str(error), status=422)
    desk, visitor = desk_of(request), visitor_of(request)
    found = await desk.in_thread(desk.number.entries, consumer.number, visitor.principals, consumer.contact)
    return await _page(request, said=said, consumer=consumer, entries=found[::-1])


async def proof(request: Request) -> Response:
    """The file of a proof, to be downloaded."""
    form = await request.form(max_files=0, max_fields=10)
    consumer = await _consumer(request, **_named(form))
    desk, visitor, digest = desk_of(request), visitor_of(request), text_of(form, "digest", 64)
    path = await desk.in_thread(desk.number.proof, consumer.number, digest, visitor.principals, consumer.contact)
    if path is None:
        raise HTTPException(404)
    return await desk.in_thread(saved, path)


async def keep(request: Request) -> Response:
    """Keep a file as a proof, which a file of consents then names."""
    form, upload = await form_with_proof(request)
    try:
        why = why_of(form)
        if upload is None:
            raise FormError("file", phrase("choose a file"))
        return await _page(request, kept=await keep_proof(request, upload, why))
    finally:
        if upload is not None:
            desk_of(request).uploads.remove(upload)


async def copy(request: Request) -> Response:
    """The consumer's copy of everything that is known of the consents, as a PDF."""
    form = await request.form(max_files=0, max_fields=10)
    consumer = await _consumer(request, **_named(form))
    desk, visitor = desk_of(request), visitor_of(request)
    data = await desk.in_thread(desk.number.copy, consumer.number, visitor.principals, consumer.contact)
    await changed(request, "consent.copy", consumer.name, text_of(form, "why"))
    disposition = {"content-disposition": f'attachment; filename="{_COPY}"'}
    return Response(data, media_type="application/pdf", headers=disposition)


async def look(request: Request) -> Response:
    """Take a file of consents, and begin to look what would come of it."""
    form, upload = await receive(request, PURPOSE)
    try:
        upload.said = {
            "zone": text_of(form, "zone", 64) or str(visitor_of(request).zone),
            "delimiter": text_of(form, "delimiter", 8),
            "force": flag(form, "force"),
        }
    except FormError:
        desk_of(request).uploads.remove(upload)
        raise
    await begun(desk_of(request).imports.look(upload, who_of(request)))
    return to(f"/consents/imports/{upload.token}")


async def looked(request: Request) -> Response:
    """Show what would come of a file, or what came of it."""
    return shown(request, "consent_import.html", upload_of(request, PURPOSE), {})


async def confirm(request: Request) -> Response:
    """Import the file that was looked at, or throw it away."""
    form = await request.form(max_files=0, max_fields=10)
    upload, desk = upload_of(request, PURPOSE), desk_of(request)
    if text_of(form, "do", 16) == "discard":
        if not upload.busy:
            desk.uploads.remove(upload)
        return to("/consents")
    why = why_of(form)
    if desk.imports.take(upload, who_of(request), why):
        await changed(request, "consent.import", upload.name, why)
        await begun(upload.done)
    return to(f"/consents/imports/{upload.token}")


async def aside(request: Request) -> Response:
    """What could not be read, or lacks something, to be downloaded."""
    name = _ASIDE.get(request.path_params["what"])
    if name is None:
        raise HTTPException(404)
    return set_aside(upload_of(request, PURPOSE), name)


async def _page(
    request: Request,
    *,
    said: dict[str, str] | None = None,
    consumer: reading.Consumer | None = None,
    entries: object = (),
    trouble: str = "",
    kept: str = "",
    status: int = 200,
) -> Response:
    desk, visitor = desk_of(request), visitor_of(request)
    ledger = await desk.in_thread(reading.read_ledger, desk.settings, visitor.principals)
    seen = {
        "ledger": ledger,
        "said": said or {"number": "", "contact": ""},
        "consumer": consumer,
        "entries": entries,
        "trouble": trouble,
        "kept": kept,
        "proof_mb": MOST_MB,
        "zone_name": str(visitor.zone),
        "most_mb": desk.settings.desk.max_upload_mb,
    }
    return render(request, "consents.html", seen, status)


def _named(form: FormData) -> dict[str, str]:
    return {"number": number_of(form, "number", 200), "contact": text_of(form, "contact", 200)}


async def _consumer(request: Request, number: str, contact: str) -> reading.Consumer:
    """Who is meant.

    Raises:
        BadNumberError: the number is not complete.
        FormError: nobody is named.
    """
    desk = desk_of(request)
    if not number and not contact:
        raise FormError("number", phrase("give a number, or what your programs know the consumer by"))
    plan = desk.settings.phone.as_written_plan()
    read = (await desk.in_thread(lambda: public_number(number, Normaliser(plan)))) if number else 0
    return reading.Consumer(read, contact)


def _officer(handler: Handler) -> Handler:
    """A file has consents of any principal: who is bound to some imports none."""

    async def unbound(request: Request) -> Response:
        if visitor_of(request).principals is not None:
            raise HTTPException(403)
        return await handler(request)

    return needs(Role.OFFICER)(unbound)


ROUTES = [
    Route("/consents", needs(Role.READER)(consents), methods=["GET"], name="consents"),
    Route("/consents", needs(Role.READER)(search), methods=["POST"], name="consent_search"),
    Route("/consents/proof", needs(Role.READER)(proof), methods=["POST"], name="consent_proof"),
    Route("/consents/proofs", _officer(keep), methods=["POST"], name="proof_keep"),
    Route("/consents/copy", needs(Role.READER)(copy), methods=["POST"], name="consent_copy"),
    Route("/consents/imports", _officer(look), methods=["POST"], name="consent_look"),
    Route("/consents/imports/{token}", _officer(looked), methods=["GET"], name="consent_looked"),
    Route("/consents/imports/{token}", _officer(confirm), methods=["POST"], name="consent_confirm"),
    Route("/consents/imports/{token}/{what}", _officer(aside), name="consent_aside"),
]
