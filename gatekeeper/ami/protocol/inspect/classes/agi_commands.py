"""AGI commands that a channel under asynchronous AGI may be given."""

from typing import Final


def _lines(text: str) -> frozenset[str]:
    return frozenset(" ".join(line.split()) for line in text.split(","))


HARMLESS_AGI: Final = _lines("""
    answer, asyncagi break, channel status, control stream file, database get, get data, get option, hangup, noop,
    receive char, receive text, say alpha, say date, say datetime, say digits, say number, say phonetic,
    say time, send image, send text, set autohangup, set callerid, set music, speech activate grammar, speech create,
    speech deactivate grammar, speech destroy, speech load grammar, speech recognize, speech set,
    speech unload grammar, stream file, tdd mode, verbose, wait for digit
""")

EVALUATING_AGI: Final = _lines("get variable, get full variable")
"""What they are given is a dialplan function, or a text with some."""

READ_AGI: Final = _lines("exec, record file, set variable")

REFUSED_AGI: Final = _lines("""
    database del, database deltree, database put, gosub, set context, set extension, set priority
""")
"""They move the call in the dialplan, or write what the dialplan reads."""
