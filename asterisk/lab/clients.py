"""Manager clients that others wrote, fetched once into the cache as their users get them: from npm, and from Debian."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

from lab.apt import unpack
from lab.cache import cached
from lab.errors import LabError
from lab.progress import say

_NPM_SECONDS: Final = 180
_NPM_RETRIES: Final = ("--fetch-retries=2", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=2000")
"""By itself it waits for more than a minute, also where no certificate will ever be trusted."""

_CERTIFICATES: Final = Path("/etc/ssl/certs/ca-certificates.crt")
"""What the machine trusts, as Debian and its kin have it: apt and pip go by it."""

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
    options = ["--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", "--no-save", *_NPM_RETRIES]
    command = [npm, "install", *options, "--cache", str(scratch / "cache"), "--prefix", str(into), f"{name}@{version}"]
    environment = {**os.environ, "NO_UPDATE_NOTIFIER": "1"}
    if _CERTIFICATES.is_file():  # Node.js has a list of its own, and does not look at the machine's
        environment.setdefault("NODE_EXTRA_CA_CERTS", str(_CERTIFICATES))
    try:
        result = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=_NPM_SECONDS,
            stdin=subprocess.DEVNULL, env=environment,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        message = f"npm did not fetch {name} {version} within {_NPM_SECONDS} s: is its registry in reach?"
        raise LabError(message) from None
    if result.returncode or not (into / "node_modules" / name).is_dir():
        message = f"npm could not fetch {name} {version}: {_npm_reason(result.stderr)}"
        raise LabError(message)


def _npm_reason(said: str) -> str:
    """Why npm failed, in one line; it uses ten, with a stack and its settings."""
    lines = [re.sub(r"^npm (?:error|ERR!) ?", "", line).strip() for line in said.splitlines()]
    code = next((line.removeprefix("code ") for line in lines if line.startswith("code ")), "")
    told = [line for line in lines if line and not re.match(r"(?:code|errno|syscall|A complete log) ", line)]
    reason = told[0].rpartition("failed, reason: ")[2] if told else "it does not say why"
    hint = "; name the file of the machine's certificates in NODE_EXTRA_CA_CERTS" if "CERT" in code else ""
    return f"{reason}{f' ({code})' if code and code not in reason else ''}{hint}"
