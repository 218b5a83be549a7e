"""Changes of one number: lists, consents and what else happened, each with a reason, done by the daemon."""

from collections.abc import Callable, Mapping
from typing import Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatekeeper.accounts import Role
from gatekeeper.consents.recording import CONSENT_FIELDS, EVENT_FIELDS
from gatekeeper.desk.page import changed, desk_of, needs, text_of, to, visitor_of, why_of
from gatekeeper.desk.pages.number import address_of, form_of, opened, show
from gatekeeper.desk.pages.proof_files import form_with_proof, keep_proof, one_proof
from gatekeeper.desk.reading.number_words import EVENTS
from gatekeeper.dossier.restricted import may_see
from gatekeeper.errors import DaemonError, FormError, OperationRefusedError, UnansweredError
from gatekeeper.phone import display
from gatekeeper.policy.ledger import ConsentItem
from gatekeeper.translation import phrase
from gatekeeper.uploads.store import Upload

_REFUSED: Final = 422
_UNAVAILABLE: Final = 503
_REFUSAL: Final = "refusal"
_OPERATIONS: Final = {"add": "list_add", "remove": "list_remove"}


async def change_list(request: Request) -> Response:
    """Put the number on a list, or take it off."""
    form = await form_of(request)

    def wanted() -> dict[str, str]:
        operation = _OPERATIONS.get(text_of(form, "do", 16))
        if operation is None:
            raise FormError("do", phrase("a number is put on a list, or taken off"))
        return {"op": operation, "list": text_of(form, "list", 32)}

    return await _change(request, form, "list", wanted)


async def record(request: Request) -> Response:
    """Write down what happened."""
    try:
        form, proof = await form_with_proof(request)
    except FormError as error:
        return await show(request, opened(request), error=str(error), failed="record", status=_REFUSED)

    def wanted() -> dict[str, str]:
        kind = text_of(form, "kind", 32)
        if kind not in EVENTS:
            raise FormError("kind", phrase("say what happened"))
        return {"op": "record", "kind": kind, **_said(request, form, ("agent", *sorted(EVENT_FIELDS), "proof"))}

    return await _change(request, form, "record", wanted, proof)


async def consent(request: Request) -> Response:
    """Write a consent down."""
    try:
        form, proof = await form_with_proof(request)
    except FormError as error:
        return await show(request, opened(request), error=str(error), failed="consent", status=_REFUSED)

    def wanted() -> dict[str, str]:
        said = _said(request, form, (*sorted(CONSENT_FIELDS - {"items"}), "proof", "contact"))
        items = [one for one in form.getlist("items") if isinstance(one, str)]
        said["items"] = ",".join(one for one in items if one in {*ConsentItem})
        return {"op": "record", "kind": "consent", **said}

    return await _change(request, form, "consent", wanted, proof)


async def contract(request: Request) -> Response:
    """Write a contract down."""
    form = await form_of(request)

    def wanted() -> dict[str, str]:
        said = _said(request, form, ("list", "principal", "subject", "since", "until"))
        return {"op": "record", "kind": "contract", **said}

    return await _change(request, form, "contract", wanted)


def _said(request: Request, form: FormData, fields: tuple[str, ...]) -> dict[str, str]:
    """What was said in these fields; times without a zone are the visitor's.

    Raises:
        FormError: a field can't be read, or the visitor is bound to other principals.
    """
    visitor = visitor_of(request)
    said = {name: value for name in fields if (value := text_of(form, name, 1000))}
    if not may_see(said.get("principal", ""), visitor.principals):
        raise FormError("principal", phrase("this company is not one of yours"))
    if {"at", "collected_at", "since", "until"} & said.keys():
        said["zone"] = str(visitor.zone)
    return said


def _noted(why: str, said: dict[str, str]) -> str:
    """The reason of what happened with what has no field there, which is taken out of what was said."""
    without = (*sorted(EVENT_FIELDS), "zone", "proof") if said["kind"] == _REFUSAL else ("agent",)
    rest = [f"{name}: {value}" for name in without if (value := said.pop(name, ""))]
    return f"{why} ({', '.join(rest)})" if rest else why


async def _change(
    request: Request,
    form: FormData,
    name: str,
    wanted: Callable[[], Mapping[str, str]],
    proof: Upload | None = None,
) -> Response:
    """Have the daemon do it, write down who did, and show the number again."""
    desk, visitor, e164 = desk_of(request), visitor_of(request), opened(request)
    try:
        why, said = why_of(form), dict(wanted())
        one_proof(said.get("proof", ""), proof)
        if proof is not None:
            said["proof"] = await keep_proof(request, proof, why)
        if said.get("kind") in EVENTS:
            why = _noted(why, said)
        answer = await desk.daemon.ask(
            {
                **said, "number": display(e164), "by": visitor.by, "via": "desk", "note": why,
                "key": text_of(form, "key", 120),
            }
        )  # fmt: skip
    except (DaemonError, FormError) as error:
        typed = {key: " ".join(map(str, form.getlist(key))) for key in form}
        if proof is not None:
            typed["file"] = proof.name
        refused = isinstance(error, FormError | OperationRefusedError)
        return await show(
            request, e164, error=str(error), failed=name, typed=typed, status=_REFUSED if refused else _UNAVAILABLE,
            unknown=isinstance(error, UnansweredError),
        )  # fmt: skip
    finally:
        if proof is not None:
            desk.uploads.remove(proof)
    action = said["op"].replace("_", ".") if said["op"] != "record" else f"record.{said['kind']}"
    what = " ".join(filter(None, (display(e164), said.get("list", ""), said.get("principal", ""))))
    await changed(request, action, what, why)
    return to(f"{address_of(e164, visitor)}?done={answer['result']}")


ROUTES = [
    Route("/number/{token}/list", needs(Role.OFFICER)(change_list), methods=["POST"], name="number_list"),
    Route("/number/{token}/record", needs(Role.OFFICER)(record), methods=["POST"], name="number_record"),
    Route("/number/{token}/consent", needs(Role.OFFICER)(consent), methods=["POST"], name="number_consent"),
    Route("/number/{token}/contract", needs(Role.OFFICER)(contract), methods=["POST"], name="number_contract"),
]
