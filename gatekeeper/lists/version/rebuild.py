"""Rebuilds a filter from the exact store, in a process of its own when the daemon needs it.

`python -m gatekeeper.lists.version.rebuild DATA_DIR LIST VERSION`; exit status 0 when the filter is in place.
"""

import contextlib
import secrets
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from gatekeeper.errors import GatekeeperError
from gatekeeper.lists.model import check_name
from gatekeeper.lists.paths import Layout
from gatekeeper.lists.version.bloom_fill import build_filter
from gatekeeper.lists.version.external_sort import RANGE, Spool
from gatekeeper.lists.version.file import VersionFile
from gatekeeper.storage import fsync_folder, translated


def rebuild_filter(layout: Layout, name: str, version: int) -> None:
    """Read a version's numbers and put a new filter beside them. The old one serves whoever has it open.

    Raises:
        StoreError: the version can't be read, or the filter not be written.
    """
    folder = layout.folder(name)
    aside = folder / f".{version}.{secrets.token_hex(8)}.bloom.part"
    try:
        with (
            translated(folder),
            contextlib.closing(VersionFile(layout.exact(name, version))) as file,
            contextlib.closing(Spool(folder)) as spool,
        ):
            numbers = file.ascending()
            while part := list(islice(numbers, RANGE)):
                spool.append(np.array(part, np.uint64))
            build_filter(aside, spool.read(), name=name, version=version, build=file.about.build)
            aside.replace(layout.filter(name, version))
            fsync_folder(folder)
    finally:
        aside.unlink(missing_ok=True)


def main(arguments: Sequence[str]) -> int:
    """Rebuild what the arguments name."""
    data_dir, name, version = arguments
    try:
        rebuild_filter(Layout(Path(data_dir)), check_name(name), int(version))
    except GatekeeperError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
