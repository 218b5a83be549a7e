"""Proofs that come as files with a form: taken in, kept by the daemon, given back to be saved, never to be shown."""

from pathlib import Path

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from gatekeeper.consents.proof_files import MOST_BYTES, saved_as
from gatekeeper.desk.page import changed, desk_of
from gatekeeper.desk.pages.uploading import owner_of, who_of
from gatekeeper.desk.upload_form import read_form
from gatekeeper.errors import FormError
from gatekeeper.translation import phrase
from gatekeeper.uploads.store import Upload

MOST_MB = MOST_BYTES >> 20
_PURPOSE = "proof"
_MOST_FIELDS = 40


async def form_with_proof(request: Request) -> tuple[FormData, Upload | None]:
    """A form, and the file that came with it as a proof, if any. Who takes it throws it away after use.

    Raises:
        FormError: the file is too large, or empty.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.form(max_files=0, max_fields=_MOST_FIELDS), None
    return await read_form(request, desk_of(request).uploads, owner_of(request), _PURPOSE, MOST_BYTES)


async def keep_proof(request: Request, upload: Upload, why: str) -> str:
    """Have the daemon keep a file; gives what an entry's `proof` says of it.

    Raises:
        DaemonError: it can't, or does not take such a file.
    """
    asked = {"op": "proof_keep", "path": str(upload.file), "source": upload.name, "note": why, **who_of(request)}
    kept = str((await desk_of(request).daemon.ask(asked))["proof"])
    await changed(request, "proof.keep", f"{upload.name}: {kept}", why)
    return kept


def one_proof(said: str, upload: Upload | None) -> None:
    """Make sure that there are not two proofs of one entry.

    Raises:
        FormError: there are.
    """
    if said and upload is not None:
        raise FormError("proof", phrase("give a file, or say where the proof is kept: an entry has one"))


def saved(file: Path) -> Response:
    """A kept file, to be saved: whatever it is, no browser of ours opens it, for it came from outside."""
    return FileResponse(
        file, media_type="application/octet-stream", filename=saved_as(file), content_disposition_type="attachment"
    )
