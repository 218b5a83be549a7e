"""The first line of a script that names its interpreter."""

from pathlib import Path
from typing import Final

_LONGEST: Final = 127
"""What Linux reads of that line (execve(2), before 5.1); a longer path goes through /bin/sh, as pip's scripts do."""


def with_interpreter(text: str, python: Path) -> str:
    """A Python script with its interpreter named by path, for `env python3` would find another one's libraries."""
    _, _, rest = text.partition("\n")
    line = f"#!{python}"
    if len(line) > _LONGEST or " " in str(python):
        # To the shell the second line runs the interpreter; to Python it is a string.
        line = f"#!/bin/sh\n'''exec' \"{python}\" \"$0\" \"$@\"\n' '''"
    return f"{line}\n{rest}"
