"""Orders and journals for the tests of exports."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from gatekeeper.exports import EXPORTS_FOLDER
from gatekeeper.exports.order import ExportFormat, ExportOrder
from gatekeeper.exports.store import ExportLimits, ExportStore
from gatekeeper.journal import DecisionFilter, DecisionRow, JournalWriter
from gatekeeper.journal.sqlite import SqliteBackend
from gatekeeper.words import Language
from tests.journal.rows import row

PARIS = ZoneInfo("Europe/Paris")
START = int(datetime(2026, 11, 2, 8, tzinfo=UTC).timestamp()) * 1_000_000
NASTY = '=cmd|" /C calc"!A1'


def order(form: str = "csv", wanted: DecisionFilter | None = None, **changed: object) -> ExportOrder:
    """An order of Zoé's, in French."""
    made = ExportOrder(
        wanted=wanted or DecisionFilter(),
        form=ExportFormat(form),
        language=Language.FR,
        zone=PARIS,
        site="centre-1",
        owner="zoé",
    )
    return made._replace(**changed)  # type: ignore[arg-type]  # any field


def some_rows(count: int) -> list[DecisionRow]:
    """Decisions of a morning, a second apart: every fourth blocked, with what a caller wrote into a campaign."""
    return [
        row(
            at=START + number * 1_000_000,
            verdict="ALLOW" if number % 4 else "BLOCK",
            reason="CLEAR" if number % 4 else "RED_LIST",
            list="" if number % 4 else "red",
            campaign=NASTY if number == 1 else f"été {number % 3}",
            principal="Énergies SA" if number % 2 else "Fenêtres SARL",
        )
        for number in range(count)
    ]


def write_journal(data_dir: Path, rows: list[DecisionRow]) -> Path:
    """A journal with these decisions."""

    async def all_rows() -> None:
        writer = JournalWriter(SqliteBackend(data_dir / "journal.sqlite3"))
        await writer.start()
        await asyncio.gather(*(writer.append(one) for one in rows))
        await writer.close()

    data_dir.mkdir(parents=True, exist_ok=True)
    asyncio.run(all_rows())
    return data_dir


def store_in(data_dir: Path, limits: ExportLimits | None = None) -> ExportStore:
    """The exports of a data folder."""
    return ExportStore(data_dir / EXPORTS_FOLDER, limits)
