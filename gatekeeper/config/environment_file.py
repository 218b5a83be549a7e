"""The file of the service's variables, `/etc/gatekeeper/environment`, as the daemon gets them from systemd."""

from typing import Final

_QUOTES: Final = "\"'"


def variables_of(text: str) -> dict[str, str]:
    """The variables by name, the last line of each; a value may stand in quotes, and comments are none."""
    found = {}
    for line in text.splitlines():
        name, equals, value = line.strip().partition("=")
        if equals and name[:1] not in ("#", ";", ""):
            found[name] = value[1:-1] if value[:1] in _QUOTES and value[-1:] == value[:1] and len(value) > 1 else value
    return found
