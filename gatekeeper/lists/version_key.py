"""The key of an imported version: list, number and build token."""

from typing import NamedTuple


class VersionKey(NamedTuple):
    """Which imported version of a list.

    Attributes:
        name: of the list.
        version: number of the version.
        build: its token.
    """

    name: str
    version: int
    build: str
