"""Forms with a file: read from the network straight into the upload's own file, and cut off at its bound."""

from collections.abc import AsyncGenerator
from typing import Final

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from gatekeeper.desk.body import admit
from gatekeeper.errors import FormError
from gatekeeper.translation import phrase
from gatekeeper.uploads.store import Receiving, Upload, Uploads, no_room

FILE: Final = "file"
"""The field of the file."""

_MOST_FIELDS: Final = 30
_FIELD_BYTES: Final = 16 * 1024
_BESIDE: Final = _MOST_FIELDS * _FIELD_BYTES
"""Bytes that may come beside the file."""


async def read_upload(request: Request, uploads: Uploads, owner: str, purpose: str) -> tuple[FormData, Upload]:
    """The form and the file that came with it. Arguments and errors as those of `read_form`.

    Raises:
        FormError: there is no file, too.
    """
    form, upload = await read_form(request, uploads, owner, purpose)
    if upload is None:
        raise FormError(FILE, phrase("choose a file"))
    return form, upload


async def read_form(
    request: Request, uploads: Uploads, owner: str, purpose: str, most_bytes: int = 0
) -> tuple[FormData, Upload | None]:
    """The form and the file that came with it; None where none was chosen.

    Args:
        request: whose body is `multipart/form-data`, read by nobody yet.
        uploads: those of the desk.
        owner: the session.
        purpose: what the file is for.
        most_bytes: how large it may be, where that is less than files may be here.

    Raises:
        FormError: it is too large, or empty, or there are too many.
        HTTPException: the body does not hold a form.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise HTTPException(415)
    with uploads.begin(owner, purpose, most_bytes) as receiving:
        admit(request, receiving.most_bytes + 2 * _BESIDE)  # what is too much is told of by who receives it
        said = request.headers.get("content-length", "")
        if said.isascii() and said.isdecimal() and len(said) < 20:  # noqa: PLR2004 - more is no size of anything
            receiving.check(int(said) - _BESIDE)
        form = await _parsed(request, receiving)
        file = form.get(FILE)
        fields: list[tuple[str, str | UploadFile]] = [
            (name, value) for name, value in form.multi_items() if isinstance(value, str)
        ]
        if not isinstance(file, UploadFile) or not (file.filename or receiving.stream.tell()):
            return FormData(fields), None
        return FormData(fields), receiving.finish(file.filename or "", {name: str(value) for name, value in fields})


async def _parsed(request: Request, receiving: Receiving) -> FormData:
    async def checked() -> AsyncGenerator[bytes, None]:
        so_far = 0
        async for chunk in request.stream():
            so_far += len(chunk)
            receiving.check(so_far - _BESIDE)
            yield chunk

    parser = _IntoUpload(request.headers, checked(), max_files=1, max_fields=_MOST_FIELDS, max_part_size=_FIELD_BYTES)
    parser.receiving = receiving
    try:
        return await parser.parse()
    except MultiPartException as error:
        raise HTTPException(400, error.message) from error
    except OSError as error:
        raise no_room() from error
    except ClientDisconnect:
        raise HTTPException(400, "the browser left before the file was whole") from None


class _IntoUpload(MultiPartParser):
    """Starlette's parser, which would write a file into memory, then into the machine's own temporary folder."""

    receiving: Receiving

    def on_headers_finished(self) -> None:
        """Have the file of this part written into the upload."""
        super().on_headers_finished()
        part = self._current_part
        if part.file is not None:
            part.file.file.close()
            part.file.file = self.receiving.stream
