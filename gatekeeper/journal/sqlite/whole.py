"""The whole journal: its archives, and what is still in its own file, read as one.

A month may be archived while it is read. What has left the journal's file is on record before it leaves, so a look at
the record after each read tells whether that read can be relied on; if not, it is made again.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from gatekeeper.closeable import Closeable
from gatekeeper.journal.archive import ArchiveInfo
from gatekeeper.journal.attempt import AttemptRow
from gatekeeper.journal.filter import DecisionFilter
from gatekeeper.journal.ident import millisecond_of
from gatekeeper.journal.page import PAGE_ROWS, JournalPage
from gatekeeper.journal.reader import Looked, StoredDecision
from gatekeeper.journal.row import DecisionRow, MetRow
from gatekeeper.journal.shadow import ShadowCount
from gatekeeper.journal.sqlite.archive_file import opened
from gatekeeper.journal.sqlite.reader import SqliteReader
from gatekeeper.journal.stats import DecisionCount, StatKey

_Found = TypeVar("_Found")


class WholeReader(Closeable):
    """Reads the journal with its archives.

    Args:
        path: the journal's file; the archives lie in a folder beside it.
    """

    def __init__(self, path: Path) -> None:
        self._folder = path.parent
        self._own = SqliteReader(path)

    def close(self) -> None:
        """Let go of the file."""
        self._own.close()

    def archives(self) -> list[ArchiveInfo]:
        """The archives, in the order of writing. Raises `JournalError`."""
        return self._own.archives()

    def latest(self, wanted: DecisionFilter, limit: int) -> list[StoredDecision]:
        """The newest decisions that match, at most `limit`, in the order of writing. Raises `JournalError`."""
        archives, found = self._settled(lambda last: self._own.latest(wanted, limit, after=last))
        for info in reversed(_that_may_have(archives, wanted)):
            if len(found) >= limit:
                break
            with opened(self._folder, info) as reader:
                found = reader.latest(wanted, limit - len(found)) + found
        return found

    def pages(
        self,
        wanted: DecisionFilter,
        *,
        after: int = 0,
        upto: int | None = None,
        size: int = 1000,
        looked: Looked | None = None,
    ) -> Iterator[list[StoredDecision]]:
        """All decisions that match, in the order of writing, page by page. Raises `JournalError`."""
        known: list[ArchiveInfo] = []
        last = self._own.last_seq() if upto is None else upto
        while True:
            archives = self._own.archives()
            for info in _that_may_have(archives, wanted):
                if info not in known and after < info.last and info.first <= last:
                    end = min(last, info.last)
                    with opened(self._folder, info) as reader:
                        for page in reader.pages(wanted, after=after, upto=end, size=size, looked=looked):
                            yield page
                            after = page[-1].seq
            known = archives
            after = max([after, *(info.last for info in archives)])
            for page in self._own.pages(wanted, after=after, upto=last, size=size, looked=looked):
                if self._own.archives() != known:
                    break
                yield page
                after = page[-1].seq
            if self._own.archives() == known:
                return

    def page(self, wanted: DecisionFilter, *, before: str = "", after: str = "", size: int = PAGE_ROWS) -> JournalPage:
        """A page of what matches and is not archived, the newest first. Raises `JournalError`.

        To unpack an archive takes longer than people wait for a page: `archived` tells which ones go on where it ends.
        """
        return self._settled(lambda last: self._own.page(wanted, before=before, after=after, size=size, behind=last))[1]

    def archived(self, wanted: DecisionFilter) -> list[ArchiveInfo]:
        """The archives that may have something that is wanted, in the order of writing. Raises `JournalError`."""
        return _that_may_have(self._own.archives(), wanted)

    def follow(
        self, wanted: DecisionFilter, *, after: int, stop: Callable[[], bool], poll: float = 0.25
    ) -> Iterator[StoredDecision]:
        """Decisions that match as they are written: none is archived so soon. Raises `JournalError`."""
        return self._own.follow(wanted, after=after, stop=stop, poll=poll)

    def shadow_counts(self, wanted: DecisionFilter) -> list[ShadowCount]:
        """How many calls were decided on, and which of them shadow alone lets by. Raises `JournalError`."""
        archives, found = self._settled(lambda last: self._own.shadow_counts(wanted, after=last))
        for info in _that_may_have(archives, wanted):
            with opened(self._folder, info) as reader:
                found += reader.shadow_counts(wanted)
        together: Counter[tuple[int, str, str, str]] = Counter()
        for one in found:
            together[one[:4]] += one.calls
        return [ShadowCount(*key, calls) for key, calls in sorted(together.items())]

    def counts(self, wanted: DecisionFilter, by: Sequence[StatKey]) -> list[DecisionCount]:
        """How many calls were decided on, and how, by some keys. Raises `JournalError`."""
        archives, found = self._settled(lambda last: self._own.counts(wanted, by, after=last))
        for info in _that_may_have(archives, wanted):
            with opened(self._folder, info) as reader:
                found += reader.counts(wanted, by)
        return found

    def attempt(self, ident: str) -> tuple[DecisionRow, list[MetRow]] | None:
        """The decision in force under an id that is not archived yet. Raises `JournalError`."""
        return self._own.attempt(ident)

    def attempts(self, consumer: int, since: int, /) -> list[AttemptRow]:
        """All that is committed of attempts under a consumer's key since a moment. Raises `JournalError`."""
        return self._own.attempts(consumer, since)

    def last_seq(self) -> int:
        """The `seq` of the newest decision, 0 in an empty journal. Raises `JournalError`."""
        return self._own.last_seq()

    def ident_at(self, seq: int) -> str:
        """The id of a decision that is not archived yet, by its place in the order of writing; "" where none is there.

        Raises `JournalError`.
        """
        return self._own.ident_at(seq)

    def _settled(self, read: Callable[[int], _Found]) -> tuple[list[ArchiveInfo], _Found]:
        """What is read of the journal's own file behind the last archive, and the archives that go with it."""
        while True:
            archives = self._own.archives()
            found = read(max((info.last for info in archives), default=0))
            if self._own.archives() == archives:
                return archives, found


def _that_may_have(archives: list[ArchiveInfo], wanted: DecisionFilter) -> list[ArchiveInfo]:
    moment = millisecond_of(wanted.id) if wanted.id else None
    return [info for info in archives if info.may_have(wanted, moment)]
