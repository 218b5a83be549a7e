"""Progress lines for people waiting: on stderr, so that a program's output stays clean."""

import sys


def say(line: str) -> None:
    """Show one line of progress."""
    print(f"lab: {line}", file=sys.stderr, flush=True)
