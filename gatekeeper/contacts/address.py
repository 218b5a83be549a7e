"""Where contacts are: a file, a workbook, or a database. Pure, and quick to import."""

from pathlib import Path
from typing import Final

_WORKBOOKS: Final = frozenset({".xlsx", ".xlsm"})


def is_database(given: str) -> bool:
    """Whether something names a database rather than a file."""
    return "://" in given


def is_workbook(path: Path) -> bool:
    """Whether a file is a workbook, by its name; if not, it is text."""
    return path.suffix.lower() in _WORKBOOKS
