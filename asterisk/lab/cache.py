"""The folder in which fetched programs are kept, and how a program gets into it once, whole, whoever asks."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lab.progress import say


def cache_folder() -> Path:
    """Return ``$GATEKEEPER_LAB_CACHE``, or ``build/lab`` of this checkout."""
    named = os.environ.get("GATEKEEPER_LAB_CACHE")
    return Path(named).expanduser().resolve() if named else Path(__file__).resolve().parents[2] / "build" / "lab"


def cached(name: str, fill: Callable[[Path, Path], None]) -> Path:
    """Return the folder ``name`` of the cache, filled by ``fill(folder, scratch)`` if it is not there yet.

    It appears under its name only once ``fill`` has returned; when several processes ask at once, one fills and the
    others wait. What an interrupted fill left behind is removed by the next one.
    """
    wanted = cache_folder() / name
    if wanted.is_dir():
        return wanted
    cache_folder().mkdir(parents=True, exist_ok=True)
    with _locked(cache_folder() / f".{name}.lock"):
        if wanted.is_dir():
            return wanted
        for left_over in cache_folder().glob(f".{name}.new-*"):
            shutil.rmtree(left_over, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=f".{name}.new-", dir=cache_folder()) as temporary:
            made, scratch = Path(temporary) / "root", Path(temporary) / "scratch"
            made.mkdir()
            scratch.mkdir()
            fill(made, scratch)
            made.rename(wanted)
    return wanted


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on ``path``; the kernel lets go of it when the process dies."""
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another process to fetch it ({path.name})")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
