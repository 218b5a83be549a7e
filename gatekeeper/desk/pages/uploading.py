"""Uploads in pages: a file comes, is looked at, and is used or thrown away; shared by the pages that take files."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from gatekeeper.clock import ENDLESS, kept_moment
from gatekeeper.desk.page import desk_of, render, text_of, visitor_of
from gatekeeper.desk.upload_form import read_upload
from gatekeeper.errors import FormError, GoneError
from gatekeeper.translation import phrase
from gatekeeper.uploads.importing import YES
from gatekeeper.uploads.store import Upload
from gatekeeper.uploads.work import DeskWork

_AT_ONCE_S = 2.0
"""For so long a page waits itself for what has been begun."""

_AGAIN_S = 3
"""After so many seconds a browser looks again how far something is."""


_SAVED_AS: Final = {"rejects_file": "rejected.csv", "void_file": "incomplete.csv"}


def owner_of(request: Request) -> str:
    """The session that a file belongs to."""
    session = visitor_of(request).session
    if session is None:
        raise HTTPException(401)
    return session.id


async def receive(request: Request, purpose: str) -> tuple[FormData, Upload]:
    """A form with a file, which is kept for a purpose."""
    return await read_upload(request, desk_of(request).uploads, owner_of(request), purpose)


def upload_of(request: Request, purpose: str) -> Upload:
    """The upload that the address names, of this session.

    Raises:
        GoneError: there is none any more, or it is somebody else's.
    """
    upload = desk_of(request).uploads.find(request.path_params["token"], owner_of(request), purpose)
    if upload is None:
        raise GoneError(
            phrase(
                "this file is not here any more: it goes when it was thrown away, an hour after it came, and belongs "
                "to the session that sent it; if it was not imported, send it again"
            )
        )
    return upload


def who_of(request: Request) -> dict[str, str]:
    """In whose name the daemon is asked, and which way."""
    return {"by": visitor_of(request).by, "via": "desk"}


async def begun(work: DeskWork | None) -> None:
    """Wait a little for what has been begun: most is done by then."""
    if work is not None:
        await work.wait(_AT_ONCE_S)


def shown(request: Request, template: str, upload: Upload, context: Mapping[str, object]) -> Response:
    """The page of an upload; while something is under way with it, the browser looks again by itself."""
    work = upload.done or upload.look
    response = render(request, template, {"upload": upload, "work": work, **context})
    if work is not None and work.running:
        response.headers["refresh"] = str(_AGAIN_S)
    return response


def set_aside(upload: Upload, name: str) -> Response:
    """What a look set aside, to be downloaded.

    Raises:
        HTTPException: there is nothing.
    """
    path = upload.file.with_name(f"{name}.csv")
    if not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, media_type="text/csv", filename=_SAVED_AS[name])


def flag(form: FormData, name: str) -> str:
    """A box that is ticked, as operations have it."""
    return YES if text_of(form, name, 8) else ""


def day_of(text: str, name: str) -> date | None:
    """A day of a form or an address, as 2026-11-26; None where it is empty.

    Raises:
        FormError: it is none.
    """
    if not text:
        return None
    try:
        day = date.fromisoformat(text[:10])
        kept_moment(datetime.combine(day, time(), UTC))
    except (ValueError, OverflowError):
        raise FormError(name, phrase("a day is written like 2026-11-26")) from None
    return day


def beginning(day: date | None, zone: ZoneInfo) -> datetime | None:
    """The first moment of a day in a zone."""
    if day is None:
        return None
    begins = datetime.combine(day, time(), zone)
    return kept_moment(begins) if day.year >= ENDLESS else begins


def ending(day: date | None, zone: ZoneInfo) -> datetime | None:
    """The first moment after a day in a zone; None of a day of the year 9999, which stands for no end."""
    if day is None or day.year >= ENDLESS:
        return None
    return datetime.combine(day + timedelta(days=1), time(), zone)


def iso(moment: datetime | None) -> str:
    """A moment as operations have it; "" for none."""
    return "" if moment is None else moment.isoformat()
