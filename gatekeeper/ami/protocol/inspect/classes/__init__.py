"""The classes of everything that a manager client can name in Asterisk: data, one file to a kind.

What stands in none of them is unknown, and unknown is refused. `tests/ami/test_classes.py` asks Asterisk 22 and 16 for
all that they have, and fails on what is missing here: so a new release can't bring a way round the gate unseen.
"""


def names(text: str) -> frozenset[str]:
    """The names in a text, divided by blanks."""
    return frozenset(text.split())
