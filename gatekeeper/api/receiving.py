"""Bodies that are files: written to the disk as they come, with their SHA-256, and never buffered in memory whole."""

import hashlib
from collections.abc import AsyncGenerator, Mapping
from typing import Final, NamedTuple

from starlette.requests import ClientDisconnect, Request

from gatekeeper.api.caller import Caller
from gatekeeper.api.door import too_large
from gatekeeper.api.problem import FILE, INVALID, NOT_FILE, FieldFault
from gatekeeper.api.serving import Serving
from gatekeeper.uploads.store import MOST_WITH_PROGRAMS, Receiving, Upload, no_room

_PIECE: Final = 1 << 18
"""Bytes that are written at a time, in a thread."""

_NO_FILES: Final = ("multipart/", "application/x-www-form-urlencoded", "application/json")


class ReceivedFile(NamedTuple):
    """A file that has come.

    Attributes:
        upload: where it is.
        digest: its SHA-256.
    """

    upload: Upload
    digest: bytes


def owner_of(caller: Caller) -> str:
    """Whose the uploads of a key are."""
    return f"key:{caller.key.id}"


async def receive_file(
    request: Request,
    serving: Serving,
    caller: Caller,
    purpose: str,
    said: Mapping[str, str],
    *,
    name: str,
    sha256: str,
    most_bytes: int = 0,
) -> ReceivedFile:
    """Take the body of a request in as a file.

    Args:
        request: the request; nobody has read its body.
        serving: has the folder of uploads.
        caller: whose it is.
        purpose: what it is for.
        said: how it is to be read.
        name: what it is called.
        sha256: what its SHA-256 has to be, in hexadecimal; "" where nobody says.
        most_bytes: how large it may be, where that is less than files may be here.

    Raises:
        ProblemError: it is not a file, too large, cut off, or not the one that was meant.
        NoRoomError: there is no room for it.
    """
    kind = request.headers.get("content-type", "").lower()
    if kind.startswith(_NO_FILES):
        raise NOT_FILE.told("Send the file itself as the body, as application/octet-stream: no form, and no JSON.")
    uploads, digest, so_far = serving.host.uploads, hashlib.sha256(), 0
    most = min(most_bytes or uploads.most_bytes, uploads.most_bytes)
    if int(request.headers.get("content-length", "0")) > most:
        raise too_large(most)

    def keep(receiving: Receiving, piece: bytes) -> None:
        digest.update(piece)
        receiving.stream.write(piece)

    with uploads.begin(owner_of(caller), purpose, most, MOST_WITH_PROGRAMS) as receiving:
        try:
            async for piece in _pieces(request):
                so_far += len(piece)
                if so_far > most:
                    raise too_large(most)
                receiving.check(so_far)
                await serving.host.in_thread(keep, receiving, piece)
        except ClientDisconnect:
            raise INVALID.told("The file did not come whole.") from None
        except OSError as error:
            raise no_room() from error
        if not so_far:
            raise INVALID.told("The body is empty: send the file itself.", [FieldFault("#", "is a file")])
        if sha256 and digest.hexdigest() != sha256.lower():
            detail = "What has come does not have the SHA-256 that was said: send it again."
            raise FILE.told(detail, [FieldFault("", f"sha256 is that of the body: {digest.hexdigest()}", name)])
        return ReceivedFile(receiving.finish(name, said), digest.digest())


async def _pieces(request: Request) -> AsyncGenerator[bytes, None]:
    """The body in pieces that are worth a thread."""
    buffered = bytearray()
    async for chunk in request.stream():
        buffered += chunk
        if len(buffered) >= _PIECE:
            yield bytes(buffered)
            buffered.clear()
    if buffered:
        yield bytes(buffered)
