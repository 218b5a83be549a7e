"""Names of files that a client has Asterisk write, or that reach a shell.

Each file in the folder `outgoing` of Asterisk's spool is a call to be placed, whatever its name ends in; and a
recording is whatever the far end sends. So a client has files written to the folders of recordings, and nowhere else.
"""

import re
from typing import Final

from gatekeeper.errors import RefusedActionError

FOLDERS: Final = tuple(
    f"{folder}/"
    for folder in (
        *(f"/var/spool/asterisk/{name}" for name in ("monitor", "monitorDONE", "recording", "tmp", "fax", "dictate",
                                                     "voicemail")),
        "/var/lib/asterisk/sounds", "/usr/share/asterisk/sounds",
    )
)  # fmt: skip
"""Where an absolute name may lead. Names without a folder lead to `monitor` or `sounds` by themselves."""

_SHELL_SAFE: Final = re.compile(r"[\w./+=@:,-]*")
_OUTGOING: Final = "outgoing"


def demand_recording_path(name: str) -> None:
    """Refuse a file that a recording may not be written to.

    Raises:
        RefusedActionError: it is one.
    """
    parts = [part.strip() for part in name.split("/")]
    if ".." in parts or "${" in name or any(part.lower() == _OUTGOING for part in parts):
        raise RefusedActionError("a file to be written in a folder that can't be told, or where Asterisk looks for "
                                 "calls to place")  # fmt: skip
    if name.strip().startswith("/"):
        demand_folder("/" + "/".join(part for part in parts if part not in {"", "."}))


def demand_folder(path: str) -> None:
    """Refuse a path that is not within the folders of recordings.

    Raises:
        RefusedActionError: it is not.
    """
    if not f"{path}/".startswith(FOLDERS):
        raise RefusedActionError("a file to be written outside the folders of recordings (docs/ami-proxy.md has them)")


def demand_shell_safe(name: str) -> None:
    """Refuse a file's name that would be more than a name to a shell.

    Raises:
        RefusedActionError: it would.
    """
    if not _SHELL_SAFE.fullmatch(name) or not name.isascii():
        raise RefusedActionError("a name of a file that reaches a shell, with a character that means something there")
