"""The book of attempts over the real journal: what counts, from which moment, and for whom."""

import asyncio
import sqlite3
from contextlib import closing
from itertools import product
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.attempts import AttemptBook, AttemptKey
from gatekeeper.attempts.reservation import StandingReservation
from gatekeeper.errors import JournalError
from gatekeeper.journal import AttemptMark, AttemptRow, bytes_of_ident, new_ident
from gatekeeper.journal.sqlite import SqliteBackend, SqliteReader, Synchronous
from gatekeeper.journal.sqlite.tables import metadata
from gatekeeper.storage import open_engine
from tests.attempts.books import CALLEE, NOW, books
from tests.journal.rows import demand_sound, row

BOTH = pytest.mark.parametrize("synchronous", ["NORMAL", "FULL"])
NUMBER = CALLEE.number


@BOTH
async def test_two_in_one_turn_see_each_other(tmp_path: Path, synchronous: Synchronous) -> None:
    """A reservation counts from the moment it is made, before any commit, once; and in the next process, too."""
    async with books(tmp_path / "j", synchronous) as one:
        decisions = [row(at=NOW) for _ in range(4)]
        reserved = []
        for place, decision in enumerate(decisions):
            assert one.count() == place
            reserved.append(one.book.reserve(decision.id, CALLEE, NOW))
        appends = [one.journal.append(*both) for both in zip(decisions, reserved, strict=True)]
        await asyncio.gather(*appends)
        assert one.count() == 4
        assert one.book._standing == {}
        assert one.book.times(CALLEE, NOW, by_principal=True, by_subject=True) == (NOW,) * 4
        assert one.book.times(CALLEE, NOW + 1, by_principal=True, by_subject=True) == ()
    demand_sound(tmp_path / "j")
    async with books(tmp_path / "j", synchronous) as another:
        assert another.count() == 4


@BOTH
async def test_a_later_gate_gives_it_back_without_changing_a_row(tmp_path: Path, synchronous: Synchronous) -> None:
    """It counts no longer at once; in the file a second row lies beside the first, under each key."""
    key = CALLEE._replace(contact="lead 7")
    async with books(tmp_path / "j", synchronous) as one:
        first = row(at=NOW, number=NUMBER)
        await one.journal.append(first, one.book.reserve(first.id, key, NOW))
        before = one.said()
        given_back = one.book.give_back(first.id, NUMBER, NOW + 5)
        assert given_back is not None
        assert (one.count(), one.count(key)) == (0, 0)
        assert one.book.give_back(first.id, NUMBER, NOW + 6) is None
        await one.journal.append(row(at=NOW + 5, supersedes=first.id, verdict="BLOCK"), given_back)
        assert (one.count(), one.count(key)) == (0, 0)
        assert one.said() == sorted(
            [*before, *((consumer, AttemptMark.GIVEN_BACK.value) for consumer, _ in before)],
            key=lambda said: said[::-1],
        )
        assert (one.book.reserved, one.book.given_back, one.book.standing) == (1, 1, 0)


async def test_a_call_that_was_seen_to_leave_counts_whatever_is_said(tmp_path: Path) -> None:
    """Also where a gate had stopped it, and it was dialled in spite of that."""
    async with books(tmp_path / "j") as one:
        first = row(at=NOW)
        await one.journal.append(first, one.book.reserve(first.id, CALLEE, NOW))
        await one.journal.append(row(at=NOW), one.book.give_back(first.id, NUMBER, NOW))
        assert one.count() == 0
        await one.journal.append(row(at=NOW), one.book.confirm(first.id, NUMBER, NOW + 9))
        assert one.count() == 1
        assert one.book.confirm(first.id, NUMBER, NOW) is None
        second = row(at=NOW)
        await one.journal.append(second, one.book.reserve(second.id, CALLEE, NOW, left=True))
        assert one.count() == 2


async def test_what_was_never_counted_is_not_given_back(tmp_path: Path) -> None:
    """Decisions that no cap concerns say nothing of attempts."""
    async with books(tmp_path / "j") as one:
        first = row(at=NOW, number=NUMBER)
        await one.journal.append(first)
        assert one.book.give_back(first.id, NUMBER, NOW) is None
        assert one.book.confirm(first.id, NUMBER, NOW) is None


async def test_a_call_decided_anew_counts_once(tmp_path: Path) -> None:
    """Where a later gate lets it by on another ground, its attempt takes the place of the first one's."""
    async with books(tmp_path / "j") as one:
        first, second = row(at=NOW), row(at=NOW + 2)
        await one.journal.append(first, one.book.reserve(first.id, CALLEE, NOW))
        again = one.book.reserve(second.id, CALLEE, NOW + 2, instead_of=first.id)
        assert one.book.times(CALLEE, 0, by_principal=True, by_subject=True) == (NOW + 2,)
        await one.journal.append(second, again)
        assert one.book.times(CALLEE, 0, by_principal=True, by_subject=True) == (NOW + 2,)
        assert one.book.times(CALLEE, 0, by_principal=True, by_subject=True, without=[second.id]) == ()


@pytest.mark.parametrize(
    ("made", "asked", "counts"),
    [
        ("1 - ACME solar", "1 - ACME solar", "principal subject"),
        ("1 - ACME solar", "2 - ACME solar", ""),
        ("1 - ACME solar", "1 - Other solar", "subject"),
        ("1 - ACME solar", "1 - ACME gas", "principal"),
        ("1 - ACME solar", "1 - Other gas", "-"),
        # How a name is written makes no other company of it.
        ("1 - ACME solar", "1 - acme SOLAR", "principal subject"),
        # Who is not known may be anyone.
        ("1 - - -", "1 - ACME solar", "principal subject"),
        ("1 - ACME solar", "1 - - -", "principal subject"),
        # One consumer, several numbers.
        ("1 c ACME solar", "2 c ACME solar", "principal subject"),
        ("1 c ACME solar", "1 - ACME solar", "principal subject"),
        ("1 c ACME solar", "2 d ACME solar", ""),
        ("1 - ACME solar; 1 c ACME solar", "2 c ACME solar", "principal subject"),
        ("2 c ACME solar; 1 c Other gas", "1 - ACME solar", "principal subject"),
    ],
)
async def test_whose_attempts_count(tmp_path: Path, made: str, asked: str, counts: str) -> None:
    """Attempts before `;` are looked for; words of `counts` say in which scopes they count, `-` in none but all."""

    def key(text: str) -> AttemptKey:
        number, *rest = (word.replace("-", "") for word in text.split())
        return AttemptKey(int(number), *rest)

    async with books(tmp_path / "j") as one:
        for text in made.split("; "):
            decision = row(at=NOW)
            await one.journal.append(decision, one.book.reserve(decision.id, key(text), NOW))
        wanted = len(made.split("; "))
        assert one.count(key(asked)) == (wanted if counts else 0)
        for scope in ("principal", "subject"):
            found = one.count(key(asked), **{f"by_{scope}": True})
            assert (found > 0) is (scope in counts)


@BOTH
async def test_a_caller_that_gives_up_leaves_no_reservation_behind(tmp_path: Path, synchronous: Synchronous) -> None:
    """What it had reserved is committed with its row, counts once, and stands in memory no longer."""
    async with books(tmp_path / "j", synchronous) as one:
        decisions = [row(at=NOW) for _ in range(3)]
        tasks = [
            asyncio.ensure_future(one.journal.append(decision, one.book.reserve(decision.id, CALLEE, NOW)))
            for decision in decisions
        ]
        await asyncio.sleep(0)
        tasks[1].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await one.journal.append(row())
        assert one.count() == 3
        assert one.book._standing == {}


def test_an_id_of_another_moment_is_refused() -> None:
    """What became of an attempt is looked for by its decision's id: it has to tell the moment."""
    book = AttemptBook(SqliteBackend(Path("never opened")))
    with pytest.raises(ValueError, match="moment"):
        book.reserve(new_ident(NOW), CALLEE, NOW + 1_000)
    assert book._standing == {}


@pytest.mark.parametrize(
    "ident", ["", "x" * 26, "8" * 26, "7" * 25, "7" * 27, "7" * 25 + "U", "7" * 24 + "_7", "7" * 25 + "a"]
)
def test_what_is_no_id_is_no_bytes(ident: str) -> None:
    """26 letters of Crockford's, of 128 bits."""
    with pytest.raises(ValueError, match=r"id of a decision|literal"):
        bytes_of_ident(ident)


@given(st.integers(0, (1 << 48) - 1), st.binary(min_size=10, max_size=10))
def test_the_bytes_of_an_id_are_those_it_was_made_of(milliseconds: int, rest: bytes) -> None:
    """So attempts are found by the id of their decision."""
    from ulid import ULID

    octets = milliseconds.to_bytes(6, "big") + rest
    assert bytes_of_ident(str(ULID.from_bytes(octets))) == octets


def test_the_table_is_the_one_of_the_code(tmp_path: Path) -> None:
    """The migrations make it, clustered by its key; and the look-up is one walk through it."""
    backend = SqliteBackend(tmp_path / "j")
    backend.open()
    backend.close()
    with open_engine(tmp_path / "j").connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    with closing(sqlite3.connect(tmp_path / "j")) as raw:
        (made,) = raw.execute("SELECT sql FROM sqlite_schema WHERE name = 'attempt'").fetchone()
        plan = str(raw.execute("EXPLAIN QUERY PLAN SELECT * FROM attempt WHERE consumer = 1 AND at >= 2").fetchall())
    assert "WITHOUT ROWID" in made
    assert "USING PRIMARY KEY (consumer=? AND at>?)" in plan


NUMBERS = (33_600_000_001, 33_600_000_002)
KEYS = st.builds(
    AttemptKey,
    st.sampled_from(NUMBERS),
    st.sampled_from(["", "c", "d"]),
    st.sampled_from(["", "ACME", "Other"]),
    st.sampled_from(["", "solar"]),
)
STEPS = st.lists(
    st.tuples(st.just("reserve"), KEYS)
    | st.tuples(st.sampled_from(["commit", "fail", "give back", "confirm", "again"]), st.integers(0, 9)),
    max_size=14,
)


class InMemory:
    """What is committed, as the book asks for it."""

    def __init__(self) -> None:
        self.rows: set[AttemptRow] = set()

    def attempts(self, consumer: int, since: int) -> list[AttemptRow]:
        """As the journal."""
        return [one for one in self.rows if one.consumer == consumer and one.at >= since]


@settings(max_examples=200, deadline=None)
@given(steps=STEPS, asked=KEYS)
def test_the_book_counts_what_a_plain_account_counts(steps: list[tuple[str, object]], asked: AttemptKey) -> None:
    """Whatever is reserved, committed, refused, given back and confirmed, in whichever order and scope."""
    committed = InMemory()
    book = AttemptBook(committed)
    open_: list[tuple[StandingReservation, list[tuple[str, str]]]] = []
    account: dict[str, tuple[AttemptKey, int]] = {}
    given_back: set[str] = set()
    left: set[str] = set()
    for place, (step, what) in enumerate(steps):
        at = NOW + place
        if isinstance(what, AttemptKey):
            ident = new_ident(at)
            open_.append((book.reserve(ident, what, at), [("reserve", ident)]))
            account[ident] = (what, at)
        elif step in ("commit", "fail") and open_:
            reservation, meant = open_.pop(int(str(what)) % len(open_))
            if step == "commit":
                committed.rows |= set(reservation.rows)
            reservation.settled()
            for kind, ident in meant if step == "fail" else ():
                if kind == "reserve":
                    account.pop(ident, None)
                else:
                    (given_back if kind == "give back" else left).discard(ident)
        elif step in ("give back", "confirm") and account:
            ident = sorted(account)[int(str(what)) % len(account)]
            if any(("reserve", ident) in meant for _, meant in open_):
                continue  # no gate knows of it before it is committed
            note = book.give_back if step == "give back" else book.confirm
            said = note(ident, account[ident][0].number, at)
            known = given_back if step == "give back" else left
            assert (said is None) is (ident in known)
            if said is not None:
                known.add(ident)
                open_.append((said, [(step, ident)]))
    counting = {ident: one for ident, one in account.items() if ident not in given_back - left}
    _compare(book, asked, account, counting)


def _compare(
    book: AttemptBook,
    asked: AttemptKey,
    made: dict[str, tuple[AttemptKey, int]],
    counting: dict[str, tuple[AttemptKey, int]],
) -> None:
    """Every scope, against sets: the consumer is a number, whose it is or was, and their numbers."""
    keys = [key for key, _ in made.values()]
    contacts = {asked.contact} if asked.contact else {key.contact for key in keys if key.number == asked.number}
    contacts.discard("")
    numbers = {asked.number} | {key.number for key in keys if key.contact in contacts}
    for by_principal, by_subject, by_number, by_person in product((True, False), repeat=4):
        wanted = sorted(
            at
            for key, at in counting.values()
            if (key.number == asked.number if by_number else key.number in numbers or key.contact in contacts)
            and not (by_principal and "" not in (key.principal, asked.principal) and key.principal != asked.principal)
            and not (by_subject and "" not in (key.subject, asked.subject) and key.subject != asked.subject)
            and not (by_person and "" not in (key.contact, asked.contact) and key.contact != asked.contact)
        )
        scope = {"by_principal": by_principal, "by_subject": by_subject, "by_number": by_number, "by_person": by_person}
        assert list(book.times(asked, 0, **scope)) == wanted


async def test_a_reader_beside_the_daemon_counts_the_same(tmp_path: Path) -> None:
    """What is asked on the command line reads the same file; one of before there were attempts is told."""
    key = CALLEE._replace(contact="lead 7")
    async with books(tmp_path / "j") as one:
        for _ in range(2):
            decision = row(at=NOW)
            await one.journal.append(decision, one.book.reserve(decision.id, key, NOW))
        with SqliteReader(tmp_path / "j") as reader:
            assert AttemptBook(reader).times(key, 0, by_principal=True, by_subject=True) == (NOW, NOW)
    with closing(sqlite3.connect(tmp_path / "j")) as raw:
        raw.execute("DROP TABLE attempt")
    with SqliteReader(tmp_path / "j") as reader, pytest.raises(JournalError, match="older Gatekeeper"):
        AttemptBook(reader).times(key, 0, by_principal=True, by_subject=True)


async def test_a_broken_journal_tells_of_no_attempts(tmp_path: Path) -> None:
    """Then nothing is let by for want of them."""
    path = tmp_path / "j"
    path.write_bytes(b"no database " * 1000)
    async with books(path) as one:
        with pytest.raises(JournalError):
            one.count()
    with pytest.raises(JournalError, match="closed"):
        one.count()
