"""The SIP gate's key, kept in the data folder: after a restart the gate still knows what it sent on before."""

import logging
import os
import secrets
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

SECRET_FILE: Final = "sip-gate.key"  # noqa: S105 - the name of a file
_OCTETS: Final = 32


def read_secret(data_dir: Path) -> bytes:
    """The key; made at the first time.

    Where it can be neither read nor kept, there is one for this run: calls that ring while the daemon is restarted are
    then forgotten, and no more than that.
    """
    path = data_dir / SECRET_FILE
    try:
        kept = path.read_bytes()
        if len(kept) == _OCTETS:
            return kept
    except FileNotFoundError:
        pass
    except OSError as error:
        log.warning("%s can't be read (%s): calls that ring at a restart will be lost", path, error.strerror)
        return secrets.token_bytes(_OCTETS)
    made = secrets.token_bytes(_OCTETS)
    aside = path.with_suffix(".new")
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(made)
        aside.replace(path)
    except OSError as error:
        log.warning("%s can't be kept (%s): calls that ring at a restart will be lost", path, error.strerror)
    return made
