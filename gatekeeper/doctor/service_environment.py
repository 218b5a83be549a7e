"""Environment of the service: the variables that systemd gives the daemon from `/etc/gatekeeper/environment`.

As systemd.exec(5) reads an `EnvironmentFile=`: lines `NAME=VALUE`, quotes around a value are taken off, lines that
begin with `#` or `;` are comments.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from gatekeeper.config.environment import PREFIX
from gatekeeper.doctor.installation import ENVIRONMENT

_QUOTES: Final = "\"'"


def read_environment(folder: Path) -> Mapping[str, str]:
    """The settings among the variables of the service; none where the file is not there, or not for us to read."""
    try:
        text = (folder / ENVIRONMENT).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    found = {}
    for line in text.splitlines():
        name, equals, value = line.strip().partition("=")
        if equals and name.upper().startswith(PREFIX.upper()):
            found[name] = value[1:-1] if value[:1] in _QUOTES and value[-1:] == value[:1] and len(value) > 1 else value
    return found
