"""Asterisk's command line, for who must ask the running Asterisk: `asterisk -rx`."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

from gatekeeper.errors import InstallError
from gatekeeper.translation import phrase, trouble_of

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
            raise InstallError(
                phrase("{program} can't be run: {reason}", program=program, reason=trouble_of(error))
            ) from None
        except subprocess.TimeoutExpired:
            raise InstallError(
                phrase(
                    "Asterisk did not answer `{command}` within {seconds} s",
                    command=command.split(maxsplit=1)[0],
                    seconds=_SECONDS,
                )
            ) from None
        if done.returncode:
            raise InstallError((done.stderr or done.stdout).strip() or f"{program} -rx failed")
        return done.stdout

    return run
