"""Options of a scrub."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from gatekeeper.scrub.choice import Wanted
from gatekeeper.scrub.watch import KeptNumbers
from gatekeeper.words import Language

BATCH = 2000

RowProgress = Callable[[int, int], None]
"""Is told how much of how much is done; of 0 where that is not known."""


@dataclass(frozen=True, slots=True)
class TableOptions:
    """How to treat a table.

    Attributes:
        delete: delete contacts instead of marking them.
        drop_numbers: of a contact that may be called on one of its numbers, empty the others instead of taking it out.
        batch: contacts to a transaction.
    """

    delete: bool = False
    drop_numbers: bool = False
    batch: int = BATCH


@dataclass(frozen=True, slots=True)
class ScrubOptions:
    """How to scrub contacts.

    Attributes:
        campaign: whose lists apply; "" is the default campaign.
        principal: the company that is called for; "" is the campaign's own.
        caller_id: what the calls will present; "" is the first that is assigned to the campaign.
        columns: of the numbers, by name or number counted from 1; empty finds out.
        country_code_column: of these numbers' country calling codes, by name or number; None finds out, `none` is none.
        contact_column: by what the site knows the consumers, by name or number; None is none.
        postcode_column: their postcodes, by name or number; None is none.
        callable_from: add to each contact that is kept from when on it may be called.
        ground: add to each contact that is kept on what ground it may be called.
        leave_other_numbers: let numbers in other columns stay unchecked, and say so in the certificate.
        encoding: of a CSV file, by Python's name; None finds out.
        delimiter: of a CSV file; None finds out.
        header: whether the first row names the columns; None finds out.
        sheet: of an XLSX file; None is the first.
        language: of the sentences beside what is taken out.
        folder: where outputs go; None is beside the contacts.
        overwrite: replace outputs of an earlier scrub.
        in_place: what may be called takes the place of the contacts.
        dry_run: write nothing.
        table: what is done to a table.
        at: the moment that is judged, in microseconds since the epoch; None for now.
        watch: takes down the numbers that are kept.
    """

    campaign: str = ""
    principal: str = ""
    caller_id: str = ""
    columns: tuple[str, ...] = ()
    country_code_column: str | None = None
    contact_column: str | None = None
    postcode_column: str | None = None
    callable_from: bool = False
    ground: bool = False
    leave_other_numbers: bool = False
    encoding: str | None = None
    delimiter: str | None = None
    header: bool | None = None
    sheet: str | None = None
    language: Language = Language.EN
    folder: Path | None = None
    overwrite: bool = False
    in_place: bool = False
    dry_run: bool = False
    table: TableOptions = field(default_factory=TableOptions)
    at: int | None = None
    watch: KeptNumbers | None = None

    @property
    def wanted(self) -> Wanted:
        """What is said of the columns."""
        return Wanted(
            self.columns,
            self.country_code_column,
            self.leave_other_numbers,
            self.contact_column,
            self.postcode_column,
        )
