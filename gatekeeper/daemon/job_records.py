"""Records of import jobs: how each ended, a small file of each, for who asks after the daemon was started anew."""

import contextlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from gatekeeper.ownership import PRIVATE, make_folder, open_new

FOLDER: Final = "import-jobs"
_NAME: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}\.json")


class JobRecords:
    """The files. Every method reads or writes a disk, and raises no error: without them, less is known.

    Args:
        data_dir: the data folder.
    """

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / FOLDER

    def write(self, ident: str, fields: Mapping[str, object]) -> None:
        """Write down how a job stands."""
        path = self._folder / f"{ident}.json"
        with contextlib.suppress(OSError):
            make_folder(self._folder)
            with open_new(path.with_suffix(".part"), PRIVATE) as file:
                file.write(json.dumps(fields, default=str).encode())
            path.with_suffix(".part").replace(path)

    def read(self) -> dict[str, dict[str, Any]]:
        """How those stood that were written down, by id, the oldest first."""
        found = {}
        for path in sorted(self._folder.glob("*.json")) if self._folder.is_dir() else ():
            with contextlib.suppress(OSError, ValueError):
                fields = json.loads(path.read_bytes())
                if _NAME.fullmatch(path.name) and isinstance(fields, dict):
                    found[path.stem] = fields
        return found

    def forget(self, ident: str) -> None:
        """Remove that of a job."""
        with contextlib.suppress(OSError):
            (self._folder / f"{ident}.json").unlink(missing_ok=True)
