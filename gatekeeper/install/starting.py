"""Starting after an installation, and stopping after its removal: the daemon by systemd, and Asterisk reads its files.

The daemon goes first: once Asterisk has read its dialplan, a daemon that is not there refuses every call. So where it
does not start, Asterisk is left as it is. On the way back Asterisk goes first, for the same reason.
"""

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from gatekeeper.errors import InstallError
from gatekeeper.install.draft import Draft, RemarkKind
from gatekeeper.install.places import CONFIGURATION, ENVIRONMENT, SYSTEMD, UNITS
from gatekeeper.site import SiteTree
from gatekeeper.site.command import asterisk_command
from gatekeeper.translation import phrase, trouble_of

STOP: Final = (f"systemctl disable --now {UNITS}", "systemctl daemon-reload")
GATE: Final = "gatekeeper-ask"
"""The context that Asterisk has to know afterwards."""

_SHOWN: Final = f"dialplan show {GATE}"
_SECONDS: Final = 120
_ASTERISK: Final = Path("asterisk")


def may_start(tree: SiteTree) -> bool:
    """Whether it is for us to start and stop: root, on the machine itself, where systemd runs."""
    return tree.is_machine and os.geteuid() == 0 and tree.exists(SYSTEMD)


def start(draft: Draft) -> Iterator[str]:
    """Start the daemon and let Asterisk read its files.

    Yields:
        Each command that has been run.

    Raises:
        InstallError: one failed; what is left to do is told.
    """
    commands = list(draft.said(RemarkKind.START))
    if any(file.before is not None for path, file in draft.files.items() if path in (CONFIGURATION, ENVIRONMENT)):
        commands.insert(1, "systemctl try-restart gatekeeper.service")  # it runs with other settings
    for at, command in enumerate(commands):
        try:
            _run(command)
        except InstallError as error:
            left = "; ".join(commands[at:])
            raise InstallError(
                phrase(
                    "{error}. All files are in place, and Asterisk has not read them: calls go on as before until it "
                    "does so, then they are refused. `journalctl -u gatekeeper` says more; then run `gatekeeper "
                    "install` again, or: {left}",
                    error=error,
                    left=left,
                )
            ) from None
        yield command
    if asterisk_runs():
        # Where nothing was changed, an earlier installation may not have come to it.
        commands = ["core reload"] if draft.is_empty and not _knows_gate() else list(draft.said(RemarkKind.RELOAD))
        yield from _reload(commands)


def stop() -> Iterator[str]:
    """Let Asterisk read its own files again, then stop the daemon.

    Yields:
        Each command that has been run.

    Raises:
        InstallError: one failed.
    """
    if asterisk_runs():
        asterisk_command(_ASTERISK)("core reload")
        yield told("core reload")
    for command in STOP:
        _run(command)
        yield command


def asterisk_runs() -> bool:
    """Whether there is a running Asterisk that answers."""
    if shutil.which(_ASTERISK) is None:
        return False
    try:
        asterisk_command(_ASTERISK)("core show version")
    except InstallError:
        return False
    return True


def told(command: str) -> str:
    """A command of Asterisk's, as a person would type it."""
    return f'asterisk -rx "{command}"'


def _reload(commands: list[str]) -> Iterator[str]:
    for command in commands:
        asterisk_command(_ASTERISK)(command)
        yield told(command)
    if not _knows_gate():
        raise InstallError(
            phrase(
                "Asterisk was told to read its files, and does not know the gate (`{command}` shows none): its log "
                "says which line it could not read",
                command=told(_SHOWN),
            )
        )


def _knows_gate() -> bool:
    return f"Context '{GATE}'" in asterisk_command(_ASTERISK)(_SHOWN)


def _run(command: str) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - our own
            shlex.split(command), capture_output=True, text=True, check=False, timeout=_SECONDS
        )
    except OSError as error:
        raise InstallError(
            phrase("`{command}` can't be run: {reason}", command=command, reason=trouble_of(error))
        ) from None
    except subprocess.TimeoutExpired:
        raise InstallError(
            phrase("`{command}` did not end within {seconds} s", command=command, seconds=_SECONDS)
        ) from None
    if done.returncode:
        raise InstallError(
            phrase("`{command}` failed: {said}", command=command, said=" ".join((done.stderr or done.stdout).split()))
        )
