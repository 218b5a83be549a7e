"""Staging: reads a delivery to its end, numbers into sorted runs, rejected lines into their file, and counts all."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from gatekeeper.errors import ImportRefused
from gatekeeper.lists.version.external_sort import SortedRuns
from gatekeeper.registries.contract_row import ContractRow
from gatekeeper.registries.reading.contracts import ContractReader
from gatekeeper.registries.reading.extracts import Reject
from gatekeeper.registries.reading.numbers import NumberReader
from gatekeeper.registries.reading.options import ImportOptions, Progress, Sample
from gatekeeper.registries.reading.rejects import RejectFile
from gatekeeper.registries.reading.source import DeliveredFile
from gatekeeper.translation import counted, phrase

Watcher = Callable[[Progress], None]

_EARLY = 200_000
"""Records after which a file of mostly rejects is given up, rather than at its end."""

_HALF = 0.5

_SAMPLES = 10
"""Rejected lines that the report shows."""

_BATCH = 10_000


class Staged:
    """What was delivered; a context manager that gives the disk back.

    Args:
        source: what is read.
        folder: on the disk that has room for 16 bytes a number.
        workers: two threads.
        rejects: where rejected lines go.
        options: what is tolerated.
        watch: is told how far it is.

    Attributes:
        listed: the numbers that the delivery lists.
        removed: those that it takes off.
        cleared: those that it says may be called.
        contracts: until when each contract of a register runs.
        read: records so far.
        blank: blank lines so far.
        samples: some of the rejects.
    """

    def __init__(
        self,
        source: DeliveredFile,
        folder: Path,
        workers: ThreadPoolExecutor,
        rejects: RejectFile,
        options: ImportOptions,
        watch: Watcher,
    ) -> None:
        self.listed, self.removed, self.cleared = (SortedRuns(folder, workers) for _ in range(3))
        self.contracts: dict[tuple[int, str, str, int], int] = {}
        self.read = 0
        self.blank = 0
        self.samples: list[Sample] = []
        self._source = source
        self._rejects = rejects
        self._options = options
        self._watch = watch

    def numbers(self, reader: NumberReader) -> None:
        """Read a list of numbers.

        Raises:
            ImportRefused: it can't be used.
        """
        for part, extract in reader.pieces():
            self.read += extract.records
            self.blank += extract.blank
            self.listed.add(extract.numbers)
            self.removed.add(extract.removed)
            self.cleared.add(extract.callable)
            self._reject(part, extract.rejects)
            self._step()
        self._check(self.listed.total + self.removed.total + self.cleared.total)

    def register(self, reader: ContractReader) -> None:
        """Read a register of contracts. It is kept in memory, at some 300 bytes a contract.

        Raises:
            ImportRefused: it can't be used.
        """
        for part, row, reject in reader.records():
            self.read += 1
            if row is not None:
                key = row[:4]
                self.contracts[key] = max(self.contracts.get(key, 0), row.until)
            if reject is not None:
                self._reject(part, [reject])
            if self.read % _BATCH == 0:
                self._step()
        self.blank = reader.blank
        self.listed.add(np.array(sorted({key[0] for key in self.contracts}), np.uint64))
        self._check(len(self.contracts))

    def contract_rows(self) -> Iterable[ContractRow]:
        """The contracts in order."""
        return (ContractRow(*key, until) for key, until in sorted(self.contracts.items()))

    def _reject(self, part: str, rejects: list[Reject]) -> None:
        self._rejects.write(part, rejects)
        for reject in rejects[: _SAMPLES - len(self.samples)]:
            self.samples.append(Sample(part, *reject))

    def _step(self) -> None:
        if self.read >= _EARLY and self._rejects.count > self.read * max(_HALF, self._options.max_reject_share):
            self._refuse_rejects()
        self._watch(Progress("reading", self._source.done, self._source.size))

    def _check(self, usable: int) -> None:
        if self.read == 0:
            raise self._refusal(
                phrase(
                    "{name} has no usable number, it is empty or has a heading alone: nothing was imported",
                    name=self._source.name,
                ),
                None,
            )
        if usable == 0:
            kept = self._rejects.keep()
            where = phrase(" (see {kept})", kept=kept) if kept else ""
            raise self._refusal(
                counted(
                    "{name} has no usable number in its {count} line{where}: nothing was imported",
                    "{name} has no usable number in its {count} lines{where}: nothing was imported",
                    self.read,
                    name=self._source.name,
                    where=where,
                ),
                kept,
            )
        if self._rejects.count > self.read * self._options.max_reject_share:
            self._refuse_rejects()

    def _refuse_rejects(self) -> None:
        if self._options.force:
            return
        kept = self._rejects.keep()
        raise self._refusal(
            counted(
                "in {name}, {count} line of {read} has no usable number, more than {max_reject_share:.0%}: look at "
                "{keep}, choose the right column, delimiter or country, or force the import of the others; nothing "
                "was imported",
                "in {name}, {count} lines of {read} have no usable number, more than {max_reject_share:.0%}: look at "
                "{keep}, choose the right column, delimiter or country, or force the import of the others; nothing "
                "was imported",
                self._rejects.count,
                read=self.read,
                name=self._source.name,
                max_reject_share=self._options.max_reject_share,
                keep=kept,
            ),
            kept,
        )

    def _refusal(self, text: str, kept: Path | None) -> ImportRefused:
        return ImportRefused(text, [one._asdict() for one in self.samples], str(kept or ""))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for runs in (self.listed, self.removed, self.cleared):
            runs.close()
