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

BETWEEN: Final = "; "
"""Stands between two who are known."""

_HOW: Final = (MANAGER, PROGRAM, AGENT)


def agent_name(text: str) -> str:
    """An agent's name as it is kept: nothing unseen in it, nothing that would end it, and not too long."""
    shown = "".join(character for character in text if character.isprintable() and character != ";")
    return shown.strip()[:LONGEST_AGENT]


def joined(*known: str) -> str:
    """All who are known, each once, in the order in which they are given; "" where nobody is."""
    return BETWEEN.join(dict.fromkeys(one for some in known if some for one in some.split(BETWEEN)))


def agent_of(asked_by: str) -> str:
    """The agent's name among those who asked for a call; several are joined by commas, "" where none is known."""
    return ", ".join(one.removeprefix(AGENT) for one in asked_by.split(BETWEEN) if one.startswith(AGENT))


def is_bare(wanted: str) -> bool:
    """Whether a name says nothing of how it is known."""
    return bool(wanted) and BETWEEN.strip() not in wanted and not wanted.startswith(_HOW)


def is_among(wanted: str, asked_by: str) -> bool:
    """Whether somebody is meant among those who asked for a call.

    Args:
        wanted: all of the column, or the bare name of one of them, however that is known: `alice`.
        asked_by: the column.
    """
    if wanted == asked_by:
        return True
    return is_bare(wanted) and any(one in f"{BETWEEN}{asked_by}{BETWEEN}" for one in sought(wanted))


def sought(name: str) -> list[str]:
    """What stands in the column, with `; ` before and behind it, where a bare name is among those who asked."""
    return [f"{BETWEEN}{how}{name}{BETWEEN}" for how in _HOW]
