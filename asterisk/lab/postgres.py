"""A PostgreSQL server of our own: a private folder and socket, no network; ended with the test."""

import os
import shutil
import subprocess
import tempfile
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
_RELEASE: Final = "17"
_NOBODY: Final = 65534
_PROGRAMS: Final = ("initdb", "postgres")
_WRAPPER: Final = """\
#!/bin/sh
root=$(cd "$(dirname "$0")/{up}" && pwd) || exit 1
exec "$root/{loader}" --library-path "{libraries}" --argv0 "$0" "$0.program" "$@"
"""


@lru_cache
def postgres_programs() -> Path:
    """Return the folder of ``initdb`` and ``postgres``.

    The machine's own are taken (on PATH, or where Debian has them), else Debian's are fetched once.

    Raises:
        LabError: they can be neither found nor fetched.
    """
    places = [Path(found).resolve().parent for found in [shutil.which("postgres")] if found]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for place in places:
        if all((place / program).exists() for program in _PROGRAMS):
            return place
    return _folder_of_programs(cached("postgresql", _fetch))


class Postgres(Stoppable):
    """A running server with one empty database, ``postgres``. A context manager; its folder goes with it.

    The server refuses to run as root, so root runs it as nobody, in a folder that nobody may enter.
    """

    def __init__(self) -> None:
        """Make a cluster and start it.

        Raises:
            LabError: it does not start.
        """
        self._bin = postgres_programs()
        self.folder = Path(tempfile.mkdtemp(prefix="gk-pg-"))
        if os.geteuid() == 0:
            os.chown(self.folder, _NOBODY, _NOBODY)
        try:
            self._make_cluster()
            self.process = self._start()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    @property
    def url(self) -> str:
        """The database's address, as SQLAlchemy writes it."""
        return f"postgresql+psycopg://lab@/postgres?host={quote(str(self.folder))}"

    def stop(self) -> None:
        """End it, with its folder."""
        self.process.stop(20)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _command(self, program: str) -> list[str]:
        # Changing the user undoes the parent's wish that the child die with it, so it is said again.
        as_nobody = [f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", "--pdeathsig", "KILL", "--"]
        prefix = ["setpriv", *as_nobody] if os.geteuid() == 0 else []
        return [*prefix, str(self._bin / program)]

    def _make_cluster(self) -> None:
        options = ["--username=lab", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        made = subprocess.run(
            [*self._command("initdb"), *options, "-D", str(self.folder / "data")],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            cwd="/",
            stdin=subprocess.DEVNULL,
        )
        if made.returncode:
            message = f"PostgreSQL can't make its cluster\n{made.stdout[-2000:]}\n{made.stderr[-2000:]}"
            raise LabError(message)

    def _start(self) -> Process:
        settings = {"listen_addresses": "", "unix_socket_directories": str(self.folder), "fsync": "off", "jit": "off"}
        given = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        log = self.folder / "postgres.log"
        process = Process(
            "PostgreSQL", [*self._command("postgres"), "-D", str(self.folder / "data"), *given], log, folder=self.folder
        )

        def ready() -> bool:
            process.demand_running()
            return "ready to accept connections" in tail(log)

        try:
            wait_until(ready, 60, "PostgreSQL to start")
        except BaseException:
            process.kill()
            raise
        return process


def _fetch(folder: Path, scratch: Path) -> None:
    say(f"fetching PostgreSQL {_RELEASE} from Debian {_SUITE} (once)")
    unpack(_SUITE, (f"postgresql-{_RELEASE}",), folder, scratch, "PostgreSQL")
    _wrap(folder)
    say("PostgreSQL is ready")


def _folder_of_programs(root: Path) -> Path:
    return root / "usr" / "lib" / "postgresql" / _RELEASE / "bin"


def _wrap(root: Path) -> None:
    """Put a script in the place of each program, which starts it with its own loader and libraries.

    For ``initdb`` starts ``postgres`` by itself, and both look for their data beside the path they were started by. The
    scripts find everything relative to themselves, so that the cache may be moved.
    """
    folder = _folder_of_programs(root)
    loader, _, libraries = loader_of(root)
    script = _WRAPPER.format(
        up=os.path.relpath(root, folder),
        loader=Path(loader).relative_to(root.resolve()),
        libraries=":".join(f"$root/{Path(library).relative_to(root)}" for library in libraries.split(":")),
    )
    for program in _PROGRAMS:
        (folder / program).rename(folder / f"{program}.program")
        (folder / program).write_text(script)
        (folder / program).chmod(0o755)
