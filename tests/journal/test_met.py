"""The table of gates met."""

import asyncio
from pathlib import Path

from gatekeeper.journal import DecisionFilter, JournalWriter, MetRow
from gatekeeper.journal.sqlite import SqliteBackend, SqliteReader
from tests.journal.rows import row as make_row


def write(path: Path, *rows: object) -> None:
    """Append rows."""

    async def run() -> None:
        writer = JournalWriter(SqliteBackend(path))
        await writer.start()
        await asyncio.gather(*(writer.append(row) for row in rows))  # type: ignore[arg-type]
        await writer.close()

    asyncio.run(run())


def test_gates_in_the_order_they_were_met(tmp_path: Path) -> None:
    """A decision is shown with every gate its call met, each once; decisions and meetings may be committed together."""
    path = tmp_path / "journal.sqlite3"
    first, second = make_row(), make_row()
    met = [MetRow(first.id, 5, gate, "c", "u", "l") for gate in ("WATCHDOG", first.gate, "PREDIAL", "WATCHDOG")]
    write(path, first, *met, second)
    with SqliteReader(path) as reader:
        found = reader.latest(DecisionFilter(), 10)
        assert [one.gates for one in found] == [f"{first.gate} WATCHDOG PREDIAL", second.gate]
        assert reader.attempt(first.id) == (first, met)
        assert reader.attempt("x") is None


def test_a_row_that_may_be_there_already_is_written_once(tmp_path: Path) -> None:
    """A row that may be there already is written once, also within one commit, and takes nothing else with it."""
    path = tmp_path / "journal.sqlite3"
    row, other = make_row(), make_row()

    async def run() -> None:
        writer = JournalWriter(SqliteBackend(path))
        await writer.start()
        await asyncio.gather(writer.append_once(row), writer.append(other), writer.append_once(row))
        await writer.append_once(row._replace(reason="CLEAR"))
        await writer.close()

    asyncio.run(run())
    with SqliteReader(path) as reader:
        assert sorted(one.row for one in reader.latest(DecisionFilter(), 10)) == sorted([row, other])
