"""The one door of a scrub: contacts in, those that may be called out, the others with their reasons, a certificate."""

from gatekeeper.contacts.address import Contacts, Kind, kind_of
from gatekeeper.contacts.table_rows import TableSpec
from gatekeeper.scrub.csv_scrub import scrub_csv
from gatekeeper.scrub.options import RowProgress, ScrubOptions
from gatekeeper.scrub.run import Scrubber, ScrubOutcome
from gatekeeper.scrub.tables import scrub_table


def scrub(
    scrubber: Scrubber, contacts: Contacts, options: ScrubOptions, progress: RowProgress | None = None
) -> ScrubOutcome:
    """Scrub contacts, whatever they are in.

    Args:
        scrubber: has the lists, and certifies.
        contacts: a CSV file, a workbook, or a table.
        options: how to scrub.
        progress: is told how far it is.

    Raises:
        ContactsError: the contacts can't be read, or a file can't be written.
        ScrubRefused: nothing was changed.
        StoreError: the lists can't be read.
    """
    if isinstance(contacts, TableSpec):
        return scrub_table(scrubber, contacts, options, progress)
    if kind_of(contacts) is Kind.WORKBOOK:
        from gatekeeper.scrub.xlsx_scrub import scrub_xlsx  # brings openpyxl in, which text does without

        return scrub_xlsx(scrubber, contacts, options, progress)
    return scrub_csv(scrubber, contacts, options, progress)
