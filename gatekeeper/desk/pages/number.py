"""One number: everything that is known of it, what would happen if it were called now, and what is written down of it.

A number is sent by POST, and its page has an address that only this process can open (`desk.sealed`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatekeeper.accounts import Role
from gatekeeper.clock import micros_of
from gatekeeper.config import Settings
from gatekeeper.consents.proof_files import MOST_BYTES
from gatekeeper.desk.page import desk_of, needs, number_of, render, text_of, to, visitor_of
from gatekeeper.desk.pages.journal import turn_of
from gatekeeper.desk.reading import number_words
from gatekeeper.desk.reading.journal import FoundDecisions, read_journal
from gatekeeper.desk.reading.number import timeline
from gatekeeper.desk.sealed import NumberSeal
from gatekeeper.desk.visitor import Visitor
from gatekeeper.dossier.restricted import Principals, may_see
from gatekeeper.errors import BadNumberError, DaemonError, FormError
from gatekeeper.journal import DecisionFilter
from gatekeeper.lists import ListKind, Membership
from gatekeeper.phone import Normaliser, display
from gatekeeper.phone.given import public_number
from gatekeeper.policy import Reason, info_of
from gatekeeper.screening.question import NEVER_AGAIN

_SEAL: Final = NumberSeal()
_SEARCH: Final[Mapping[str, object]] = MappingProxyType({"error": "", "typed": "", "expired": False})
_SENT: Final = ("ask", "list", "record", "consent", "contract")
"""What is sent to addresses below that of a number."""

_AGAIN_S: Final = 1
"""After how many seconds decisions that wait for an archive are fetched again."""

_UNPROCESSABLE: Final = 422
_MOST_FIELDS: Final = 40
_LONGEST_NUMBER: Final = 100


async def search(request: Request) -> Response:
    """Ask for a number."""
    return render(request, "number_search.html", _SEARCH)


async def found(request: Request) -> Response:
    """Read the number that was asked for, in any spelling, and go to its page."""
    desk = desk_of(request)
    form = await form_of(request)
    typed = ""
    try:
        typed = number_of(form, "number", _LONGEST_NUMBER)
        number = await desk.in_thread(_read, typed, desk.settings)
    except (BadNumberError, FormError) as error:
        return render(request, "number_search.html", {**_SEARCH, "error": str(error), "typed": typed}, _UNPROCESSABLE)
    return to(address_of(number, visitor_of(request)))


async def number(request: Request) -> Response:
    """Show everything that is known of a number; ask for it again where its address can't be opened any more."""
    try:
        e164 = opened(request)
    except HTTPException:
        return render(request, "number_search.html", {**_SEARCH, "expired": True}, 404)
    found = await _decisions(request, e164)
    if found.archives and found.page.archive is not None and not found.waits and not found.page.rows and found.moved:
        # Nothing in these archives: the next ones, under an address that does not ask for these again.
        return to(f"{address_of(e164, visitor_of(request))}?archives=1&{found.further}")
    return await show(request, e164, found=found)


async def back(request: Request) -> Response:
    """Go to the number's page, from an address that only takes what is sent: a reload, or another language."""
    return to(address_of(opened(request), visitor_of(request)))


async def ask(request: Request) -> Response:
    """Ask the daemon what would become of a call now. It is a question, and counts as no attempt."""
    desk, visitor, e164 = desk_of(request), visitor_of(request), opened(request)
    form = await form_of(request)
    said = {name: text_of(form, name, 200) for name in ("campaign", "principal", "caller_id")}
    if said["campaign"] not in campaigns_of(desk.settings, visitor.principals):
        raise HTTPException(404)
    principal = said["principal"] or desk.settings.campaigns[said["campaign"]].principal
    if not may_see(principal, visitor.principals):
        raise HTTPException(403)
    try:
        answer = await desk.daemon.ask(
            {"op": "check", "intent": "ask", "dialled": display(e164), "by": visitor.by, **said}
        )
    except DaemonError as error:
        return await show(request, e164, error=str(error), typed=said, status=503)
    told = {
        **answer,
        **said,
        "principal": principal,
        "meaning": info_of(Reason(answer["reason"])),
        "never": answer["retry_at"] == NEVER_AGAIN,
        "retry_at": _micros(answer["retry_at"]),
    }
    return await show(request, e164, answer=told, typed=said)


async def show(
    request: Request,
    e164: int,
    *,
    found: FoundDecisions | None = None,
    answer: Mapping[str, Any] | None = None,
    error: str = "",
    failed: str = "",
    typed: Mapping[str, str] | None = None,
    unknown: bool = False,
    status: int = 200,
) -> Response:
    """The page of a number.

    Args:
        request: what is answered.
        e164: the number.
        found: a page of the decisions on it; None for the newest.
        answer: what the daemon says of a call now.
        error: why something was not done.
        failed: which form that was.
        typed: what had been typed into it.
        unknown: whether nobody knows if it was done: sent again, it has the key that it had.
        status: of the response.
    """
    desk, visitor = desk_of(request), visitor_of(request)
    settings = desk.settings
    dossier = await desk.in_thread(desk.number.dossier, e164, visitor.principals)
    found = found or await _decisions(request, e164)
    done = request.query_params.get("done", "")
    seen = {
        "dossier": dossier,
        "found": found,
        "again": _AGAIN_S if found.waits else 0,
        "timeline": timeline(dossier, visitor.zone),
        "address": address_of(e164, visitor),
        "key": _SEAL.seal(e164, visitor.name),
        "campaigns": campaigns_of(settings, visitor.principals),
        "principals": principals_of(settings, visitor.principals),
        "red_list": settings.refusal.list,
        "red_lists": red_lists(settings),
        "registers": [name for name, one in settings.lists.items() if one.kind == ListKind.CONTRACT.value],
        "removable": removable(dossier.memberships),
        "words": number_words,
        "done": number_words.DONE.get(done),
        "answer": answer,
        "error": error,
        "failed": failed,
        "unknown": unknown,
        "typed": dict(typed or {}),
        "proof_mb": MOST_BYTES >> 20,
    }
    return render(request, "number.html", seen, status)


async def _decisions(request: Request, e164: int) -> FoundDecisions:
    """A page of the decisions on a number that the visitor may see: the newest, or that of the address."""
    desk, visitor = desk_of(request), visitor_of(request)
    wanted = DecisionFilter(number=e164).within(visitor.principals)
    return await desk.in_thread(read_journal, desk.pager(), wanted, turn_of(request.query_params))


async def form_of(request: Request) -> FormData:
    """The form that was sent; it has no files."""
    return await request.form(max_files=0, max_fields=_MOST_FIELDS)


def address_of(e164: int, visitor: Visitor) -> str:
    """The address of a number's page."""
    return f"/number/{_SEAL.seal(e164, visitor.name)}"


def opened(request: Request) -> int:
    """The number of a page's address.

    Raises:
        HTTPException: the address is another user's, or from before the desk was started.
    """
    e164 = _SEAL.open(request.path_params["token"], visitor_of(request).name)
    if e164 is None:
        raise HTTPException(404)
    return e164


def campaigns_of(settings: Settings, principals: Principals) -> list[str]:
    """The campaigns that a visitor may ask about."""
    return [
        name for name, one in settings.campaigns.items() if principals is None or may_see(one.principal, principals)
    ]


def principals_of(settings: Settings, principals: Principals) -> list[str]:
    """The principals that a visitor may choose from."""
    if principals is not None:
        return sorted(principals)
    return sorted({one.principal for one in settings.campaigns.values() if one.principal})


def red_lists(settings: Settings) -> list[str]:
    """The red lists, that of refusals first."""
    others = [name for name, one in settings.lists.items() if one.kind == ListKind.RED.value]
    return list(dict.fromkeys([settings.refusal.list, *others]))


def removable(memberships: Sequence[Membership]) -> list[str]:
    """The lists that the number may be taken off here: those of the site's own, and what was added by hand."""
    return [
        one.list
        for one in memberships
        if one.listed and (one.kind in {ListKind.RED, ListKind.CONTRACT} or one.source == "hand")
    ]


def _micros(retry_at: str) -> int:
    return 0 if retry_at in {"", NEVER_AGAIN} else micros_of(datetime.fromisoformat(retry_at))


def _read(typed: str, settings: Settings) -> int:
    return public_number(typed, Normaliser(settings.phone.as_written_plan()))


ROUTES = [
    Route("/number", needs(Role.READER)(search), name="number_search"),
    Route("/number", needs(Role.READER)(found), methods=["POST"], name="number_find"),
    Route("/number/{token}", needs(Role.READER)(number), name="number"),
    *(Route(f"/number/{{token}}/{name}", needs(Role.READER)(back)) for name in _SENT),
    Route("/number/{token}/ask", needs(Role.READER)(ask), methods=["POST"], name="number_ask"),
]
