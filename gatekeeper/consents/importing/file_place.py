"""A place in a file of consents, or in what a person said: errors name it, and carry its line for programs."""

from typing import NamedTuple

from gatekeeper.errors import ConsentError
from gatekeeper.translation import phrase


class FilePlace(NamedTuple):
    """Where something stands.

    Attributes:
        name: for people: `crm.csv, line 7`.
        line: of the file, or the place in a list of objects, counted from 1; 0 of what is in no file.
    """

    name: str
    line: int = 0

    @classmethod
    def in_lines(cls, name: str, line: int) -> "FilePlace":
        """A line of a file of this name."""
        return cls(phrase("{name}, line {line}", name=name, line=line), line)

    @classmethod
    def in_objects(cls, name: str, place: int) -> "FilePlace":
        """An object of a list in a file of this name."""
        return cls(phrase("{name}, object {line}", name=name, line=place), place)

    def error(self, why: str, key: str = "") -> ConsentError:
        """What is told of what stands here.

        Args:
            why: what is wrong, and what would be right.
            key: the column.
        """
        return ConsentError(phrase("{where}: {why}", where=self.name, why=why), why=why, line=self.line, key=key)
