"""A MariaDB server of our own: a private folder and socket, no network, no accounts; ended with the test."""

import os
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import quote

from lab.apt import unpack
from lab.cache import cached
from lab.errors import LabError
from lab.processes import Process, tail, wait_until
from lab.progress import say
from lab.roots import loader_of
from lab.stoppable import Stoppable

_SUITE: Final = "trixie"
_PACKAGES: Final = ("mariadb-server-core",)
_SYSTEM_TABLES: Final = (
    "mariadb_system_tables.sql",
    "mariadb_performance_tables.sql",
    "mariadb_system_tables_data.sql",
)
_SOCKET_LENGTH: Final = 107


@lru_cache
def mariadb_server() -> tuple[tuple[str, ...], Path]:
    """Return what to put in front of the server's arguments, and the folder of its messages and system tables.

    The server on PATH is taken, else Debian's is fetched once.

    Raises:
        LabError: it can be neither found nor fetched.
    """
    on_path = shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if on_path:
        share = [folder for folder in (Path("/usr/share/mariadb"), Path("/usr/share/mysql")) if _is_share(folder)]
        if share:
            return (on_path,), share[0]
    root = cached("mariadb", _fetch)
    share = [folder for folder in sorted((root / "usr" / "share").iterdir()) if _is_share(folder)]
    if not share:
        message = f"no system tables of MariaDB in {root}: remove that folder and try again"
        raise LabError(message)
    return (*loader_of(root), str(root / "usr" / "sbin" / "mariadbd")), share[0]


class MariaDb(Stoppable):
    """A running server with one empty database, ``crm``."""

    def __init__(self, folder: Path) -> None:
        """Make the system tables in ``folder`` (which must not exist yet) and start.

        Raises:
            LabError: it does not start.
        """
        self._program, self._share = mariadb_server()
        self.folder = folder
        self._data = folder / "data"
        self._data.mkdir(parents=True, mode=0o700)
        folder.chmod(0o700)
        self.socket = folder / "s"
        if len(str(self.socket)) > _SOCKET_LENGTH:
            message = f"{self.socket} is too long for a socket: use a folder with a shorter path"
            raise LabError(message)
        self._bootstrap()
        self.process = self._start()

    @property
    def url(self) -> str:
        """The database's address, as SQLAlchemy writes it."""
        return f"mysql+pymysql://root@/crm?unix_socket={quote(str(self.socket))}&charset=utf8mb4"

    def stop(self) -> None:
        """End it."""
        self.process.stop(20)

    def _arguments(self) -> list[str]:
        user = ["--user=root"] if os.geteuid() == 0 else []  # it refuses to run as root unless told so
        return [
            *self._program,
            "--no-defaults",
            *user,
            f"--datadir={self._data}",
            f"--lc-messages-dir={self._share}",
            f"--character-sets-dir={self._share / 'charsets'}",
            f"--tmpdir={self.folder}",
            f"--plugin-dir={self.folder}",
            "--innodb-buffer-pool-size=32M",
            "--innodb-log-file-size=8M",
            "--innodb-flush-log-at-trx-commit=2",
            "--performance-schema=OFF",
        ]

    def _bootstrap(self) -> None:
        parts = [(self._share / name).read_text(encoding="utf-8") for name in _SYSTEM_TABLES]
        script = "\n".join(
            ["CREATE DATABASE mysql;", "USE mysql;", *parts, "CREATE DATABASE crm CHARACTER SET utf8mb4;"]
        )
        made = subprocess.run(
            [*self._arguments(), "--bootstrap", "--skip-grant-tables"],
            input=script.encode(),
            capture_output=True,
            check=False,
            timeout=120,
        )
        if made.returncode:
            message = f"MariaDB can't make its system tables\n{made.stderr.decode(errors='replace')[-3000:]}"
            raise LabError(message)

    def _start(self) -> Process:
        log = self.folder / "mariadb.log"
        arguments = [
            "--skip-grant-tables",
            "--skip-networking",
            f"--socket={self.socket}",
            f"--pid-file={self.folder / 'pid'}",
        ]
        process = Process("MariaDB", [*self._arguments(), *arguments], log, folder=self.folder)

        def ready() -> bool:
            process.demand_running()
            return self.socket.exists() and "ready for connections" in tail(log)

        try:
            wait_until(ready, 60, "MariaDB to start")
        except BaseException:
            process.kill()
            raise
        return process


def _is_share(folder: Path) -> bool:
    return all((folder / name).is_file() for name in _SYSTEM_TABLES)


def _fetch(folder: Path, scratch: Path) -> None:
    say(f"fetching MariaDB from Debian {_SUITE} (once)")
    unpack(_SUITE, _PACKAGES, folder, scratch, "MariaDB")
    say("MariaDB is ready")
