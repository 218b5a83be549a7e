"""Roles: what a user of the desk may do. Pure."""

from enum import IntEnum


class Role(IntEnum):
    """What a user may do; a higher one may do all that a lower one may.

    A reader looks; an officer changes lists and consents; an admin has users, keys and what everybody did.
    """

    READER = 1
    OFFICER = 2
    ADMIN = 3

    @property
    def word(self) -> str:
        """As it stands in the database and on the command line."""
        return self.name.lower()
