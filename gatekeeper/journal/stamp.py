"""The stamp of each row, so that the journal can be sealed: its writer's name, a number without gaps, a salt."""

import os
from typing import Final, NamedTuple

SALT_BYTES: Final = 16
_BUFFER_BYTES: Final = SALT_BYTES * 256


class Stamp(NamedTuple):
    """The stamp of one row; the attributes are the columns, in order.

    Attributes:
        node: the writer's name; "" for rows of before there were stamps.
        sequence: the row's number among all that this writer has written to this journal, of whatever kind: from 1
            up, each once, none left out. None for rows of before there were stamps.
        salt: random bytes of this row only, so that a digest of the row tells nobody who guesses its content that
            the guess is right. Empty for rows of before there were stamps.
    """

    node: str = ""
    sequence: int | None = None
    salt: bytes = b""


class Salts:
    """Gives salts. One call of the system serves 256 of them."""

    def __init__(self) -> None:
        self._buffer = b""
        self._at = 0

    def next(self) -> bytes:
        """A fresh one."""
        at = self._at
        if at >= len(self._buffer):
            self._buffer, at = os.urandom(_BUFFER_BYTES), 0
        self._at = at + SALT_BYTES
        return self._buffer[at : self._at]


def host_name() -> str:
    """The name of this machine: that of its writer, unless the configuration gives another."""
    return os.uname().nodename
