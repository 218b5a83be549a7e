"""Imports by people through the daemon: puts a file into a list or the consent ledger, brings an older version back.

Every value is a string, as it came over the control socket; what is not understood is refused, and nothing is changed.
"""

import contextlib
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from gatekeeper.clock import kept_moment
from gatekeeper.errors import ConsentError, GatekeeperError, ImportRefused, StoreError
from gatekeeper.intake.arrival import ArrivalOutcome, Ending
from gatekeeper.intake.door import ImportRequest, import_into
from gatekeeper.intake.report_fields import report_fields
from gatekeeper.intake.rules import ListRules, ensure_list
from gatekeeper.lists import ListKind, ListStore
from gatekeeper.translation import phrase
from gatekeeper.worker import ProgressTold

YES: Final = "yes"
"""What says that something is wanted; "" says that it is not."""

LIST_FIELDS: Final = frozenset(
    {
        "accept", "column", "country", "delimiter", "dry_run", "encoding", "force", "format", "sha256", "source",
        "source_date", "valid_until",
    }
)  # fmt: skip
"""What may be asked of an import into a list, beside the list, the file, who (`by`) and why (`note`)."""

CONSENT_FIELDS: Final = frozenset({"country", "delimiter", "dry_run", "force", "principal", "source", "zone"})
"""The same of an import of consents."""

ROLLBACK_FIELDS: Final = frozenset({"version"})
"""The same where an older version of a list is brought back."""

RulesOf = Callable[[str, list[str]], ListRules]
"""Gives what is laid down of a list, by its name and the names of the lists that there are."""


def import_list(
    data_dir: Path, rules_of: RulesOf, name: str, file: Path, asked: Mapping[str, str], told: ProgressTold
) -> ArrivalOutcome:
    """Import a file into a list, or only look what would come of it.

    Args:
        data_dir: the folder of the lists.
        rules_of: gives what is laid down of a list.
        name: of the list.
        file: where it is.
        asked: `LIST_FIELDS`, `by` and `note`.
        told: is told how far it is.
    """

    def run() -> dict[str, object]:
        dry_run = asked.get("dry_run") == YES
        request = ImportRequest(
            by=asked.get("by", ""),
            note=asked.get("note", ""),
            format=asked.get("format", ""),
            delimiter=asked.get("delimiter") or None,
            column=_column(asked.get("column", "")),
            encoding=asked.get("encoding") or None,
            country=asked.get("country", ""),
            source=asked.get("source", ""),
            source_date=_moment(asked.get("source_date", ""), "source_date"),
            valid_until=_moment(asked.get("valid_until", ""), "valid_until"),
            sha256=asked.get("sha256", ""),
            force=asked.get("force") == YES,
            accept=asked.get("accept") == YES,
            dry_run=dry_run,
        )
        with ListStore(data_dir) as store:
            kinds = {one.name: one.kind for one in store.status()}
            rules = rules_of(name, list(kinds))
            if ListKind.WASH in (rules.kind, kinds.get(name)) and request.source_date is None:
                raise ImportRefused(
                    phrase(
                        "{name} has answers of a registry, which hold from when they were given: say when "
                        "(source_date); a file that was sent does not tell when it was written. Nothing was imported",
                        name=name,
                    )
                )
            report = import_into(store, rules, file, request, lambda far: told(*far))
        fields = report_fields(report, dry_run=dry_run, numbers=True)
        return _beside(file, fields, "rejects_file") if dry_run else fields

    return _outcome(run)


def roll_back(data_dir: Path, rules_of: RulesOf, name: str, asked: Mapping[str, str]) -> ArrivalOutcome:
    """Put an older version of a list in force again.

    Args:
        data_dir: the folder of the lists.
        rules_of: gives what is laid down of a list.
        name: of the list.
        asked: `ROLLBACK_FIELDS`, `by` and `note`; without `version` it is the one before the
            present one.
    """

    def run() -> dict[str, object]:
        said = asked.get("version", "")
        if said and not (said.isascii() and said.isdecimal()):
            raise ImportRefused(phrase("{said!r} can't be a version: it is a number such as 12", said=said[:40]))
        with ListStore(data_dir) as store:
            ensure_list(store, rules_of(name, [one.name for one in store.status()]))
            version = int(said) if said else None
            taken = store.rollback(name, version, by=asked.get("by", ""), note=asked.get("note", ""))
        return {"list": name, "version": taken}

    return _outcome(run)


def import_consents(
    data_dir: Path, home: str, file: Path, asked: Mapping[str, str], told: ProgressTold
) -> ArrivalOutcome:
    """Import a file of consents, or only look what would come of it.

    It can't name files as proofs: it comes alone. Their SHA-256 and references it can.

    Args:
        data_dir: the data folder.
        home: the country whose national numbers are in it, where none is asked for.
        file: where it is.
        asked: `CONSENT_FIELDS`, `by` and `note`; `zone` is needed.
        told: is told how far it is.
    """
    # It brings NumPy in, which the lists' own reading needs only later.
    from gatekeeper.consents import ConsentStore
    from gatekeeper.consents.importing import importer

    def run() -> dict[str, object]:
        options = importer.ConsentImportOptions(
            country=(asked.get("country") or home).upper(),
            zone=asked.get("zone", ""),
            delimiter=asked.get("delimiter", ""),
            by=asked.get("by", ""),
            note=asked.get("note", ""),
            source=asked.get("source", ""),
            principal=asked.get("principal", ""),
            bound_to=asked.get("bound_to", ""),
            # A folder that nobody makes: beside the file is only what the desk puts there.
            proofs=file.parent / "proofs",
            dry_run=asked.get("dry_run") == YES,
            force=asked.get("force") == YES,
        )
        with ConsentStore(data_dir) as store:
            report = importer.import_consents(store, file, options, told)
        fields = {**report.as_fields(), "dry_run": options.dry_run}
        return _beside(file, fields, "rejects_file", "void_file") if options.dry_run else fields

    return _outcome(run)


def _beside(file: Path, fields: dict[str, object], *names: str) -> dict[str, object]:
    """Move what a look set aside beside the file, with which it is thrown away."""
    for name in names:
        if fields[name]:
            fields[name] = str(Path(str(fields[name])).rename(file.with_name(f"{name}.csv")))
    return fields


def _outcome(run: Callable[[], dict[str, object]]) -> ArrivalOutcome:
    try:
        return ArrivalOutcome(Ending.IMPORTED, "", run())
    except (StoreError, OSError) as error:
        return ArrivalOutcome(Ending.TROUBLE, str(error))
    except ImportRefused as error:
        lines = {"samples": error.samples, "rejects_file": error.rejects_file}
        ending = Ending.TROUBLE if error.passing else Ending.REFUSED
        return ArrivalOutcome(ending, str(error), lines if error.samples else {})
    except ConsentError as error:
        place = {"part": "", "line": error.line, "key": error.key, "reason": error.why}
        ending = Ending.TROUBLE if error.passing else Ending.REFUSED
        return ArrivalOutcome(ending, str(error), {"samples": [place]} if error.line else {})
    except GatekeeperError as error:
        return ArrivalOutcome(Ending.REFUSED, str(error))


def _column(said: str) -> str | int | None:
    """A column by its heading, or by its number counted from 1."""
    return int(said) if said.isascii() and said.isdecimal() else said or None


def _moment(said: str, field: str) -> datetime | None:
    if not said:
        return None
    moment = None
    with contextlib.suppress(ValueError, OverflowError):
        read = datetime.fromisoformat(said)
        moment = kept_moment(read) if read.tzinfo is not None else None
    if moment is None:
        raise ImportRefused(
            phrase(
                "{field} is a moment with its zone, such as 2026-11-23T00:00:00+01:00, not {said!r}",
                field=field,
                said=said[:40],
            )
        )
    return moment
