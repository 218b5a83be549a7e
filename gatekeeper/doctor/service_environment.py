"""Environment of the service: the variables that systemd gives the daemon from `/etc/gatekeeper/environment`.

As systemd.exec(5) reads an `EnvironmentFile=`: lines `NAME=VALUE`, quotes around a value are taken off, lines that
begin with `#` or `;` are comments.
"""

from collections.abc import Mapping
from pathlib import Path

from gatekeeper.config.environment import PREFIX
from gatekeeper.config.environment_file import variables_of
from gatekeeper.doctor.installation import ENVIRONMENT


def read_environment(folder: Path) -> Mapping[str, str]:
    """The settings among the variables of the service; none where the file is not there, or not for us to read."""
    try:
        text = (folder / ENVIRONMENT).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    return {name: value for name, value in variables_of(text).items() if name.upper().startswith(PREFIX.upper())}
