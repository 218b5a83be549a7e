"""The journal's column `asked_by`: who asked for a call, each known one with how that is known, joined.

`manager:crm; agent:alice`: the manager user `crm` logged in at the AMI proxy, and the call says that its agent is
`alice`. The first is the gate's own knowledge, the second the dialer's or the dialplan's word.
"""

from typing import Final

MANAGER: Final = "manager:"
"""Stands before the name of a manager user who asks for a call."""

PROGRAM: Final = "api:"
"""Stands before the name of the key of a program that asks over the interface."""

AGENT: Final = "agent:"
"""Stands before the name of the agent whose call it is, as the call says it."""

LONGEST_AGENT: Final = 80
"""The most characters of an agent's name; Asterisk's own names of channels have no more."""

_BETWEEN: Final = "; "


def agent_name(text: str) -> str:
    """An agent's name as it is kept: nothing unseen in it, nothing that would end it, and not too long."""
    shown = "".join(character for character in text if character.isprintable() and character != ";")
    return shown.strip()[:LONGEST_AGENT]


def joined(*known: str) -> str:
    """All who are known, each once, in the order in which they are given; "" where nobody is."""
    return _BETWEEN.join(dict.fromkeys(one for some in known if some for one in some.split(_BETWEEN)))


def agent_of(asked_by: str) -> str:
    """The agent's name among those who asked for a call; several are joined by commas, "" where none is known."""
    return ", ".join(one.removeprefix(AGENT) for one in asked_by.split(_BETWEEN) if one.startswith(AGENT))
