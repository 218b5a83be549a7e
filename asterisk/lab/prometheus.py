"""Prometheus and its promtool: what scrapes the daemon's metrics, and what checks the rules that are shipped."""

import shutil
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

from lab.apt import unpack
from lab.cache import cached
from lab.progress import say
from lab.roots import loader_of

_SUITE: Final = "trixie"
_NEEDED: Final = ("prometheus", "promtool", "libc6")
"""They need no library but the C library; what else their packages depend on are web pages."""


@lru_cache
def prometheus_program(name: Literal["prometheus", "promtool"]) -> list[str]:
    """Return what to put in front of the program's arguments: the one on PATH, else Debian's, fetched once.

    Raises:
        LabError: it can be neither found nor fetched.
    """
    on_path = shutil.which(name)
    if on_path:
        return [on_path]
    root = cached("prometheus", _fetch)
    return [*loader_of(root), str(root / "usr" / "bin" / name)]


def _fetch(folder: Path, scratch: Path) -> None:
    say(f"fetching Prometheus from Debian {_SUITE} (once)")
    unpack(_SUITE, _NEEDED, folder, scratch, "Prometheus", alone=True)
    say("Prometheus is ready")
