"""Reads the headers that matter, and refuses those that could be read in more than one way."""

import re
from typing import Final

from gatekeeper.ami.protocol.action import Action
from gatekeeper.errors import RefusedActionError
from gatekeeper.text import printable

_DIGITS: Final = re.compile(r"\d(?:[-. ()]*\d){2,}")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


def demand_no_control(text: str, header: str) -> None:
    """Refuse a value with a control character.

    Raises:
        RefusedActionError: there is one.
    """
    if _CONTROL.search(text):
        raise RefusedActionError(f"a control character in the header {header}")


def shown(text: str) -> str:
    """What a client has written as it may stand in an answer and in the log: short, and without a number.

    It is shown where it is not known for what it is: `dial 0612345678`, an application that is named `0612345678`.
    """
    return _DIGITS.sub("***", printable(text))[:40]


def plain(action: Action, *names: str) -> list[str]:
    """The values of headers, in the order of the names; "" for one that is not there.

    Raises:
        RefusedActionError: a header stands more than once with different values, or holds a control character.
    """
    values = []
    suspect = action.has_control()
    for name in names:
        value = action.single(name)
        if value is None:
            raise RefusedActionError(f"the header {name} stands more than once")
        if suspect:
            demand_no_control(value, name)
        values.append(value)
    return values
