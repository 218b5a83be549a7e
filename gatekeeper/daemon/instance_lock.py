"""Instance lock: lets one daemon run on a data folder."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from gatekeeper.errors import DaemonError
from gatekeeper.ownership import FINISHED, open_owned
from gatekeeper.storage.files import DAEMON_LOCK
from gatekeeper.translation import phrase, trouble_of


class SingleInstance:
    """Holds the data folder's lock while the daemon runs; the kernel lets go of it whatever ends the daemon."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / DAEMON_LOCK
        self._handle = -1

    def __enter__(self) -> Self:
        try:
            self._handle = open_owned(self._path, os.O_RDWR, FINISHED)
        except OSError as error:
            raise DaemonError(
                phrase(
                    "{path}: can't be opened ({reason}); does the data folder belong to the daemon's user?",
                    path=self._path,
                    reason=trouble_of(error),
                )
            ) from error
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            owner = os.read(self._handle, 32).decode(errors="replace").strip()
            os.close(self._handle)
            raise DaemonError(
                phrase(
                    "{path}: another gatekeeper daemon (process {owner}) serves this data folder; stop it first, or "
                    "give this one a data_dir of its own",
                    path=self._path,
                    owner=owner or phrase("unknown"),
                )
            ) from error
        os.ftruncate(self._handle, 0)
        os.write(self._handle, f"{os.getpid()}\n".encode())
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        os.close(self._handle)
