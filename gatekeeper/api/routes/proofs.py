"""`/proofs`: files that prove a consent, kept by their SHA-256, and given back to who may see what they prove."""

from contextlib import closing
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from gatekeeper.api.attempts import TextLine
from gatekeeper.api.bodies import Body, json_of, read
from gatekeeper.api.caller import caller_of
from gatekeeper.api.description import described
from gatekeeper.api.numbers import number_of
from gatekeeper.api.problem import FILE, INVALID, NOT_FOUND, FieldFault
from gatekeeper.api.query import query_of
from gatekeeper.api.receiving import receive_file
from gatekeeper.api.replies import Reply
from gatekeeper.api.routes.records import READ, WRITE, entries_of
from gatekeeper.api.serving import reply, serving_of
from gatekeeper.consents import ConsentStore
from gatekeeper.consents.extract import gives_proof
from gatekeeper.consents.proof_files import MOST_BYTES, saved_as
from gatekeeper.errors import OperationRefusedError, ProofFileError

router = APIRouter()

_PURPOSE: Final = "proof"


class ProofSaid(Body):
    """What is said of a file that proves something."""

    name: Annotated[TextLine, Field(min_length=1, description="What the file is called, for the record.")]
    sha256: str = Field("", pattern="^([0-9A-Fa-f]{64})?$", description="Its SHA-256: a file with another is refused.")
    note: TextLine = Field("", description="Why it is kept.")


class ProofKept(BaseModel):
    """A file that is kept."""

    proof: str = Field(description="By what a record names it: `sha256:...`.")
    size: int = Field(description="In bytes.")
    kind: str = Field(description="What it is, by what is in it: PDF, PNG, text.")


class ProofQuestion(Body):
    """Which file is wanted: the proof of which consumer's record."""

    proof: str = Field(pattern="^sha256:[0-9a-f]{64}$", description="As the record has it.")
    number: TextLine = ""
    contact: TextLine = ""


@router.post(
    "/proofs",
    **described(
        "Keep a file as a proof",
        "A PDF, a picture, a recording or a text of at most 25 MB is the body; then name its `proof` in a record. Only "
        "who may see that record gets it back. A key for one principal gets what was sent for that principal: it sends "
        "the file itself, even where its SHA-256 is known.",
        scopes=(WRITE,),
        query=ProofSaid,
        upload=True,
        answer=ProofKept,
        idempotent=True,
    ),
)
async def keep_proof(request: Request) -> Response:
    """Keep a file."""
    caller, serving = caller_of(request, WRITE), serving_of(request)
    said = read(ProofSaid, query_of(request))
    file = await receive_file(
        request, serving, caller, _PURPOSE, {}, name=said.name, sha256=said.sha256, most_bytes=MOST_BYTES
    )
    asked = {"op": "proof_keep", "path": str(file.upload.file), "source": file.upload.name, "note": said.note}
    asked |= caller.written()

    async def do() -> Reply:
        try:
            answer = await serving.host.daemon.ask(asked)
        except OperationRefusedError as error:
            if error.code != ProofFileError.code:
                raise
            raise FILE.told(str(error), [FieldFault("", "is a PDF, picture, recording or text", said.name)]) from None
        return reply({name: answer[name] for name in ("proof", "size", "kind")})

    try:
        return await serving.once(request, caller, do, file.digest)
    finally:
        serving.host.uploads.remove(file.upload)


@router.post(
    "/proofs/search",
    **described(
        "Get a proof that is kept as a file",
        "Of a record of this consumer that the key may see. Whatever it is, it comes as bytes to be saved.",
        scopes=(READ,),
        bodies=(ProofQuestion,),
        file="application/octet-stream",
    ),
)
async def proof(request: Request) -> Response:
    """A file that is kept."""
    caller, serving = caller_of(request, READ), serving_of(request)
    wanted = read(ProofQuestion, await json_of(request))
    if not wanted.number and not wanted.contact:
        raise INVALID.told("The proof of whose record?", [FieldFault("#/number", "is needed, or contact")])
    number = number_of(wanted.number, serving.host.settings) if wanted.number else 0

    def find() -> tuple[Path, str] | None:
        entries = entries_of(serving, number, wanted.contact, caller.key.principal)
        if not gives_proof(entries, wanted.proof, whole=caller.key.principal is None):
            return None
        with closing(ConsentStore(serving.host.settings.daemon.data_dir)) as store:
            file = store.layout.proof(wanted.proof.removeprefix("sha256:"))
        return (file, saved_as(file)) if file.is_file() else None

    found = await serving.host.in_thread(find)
    if found is None:
        raise NOT_FOUND.told("No record of this consumer that this key may see has that proof as a file.")
    return FileResponse(
        found[0], media_type="application/octet-stream", filename=found[1], content_disposition_type="attachment"
    )
