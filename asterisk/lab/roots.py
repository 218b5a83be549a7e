"""Roots of the programs: finds them on PATH, or fetches them once into the cache.

Fetched programs start with their own dynamic loader and libraries, for the machine's C library may be older or newer.
"""

import contextlib
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

from lab.apt import unpack
from lab.cache import cached
from lab.errors import LabError
from lab.progress import say

Release = Literal["22", "16"]

RELEASES: Final[tuple[Release, ...]] = ("22", "16")
_SUITES: Final[dict[str, str]] = {"22": "forky", "16": "bullseye"}
_ASTERISK_PACKAGES: Final = ("asterisk", "asterisk-core-sounds-en-gsm")
_SIPP_SUITE: Final = "forky"
_SIPP_PACKAGES: Final = ("sip-tester",)


@dataclass(frozen=True)
class AsteriskRoot:
    """An Asterisk that can be started."""

    release: Release
    """The major release asked for."""
    version: str
    """Its full version, such as ``22.10.1``."""
    program: tuple[str, ...]
    """What to put in front of its arguments."""
    modules: Path
    """The folder of its modules."""
    data: Path
    """The folder of its documentation, sounds, and REST descriptions."""


@lru_cache
def asterisk_root(release: Release) -> AsteriskRoot:
    """Return an Asterisk of major release ``"22"`` or ``"16"``: the one on PATH if it is of that release, else fetched.

    Raises:
        LabError: it can be neither found nor fetched.
    """
    if release not in _SUITES:
        message = f"the lab knows Asterisk {' and '.join(RELEASES)}, not {release!r}"
        raise LabError(message)
    on_path = shutil.which("asterisk")
    if on_path and (version := _asterisk_version((on_path,))) and version.split(".")[0] == release:
        return _installed_root(release, version, on_path)
    root = cached(f"asterisk-{release}", lambda folder, scratch: _fetch(f"Asterisk {release}", folder, scratch))
    program = (*loader_of(root), str(root / "usr" / "sbin" / "asterisk"))
    fetched = _asterisk_version(program)
    if fetched is None or fetched.split(".")[0] != release:
        shown = f"is Asterisk {fetched}, not {release}" if fetched else "does not start"
        message = f"what was fetched into {root} {shown}: remove that folder and try again"
        raise LabError(message)
    modules = _only(root, ("usr/lib/*/asterisk/modules", "usr/lib/asterisk/modules"))
    return AsteriskRoot(release, fetched, program, modules, root / "usr" / "share" / "asterisk")


@lru_cache
def sipp_program() -> list[str]:
    """Return what to put in front of SIPp's arguments: the one on PATH, else fetched.

    Raises:
        LabError: it can be neither found nor fetched.
    """
    on_path = shutil.which("sipp")
    if on_path:
        return [on_path]
    root = cached("sipp", lambda folder, scratch: _fetch("SIPp", folder, scratch))
    return [*loader_of(root), str(root / "usr" / "bin" / "sipp")]


def sipp_version() -> str:
    """Return SIPp's version as it names it, such as ``v3.8.0-TLS-SCTP-PCAP``."""
    shown = subprocess.run([*sipp_program(), "-v"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"SIPp (\S+)", shown)
    return found.group(1).rstrip(".") if found else "unknown"


def _fetch(what: str, folder: Path, scratch: Path) -> None:
    suite, packages = (
        (_SIPP_SUITE, _SIPP_PACKAGES) if what == "SIPp" else (_SUITES[what.split()[1]], _ASTERISK_PACKAGES)
    )
    say(f"fetching {what} from Debian {suite} (once)")
    unpack(suite, packages, folder, scratch, what)
    say(f"{what} is ready")


def _asterisk_version(program: Sequence[str]) -> str | None:
    """Return what ``asterisk -V`` says, ``None`` if it does not start."""
    try:
        shown = subprocess.run([*program, "-V"], capture_output=True, text=True, check=False, timeout=60)
    except OSError:
        return None
    found = re.search(r"Asterisk (\d+(?:\.\d+)+)", shown.stdout)
    return found.group(1) if found else None


def _installed_root(release: Release, version: str, program: str) -> AsteriskRoot:
    """Find the folders of the machine's own Asterisk, in its asterisk.conf or where packages put them."""
    configured: dict[str, str] = {}
    named = Path("/etc/asterisk/asterisk.conf")
    with contextlib.suppress(OSError):  # only root may read it on some machines: then the usual places are tried
        configured = dict(re.findall(r"^\s*(ast\w+dir)\s*=>?\s*(\S+)", named.read_text(), re.MULTILINE))
    places = {
        "astmoddir": ("usr/lib/*/asterisk/modules", "usr/lib/asterisk/modules", "usr/lib64/asterisk/modules"),
        "astdatadir": ("usr/share/asterisk", "var/lib/asterisk"),
    }
    folders = {
        key: Path(configured[key]) if Path(configured.get(key, "/nowhere")).is_dir() else _only(Path("/"), patterns)
        for key, patterns in places.items()
    }
    return AsteriskRoot(release, version, (program,), folders["astmoddir"], folders["astdatadir"])


def loader_of(root: Path) -> list[str]:
    """Return the command of ``root``'s own dynamic loader with its own libraries."""
    loader = _only(root, ("usr/lib/*/ld-linux*.so.*", "lib/*/ld-linux*.so.*"))
    libraries = [
        folder
        for pattern in ("usr/lib/*-linux-gnu*", "lib/*-linux-gnu*", "usr/lib", "lib")
        for folder in root.glob(pattern)
    ]
    return [str(loader.resolve()), "--library-path", ":".join(str(folder) for folder in sorted(libraries))]


def _only(root: Path, patterns: Sequence[str]) -> Path:
    for pattern in patterns:
        found = sorted(root.glob(pattern))
        if found:
            return found[0]
    message = f"nothing like {' or '.join(patterns)} in {root}: remove that folder if it is the lab's, and try again"
    raise LabError(message)
