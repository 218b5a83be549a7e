"""Output: writes to the terminal, or to whatever stands in its place."""

import json
import os
import shutil
import sys
from typing import TYPE_CHECKING, Any

from gatekeeper.translation import figure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console
    from rich.table import Table

_PIPED_WIDTH = 160
"""How wide output is that no terminal shows, unless $COLUMNS says otherwise."""


def width() -> int:
    """How many columns there are to write on."""
    if sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdecimal():
        return shutil.get_terminal_size().columns
    return _PIPED_WIDTH


def console(*, stderr: bool = False) -> "Console":
    """Where tables are written: in colour on a terminal only, never reading markup out of what it is given."""
    from rich.console import Console  # not needed where JSON or CSV is written

    return Console(stderr=stderr, width=width(), highlight=False, markup=False, emoji=False, soft_wrap=False)


def table(*headings: str, right: tuple[str, ...] = (), wrap: tuple[str, ...] = ()) -> "Table":
    """An empty table. Columns keep their contents whole, but for those of `wrap`, which give way."""
    from rich import box  # not needed where JSON or CSV is written
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for heading in headings:
        made.add_column(
            heading,
            justify="right" if heading in right else "left",
            no_wrap=heading not in wrap,
            overflow="fold",
        )
    return made


def say(text: str = "") -> None:
    """A line on standard output."""
    sys.stdout.write(text + "\n")


def say_json(value: Any) -> None:
    """A value as one line of JSON."""
    say(json.dumps(value, ensure_ascii=False))


def say_counts(rows: "Iterable[tuple[str, int]]", narrowest: int = 12, indent: int = 2) -> None:
    """Labels with how many there are, a line each, one below the other.

    Args:
        rows: the labels, in the language of what is told.
        narrowest: columns of the labels at least.
        indent: blanks in front.
    """
    said = list(rows)
    wide = max([narrowest, *(len(label) + 1 for label, _ in said)])
    for label, value in said:
        say(f"{'':{indent}}{label:<{wide}}{count(value):>14}")


def count(number: int) -> str:
    """A number of things, readable: `1,234,567`; in French with narrow no-break spaces."""
    return figure(number)
