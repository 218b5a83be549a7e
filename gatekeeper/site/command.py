"""Asterisk's command line, for who must ask the running Asterisk: `asterisk -rx`."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

from gatekeeper.errors import InstallError

_SECONDS: Final = 30


def asterisk_command(program: Path) -> Callable[[str], str]:
    """What runs a command of a running Asterisk and gives what it says.

    Args:
        program: Asterisk's.
    """

    def run(command: str) -> str:
        try:
            done = subprocess.run(  # noqa: S603 - the site's own Asterisk
                [str(program), "-rx", command], capture_output=True, text=True, check=False, timeout=_SECONDS
            )
        except OSError as error:
            raise InstallError(f"{program} can't be run: {error.strerror}") from None
        except subprocess.TimeoutExpired:
            raise InstallError(
                f"Asterisk did not answer `{command.split(maxsplit=1)[0]}` within {_SECONDS} s"
            ) from None
        if done.returncode:
            raise InstallError((done.stderr or done.stdout).strip() or f"{program} -rx failed")
        return done.stdout

    return run
