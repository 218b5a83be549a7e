"""`/records`: consents, withdrawals, refusals, objections, call-backs, purchases and inquiries, written and read."""

from contextlib import closing
from typing import Any, Final, Literal

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from gatekeeper.api.attempts import TextLine
from gatekeeper.api.bodies import Body, json_of, read
from gatekeeper.api.caller import caller_of
from gatekeeper.api.description import described
from gatekeeper.api.numbers import number_of
from gatekeeper.api.problem import INVALID, FieldFault
from gatekeeper.api.replies import Reply
from gatekeeper.api.routes.journal import find_decision
from gatekeeper.api.serving import Serving, known_again, reply, serving_of
from gatekeeper.consents import ConsentLedger, ConsentStore
from gatekeeper.consents.extract import ExtractEntry, extract_of
from gatekeeper.journal.export import moment
from gatekeeper.lists import ListStore
from gatekeeper.policy.ledger import name_key

router = APIRouter()

READ: Final = "consents.read"
WRITE: Final = "consents.write"
_REFUSAL: Final = "refusal"

RecordKind = Literal[
    "consent", "withdrawal", "refusal", "objection", "offer-refused", "callback", "purchase", "inquiry", "contract"
]


class RecordIn(Body):
    """What happened with a consumer."""

    kind: RecordKind = Field(
        description="`consent`; `withdrawal` of one; `refusal` during a call, which puts the number on the red list; "
        "`objection` to calls; `offer-refused`, with the time of rest that the law has after it; `callback` where the "
        "person asked to be called; `purchase` and `inquiry`; `contract`, in a register of contracts."
    )
    number: TextLine = Field("", description="The consumer's number, in any spelling.")
    contact: TextLine = Field("", description="By what your program knows the person.")
    principal: TextLine = Field("", description="The company; of a key that has one, that one or none.")
    goods: TextLine = Field("", description="The kinds of goods, separated by commas.")
    collected_at: TextLine = Field("", description="Of a consent: when it was given (RFC 3339).")
    list: TextLine = Field("", description="Of a contract: the register; the site's only one where it is left out.")
    subject: TextLine = Field("", description="Of a contract: what it is about.")
    since: TextLine = Field("", description="Of a contract: its first day; without, it always ran.")
    at: TextLine = Field("", description="Of what else happened: when; now where it is left out.")
    until: TextLine = Field(
        "", description="Of a consent: the end of the period that the consumer accepted. Of a contract: its last day."
    )
    slots: TextLine = Field("", description='Of a consent: when the consumer accepted to be called, "tue 18:00-20:00".')
    items: TextLine = Field("", description="Of a consent: what the request for it showed; `all` for everything.")
    channel: TextLine = Field("", description="How it came: web, phone, letter.")
    text: TextLine = Field("", description="Of a consent: the name of the text that was shown, one of its principal's.")
    third_parties: TextLine = Field("", description="Of a consent: those named as calling for the company.")
    robot: TextLine = Field("", description="Of a consent: whether it is for automated calls.")
    written: TextLine = Field("", description="Of a consent: whether it was given in writing.")
    zone: TextLine = Field("", description='The time zone of times that have none: "Europe/Paris".')
    proof: TextLine = Field("", description="Where the proof is kept: `ref:...`, or what `POST /v1/proofs` gave.")
    decision: TextLine = Field("", description="Of a refusal, in place of a number: the decision that let the call by.")
    agent: TextLine = Field("", description="Of a refusal: who heard it.")
    note: TextLine = ""


class RecordResult(Body):
    """What was done."""

    result: str
    entry: int | None = Field(None, description="The entry's number in the ledger.")
    lacks: str = Field("", description="Of a consent: what keeps it from counting.")


class RecordQuestion(Body):
    """Whose records are wanted: by number, by contact, or both."""

    number: TextLine = ""
    contact: TextLine = ""


class RecordLine(Body):
    """A record."""

    entry: int
    kind: str
    at: str
    principal: str
    goods: list[str]
    until: str | None
    slots: str
    lacks: str
    proof: str
    written_at: str


class ContractLine(Body):
    """A contract in a register."""

    list: str
    principal: str
    subject: str
    since: str | None
    until: str | None = Field(description="When it ends, that moment not included; null without an end.")
    by_hand: bool


class RecordsAnswer(Body):
    """The records of a consumer, and his contracts as registers have them now."""

    records: list[RecordLine]
    contracts: list[ContractLine]


@router.post(
    "/records",
    **described(
        "Write down what happened with a consumer",
        "A consent, a refusal, a withdrawal and the like. It is in force for the very next call.",
        scopes=(WRITE,),
        bodies=(RecordIn,),
        answer=RecordResult,
        idempotent=True,
    ),
)
async def record(request: Request) -> Response:
    """Write something down."""
    caller, serving = caller_of(request, WRITE), serving_of(request)
    said = read(RecordIn, await json_of(request))
    principal = caller.principal_for(said.principal)
    asked = {name: value for name, value in said.model_dump().items() if value}
    if said.kind == _REFUSAL:
        asked.pop("principal", None)
        if said.decision and caller.key.principal is not None:
            await find_decision(serving, caller, said.decision)
    elif principal:
        asked["principal"] = principal
    if said.number:
        asked["number"] = f"+{number_of(said.number, serving.host.settings)}"
    asked = known_again(request, caller, {**asked, "op": "record", **caller.written()})

    async def do() -> Reply:
        answer = await serving.host.daemon.ask(asked)
        told = {"result": answer["result"], "entry": answer.get("entry"), "lacks": answer.get("lacks", "")}
        return reply(told)

    return await serving.once(request, caller, do)


@router.post(
    "/records/search",
    **described(
        "Read what is known of a consumer",
        "The records of the key's principal; of a key for all, everybody's.",
        scopes=(READ,),
        bodies=(RecordQuestion,),
        answer=RecordsAnswer,
    ),
)
async def record_search(request: Request) -> Response:
    """Find records."""
    caller, serving = caller_of(request, READ), serving_of(request)
    whose = read(RecordQuestion, await json_of(request))
    if not whose.number and not whose.contact:
        raise INVALID.told("Whose records?", [FieldFault("#/number", "is needed, or contact")])
    number = number_of(whose.number, serving.host.settings) if whose.number else 0
    records = await serving.host.in_thread(_records, serving, number, whose.contact, caller.key.principal)
    contracts = await serving.host.in_thread(_contracts, serving, number, caller.key.principal)
    made = reply({"records": records, "contracts": contracts})
    return Response(made.body, made.status, media_type=made.kind)


def _contracts(serving: Serving, number: int, principal: str | None) -> list[dict[str, Any]]:
    with ListStore(serving.host.settings.daemon.data_dir) as store:
        found = store.contracts(number) if number else []
    return [
        {
            "list": one.list,
            "principal": one.principal,
            "subject": one.subject,
            "since": moment(one.since) if one.since else None,
            "until": moment(one.until) if one.until else None,
            "by_hand": one.by_hand,
        }
        for one in found
        if not one.ended and (principal is None or one.principal == name_key(principal))
    ]


def entries_of(serving: Serving, number: int, contact: str, principal: str | None) -> list[ExtractEntry]:
    """What the ledger has of a consumer, as far as a key of a principal may see it; None: of one for all."""
    data_dir = serving.host.settings.daemon.data_dir
    with ConsentStore(data_dir) as store, closing(ConsentLedger.open(data_dir)) as ledger:
        found = extract_of(ledger, store, number, contact)
    return [one for one in found if principal is None or name_key(one.principal) == name_key(principal)]


def _records(serving: Serving, number: int, contact: str, principal: str | None) -> list[dict[str, Any]]:
    return [
        {
            "entry": one.id,
            "kind": one.kind,
            "at": moment(one.at),
            "principal": one.principal,
            "goods": list(one.goods),
            "until": moment(one.until) if one.until else None,
            "slots": one.slots,
            "lacks": one.lacks,
            "proof": one.proof,
            "written_at": moment(one.written_at),
        }
        for one in entries_of(serving, number, contact, principal)
    ]
