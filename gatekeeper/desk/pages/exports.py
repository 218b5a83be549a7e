"""Exports: what was ordered and how far it is, an order out of the journal's filter, and the files."""

from pathlib import Path
from typing import Final, NamedTuple

from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from gatekeeper.accounts import Role
from gatekeeper.clock import HOUR_US, moment_of
from gatekeeper.desk.page import changed, desk_of, needs, render, text_of, to, visitor_of
from gatekeeper.desk.reading.asked import filter_asked
from gatekeeper.errors import ExportError, FormError
from gatekeeper.exports.filter_words import FilterWords, words_of
from gatekeeper.exports.job import ExportJob
from gatekeeper.exports.order import FORMATS, ExportFormat, ExportOrder
from gatekeeper.translation import phrase

_LOOK_AGAIN_S: Final = 3
"""After how many seconds a page with something under way is fetched again."""

_LONGEST_QUERY: Final = 4000
_REFUSED: Final = 409


class ShownExport(NamedTuple):
    """An export as the page shows it.

    Attributes:
        job: the export.
        words: its filter.
        until: when it goes, in microseconds since the epoch; 0 while it is made.
    """

    job: ExportJob
    words: FilterWords
    until: int


async def exports(request: Request) -> Response:
    """Show those that one may see, the newest first."""
    return await _page(request)


async def order(request: Request) -> Response:
    """Order one: with the filter of an address of the journal, for the principals that one may see."""
    form = await request.form(max_files=0, max_fields=20)
    desk, visitor = desk_of(request), visitor_of(request)
    days = {name: text_of(form, name, 32) for name in ("since", "until")}
    asked = QueryParams(text_of(form, "filter", _LONGEST_QUERY) or days)
    wanted = await desk.in_thread(filter_asked, asked, visitor.zone, desk.settings)
    try:
        sort = ExportFormat(text_of(form, "form", 16))
    except ValueError:
        raise FormError("form", phrase("a sort of file is wanted: {names}", names=", ".join(ExportFormat))) from None
    ordered = ExportOrder(
        wanted=wanted.within(visitor.principals),
        form=sort,
        language=visitor.language,
        zone=visitor.zone,
        site=desk.site,
        owner=visitor.name,
        principals=visitor.principals,
    )
    words = words_of(ordered.wanted, visitor.language, visitor.zone)
    try:
        job = await desk.in_thread(desk.exports.store.add, ordered)
    except ExportError as error:
        return await _page(request, refused=str(error), status=_REFUSED)
    desk.exports.wake()
    await changed(request, "export.order", f"{job.id} {sort}: {words.period}; {'; '.join(words.conditions)}"[:1000], "")
    return to("/exports")


async def end(request: Request) -> Response:
    """Call one off, or remove it with its files."""
    form = await request.form(max_files=0, max_fields=5)
    desk = desk_of(request)
    job = await _job(request, text_of(form, "export", 32))
    if job.state.state.is_over:
        await desk.in_thread(desk.exports.store.remove, job.id)
    else:
        await desk.in_thread(desk.exports.store.cancel, job.id)
    await changed(request, "export.end", job.id, "")
    return to("/exports")


async def download(request: Request) -> Response:
    """Give a file, and write down who has it."""
    desk = desk_of(request)
    job = await _job(request, request.path_params["export"])
    path = await desk.in_thread(desk.exports.store.path_of, job, request.path_params["name"])
    if path is None or not path.is_file():
        raise HTTPException(404)
    if request.method == "GET":
        await changed(request, "export.fetch", f"{job.id} {path.name}", "")
    made = moment_of(job.made_at).astimezone(visitor_of(request).zone)
    return FileResponse(
        path,
        filename=f"{path.stem}-{made:%Y-%m-%d-%H%M%S}{path.suffix}",
        media_type=_MEDIA[Path(path).suffix],
        headers={"Cache-Control": "no-store"},
    )


async def _page(request: Request, *, refused: str = "", status: int = 200) -> Response:
    desk, visitor = desk_of(request), visitor_of(request)
    jobs = await desk.in_thread(desk.exports.store.jobs)
    shown = [
        ShownExport(
            job,
            words_of(job.order.wanted, visitor.language, visitor.zone),
            job.state.changed_at + desk.exports.store.limits.hours * HOUR_US if job.state.state.is_over else 0,
        )
        for job in jobs
        if _may_see(request, job)
    ]
    seen = {
        "shown": shown,
        "formats": FORMATS,
        "refused": refused,
        "limits": desk.exports.store.limits,
        "again": _LOOK_AGAIN_S if any(not one.until for one in shown) and not refused else 0,
    }
    return render(request, "exports.html", seen, status)


def _may_see(request: Request, job: ExportJob) -> bool:
    visitor = visitor_of(request)
    return job.is_for(visitor.name, visitor.principals, admin=visitor.may(Role.ADMIN))


async def _job(request: Request, ident: str) -> ExportJob:
    """An export that one may see. Another's is not there, so that nobody learns which there are."""
    desk = desk_of(request)
    job = await desk.in_thread(desk.exports.store.find, ident)
    if job is None or not _may_see(request, job):
        raise HTTPException(404)
    return job


_MEDIA: Final = {
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".json": "application/json",
    ".ndjson": "application/x-ndjson",
    ".pdf": "application/pdf",
}

ROUTES = [
    Route("/exports", needs(Role.READER)(exports), name="exports"),
    Route("/exports", needs(Role.READER)(order), methods=["POST"], name="export_order"),
    Route("/exports/end", needs(Role.READER)(end), methods=["POST"], name="export_end"),
    Route("/exports/{export}/{name}", needs(Role.READER)(download), name="export_file"),
]
