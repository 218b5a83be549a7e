"""The page *Today*: what it counts, whose, and what it puts first."""

from datetime import date
from pathlib import Path

import pytest

from gatekeeper.accounts import sessions
from gatekeeper.clock import DAY_US, moment_of, now_micros
from gatekeeper.desk.guard import REFRESH
from gatekeeper.desk.reading.attention import concerns
from gatekeeper.desk.reading.lists_now import ListNow, lists_now
from gatekeeper.desk.reading.today import CallFigures, TodayFigures
from gatekeeper.desk.wording import GATES
from gatekeeper.journal import JOURNAL_FILE
from gatekeeper.journal.sqlite import SqliteBackend
from gatekeeper.lists import ImportOptions, ListKind, ListStore
from gatekeeper.policy import Gate
from gatekeeper.words import NARROW
from tests.desk.site import DeskSite, heading
from tests.journal.rows import row

ROWS = (
    row(campaign="spring", principal="ACME", reason="CONSENT", asked_by="manager:anna"),
    row(campaign="spring", principal="ACME", verdict="BLOCK", reason="LISTED", list="tps"),
    row(campaign="<b>odd", principal="Other & Sons", verdict="BLOCK", reason="GATE_ERROR"),
    row(campaign="autumn", principal="Other & Sons", verdict="BLOCK", reason="RED_LIST", bypass=1, gate="WATCHDOG"),
)


@pytest.fixture
def site(desk_site: DeskSite) -> DeskSite:
    """A site with four calls of today."""
    backend = SqliteBackend(desk_site.settings.daemon.data_dir / JOURNAL_FILE)
    backend.open()
    backend.write([one._replace(at=now_micros()) for one in ROWS])
    backend.close()
    while True:
        desk_site.desk.tally.refresh()
        if not desk_site.desk.tally.counted_since():
            break
    return desk_site


def figures(page: str) -> list[str]:
    """The figures of the tiles: checked, allowed, blocked, bypasses."""
    return [part.partition("</span>")[0] for part in page.split('<span class="value">')[1:]]


async def test_everything_is_counted(site: DeskSite) -> None:
    """Calls, grounds, reasons; what a call has made up is text and nothing else."""
    async with site.visiting("officer") as client:
        assert (await client.get("/")).headers["location"] == "/today"
        page = (await client.get("/today")).text
    assert heading(page).startswith("Today, ")
    assert figures(page) == ["4", "1", "3", "1"]
    for said in ("CONSENT", "RED_LIST", "Other &amp; Sons", "&lt;b&gt;odd", "manager:anna", "watchdog"):
        assert said in page
    assert "<b>odd" not in page
    assert "The daemon does not answer" in page
    assert "Calls that could not be checked, and were refused today: 1." in page
    assert page.index("The daemon does not answer") < page.index("Calls that went round the gates today: 1.")


async def test_who_is_bound_sees_his_own(site: DeskSite) -> None:
    """A reader of ACME sees nothing of another company, figures included."""
    async with site.visiting("acme") as client:
        page = (await client.get("/today")).text
    assert figures(page) == ["2", "1", "1", "0"]
    assert "Other" not in page
    assert "odd" not in page
    assert "went round" not in page


async def test_the_part_is_the_page_without_its_frame(site: DeskSite) -> None:
    """What the script fetches is what the page shows."""
    async with site.visiting("reader", language="fr") as client:
        page, part = (await client.get("/today")).text, (await client.get("/today?part=1")).text
    assert "<html" not in part
    assert part.strip().splitlines()[5:20] == page[page.index('data-seconds="10">') :].splitlines()[6:21]
    assert heading(part).startswith("Aujourd’hui")
    assert "hors des contrôles" in part


async def test_refreshing_is_no_use_of_a_session(site: DeskSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that is left open does not keep its reader signed in; each look of his own does."""
    monkeypatch.setattr(sessions, "_SEEN_EVERY", 0)
    reader = site.desk.accounts.users.by_name("reader")
    async with site.visiting("reader") as client:

        def seen() -> int:
            return site.desk.accounts.sessions.of(reader)[0].seen_at

        before = seen()
        assert (await client.get("/today?part=1", headers={REFRESH: "1"})).status_code == 200
        assert seen() == before
        await client.get("/today")
        assert seen() > before


async def test_works_without_stores(site: DeskSite) -> None:
    """A journal that is gone is said on the page; the rest of it is there."""
    for path in site.settings.daemon.data_dir.glob(f"{JOURNAL_FILE}*"):
        path.unlink()
    site.desk.tally._looked = 0.0
    async with site.visiting("reader") as client:
        answer = await client.get("/today")
    assert answer.status_code == 200
    assert "does not exist" in answer.text
    assert "red list" in answer.text


def test_every_gate_has_a_word() -> None:
    """In both languages."""
    assert set(GATES) == set(Gate)


def test_lists_come_by_what_is_left(desk_site: DeskSite, tmp_path: Path) -> None:
    """A list that blocks calls is first; then the one that ends first."""
    file, now = tmp_path / "numbers.txt", now_micros()
    file.write_text("+33612345678\n")
    with ListStore(desk_site.settings.daemon.data_dir) as store:
        store.ensure("tps", ListKind.OPPOSITION)
        store.import_file(file, "tps", options=ImportOptions(by="test", valid_until=moment_of(now + 5 * DAY_US)))
        store.ensure("old", ListKind.OPPOSITION)
        store.import_file(file, "old", options=ImportOptions(by="test", valid_until=moment_of(now + DAY_US)))
    found = lists_now(desk_site.settings, now + 2 * DAY_US + 9, contracts=True)
    assert [(one.name, one.state, one.blocks) for one in found] == [
        ("old", "stale", True),
        ("tps", "due", False),
        ("red", "in force", False),
    ]
    assert [one.said.english for one in concerns(None, found, {})] == [
        "List old is too old: the calls that must respect it are blocked. Import a new delivery.",
        "List tps is good for 2 more days: import a new delivery.",
    ]


def test_large_figures_are_written_as_everywhere() -> None:
    """By thousands, as each language has them."""
    sort = CallFigures("GATE_ERROR", 12345, 12345, 0)
    nothing: list[CallFigures] = []
    total = CallFigures("", 1234567, 12345, 23456)
    day = date(2026, 11, 27)
    figures = TodayFigures(day, 0, total, nothing, [sort], nothing, nothing, nothing, nothing, nothing, nothing, 0)
    said = [one.said for one in concerns(figures, [], {})]
    assert [one.english.rpartition(" ")[2] for one in said] == ["12,345.", "23,456."]
    assert [one.french.rpartition(" ")[2] for one in said] == [f"12{NARROW}345.", f"23{NARROW}456."]


@pytest.mark.parametrize(
    ("status", "bad", "said"),
    [
        (None, True, "The daemon does not answer"),
        ({"undecided": ["the journal: full"], "parts": []}, True, "Calls can't be decided: the journal: full"),
        ({"parts": [{"name": "the watchdog", "trouble": "no link"}]}, False, "Watchdog: no link"),
        ({"parts": [{"name": "the journal", "trouble": "full"}]}, None, ""),
        ({}, None, ""),
    ],
)
def test_the_daemon_is_heard(status: dict[str, object] | None, bad: bool | None, said: str) -> None:
    """That nothing can be decided is urgent; another part in trouble comes after it."""
    found = concerns(None, [ListNow("x", "red", "in force", 1, 1, 1, None, None, "")], status)
    assert [one.bad for one in found] == ([] if bad is None else [bad])
    assert all(one.said.english.startswith(said) for one in found)
