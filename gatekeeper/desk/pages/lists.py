"""Lists: how each stands, its versions and what changed, imports with a look before, and going back."""

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatekeeper.accounts import Role
from gatekeeper.desk.page import Handler, changed, desk_of, needs, render, text_of, to, visitor_of, why_of
from gatekeeper.desk.pages.uploading import (
    YES,
    begin_look,
    beginning,
    begun,
    by_daemon,
    day_of,
    ending,
    flag,
    iso,
    receive,
    set_aside,
    shown,
    upload_of,
)
from gatekeeper.desk.reading import lists as reading
from gatekeeper.errors import DaemonError, FormError, ListError, UnknownListError
from gatekeeper.lists.said import CHANGES, KINDS, STATES
from gatekeeper.translation import phrase

_ROLLBACK_S = 60.0
_WORDS = {"states": STATES, "kinds": KINDS, "ops": CHANGES}
_DELIMITERS = (";", ",", "|", "tab")


async def lists(request: Request) -> Response:
    """Show every list."""
    desk, visitor = desk_of(request), visitor_of(request)
    rows = await desk.in_thread(reading.read_rows, desk.settings, contracts=visitor.principals is None)
    return render(request, "lists.html", {"rows": rows, **_WORDS})


async def one_list(request: Request) -> Response:
    """Show one list, and how two of its versions differ where that is asked."""
    desk = desk_of(request)
    page = await _page(request)
    old, new = (_number(request.query_params.get(name, "")) for name in ("old", "new"))
    difference, trouble = None, ""
    if old is not None and new is not None:
        try:
            difference = await desk.in_thread(reading.compare, desk.settings, page.row.name, old, new)
        except ListError as error:
            trouble = str(error)
    seen = {
        "page": page,
        "old": old,
        "new": new,
        "difference": difference,
        "trouble": trouble,
        "formats": await desk.in_thread(reading.formats, desk.settings),
        "delimiters": _DELIMITERS,
        "most_mb": desk.settings.desk.max_upload_mb,
        **_WORDS,
    }
    return render(request, "list.html", seen)


async def roll_back(request: Request) -> Response:
    """Put an older version in force again."""
    form = await request.form(max_files=0, max_fields=10)
    why, version = why_of(form), text_of(form, "version", 12)
    name = (await _page(request)).row.name
    asked = {"op": "list_rollback", "list": name, "version": version, "note": why}
    work = desk_of(request).works.begin(by_daemon(request, asked))
    await work.wait(_ROLLBACK_S)
    if work.state in {"refused", "failed"}:
        raise (ListError if work.state == "refused" else DaemonError)(work.text)
    await changed(request, "list.rollback", f"{name}: {version}", why)
    return to(f"/lists/{name}")


async def look(request: Request) -> Response:
    """Take a file, and begin to look what would come of it."""
    name = (await _page(request)).row.name
    form, upload = await receive(request, f"list:{name}")
    try:
        upload.said = _asked(request, form)
    except FormError:
        desk_of(request).uploads.remove(upload)
        raise
    asked = {
        "op": "list_import",
        "list": name,
        "path": str(upload.file),
        "source": upload.name,
        "dry_run": YES,
        **upload.said,
    }
    begin_look(request, upload, by_daemon(request, asked))
    await begun(upload.look)
    return to(f"/lists/{name}/imports/{upload.token}")


async def looked(request: Request) -> Response:
    """Show what would come of a file, or what came of it."""
    name = request.path_params["name"]
    upload = upload_of(request, f"list:{name}")
    return shown(request, "list_import.html", upload, {"name": name, **_WORDS})


async def confirm(request: Request) -> Response:
    """Import the file that was looked at, or throw it away."""
    name, form = request.path_params["name"], await request.form(max_files=0, max_fields=10)
    upload, desk = upload_of(request, f"list:{name}"), desk_of(request)
    if text_of(form, "do", 16) == "discard":
        if not upload.busy:
            desk.uploads.remove(upload)
        return to(f"/lists/{name}")
    why = why_of(form)
    found = upload.look
    if found is None or found.state != "done":
        raise FormError("file", phrase("this file can't be imported: it was not understood"))
    if upload.done is None:
        asked = {
            "op": "list_import",
            "list": name,
            "path": str(upload.file),
            "source": upload.name,
            "accept": flag(form, "accept"),
            "note": why,
            **upload.said,
            "sha256": str(found.report["sha256"]),
        }
        upload.done = desk.works.begin(by_daemon(request, asked), lambda: desk.uploads.remove_file(upload))
        await changed(request, "list.import", f"{name}: {upload.name}", why)
        await begun(upload.done)
    return to(f"/lists/{name}/imports/{upload.token}")


async def rejects(request: Request) -> Response:
    """The lines that could not be read, to be downloaded."""
    return set_aside(upload_of(request, f"list:{request.path_params['name']}"), "rejects_file")


def _asked(request: Request, form: FormData) -> dict[str, str]:
    """What the form says of how the file is to be read."""
    zone = visitor_of(request).zone
    return {
        "format": text_of(form, "format", 64),
        "column": text_of(form, "column", 200),
        "delimiter": text_of(form, "delimiter", 8),
        "source_date": iso(beginning(day_of(text_of(form, "source_date", 32), "source_date"), zone)),
        "valid_until": iso(ending(day_of(text_of(form, "valid_until", 32), "valid_until"), zone)),
        "force": flag(form, "force"),
    }


async def _page(request: Request) -> reading.ListPage:
    """The list that the address names.

    Raises:
        HTTPException: there is none.
    """
    desk, visitor = desk_of(request), visitor_of(request)
    everything = visitor.principals is None
    before = _number(request.query_params.get("before", ""))
    try:
        return await desk.in_thread(
            reading.read_list,
            desk.settings,
            request.path_params["name"],
            contracts=everything,
            numbers=everything,
            before=before,
        )
    except UnknownListError:
        raise HTTPException(404) from None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None  # noqa: PLR2004 - of SQLite


def _officer(handler: Handler) -> Handler:
    """Lists are of all principals: who is bound to some changes none."""

    async def unbound(request: Request) -> Response:
        if visitor_of(request).principals is not None:
            raise HTTPException(403)
        return await handler(request)

    return needs(Role.OFFICER)(unbound)


ROUTES = [
    Route("/lists", needs(Role.READER)(lists), name="lists"),
    Route("/lists/{name}", needs(Role.READER)(one_list), name="list"),
    Route("/lists/{name}/rollback", _officer(roll_back), methods=["POST"], name="list_rollback"),
    Route("/lists/{name}/imports", _officer(look), methods=["POST"], name="list_look"),
    Route("/lists/{name}/imports/{token}", _officer(looked), methods=["GET"], name="list_looked"),
    Route("/lists/{name}/imports/{token}", _officer(confirm), methods=["POST"], name="list_confirm"),
    Route("/lists/{name}/imports/{token}/rejects", _officer(rejects), name="list_rejects"),
]
