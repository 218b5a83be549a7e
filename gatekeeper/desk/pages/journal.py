"""Journal: every decision, by filters that combine and live in the address, page by page; and one, explained."""

from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import NoMatchFound, Route

from gatekeeper.accounts import Role
from gatekeeper.clock import moment_of
from gatekeeper.desk.desk import Desk
from gatekeeper.desk.page import desk_of, needs, render, visitor_of
from gatekeeper.desk.reading.asked import filter_asked
from gatekeeper.desk.reading.decision import DecisionStory, read_story
from gatekeeper.desk.reading.journal import FoundDecisions, JournalTurn, choices_of, months_of, read_journal
from gatekeeper.desk.visitor import Visitor
from gatekeeper.desk.wording import GATES, VERDICTS, meaning, word, words_of
from gatekeeper.errors import FormError
from gatekeeper.journal import DecisionFilter, bytes_of_ident
from gatekeeper.policy import Reason, info_of, said
from gatekeeper.text import escaped
from gatekeeper.translation import phrase
from gatekeeper.words import Sentence

_FIELDS: Final = (
    "since",
    "until",
    "number",
    "verdict",
    "reason",
    "list",
    "campaign",
    "principal",
    "agent",
    "gate",
    "id",
    "bypassed",
    "linkedid",
    "provision",
    "would_block",
)
"""What an address may name; `before` and `after` turn the pages."""

_NOT_FOUND: Final = 404
_UNPROCESSABLE: Final = 422


async def journal(request: Request) -> Response:
    """Show a page of the decisions that the address asks for."""
    desk, visitor = desk_of(request), visitor_of(request)
    asked, found, wrong = request.query_params, None, None
    try:
        wanted = await desk.in_thread(filter_asked, asked, visitor.zone, desk.settings)
        turn = JournalTurn(_cursor(asked, "before"), _cursor(asked, "after"))
        found = await desk.in_thread(read_journal, desk.journal(), wanted.within(visitor.principals), turn)
    except FormError as error:
        wrong = error
    given = [(name, value) for name, value in asked.multi_items() if name in _FIELDS and value]
    seen = {
        **_found(found),
        "wrong": wrong,
        "told": str(wrong) if wrong is not None else "",
        "asked": {name: asked.get(name, "") for name in _FIELDS},
        "more": _further(asked),
        "query": urlencode(given),
        "chosen": bool(given),
        "turned": bool(asked.get("before") or asked.get("after")),
        "choices": choices_of(desk.settings, visitor.principals),
        "blocking": [one for one in Reason if info_of(one).hangup_cause],
        "allowing": [one for one in Reason if not info_of(one).hangup_cause],
        "gates": GATES,
        "verdicts": VERDICTS,
        "word": word,
        "meaning": meaning,
        "escaped": escaped,
        "export": has_page(request, "export_order"),
    }
    return render(request, "journal.html", seen, 200 if wrong is None else _UNPROCESSABLE)


async def decision(request: Request) -> Response:
    """Show one decision, explained."""
    desk, visitor = desk_of(request), visitor_of(request)
    ident = request.path_params["decision"].upper()
    try:
        bytes_of_ident(ident)
    except ValueError:
        raise HTTPException(404) from None
    story, months = await desk.in_thread(_read_story, desk, ident, visitor)
    if story is None:
        seen = {"months": months, "ident": ident}
        return render(request, "decision_missing.html", seen, _NOT_FOUND)
    shown = partial(_shown, visitor)
    seen = {
        "story": story,
        "proof": story.proof.line(visitor.language, shown) if story.proof is not None else "",
        "gates": GATES,
        "verdicts": VERDICTS,
        "word": word,
        "meaning": meaning,
        "escaped": escaped,
        "words_of": words_of,
        "calls": said,
        "trades": {name: Sentence(*title) for name, title in desk.settings.trades.sectors.items()},
        "number_page": "/number" if has_page(request, "number_find") else "",
    }
    return render(request, "decision.html", seen)


def _read_story(desk: Desk, ident: str, visitor: Visitor) -> tuple[DecisionStory | None, list[str]]:
    """The decision; or the months of the archives in which it may be."""
    with desk.journal() as reader:
        story = read_story(reader, desk.settings, ident, visitor)
        archived = reader.archived(DecisionFilter(id=ident)) if story is None else []
    return story, months_of(archived)[0]


def _shown(visitor: Visitor, at: int) -> str:
    return f"{moment_of(at).astimezone(visitor.zone):%d/%m/%Y %H:%M:%S}"


def has_page(request: Request, name: str) -> bool:
    """Whether this desk has a page of that name."""
    try:
        request.app.url_path_for(name)
    except NoMatchFound:
        return False
    return True


def _found(found: FoundDecisions | None) -> dict[str, Any]:
    if found is None:
        return {"page": None, "months": [], "archived": 0}
    months, archived = months_of(found.archived)
    return {"page": found.page, "months": months, "archived": archived}


def _cursor(asked: QueryParams, name: str) -> str:
    """The id at which a page begins, or "".

    Raises:
        FormError: it is not one.
    """
    text = asked.get(name, "")
    if text:
        try:
            bytes_of_ident(text)
        except ValueError:
            raise FormError(name, phrase("the id of a decision has 26 letters and digits")) from None
    return text


def _further(asked: QueryParams) -> list[tuple[str, str]]:
    """What the form has no field for, or has only one for: it is kept when the form is sent."""
    plain = ("linkedid", "provision", "would_block")
    several = [(name, value) for name in _FIELDS for value in asked.getlist(name)[1:] if value]
    return [*((name, asked[name]) for name in plain if asked.get(name)), *several]


ROUTES = [
    Route("/journal", needs(Role.READER)(journal), name="journal"),
    Route("/journal/{decision}", needs(Role.READER)(decision), name="decision"),
]
