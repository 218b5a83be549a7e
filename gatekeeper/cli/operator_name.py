"""The operator's name: tells who gives a command, for the record."""

import getpass
import os


def who() -> str:
    """The person at the keyboard: behind sudo, the one who called it."""
    behind = os.environ.get("SUDO_USER", "")
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a user id without a name, as in containers
        user = f"uid {os.getuid()}"
    return f"{behind} (as {user})" if behind and behind != user else user
