"""A file with a table of cases: by whom it may be written, with commas or semicolons, on any machine."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.law.cases.row import COLUMNS, MORE_COLUMNS, Case

_DELIMITERS: Final = ",;\t|"


def read_cases(path: Path) -> Iterator[Case]:
    """The rows of a table. Its columns may be in any order; blank rows count for nothing.

    Raises:
        ValueError: it is not such a table, or a column is missing or unknown.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: it is not in UTF-8 ({error.reason} at byte {error.start}); save it so") from None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        heading = [name.strip().casefold().replace(" ", "_") for name in next(reader, [])]
        _check(path, heading)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield _case(reader.line_num, heading, [cell.strip() for cell in cells])
    except csv.Error as error:
        raise ValueError(f"{path}, line {reader.line_num}: {error}") from error


def _delimiter(text: str) -> str:
    first = next(iter(text.splitlines()), "")
    return max(_DELIMITERS, key=first.count)


def _check(path: Path, heading: list[str]) -> None:
    named = [name for name in heading if name]
    missing = [name for name in COLUMNS if name not in named]
    unknown = [name for name in named if name not in COLUMNS + MORE_COLUMNS]
    twice = sorted({name for name in named if named.count(name) > 1})
    said = [
        f"{what}: {', '.join(names)}"
        for what, names in (("missing", missing), ("unknown", unknown), ("named twice", twice))
        if names
    ]
    if said:
        wanted = f"the columns must be {','.join(COLUMNS)}; there may be {','.join(MORE_COLUMNS)}"
        raise ValueError(f"{path}, line 1: {wanted}; {'; '.join(said)}")


def _case(line: int, heading: list[str], cells: list[str]) -> Case:
    """A row; what is left out at its end is empty."""
    beyond = [cell for name, cell in zip(heading, cells, strict=False) if not name] + cells[len(heading) :]
    named = {name: cell for name, cell in zip(heading, cells, strict=False) if name}
    if any(beyond):
        return Case(
            line,
            named,
            f"it has {len(cells)} cells under {len(heading)} columns: put a cell with the delimiter in quotes",
        )
    return Case(line, named)
