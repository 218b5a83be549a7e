"""Entries of Asterisk's database (AstDB): a client may write the site's own, not those that Asterisk or the gate obeys.

`registrar` holds where telephones are registered: who writes there has a telephone's calls ring whom he likes.
"""

import re
from typing import Final

from gatekeeper.ami.protocol.inspect.classes.entries import OBEYED_ENTRIES
from gatekeeper.errors import RefusedActionError

_OURS: Final = "gatekeeper"
_OBEYED: Final = tuple(f"{entry}/" for entry in sorted(OBEYED_ENTRIES))
_SLASHES: Final = re.compile("/+")


def demand_own_entry(path: str) -> None:
    """Refuse an entry (`family/key`) that Asterisk or the gate obeys.

    Raises:
        RefusedActionError: it is one.
    """
    if _OURS in path.lower():
        raise RefusedActionError("the database entries of the gate belong to the gate")
    whole = _whole(path)
    if whole.startswith(_OBEYED):
        raise RefusedActionError("a database entry that Asterisk itself obeys, such as where a telephone is registered")


def demand_own_tree(path: str) -> None:
    """Refuse a tree of entries where Asterisk or the gate obeys one.

    Raises:
        RefusedActionError: it does.
    """
    demand_own_entry(path)
    whole = _whole(path)
    # Asterisk gives the path to SQL's `LIKE`: `%` stands for all, `_` for one character, even for a slash.
    if "%" in whole or whole == "/" or _is_like(whole.rstrip("/"), _OURS):
        raise RefusedActionError("the database entries of the gate belong to the gate")
    if any(_is_like(whole, obeyed) for obeyed in _OBEYED):
        raise RefusedActionError("a tree of the database in which Asterisk itself obeys an entry")


def _whole(path: str) -> str:
    """A path as it is compared: a slash behind every part of it, and none before it."""
    return f"{_SLASHES.sub('/', path.lower()).strip('/')}/"


def _is_like(pattern: str, text: str) -> bool:
    """Whether a pattern and a text agree as far as both go."""
    return all(wanted in {own, "_"} for wanted, own in zip(pattern, text, strict=False))
