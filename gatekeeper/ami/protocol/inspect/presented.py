"""The caller ID that an originate presents, by its `CallerID` header and the functions among its variables. Pure.

Which of the two a called party is shown depends on the technology and on the channel that the variable is set on, so
only where they agree is it known.
"""

from typing import Final

from gatekeeper.ami.protocol.caller_id import parse_caller_id

WITHHELD: Final = "anonymous"
"""In place of a caller ID that is not shown."""

_FUNCTIONS: Final = frozenset({"CALLERID", "CONNECTEDLINE"})
_PRESENTATIONS: Final = frozenset({"pres", "num-pres", "name-pres", "priv-num-pres", "priv-name-pres"})
_VALIDITIES: Final = frozenset({"num-valid", "name-valid"})
_NUMBERS: Final = frozenset({"num", "number", "all", "priv-num", "priv-all"})
_SHOWN: Final = "allowed"
_TRUE: Final = frozenset({"yes", "true", "y", "t", "1", "on"})


def presented(header: str, assignments: list[tuple[str, str]]) -> str:
    """The number that is shown, "" or a word where none is; one that can't be read where that can't be told.

    Args:
        header: what `CallerID` says.
        assignments: the names and values of the variables that are set, functions included.
    """
    number = parse_caller_id(header).number
    for name, value in assignments:
        function, _, inside = name.partition("(")
        bare = function.strip().lstrip("_").upper()
        item = inside.partition(")")[0].partition(",")[0].strip().lower()
        if bare == "CALLERPRES" or (bare in _FUNCTIONS and item in _PRESENTATIONS):
            if not value.strip().lower().startswith(_SHOWN):
                return WITHHELD
        elif bare not in _FUNCTIONS:
            continue
        elif item in _VALIDITIES:
            if value.strip().lower() not in _TRUE:
                return WITHHELD
        elif item in _NUMBERS and parse_caller_id(value).number != number:
            return f"{number} or {parse_caller_id(value).number}"
    return number
