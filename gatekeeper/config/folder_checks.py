"""Checks of folders: the data folder is one of its own, and the inbox takes nothing of it away."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from gatekeeper.config.problems import Problem
from gatekeeper.config.settings import Settings
from gatekeeper.translation import phrase

_OF_THE_SYSTEM: Final = frozenset(
    (
        "/",
        "/bin",
        "/boot",
        "/dev",
        "/etc",
        "/home",
        "/lib",
        "/lib64",
        "/proc",
        "/root",
        "/run",
        "/sbin",
        "/sys",
        "/tmp",  # noqa: S108 - named, not used
        "/usr",
        "/usr/lib",
        "/usr/local",
        "/usr/share",
        "/var",
        "/var/backups",
        "/var/cache",
        "/var/lib",
        "/var/log",
        "/var/run",
        "/var/spool",
        "/var/tmp",  # noqa: S108
        "/etc/asterisk",
        "/etc/gatekeeper",
        "/var/lib/asterisk",
        "/var/spool/asterisk",
    )
)
"""Folders that have files of others: the data folder gives all in it to one user, and takes others' rights away."""

_OF_DATA: Final = frozenset(("consents", "desk", "import-jobs", "journal", "lists", "proofs", "rejects", "scrubs"))
"""Folders in the data folder that are the daemon's and the desk's own."""


def folder_problems(settings: Settings) -> Iterator[Problem]:
    """What is wrong with the data folder and the inbox."""
    data_dir, inbox = (_real(path) for path in (settings.daemon.data_dir, settings.inbox.folder))
    if str(data_dir) in _OF_THE_SYSTEM or str(settings.daemon.data_dir) in _OF_THE_SYSTEM:
        yield Problem(
            ("daemon", "data_dir"),
            phrase("is {folder}, where others have their files; name a folder of its own", folder=data_dir),
        )
    if not settings.inbox.enabled:
        return
    if str(inbox) in _OF_THE_SYSTEM:
        yield Problem(
            ("inbox", "folder"),
            phrase("is {folder}, where others have their files; name a folder of its own", folder=inbox),
        )
        return
    is_in = inbox.is_relative_to(data_dir)
    if data_dir.is_relative_to(inbox) or (is_in and inbox.relative_to(data_dir).parts[0] in _OF_DATA):
        yield Problem(
            ("inbox", "folder"),
            phrase(
                "is {inbox}, and the data folder is {data_dir}: what is put into an inbox is moved away, databases "
                "too; name a folder of its own, such as {data_dir}/inbox",
                inbox=inbox,
                data_dir=data_dir,
            ),
        )


def _real(path: Path) -> Path:
    """A path without symbolic links, as far as it is there."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a circle of links
        return path
