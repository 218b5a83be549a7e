"""Attempts and the troubles of the journal: what was refused does not count, and nothing that counts is lost."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from gatekeeper.errors import JournalError
from gatekeeper.journal import AttemptMark
from gatekeeper.journal.sqlite import Synchronous
from tests.attempts.books import CALLEE, NOW, Books, books, fill_up, make_room
from tests.journal.rows import demand_sound, row
from tests.journal.test_sequence import LosesAnswers
from tests.waiting import until

BOTH = pytest.mark.parametrize("synchronous", ["NORMAL", "FULL"])
NUMBER = CALLEE.number


async def refused(one: Books, count: int = 60) -> int:
    """Append until there is no room, as screening does it; gives how many calls were let by."""
    for let_by in range(count):
        decision = row(at=NOW + let_by, facts="x" * 400)
        reservation = one.book.reserve(decision.id, CALLEE, NOW + let_by)
        try:
            await one.journal.append(decision, reservation)
        except JournalError:
            one.journal.keep(decision._replace(verdict="BLOCK", reason="GATE_ERROR"), reservation.taken_back())
            return let_by
    raise AssertionError("the file was never full")


@BOTH
async def test_a_full_disk_counts_what_was_let_by_and_no_more(tmp_path: Path, synchronous: Synchronous) -> None:
    """While there is no room, when there is room again, and in the next process."""
    async with books(tmp_path / "j", synchronous) as one:
        most = fill_up(one.journal)
        let_by = await refused(one)
        assert one.journal.unwritten == 1
        assert one.count() == let_by
        make_room(one.journal, most)
        await until(lambda: one.journal.unwritten == 0)
        assert one.count() == let_by
        assert {mark for _, mark in one.said()} == {AttemptMark.RESERVED.value}
    async with books(tmp_path / "j", synchronous) as another:
        assert another.count() == let_by
    demand_sound(tmp_path / "j")


@BOTH
async def test_a_kept_row_carries_what_it_says_of_attempts(tmp_path: Path, synchronous: Synchronous) -> None:
    """One that was let by while nothing could be written counts meanwhile; one that was given back does not."""
    async with books(tmp_path / "j", synchronous) as one:
        made, stopped = row(at=NOW), row(at=NOW + 1)
        await one.journal.append(stopped, one.book.reserve(stopped.id, CALLEE, NOW + 1))
        most = fill_up(one.journal)
        await refused(one)
        before = one.count()
        reservation = one.book.reserve(made.id, CALLEE, NOW)
        reservation.settled()  # the first try to write it failed
        one.journal.keep(made, reservation)
        assert one.count() == before + 1
        given_back = one.book.give_back(stopped.id, NUMBER, NOW + 2)
        assert given_back is not None
        one.journal.keep(row(at=NOW + 2, verdict="BLOCK", supersedes=stopped.id), given_back)
        assert one.count() == before
        make_room(one.journal, most)
        await until(lambda: one.journal.unwritten == 0)
        assert one.count() == before
        assert one.book._standing == {}
    async with books(tmp_path / "j", synchronous) as another:
        assert another.count() == before


async def test_a_commit_whose_answer_was_lost_is_given_back(tmp_path: Path) -> None:
    """The call was refused, and its row is in the file: the correction takes the attempt out of the count."""
    async with books(tmp_path / "j") as one:
        decision = row(at=NOW)
        connection = one.backend._connection
        assert connection is not None
        reservation = one.book.reserve(decision.id, CALLEE, NOW)
        one.backend._connection = LosesAnswers(connection)  # type: ignore[assignment]  # as good as one
        with pytest.raises(JournalError):
            await one.journal.append(decision, reservation)
        one.journal.keep(decision._replace(verdict="BLOCK", reason="GATE_ERROR"), reservation.taken_back())
        await until(lambda: one.journal.trouble is None and one.journal.unwritten == 0)
        assert one.said() == [(NUMBER, AttemptMark.RESERVED.value), (NUMBER, AttemptMark.GIVEN_BACK.value)]
        assert one.count() == 0


async def test_a_row_that_finds_no_room_leaves_nothing_in_memory(tmp_path: Path) -> None:
    """It is lost, as its decision is; the book does not grow by it."""
    async with books(tmp_path / "j", most_unwritten=1) as one:
        most = fill_up(one.journal)
        for _ in range(3):
            await refused(one)
        assert (one.journal.unwritten, one.journal.lost) == (1, 2)
        assert sum(map(len, one.book._standing.values())) == 1
        make_room(one.journal, most)


@BOTH
async def test_a_lock_that_stays_counts_nothing_that_was_refused(tmp_path: Path, synchronous: Synchronous) -> None:
    """While it is waited for, the reservation holds."""
    async with books(tmp_path / "j", synchronous, deadline=0.1) as one:
        other = sqlite3.connect(tmp_path / "j", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        decision = row(at=NOW)
        waiting = asyncio.ensure_future(one.journal.append(decision, one.book.reserve(decision.id, CALLEE, NOW)))
        await asyncio.sleep(0.05)
        assert one.count() == 1
        with pytest.raises(JournalError, match="locked"):
            await waiting
        assert one.count() == 0
        other.close()


async def test_a_bad_row_takes_no_attempt_of_another_with_it(tmp_path: Path) -> None:
    """Of rows that were to be committed together each is tried alone, with its own attempt."""
    async with books(tmp_path / "j") as one:
        decisions = [row(at=NOW), row(at=NOW, number=1 << 70), row(at=NOW), row(at=NOW)]
        outcomes = await asyncio.gather(
            *(one.journal.append(each, one.book.reserve(each.id, CALLEE, NOW)) for each in decisions),
            return_exceptions=True,
        )
        assert [isinstance(outcome, JournalError) for outcome in outcomes] == [False, True, False, False]
        assert one.count() == 3


@pytest.mark.parametrize("twice", [False, True], ids=["beyond the file", "there already"])
async def test_a_row_that_can_not_be_written_leaves_no_attempt_behind(tmp_path: Path, twice: bool) -> None:
    """Both are one statement: the attempt comes before its row, and goes with it."""
    async with books(tmp_path / "j") as one:
        first = row(at=NOW)
        await one.journal.append(first)
        bad = first if twice else row(at=NOW, number=1 << 70)
        with pytest.raises(JournalError):
            await one.journal.append(bad, one.book.reserve(bad.id, CALLEE, NOW))
        assert (one.count(), one.said()) == (0, [])
        good = row(at=NOW)
        await one.journal.append(good, one.book.reserve(good.id, CALLEE, NOW))
        assert one.said() == [(NUMBER, AttemptMark.RESERVED)]


async def test_a_row_that_is_there_counts_once(tmp_path: Path) -> None:
    """What the dialplan kept may be told of twice."""
    async with books(tmp_path / "j") as one:
        decision = row(at=NOW)
        for _ in range(2):
            await one.journal.append_once(decision, one.book.reserve(decision.id, CALLEE, NOW))
        assert one.count() == 1
