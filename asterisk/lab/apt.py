"""Debian packages of another release, unpacked into a private folder: no root, no container, nothing installed.

An apt of our own (its lists, cache and sources in a private folder) downloads a package with all it needs, and
``dpkg-deb -x`` unpacks each. The mirror is the one that the machine's own apt uses.
"""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from lab.errors import LabError
from lab.progress import say

ATTEMPTS: Final = 3
_KEYRINGS: Final = Path("/usr/share/keyrings")
_NEEDED_PROGRAMS: Final = ("apt-get", "apt-config", "dpkg-deb")
_DEBIAN_SUITES: Final = re.compile(r"^(buster|bullseye|bookworm|trixie|forky|duke|stable|testing|unstable|sid)$")


def unpack(suite: str, packages: Sequence[str], into: Path, scratch: Path, what: str, *, alone: bool = False) -> None:
    """Download ``packages`` of Debian ``suite`` with their dependencies and unpack them all into ``into``.

    Args:
        suite: Debian's name of the release, such as ``bullseye``.
        packages: names of packages.
        into: the folder that becomes the root of what was unpacked.
        scratch: an existing folder for apt's lists and the downloaded files; the caller removes it.
        what: the name for progress lines.
        alone: without their dependencies.

    Raises:
        LabError: no apt, no keyring, the mirror has no such suite, a package fails to unpack.
    """
    _demand_programs(what)
    environment = _private_apt(suite, scratch)
    _run_with_retries(
        ["apt-get", "update", "-qq", "--error-on=any"], environment, f"reading the package list of Debian {suite}"
    )
    folder = scratch / "cache" / "archives"
    how = ["download"] if alone else ["install", "-y", "--download-only"]
    _run_with_retries(
        ["apt-get", "-qq", *how, *packages], environment, f"downloading {' '.join(packages)} of {suite}", folder
    )
    archives = sorted(folder.glob("*.deb"))
    say(f"unpacking {what} ({len(archives)} packages)")
    into.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        for _ in pool.map(lambda archive: _unpack_one(archive, into), archives):
            pass


def machine_mirror() -> str:
    """Return the address from which this machine's own apt takes Debian's main component.

    Where apt has its package lists, they tell which source is Debian's. Where it has none yet (a fresh image), the
    suite's name and the address have to do.

    Raises:
        LabError: the machine's apt has no Debian source.
    """
    for origin, release, address in _sources("--release-info"):
        if origin == "Debian" and _DEBIAN_SUITES.match(release):
            return address
    likely = [address for _, release, address in _sources("--no-release-info") if _DEBIAN_SUITES.match(release)]
    if likely:
        return min(likely, key=lambda address: not address.rstrip("/").endswith("/debian"))
    message = (
        "this machine's apt has no Debian mirror (apt-get indextargets shows none with the component main), so the lab "
        "cannot fetch Asterisk from it. Run the lab on Debian, or install asterisk and sipp on PATH, or set "
        "GATEKEEPER_LAB_CACHE to a cache filled on a Debian machine by: python -m lab fetch"
    )
    raise LabError(message)


def _sources(release_info: str) -> list[tuple[str, str, str]]:
    """Return origin, suite and address of every source of the machine's apt that has a component ``main``."""
    shown = "$(ORIGIN)|$(RELEASE)|$(COMPONENT)|$(REPO_URI)"
    listed = _run(["apt-get", "indextargets", release_info, "--format", shown, "Created-By: Packages"])
    rows = [line.split("|") for line in listed.stdout.splitlines()]
    return [(row[0], row[1], row[3]) for row in rows if row[2:3] == ["main"]]


def _demand_programs(what: str) -> None:
    missing = [program for program in _NEEDED_PROGRAMS if shutil.which(program) is None]
    if missing:
        message = (
            f"{what} is not on PATH and cannot be fetched, for {' and '.join(missing)} is missing: install {what} "
            "yourself, or set GATEKEEPER_LAB_CACHE to a cache filled on a Debian machine by: python -m lab fetch"
        )
        raise LabError(message)


def _keyring() -> Path:
    """Return the keyring which signs every Debian suite, also those no longer supported."""
    for name in ("debian-archive-keyring.gpg", "debian-archive-keyring.pgp"):
        if (_KEYRINGS / name).is_file():
            return _KEYRINGS / name
    message = f"no debian-archive-keyring in {_KEYRINGS}: install the package debian-archive-keyring, then try again"
    raise LabError(message)


def _private_apt(suite: str, scratch: Path) -> dict[str, str]:
    """Lay out an apt of our own in ``scratch`` and return the environment in which apt-get uses it."""
    for folder in ("state/lists/partial", "cache/archives/partial", "etc/empty"):
        (scratch / folder).mkdir(parents=True, exist_ok=True)
    (scratch / "status").touch()
    source = f"deb [signed-by={_keyring()}] {machine_mirror()} {suite} main\n"
    (scratch / "etc" / "sources.list").write_text(source)
    settings = {
        "Dir::State": scratch / "state",
        "Dir::State::status": scratch / "status",
        "Dir::Cache": scratch / "cache",
        "Dir::Etc::main": "/dev/null",
        "Dir::Etc::parts": scratch / "etc" / "empty",
        "Dir::Etc::sourcelist": scratch / "etc" / "sources.list",
        "Dir::Etc::sourceparts": scratch / "etc" / "empty",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": scratch / "etc" / "empty",
        "APT::Install-Recommends": "false",
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
        "Acquire::Check-Valid-Until": "false",
        "Debug::NoLocking": "1",
    }
    # The machine's proxies, certificates and mirror options count; its hooks would act on its own package lists.
    acquire = "".join(
        line for line in _run(["apt-config", "dump"]).stdout.splitlines(keepends=True) if line.startswith("Acquire::")
    )
    ours = "".join(f'{key} "{value}";\n' for key, value in settings.items())
    (scratch / "apt.conf").write_text(acquire + ours)
    return {**os.environ, "APT_CONFIG": str(scratch / "apt.conf"), "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}


def _unpack_one(archive: Path, into: Path) -> None:
    result = subprocess.run(["dpkg-deb", "-x", str(archive), str(into)], capture_output=True, text=True, check=False)
    if result.returncode:
        message = f"{archive.name} cannot be unpacked into {into}: {result.stderr.strip()}"
        raise LabError(message)


def _run_with_retries(command: list[str], environment: dict[str, str], doing: str, folder: Path | None = None) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        result = _run(command, environment, folder)
        if result.returncode == 0:
            return
        if attempt < ATTEMPTS:
            say(f"{doing} failed, trying again ({attempt + 1} of {ATTEMPTS})")
            time.sleep(attempt)
    complaint = (result.stderr or result.stdout).strip()
    message = (
        f"{doing} failed {ATTEMPTS} times. The mirror of this machine's apt may not carry this suite, or is out of "
        f"reach. apt-get says:\n{complaint}"
    )
    raise LabError(message)


def _run(
    command: list[str], environment: dict[str, str] | None = None, folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, cwd=folder, stdin=subprocess.DEVNULL
    )
