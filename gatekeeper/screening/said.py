"""The words that a call says of itself, as gates hand them over: in one text, or in channel variables. Pure.

In one text it is `name=value` pairs joined by `&`, each value percent-encoded, as Asterisk's `URIENCODE` does it. What
can't be read is not left out, for what was left out could have been what makes the law stricter: it is a fault, with
which a country's law refuses the call.
"""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import unquote_to_bytes

from gatekeeper.journal.asked_by import agent_name
from gatekeeper.screening.call import NOTHING_SAID, Said
from gatekeeper.vocabulary import ChannelVariable

MAX_SAID: Final = 1024
"""The longest text, in characters."""

FIELDS: Final = tuple(field for field in Said._fields if field != "fault")
"""The names of what may be said."""

JUDGED: Final = tuple(field for field in FIELDS if field != "agent")
"""Those of what the journal has in columns of their own: the law may look at it."""

VARIABLES: Final = {
    ChannelVariable.PURPOSE.value: "purpose",
    ChannelVariable.SECTOR.value: "sector",
    ChannelVariable.GOODS.value: "goods",
    ChannelVariable.DIAL_MODE.value: "dial_mode",
    ChannelVariable.CALLEE.value: "callee",
    ChannelVariable.SUBCONTRACTOR.value: "subcontractor",
    ChannelVariable.CONTACT.value: "contact",
    ChannelVariable.POSTCODE.value: "postcode",
    ChannelVariable.AGENT.value: "agent",
}
"""The channel variables in which a call says something of itself, with the name of what each says."""


_ODD: Final = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


def read_said(text: str) -> Said:
    """What a text says of a call; a `fault` where it can't be read whole."""
    if not text:
        return NOTHING_SAID
    if len(text) > MAX_SAID:
        return _unreadable(f"what the call says of itself is longer than {MAX_SAID} characters")
    pairs = []
    for pair in text.split("&"):
        if not pair:
            continue
        name, equals, encoded = pair.partition("=")
        if not equals:
            return _unreadable("what the call says of itself is not made of name=value")
        try:
            errors = "replace" if name == "agent" else "strict"
            pairs.append((name, unquote_to_bytes(encoded).decode("utf-8", errors)))
        except UnicodeError:
            return _unreadable(f"the call's {name[:40]} is no UTF-8")
    return said_of(pairs)


def said_of(pairs: Iterable[tuple[str, str]]) -> Said:
    """What names and values say of a call, where an empty value says nothing; a `fault` where that can't be told."""
    words: dict[str, str] = {}
    for name, value in pairs:
        if name not in FIELDS:
            return _unreadable(f"a call says nothing of itself that is named {name[:40]!r}")
        if name == "agent":  # no law looks at it, so what can't be read of it blocks no call
            words.setdefault(name, agent_name(value))
            continue
        if words.setdefault(name, value) != value:
            return _unreadable(f"the call's {name} is said twice, and differently")
        if _ODD.search(value):
            return _unreadable(f"the call's {name} has control characters, or is no UTF-8")
    return Said(**words) if any(words.values()) else NOTHING_SAID


def _unreadable(why: str) -> Said:
    return Said(fault=why)
