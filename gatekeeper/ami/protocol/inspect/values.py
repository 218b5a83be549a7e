"""Values that the dialplan may dial: of a variable, a database entry, an argument of a subroutine or a script.

`Dial(${AGENT})` dials what the variable holds, and no gate stands before a call to an agent's telephone. So a value
that reads as a dial string is decided on as if it were dialled. Asterisk does not expand what a value holds (`${...}`),
but takes quotes and backslashes away where an application reads it as its arguments.
"""

import re
from typing import Final

from gatekeeper.ami.protocol.dial_strings import DialledNumbers, numbers_of
from gatekeeper.ami.protocol.inspect.classes.technologies import TECHNOLOGIES
from gatekeeper.ami.protocol.routes import Routes

_TAKEN_AWAY: Final = str.maketrans("", "", '"\\')
_BETWEEN: Final = re.compile(r"[&,^|\s]+")
_URI: Final = re.compile(r"(?<![a-z0-9.+-])(?:sips?|tel):", re.IGNORECASE)
_DIALLED: Final = re.compile(r"[-+*#(.]*[0-9]")
_NUMBER: Final = re.compile(r"[-+*#()0-9]+")


def numbers_in(value: str, routes: Routes) -> DialledNumbers:
    """The numbers that are called outside where a value is dialled.

    Raises:
        UnreadableTargetError: it holds a dial string that can't be read without doubt.
    """
    if "/" not in value and "@" not in value and ":" not in value:
        return ()
    found: list[str] = []
    for piece in _BETWEEN.split(value.translate(_TAKEN_AWAY)):
        found += _numbers_of_piece(piece, routes)
    return tuple(dict.fromkeys(found))


def numbers_passed(arguments: list[str], routes: Routes) -> DialledNumbers:
    """The numbers among the arguments of a subroutine: those that read as one, and those of dial strings.

    Raises:
        UnreadableTargetError: a dial string among them can't be read without doubt.
    """
    found: list[str] = []
    for argument in arguments:
        bare = argument.strip().translate(_TAKEN_AWAY)
        found += (bare,) if _is_number(bare, routes) else numbers_in(bare, routes)
    return tuple(dict.fromkeys(found))


def _numbers_of_piece(piece: str, routes: Routes) -> DialledNumbers:
    head, slash, rest = piece.partition("/")
    if slash and rest and (head.lower() in TECHNOLOGIES or head.lower() in routes.inside_technologies):
        return numbers_of(piece, routes)
    uri = _URI.search(piece)
    if uri is not None and not (slash and _URI.match(rest)):
        return numbers_of(f"PJSIP/uri/{piece[uri.start() :]}", routes)
    if slash and (uri is not None or (rest and routes.is_trunk(head))):
        # What stands behind the technology in `Dial(PJSIP/${AGENT})` or `Dial(SIP/${AGENT})`.
        return numbers_of(f"PJSIP/{piece}", routes) or (rest,)
    number = rest.partition("/")[0]
    if slash and _is_number(number, routes):
        return (number,)
    user, at, peer = piece.partition("@")
    if at and _DIALLED.match(user) and (routes.is_trunk(peer.partition("/")[0]) or routes.is_public(user)):
        return (user,)
    return ()


def _is_number(text: str, routes: Routes) -> bool:
    return _NUMBER.fullmatch(text) is not None and routes.is_public(text)
