"""A running contract as a register delivers it: who is a customer of whom, about what, and how long."""

from typing import NamedTuple

OPEN_END = 1 << 62
"""A moment that does not come, in microseconds since the epoch."""


class ContractRow(NamedTuple):
    """A contract.

    Attributes:
        e164: the customer's number.
        principal: with whom; as `principal_key` gives it.
        subject: what about; as `principal_key` gives it.
        since: from when on, in microseconds since the epoch.
        until: until when, not included.
    """

    e164: int
    principal: str
    subject: str
    since: int
    until: int


def principal_key(text: str) -> str:
    """A company's name or a contract's subject as it is compared: capitals and blanks don't matter."""
    return " ".join(text.split()).casefold()
