"""Stored script: whatever a call says of itself is text on every page, whichever field it stands in."""

from html.parser import HTMLParser

import pytest

from gatekeeper.clock import now_micros
from gatekeeper.journal import JOURNAL_FILE, DecisionRow, new_ident
from gatekeeper.journal.sqlite import SqliteBackend
from tests.desk.site import DeskSite
from tests.journal.rows import met, row

_MARK = "stored-mark"
_EVIL = f"</title></script>\"'><img src=x onerror=alert(1)>{{{{7*7}}}}{_MARK}"
_SET_BY_US = {"id", "verdict", "reason", "gate", "supersedes", "would_block", "asked_by"}
"""What no caller can write. `asked_by` has a word of ours in front."""

_PAGES = ("/today", "/today?part=1", "/journal", "/exports", "/scrubs", "/campaigns", "/lists", "/consents")


class Reading(HTMLParser):
    """Reads a page as a browser does, and notes what could run."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.runs: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that could run something."""
        given = dict(attrs)
        ours = str(given.get("src") or "").startswith("/static/")
        if tag in {"iframe", "object", "embed", "base"} or (tag in {"script", "img"} and not ours):
            self.runs.append(tag)
        self.runs += [name for name in given if name.startswith("on") or name in {"style", "srcdoc"}]
        self.runs += [str(value) for value in given.values() if value and value.lower().startswith("javascript:")]


@pytest.fixture
def decision(desk_site: DeskSite) -> DecisionRow:
    """A decision whose every text that comes from outside is hostile."""
    at = now_micros() - 1000
    texts = {
        name: _EVIL
        for name, kind in DecisionRow.__annotations__.items()
        if kind in {str, "str"} and name not in _SET_BY_US
    }
    texts |= {"goods": f"wine,{_EVIL}", "facts": f"{_EVIL}@12", "asked_by": f"manager:{_EVIL}"}
    made = row(at=at, id=new_ident(at), verdict="BLOCK", reason="RED_LIST", number=33612345678, **texts)
    backend = SqliteBackend(desk_site.settings.daemon.data_dir / JOURNAL_FILE)
    backend.open()
    backend.write([made, met(made)._replace(channel=_EVIL, uniqueid=_EVIL, linkedid=_EVIL)])
    backend.close()
    return made


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_nothing_that_a_call_says_runs_on_a_page(
    desk_site: DeskSite, decision: DecisionRow, language: str
) -> None:
    """Journal, decision, today's charts, one number, and what is kept of an export's filter."""
    seen = 0
    async with desk_site.visiting("admin", language=language) as client:
        found = await client.post("/number", data={"number": "0612345678"})
        await client.post("/exports", data={"filter": f"campaign={_EVIL}", "form": "csv"})
        filters = [
            f"/journal?{name}=%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E{_MARK}" for name in ("since", "number", "list")
        ]
        for path in (*_PAGES, *filters, f"/journal/{decision.id}", found.headers["location"], "/people/actions"):
            answer = await client.get(path)
            assert answer.status_code in {200, 422}, path
            assert not Reading(answer.text).runs, path
            assert "49" + _MARK not in answer.text, path
            seen += _MARK in answer.text
    assert seen >= 7
