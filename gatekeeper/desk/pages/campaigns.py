"""Campaigns: as they are configured and under which law, what shadow would have blocked, and a look at contacts."""

from datetime import datetime, timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gatekeeper.accounts import Role
from gatekeeper.desk.page import desk_of, needs, render, text_of, to, visitor_of
from gatekeeper.desk.pages.uploading import beginning, begun, day_of, ending, receive, shown, upload_of
from gatekeeper.desk.previewing import preview_request, preview_worker
from gatekeeper.desk.reading import campaigns as reading
from gatekeeper.desk.wording import word
from gatekeeper.journal import DecisionFilter
from gatekeeper.journal.shadow import ShadowReport
from gatekeeper.policy import Reason, said
from gatekeeper.policy.reasons import info_of
from gatekeeper.uploads.work import DeskWork, run_worker

PURPOSE = "contacts"
_DAYS = 7
_WORDS = {"calls": said, "word": word}


async def campaigns(request: Request) -> Response:
    """Show every campaign."""
    desk, visitor = desk_of(request), visitor_of(request)
    rows = await desk.in_thread(reading.read_campaigns, desk.settings, visitor.principals)
    return render(request, "campaigns.html", {"rows": rows, "most_mb": desk.settings.desk.max_upload_mb, **_WORDS})


async def campaign(request: Request) -> Response:
    """Show one campaign, with what shadow would have blocked of its calls where that is asked."""
    desk, visitor = desk_of(request), visitor_of(request)
    row = await _row(request, request.query_params.get("name", ""))
    today = datetime.now(visitor.zone).date()
    since = day_of(request.query_params.get("since", ""), "since") or today - timedelta(days=_DAYS - 1)
    until = day_of(request.query_params.get("until", ""), "until") or today
    report = None
    if "since" in request.query_params:
        wanted = DecisionFilter(
            since=beginning(since, visitor.zone), until=ending(until, visitor.zone), campaigns=frozenset({row.name})
        )

        def read() -> ShadowReport:
            with desk.journal() as journal:
                return reading.read_shadow(journal, wanted, visitor.principals, visitor.zone)

        report = await desk.searching(read)
    seen = {"row": row, "since": since, "until": until, "report": report, "meaning": _meaning, **_WORDS}
    return render(request, "campaign.html", seen)


async def look(request: Request) -> Response:
    """Take a file of contacts, and begin to look what a scrub would take out of it."""
    form, upload = await receive(request, PURPOSE)
    desk, visitor = desk_of(request), visitor_of(request)
    try:
        row = await _row(request, text_of(form, "campaign", 80))
        upload.said = {"campaign": row.name, "column": text_of(form, "column", 200)}
    except BaseException:
        desk.uploads.remove(upload)
        raise
    asked = preview_request(desk.settings.file, upload.file, visitor.by, upload.said)

    async def run(work: DeskWork) -> None:
        await run_worker(preview_worker(), asked, work)
        # By the name that its owner knows: where it is here is nobody's affair.
        work.text = work.text.replace(str(upload.file), upload.name)

    upload.look = desk.works.begin(run, lambda: desk.uploads.remove_file(upload))
    await begun(upload.look)
    return to(f"/campaigns/previews/{upload.token}")


async def looked(request: Request) -> Response:
    """Show what a scrub would take out."""
    words = {"meaning": _meaning, "written_at": lambda at: f"{datetime.fromisoformat(at):%d/%m/%Y %H:%M}"}
    return shown(request, "contacts_preview.html", upload_of(request, PURPOSE), words)


async def _row(request: Request, name: str) -> reading.CampaignRow:
    desk, visitor = desk_of(request), visitor_of(request)
    row = await desk.in_thread(reading.read_campaign, desk.settings, name, visitor.principals)
    if row is None:
        raise HTTPException(404)
    return row


def _meaning(code: str) -> object:
    """What a reason means, in both languages; None of one that is not known."""
    return info_of(Reason(code)) if code in Reason.__members__.values() else None


ROUTES = [
    Route("/campaigns", needs(Role.READER)(campaigns), name="campaigns"),
    Route("/campaigns/one", needs(Role.READER)(campaign), name="campaign"),
    Route("/campaigns/previews", needs(Role.OFFICER)(look), methods=["POST"], name="contacts_look"),
    Route("/campaigns/previews/{token}", needs(Role.OFFICER)(looked), name="contacts_looked"),
]
