"""Runs an import for a command: with a progress bar, and interrupted without harm."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gatekeeper.cli.stores import rules_of
from gatekeeper.errors import ImportRefused
from gatekeeper.translation import phrase

if TYPE_CHECKING:
    from gatekeeper.config import Settings
    from gatekeeper.intake import ImportRequest
    from gatekeeper.lists import ImportReport, ListStore


def import_file(
    store: "ListStore", name: str, settings: "Settings", file: Path, asked: "ImportRequest", *, quiet: bool
) -> "ImportReport":
    """Import a file, `-` for standard input, into a list.

    Raises:
        ListError: it was not imported; the text says why.
        StoreError: a database or the disk failed.
    """
    from gatekeeper.cli.progress import ImportProgress
    from gatekeeper.intake import import_into

    rules = rules_of(store, name, settings)
    what = sys.stdin.buffer if str(file) == "-" else file
    with ImportProgress(visible=sys.stderr.isatty() and not quiet) as progress:
        try:
            return import_into(store, rules, what, asked, progress.update)
        except KeyboardInterrupt:
            raise ImportRefused(
                phrase("the import of {name} was interrupted; nothing was changed", name=name)
            ) from None
