"""Manager clients that others wrote, fetched once into the cache as their users get them: from npm, and from Debian."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from lab.apt import unpack
from lab.cache import cached
from lab.errors import LabError
from lab.progress import say

_NPM_SECONDS: Final = 180
_NODE_PACKAGE: Final = ("asterisk-manager", "0.2.0")
_PERL_PACKAGE: Final = ("bookworm", "libtelephony-asterisk-ami-perl")


def node_client() -> tuple[list[str], dict[str, str]]:
    """Return the command of Node.js, and the environment in which it finds the package `asterisk-manager`.

    Raises:
        LabError: Node.js is missing, or the package can't be fetched.
    """
    node = _program("node", "nodejs")
    name, version = _NODE_PACKAGE
    folder = cached(f"npm-{name}-{version}", lambda into, scratch: _install_npm(name, version, into, scratch))
    return [node], {"NODE_PATH": str(folder / "node_modules")}


def perl_client() -> tuple[list[str], dict[str, str]]:
    """Return the command of Perl, and the environment in which it finds the module `Telephony::Asterisk::AMI`.

    Raises:
        LabError: Perl is missing, or the module can't be fetched.
    """
    perl = _program("perl", "perl")
    suite, package = _PERL_PACKAGE

    def fetch(into: Path, scratch: Path) -> None:
        say(f"fetching {package} from Debian {suite} (once)")
        unpack(suite, [package], into, scratch, package, alone=True)

    folder = cached(package, fetch)
    return [perl], {"PERL5LIB": str(folder / "usr" / "share" / "perl5")}


def _program(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        message = (
            f"{name} is not on PATH: install it (Debian: apt install {package}), for a client in that language is run"
        )
        raise LabError(message)
    return found


def _install_npm(name: str, version: str, into: Path, scratch: Path) -> None:
    npm = _program("npm", "npm")
    say(f"fetching {name} {version} by npm (once)")
    options = ["--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", "--no-save"]
    command = [npm, "install", *options, "--cache", str(scratch / "cache"), "--prefix", str(into), f"{name}@{version}"]
    try:
        result = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=_NPM_SECONDS,
            stdin=subprocess.DEVNULL, env={**os.environ, "NO_UPDATE_NOTIFIER": "1"},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        message = f"npm did not fetch {name} {version} within {_NPM_SECONDS} s: is its registry in reach?"
        raise LabError(message) from None
    if result.returncode or not (into / "node_modules" / name).is_dir():
        message = f"npm could not fetch {name} {version}; it says:\n{result.stderr.strip()[-2000:]}"
        raise LabError(message)
