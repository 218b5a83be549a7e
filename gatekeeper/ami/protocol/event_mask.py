"""Follows whether a client wants call events, as Asterisk does (`set_eventmask`, `strings_to_mask`)."""

from typing import Final

_CALL: Final = 2
_FALSE: Final = frozenset({"no", "false", "n", "f", "off"})
_TRUE: Final = frozenset({"yes", "true", "y", "t", "on"})


def wants_calls(mask: str, before: bool) -> bool:
    """Whether call events are shown after `Events: mask` (login) or `EventMask: mask` (the action `Events`).

    Args:
        mask: `on`, `off`, a number, or names of classes joined by commas; "" changes nothing.
        before: whether they were shown before.
    """
    text = mask.lower()
    if not text:
        return before
    if text.isdecimal():
        return bool(int(text[:12]) & _CALL)
    if text in _FALSE:
        return False
    return text in _TRUE or not {"call", "all"}.isdisjoint(text.split(","))
