"""The parts of a backup: each store with its database, its folders, and what names its files."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from gatekeeper.accounts import ACCOUNTS_FILE
from gatekeeper.accounts.backed_up import counts_of_accounts
from gatekeeper.alerts import ALERTS_FILE
from gatekeeper.consents.backed_up import counts_of_consents, files_of_consents
from gatekeeper.consents.paths import CONSENTS_FILE
from gatekeeper.hooks import HOOKS_FILE
from gatekeeper.journal import JOURNAL_FILE
from gatekeeper.journal.sqlite.backed_up import counts_of_journal, files_of_journal
from gatekeeper.lists.backed_up import counts_of_lists, files_of_lists
from gatekeeper.lists.paths import LISTS_FILE


class Counts(Protocol):
    """Counts what only grows in a store."""

    def __call__(self, database: Path, *, in_use: bool) -> dict[str, int]:
        """The counts by name.

        Args:
            database: the store's.
            in_use: whether somebody may write to it, so that its write-ahead log is to be read as well.
        """


class StorePart(NamedTuple):
    """A store.

    Attributes:
        name: as the command line calls it.
        database: its file in the data folder.
        folders: its folders in the data folder.
        files: names the files that a copy of the database needs, and those it can do without.
        counts: counts what only grows in it.
    """

    name: str
    database: str
    folders: tuple[str, ...]
    files: Callable[[Path], tuple[list[str], list[str]]]
    counts: Counts


def _no_files(_: Path) -> tuple[list[str], list[str]]:
    """Of a store that is its database alone."""
    return [], []


def _nothing_grows(database: Path, *, in_use: bool) -> dict[str, int]:  # noqa: ARG001 - what was told leaves the outbox
    return {}


PARTS: Final = (
    # Alerts and hooks before what they look through: how far they have looked is then in the copies of those, and what
    # happened since is told once more, not left out.
    StorePart("alerts", ALERTS_FILE, (), _no_files, _nothing_grows),
    StorePart("hooks", HOOKS_FILE, (), _no_files, _nothing_grows),
    # The journal before the others: what its rows speak of is then in the copies that are made after it.
    StorePart("accounts", ACCOUNTS_FILE, (), _no_files, counts_of_accounts),
    StorePart("journal", JOURNAL_FILE, ("journal",), files_of_journal, counts_of_journal),
    StorePart("consents", CONSENTS_FILE, ("consents", "proofs"), files_of_consents, counts_of_consents),
    StorePart("lists", LISTS_FILE, ("lists",), files_of_lists, counts_of_lists),
)

SCRUBS: Final = "scrubs"
"""The folder of what scheduled scrubs wrote, certificates among it: a part without a database."""

NAMES: Final = (*(part.name for part in PARTS), SCRUBS)
"""Of all parts."""
