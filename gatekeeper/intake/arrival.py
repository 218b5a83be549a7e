"""The import of one file that arrived in the inbox, and how it ended."""

from enum import StrEnum
from pathlib import Path
from typing import Any, Final, NamedTuple

from gatekeeper.errors import ArrivalChangedError, ImportRefused, ListError, StoreError
from gatekeeper.intake.door import ImportRequest, import_into
from gatekeeper.intake.inbox_folder import is_named
from gatekeeper.intake.rules import ListRules
from gatekeeper.lists import ImportReport, ListStore, Progress
from gatekeeper.storage.files import stamp
from gatekeeper.translation import phrase, retold, speaking
from gatekeeper.words import Language

BY = "inbox"
"""Who imports, for the record."""


class Ending(StrEnum):
    """How an import ended."""

    IMPORTED = "imported"
    REFUSED = "refused"
    """The file is at fault: somebody has to look at it."""
    CHANGED = "changed"
    """The file was written to while it was read."""
    TROUBLE = "trouble"
    """Something else is at fault, and the same file may be good later."""


STATES: Final = {Ending.IMPORTED: "done", Ending.REFUSED: "refused", Ending.CHANGED: "refused"}
"""The states in which who asked sees such an end; `failed` for the rest."""


class ArrivalOutcome(NamedTuple):
    """What came of it.

    Attributes:
        ending: how it ended.
        text: why, where nothing was imported.
        report: the fields of the import's report.
        french: its text, notes and warnings in French, for a report in both languages.
    """

    ending: Ending
    text: str = ""
    report: dict[str, Any] = {}  # noqa: RUF012 - never changed
    french: dict[str, Any] = {}  # noqa: RUF012 - never changed


SAID: Final = ("notes", "warnings")
"""The fields of a report that are sentences."""


def in_both_languages(outcome: ArrivalOutcome) -> ArrivalOutcome:
    """An outcome that knows its French, too. Only where it was said can it be told again."""
    if outcome.french:
        return outcome
    with speaking(Language.FR):
        said = {field: [retold(one) for one in outcome.report.get(field, ())] for field in SAID}
        return outcome._replace(french={"text": retold(outcome.text), **said})


def import_arrival(data_dir: Path, rules: ListRules, path: Path) -> ArrivalOutcome:
    """Import one file of the inbox as its list's rules say.

    Args:
        data_dir: the folder of the lists.
        rules: of the list whose file it is.
        path: where the file is.
    """
    try:
        return ArrivalOutcome(Ending.IMPORTED, "", _imported(data_dir, rules, path)._asdict())
    except ArrivalChangedError:
        return ArrivalOutcome(Ending.CHANGED, phrase("it was written to while it was read"))
    except FileNotFoundError:
        return ArrivalOutcome(Ending.TROUBLE, phrase("it is gone"))
    except ImportRefused as error:
        return ArrivalOutcome(Ending.TROUBLE if error.passing else Ending.REFUSED, str(error))
    except ListError as error:
        return ArrivalOutcome(Ending.REFUSED, str(error))
    except StoreError as error:
        return ArrivalOutcome(Ending.TROUBLE, str(error))


def _imported(data_dir: Path, rules: ListRules, path: Path) -> ImportReport:
    if rules.kind is None:
        raise ImportRefused(phrase("there is no table [lists.{name}] in the configuration", name=rules.name))
    before = stamp(path)

    def watch(progress: Progress) -> None:
        if progress.phase == "activating" and not progress.done and stamp(path) != before:
            raise ArrivalChangedError

    changes = is_named(path.name, rules.changes)
    asked = ImportRequest(by=BY, source=path.name, format=rules.changes_format if changes else "")
    with ListStore(data_dir) as store:
        return import_into(store, rules, path, asked, watch)
