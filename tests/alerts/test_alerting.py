"""Alerting: what gives occasion for an alert in a daemon, and that each is told once, through restarts."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gatekeeper.alerts.alert import AlertKind
from gatekeeper.alerts.outbox import Outbox
from gatekeeper.clock import DAY_US, moment_of, now_micros
from gatekeeper.config import load
from gatekeeper.daemon import alerting as module
from gatekeeper.daemon.alerting import Alerting
from gatekeeper.daemon.assembly import build_parts
from gatekeeper.daemon.measuring import Observed
from gatekeeper.daemon.occasions import AlertScope, ScrubTerm
from gatekeeper.daemon.runtime import Runtime
from gatekeeper.journal import JOURNAL_FILE, DecisionRow, new_ident
from gatekeeper.journal.sqlite import SqliteReader
from gatekeeper.lists import ImportOptions, ListKind, ListStore
from gatekeeper.policy import Gate
from gatekeeper.screening import Question
from gatekeeper.words import Language
from lab.ports import free_port
from tests.cli.test_french import english_of
from tests.journal.rows import row

CONFIG = """
[daemon]
data_dir = "{folder}/data"
[socket]
path = "{folder}/s"
[fastagi]
enabled = false
[law]
default = "lists-only"
[lists.tps]
max_age_days = 20
[asterisk.main]
port = {ami}
secret = "s"
[watchdog]
enabled = true
"""


class Teller:
    """Stands where the channels do: alerts stay in the outbox, for the test to read."""

    name = goal = "nobody"
    most = 0
    pause_s = 3600.0

    def send(self, _alerts: object, /) -> None:
        """Nothing is ever due for it."""


class Site:
    """A daemon that notices, at a time of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = now_micros()
        self.percent = 0
        self.language = Language.EN
        self.alerting: Alerting
        self.observed: Observed

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Site"]:
        """The daemon, and what notices."""
        settings = load(self.folder / "g.toml", {})
        self.observed = Observed(settings.daemon.data_dir, settings.max_ages)
        async with Runtime(build_parts(settings, self.observed)):
            scrubs = {"leads": ScrubTerm(self.folder / "scrubs", 30)}
            scope = AlertScope(self.folder / "data", self.percent, self.folder / "inbox", scrubs, self.language)
            self.alerting = Alerting(
                self.folder / "data" / "alerts.sqlite3",
                [Teller()],
                self.observed,
                scope,
                SqliteReader(self.folder / "data" / JOURNAL_FILE),
                ripe_s={AlertKind.WATCHDOG: 0.2, AlertKind.PART: 0.2},
                hold_s=0.0,
                clock=lambda: self.now,
            )
            await self.alerting.start()
            try:
                yield self
            finally:
                await self.alerting.stop(0)

    def told(self) -> list[tuple[str, dict[str, str]]]:
        """All that was noticed, in order."""
        with Outbox(self.folder / "data" / "alerts.sqlite3", ["nobody"]) as outbox:
            return [(one.item.kind.value, dict(one.item.facts)) for one in outbox.due("nobody", 2**62, 1000)]

    def kinds(self) -> list[str]:
        """Their kinds."""
        return [kind for kind, _ in self.told()]

    async def look(self, days: float = 0) -> None:
        """Some days later, look."""
        self.now += int(days * DAY_US)
        await self.alerting.look()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site with a list that was just imported, a scrub that was just done, and an Asterisk that is not there."""
    monkeypatch.setattr(module, "LOOK_S", 3600.0)  # only when the test says so
    (tmp_path / "data").mkdir()
    (tmp_path / "g.toml").write_text(CONFIG.format(folder=tmp_path, ami=free_port()))
    numbers = tmp_path / "tps.txt"
    numbers.write_text("+33612345678\n")
    with ListStore(tmp_path / "data") as store:
        store.ensure("tps", ListKind.OPPOSITION)
        store.import_file(numbers, "tps", options=ImportOptions(by="test"))
    certify(tmp_path, "2026-11-01T00:00:00+00:00")
    (tmp_path / "inbox" / "failed").mkdir(parents=True)
    return Site(tmp_path)


def certify(folder: Path, finished: str) -> None:
    """A certificate of the scheduled scrub."""
    (folder / "scrubs" / "one").mkdir(parents=True, exist_ok=True)
    (folder / "scrubs" / "one" / "a.certificate.json").write_text(f'{{"finished_at": "{finished}"}}')


async def test_a_list_is_told_at_each_mark_once(site: Site) -> None:
    """Looked at every six hours, with a restart between any two days: 7, 3 and 1 days before, and at the moment."""
    for _ in range(6):
        async with site.running():
            for _ in range(16):
                await site.look(0.25)
    told = [(facts["list"], kind, facts["days"]) for kind, facts in site.told() if kind.startswith("list.")]
    assert told == [("tps", "list.due", days) for days in ("7", "3", "1")] + [("tps", "list.stale", "0")]


async def test_each_bypass_is_told_once_and_no_emergency(site: Site) -> None:
    """Those of the time before there were alerts are not; those of a time without a look are. No number is in any."""
    async with site.running():
        await append(site, row(bypass=1))
        await site.look()
    for count in range(3):
        async with site.running():
            await site.look()
            assert site.kinds().count("bypass") == 2 * count
            await append(site, row(bypass=1, verdict="BLOCK", reason="LISTED", channel="PJSIP/0612345678@trunk"))
            await append(site, row(bypass=1, reason="EMERGENCY", dialled="112"), row())
            await site.look()
            await site.look()
            await append(site, row(bypass=1, verdict="ALLOW", reason="CLEAR"))
    told = [facts for kind, facts in site.told() if kind == "bypass"]
    assert len({one["decision"] for one in told}) == len(told) == 5
    assert {frozenset(one) for one in told} == {frozenset({"time", "verdict", "reason", "decision"})}
    assert "612345678" not in str(told)


async def test_a_journal_out_of_a_backup_is_looked_through_from_its_end(site: Site) -> None:
    """What was looked through before does not hide what is new, though its rows have lower numbers."""
    async with site.running():
        await site.look()
        await append(site, *(row() for _ in range(5)), row(bypass=1))
        await site.look()
    for file in (site.folder / "data").glob("journal.sqlite3*"):
        file.unlink()
    for count in (1, 2, 3):
        async with site.running():
            await site.look()
            assert site.kinds().count("bypass") == count
            await append(site, row(bypass=1))
            await site.look()


async def append(site: Site, *rows: DecisionRow) -> None:
    """Rows into the journal, by the daemon's own writer."""
    for one in rows:
        await site.observed.screening._journal.append(one._replace(id=new_ident(now_micros())))  # type: ignore[union-attr]


async def test_what_lasts_is_told_when_it_begins(site: Site) -> None:
    """A watchdog without Asterisk after a while, a full disk, an overdue scrub; again when it was over in between."""
    site.percent = 100
    for _ in range(2):
        async with site.running():
            await site.look()
            assert site.kinds().count("watchdog.disconnected") <= 1
            await asyncio.sleep(0.4)
            await site.look()
            await site.look()
            assert sorted(set(site.kinds())) == ["disk", "watchdog.disconnected"]
            assert len(site.kinds()) == 2
    site.percent = 0
    async with site.running():
        await site.look()
    site.percent = 100
    async with site.running():
        await site.look(60)
        assert site.kinds().count("disk") == 2
        assert site.kinds().count("scrub.overdue") == 1


@pytest.mark.parametrize("language", Language)
async def test_calls_that_are_refused_by_a_fault_are_told(site: Site, language: Language) -> None:
    """With what the daemon says of it, and of its parts, in the language of the alerts."""
    site.language = language
    async with site.running():
        await site.observed.screening.screen(Question("0612345678", Gate.CLI))
        assert "gate_errors" not in site.kinds()
        file = site.folder / "data" / "lists.sqlite3"
        file.rename(file.with_suffix(".away"))
        file.mkdir()
        await asyncio.sleep(1.2)
        await site.observed.screening.screen(Question("0612345678", Gate.CLI))
        await site.look()
        await asyncio.sleep(0.3)
        await site.look()
        told = dict(site.told())
    assert set(told) == {"gate_errors", "watchdog.disconnected", "part.failed"}
    assert told["part.failed"]["part"] == {"en": "Lists", "fr": "Listes"}[language]
    assert "lists.sqlite3" in told["gate_errors"]["why"]
    assert told["watchdog.disconnected"]["why"] == {"en": "Connection refused", "fr": "connexion refusée"}[language]
    english = [kind for kind, facts in told.items() if english_of(facts["why"], site.folder)]
    assert sorted(english) == {"en": ["gate_errors", "part.failed"], "fr": []}[language]


async def test_a_file_that_was_not_imported_is_told(site: Site) -> None:
    """Once; one that failed before there were alerts is not, and no number is shown of its name."""
    failed = site.folder / "inbox" / "failed"
    (failed / "old.csv.report.txt").write_text("")
    os.utime(failed / "old.csv.report.txt", ns=(1, 1))
    for _ in range(2):
        async with site.running():
            await site.look()
    (failed / "20261126T140312Z-retour_0612345678.csv.report.txt").write_text("")
    for _ in range(2):
        async with site.running():
            await site.look()
    (facts,) = [facts for kind, facts in site.told() if kind == "inbox.failed"]
    assert facts == {"file": "20261126T140312Z-retour_….csv", "folder": str(failed)}


async def test_a_clock_that_was_ahead_leaves_nothing_untold(site: Site) -> None:
    """Once it is put back, a file that fails is told, and so is a scrub that was certified by that clock alone."""
    failed = site.folder / "inbox" / "failed"
    ahead = site.now + 400 * DAY_US
    certify(site.folder, moment_of(ahead).isoformat())
    async with site.running():
        (failed / "ahead.csv.report.txt").write_text("")
        os.utime(failed / "ahead.csv.report.txt", ns=(ahead * 1000, ahead * 1000))
        site.alerting._reached["inbox"] = ahead * 1000
        await site.look()
        assert "inbox.failed" not in site.kinds()
        await asyncio.sleep(0.05)  # a file's time is that of the kernel's last tick
        (failed / "now.csv.report.txt").write_text("")
        for _ in range(2):
            await site.look()
        told = site.told()
    assert [facts["file"] for kind, facts in told if kind == "inbox.failed"] == ["now.csv"]
    assert [facts["last"] for kind, facts in told if kind == "scrub.overdue"] == ["never"]
