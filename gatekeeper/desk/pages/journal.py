"""Journal: every decision, by filters that combine and live in the address, page by page; and one, explained."""

from functools import partial
from typing import Final
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import NoMatchFound, Route

from gatekeeper.accounts import Role
from gatekeeper.clock import moment_of
from gatekeeper.desk.page import desk_of, needs, render, visitor_of
from gatekeeper.desk.reading.asked import filter_asked
from gatekeeper.desk.reading.decision import read_story
from gatekeeper.desk.reading.journal import JournalTurn, choices_of, read_journal
from gatekeeper.desk.visitor import Visitor
from gatekeeper.desk.wording import GATES, VERDICTS, meaning, word, words_of
from gatekeeper.errors import FormError
from gatekeeper.exports import filter_words
from gatekeeper.journal import bytes_of_ident
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
"""What an address may name; `before`, `after` and `archives` turn the pages."""

_AGAIN_S: Final = 1
"""After how many seconds a page that waits for an archive is fetched again."""

_NOT_FOUND: Final = 404
_UNPROCESSABLE: Final = 422


async def journal(request: Request) -> Response:
    """Show a page of the decisions that the address asks for."""
    desk, visitor = desk_of(request), visitor_of(request)
    asked, found, wrong, shown = request.query_params, None, None, None
    try:
        wanted = await desk.in_thread(filter_asked, asked, visitor.zone, desk.settings)
        turn = turn_of(asked)
        wanted = wanted.within(visitor.principals)
        shown = filter_words.words_of(wanted, visitor.language, visitor.zone)
        found = await desk.in_thread(read_journal, desk.pager(), wanted, turn)
    except FormError as error:
        wrong = error
    given = [(name, value) for name, value in asked.multi_items() if name in _FIELDS and value]
    seen = {
        "found": found,
        "filter": shown,
        "wrong": wrong,
        "told": str(wrong) if wrong is not None else "",
        "asked": {name: asked.get(name, "") for name in _FIELDS},
        "more": _further(asked),
        "query": urlencode(given),
        "archives": bool(asked.get("archives")),
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


def _came_from(request: Request) -> str:
    """The journal, with the filter and at the page from which a decision was opened."""
    _, known, query = request.headers.get("referer", "").partition(f"//{request.headers.get('host', '')}/journal?")
    return f"/journal?{query}" if known else "/journal"


async def decision(request: Request) -> Response:
    """Show one decision, explained."""
    desk, visitor = desk_of(request), visitor_of(request)
    ident = request.path_params["decision"].upper()
    try:
        bytes_of_ident(ident)
    except ValueError:
        raise HTTPException(404) from None
    found = await desk.in_thread(read_story, desk.pager(), desk.settings, ident, visitor)
    story = found.story
    if story is None:
        again = _AGAIN_S if found.waits is not None else 0
        seen = {"waits": found.waits, "ident": ident, "again": again, "journal": _came_from(request)}
        return render(request, "decision_missing.html", seen, _NOT_FOUND if found.waits is None else 200)
    shown = partial(_shown, visitor)
    seen = {
        "story": story,
        "journal": _came_from(request),
        "archive": found.archive,
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


def _shown(visitor: Visitor, at: int) -> str:
    return f"{moment_of(at).astimezone(visitor.zone):%d/%m/%Y %H:%M:%S}"


def has_page(request: Request, name: str) -> bool:
    """Whether this desk has a page of that name."""
    try:
        request.app.url_path_for(name)
    except NoMatchFound:
        return False
    return True


def turn_of(asked: QueryParams) -> JournalTurn:
    """Where in the journal an address leads.

    Raises:
        FormError: it can't be understood.
    """
    return JournalTurn(_cursor(asked, "before"), _cursor(asked, "after"), bool(asked.get("archives")))


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
