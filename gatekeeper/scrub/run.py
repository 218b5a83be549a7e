"""A run of a scrub: begins with the lists as they are, ends with a certificate, whatever the contacts are in."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from gatekeeper.clock import now_micros
from gatekeeper.contacts.output import Written
from gatekeeper.errors import ScrubRefused
from gatekeeper.lists import ListIndex, ListStatus
from gatekeeper.phone import Normaliser
from gatekeeper.policy import Gate
from gatekeeper.policy.needs import ContractNeed
from gatekeeper.screening import Question
from gatekeeper.screening.bulk import BulkScreening
from gatekeeper.screening.service import Screening
from gatekeeper.scrub import certificate as certificates
from gatekeeper.scrub.cells import CellReader
from gatekeeper.scrub.certificate import Certificate, FileUsed
from gatekeeper.scrub.law_used import laws_used
from gatekeeper.scrub.options import ScrubOptions
from gatekeeper.scrub.tally import Tally
from gatekeeper.territory import place_of
from gatekeeper.translation import phrase


class ScrubOutcome(NamedTuple):
    """What a scrub did.

    Attributes:
        certificate: what is certified; it was written unless this was a dry run.
        tally: what was counted.
        columns: of the numbers, by name.
        written: the files, the certificate's own among them.
        lists_changed: whether a list changed while it ran, so that another scrub would say more.
    """

    certificate: Certificate
    tally: Tally
    columns: tuple[str, ...]
    written: tuple[Written, ...]
    lists_changed: bool


class ScrubRun(NamedTuple):
    """What one scrub works with: the lists as they were when it began.

    Attributes:
        id: of the scrub.
        started: when it began, in microseconds since the epoch.
        question: what is asked of every number, as the gates ask it.
        screening: decides.
        bulk: decides.
        cells: reads numbers and has them decided on.
        statuses: of the lists.
    """

    id: str
    started: int
    question: Question
    screening: Screening
    bulk: BulkScreening
    cells: CellReader
    statuses: Sequence[ListStatus]


class Scrubber:
    """Scrubs contacts by the lists, campaigns and rules that calls are screened by.

    Args:
        screening: decides; over `index`.
        index: the lists, open.
        normaliser: reads numbers, by the dial plan that screening uses.
        statuses: gives what is known of each list.
        by: who scrubs, for the certificate.
        clock: gives now, in microseconds since the epoch.
    """

    def __init__(
        self,
        screening: Screening,
        index: ListIndex,
        normaliser: Normaliser,
        statuses: Callable[[], Sequence[ListStatus]],
        by: str,
        clock: Callable[[], int] = now_micros,
    ) -> None:
        self.screening = screening
        self._index = index
        self.normaliser = normaliser
        self._statuses = statuses
        self.home = place_of(int(f"{normaliser.country_code}{0:09}"))
        self._by = by
        self._clock = clock

    def question(self, options: ScrubOptions) -> Question:
        """What the gates will ask of each number: with the campaign's first caller ID, where none is told."""
        question = Question("", Gate.CLI, campaign=options.campaign, principal=options.principal)
        own = self.screening.campaign_of(question).call.own_caller_ids
        return question._replace(caller_id=options.caller_id or (own[0] if own else ""))

    def begin(self, options: ScrubOptions) -> ScrubRun:
        """Take the lists as they are now.

        Numbers are judged by what does not depend on the clock: who may be called at another hour is not taken out.

        Args:
            options: for whom, and with which caller ID.

        Raises:
            ScrubRefused: a list is too old, or no caller ID is known, so that nobody may be called.
            StoreError: the lists can't be read.
        """
        at = self._clock() if options.at is None else options.at
        question = self.question(options)
        bulk = BulkScreening(self.screening, question._replace(timeless=True), at)
        # Even where contracts let some be called: the others would be taken out for what an import mends.
        stale = bulk.blocked_as_stale
        if stale is not None:
            raise ScrubRefused(
                phrase(
                    "the list {name} is too old or was never imported, so nobody of the campaign {campaign} may be "
                    "called: import it first (gatekeeper list import). Nothing was changed",
                    name=stale.list,
                    campaign=bulk.applied.campaign.name,
                )
            )
        if not question.caller_id and bulk.needs_caller_id(self.home):
            raise ScrubRefused(
                phrase(
                    "the law refuses calls without a caller ID, and none is known of the campaign {name}: name those "
                    "that are assigned to it (campaigns.NAME.caller_ids), or the one that its calls will present "
                    "(--caller-id). Nothing was changed",
                    name=bulk.applied.campaign.name,
                )
            )
        cells = CellReader(self.normaliser, bulk)
        return ScrubRun(certificates.new_id(), at, question, self.screening, bulk, cells, self._statuses())

    def certify(
        self,
        run: ScrubRun,
        tally: Tally,
        kind: str,
        source: str,
        columns: tuple[str, ...],
        details: dict[str, str],
        files: Sequence[FileUsed],
    ) -> Certificate:
        """The certificate of what was done."""
        judged_by = run.bulk.applied
        plans = run.bulk.plans
        named = dict.fromkeys(name for plan in plans for name in run.bulk.lists_of(plan))
        # Contracts are of a company, and lift lists or are a ground: without either they say nothing.
        asked = any(isinstance(need, ContractNeed) for plan in plans for need in plan.needs)
        registers = judged_by.contracts if (judged_by.lists or asked) and run.bulk.principal else ()
        applied = tuple(dict.fromkeys((*named, *registers)))
        rules = tuple(dict.fromkeys(name for plan in plans for name in plan.chain.whole.order))
        return Certificate(
            id=run.id,
            program=certificates.program(),
            numbering=certificates.numbering(),
            by=self._by,
            host=certificates.host(),
            started_at=str(certificates.iso(run.started)),
            finished_at=str(certificates.iso(self._clock())),
            campaign=judged_by.campaign.name,
            principal=run.bulk.principal,
            rules=rules,
            lists=certificates.lists_used(run.statuses, judged_by.rests_on, applied, tally),
            source=source,
            source_kind=kind,
            columns=columns,
            details=details,
            counts=certificates.counts_of(tally),
            removed_by_reason=dict(tally.reasons),
            numbers_removed_by_reason=dict(tally.numbers_removed),
            numbers_kept_by_ground=dict(tally.grounds),
            numbers_not_checked_by_column=dict(tally.strays),
            files=tuple(files),
            laws=laws_used(run.bulk.profiles),
            numbers_by_provision=dict(tally.provisions),
        )

    def finish(
        self,
        certificate: Certificate,
        tally: Tally,
        columns: tuple[str, ...],
        written: Sequence[Written],
        stem: Path,
        options: ScrubOptions,
    ) -> ScrubOutcome:
        """Write the certificate, unless this is a dry run."""
        own: tuple[Written, ...] = () if options.dry_run else certificates.write_certificate(certificate, stem)
        return ScrubOutcome(certificate, tally, columns, (*written, *own), self._index.refresh())


class OutputPaths(NamedTuple):
    """Where a scrub of a file writes.

    Attributes:
        stem: what the names begin with.
        clean: contacts that may be called.
        removed: what was taken out.
    """

    stem: Path
    clean: Path
    removed: Path

    @classmethod
    def of(cls, path: Path, options: ScrubOptions) -> "OutputPaths":
        """The paths for a file.

        Raises:
            ScrubRefused: one of them is there already, or the file can't be replaced.
        """
        folder = options.folder if options.folder is not None else path.parent
        stem = folder / path.stem
        clean = _in_place(path) if options.in_place else folder / f"{path.stem}.clean{path.suffix}"
        paths = cls(stem, clean, folder / f"{path.stem}.removed{path.suffix}")
        if not options.dry_run and not options.overwrite:
            must_be_new([*([] if options.in_place else [paths.clean]), paths.removed, *certificate_files(stem)])
        return paths


def _in_place(path: Path) -> Path:
    """The file that is replaced: behind a symbolic link the one it leads to, with its mode and owner.

    Raises:
        ScrubRefused: it could not stay what it is.
    """
    if not path.is_file():
        return path
    target, state = path.resolve(), path.stat()
    if state.st_nlink > 1:
        raise ScrubRefused(
            phrase(
                "{path} has {st_nlink} names (hard links), and only one of them would be replaced: scrub it without "
                "--in-place, and copy the clean file over it. Nothing was changed",
                path=path,
                st_nlink=state.st_nlink,
            )
        )
    if os.geteuid() not in {0, state.st_uid}:
        raise ScrubRefused(
            phrase(
                "{path} belongs to another user and would not any more: scrub it as that user, or without "
                "--in-place. Nothing was changed",
                path=path,
            )
        )
    return target


def certificate_files(stem: Path) -> list[Path]:
    """The certificate's files."""
    return [certificates.certificate_path(stem, kind) for kind in ("json", "pdf")]


def must_be_new(paths: Sequence[Path]) -> None:
    """Make sure that an earlier scrub's files are not lost.

    Raises:
        ScrubRefused: one is there.
    """
    for path in paths:
        if path.exists():
            raise ScrubRefused(
                phrase("{path} is there already: move it away, or allow --overwrite. Nothing was changed", path=path)
            )
