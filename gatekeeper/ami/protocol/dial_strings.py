"""Dial strings: finds the numbers that one dials outside.

Each technology has a form of its own (the request functions of Asterisk's channel drivers). Where a string could mean
more than one number, all of them are given, so that all are checked; where it could be read otherwise than here, it is
unreadable, and the caller refuses it. An explicit SIP or tel URI leads outside whatever endpoint it is sent by.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final
from urllib.parse import unquote

from gatekeeper.ami.protocol.routes import Routes
from gatekeeper.errors import UnreadableTargetError
from gatekeeper.phone.sip_uri import is_uri, plain, users_of

__all__ = ["MAX_DIAL_STRING", "DialledNumbers", "is_whole", "numbers_at", "numbers_of", "numbers_of_all"]

MAX_DIAL_STRING: Final = 255
"""What `Originate` keeps of its `Channel`, in bytes."""

MAX_EXTENSION: Final = 79
"""What Asterisk keeps of an extension's or a context's name, in bytes (`AST_MAX_EXTENSION`, `AST_MAX_CONTEXT`)."""

_UNREADABLE: Final = re.compile(r'[\x00-\x1f\x7f"\\$(){}`|&,]')
"""Asterisk takes quotes and backslashes away, expands `$`, and divides at the others."""

_SCHEME: Final = re.compile(r"(?:sips?|tel)(?::|%3a|$)", re.IGNORECASE)
_LINE: Final = re.compile(r"\d+(?:-\d+)?[cdr]?\d*", re.IGNORECASE)

DialledNumbers = tuple[str, ...]
"""Numbers as dialled; empty where the call stays inside. "" stands for a trunk seized without a number."""


def numbers_of(dial_string: str, routes: Routes) -> DialledNumbers:
    """The numbers that one dial string (`technology/resource`) calls outside.

    Raises:
        UnreadableTargetError: it could be read in more than one way.
    """
    if len(dial_string.encode("utf-8", "surrogateescape")) > MAX_DIAL_STRING:
        raise UnreadableTargetError(f"a dial string longer than {MAX_DIAL_STRING} bytes")
    if _UNREADABLE.search(dial_string):
        raise UnreadableTargetError("a dial string with a character that Asterisk may take in more than one way")
    technology, slash, resource = dial_string.partition("/")
    technology = technology.strip().lower()
    if not slash or not technology or not resource.strip():
        raise UnreadableTargetError("a dial string that is not technology/resource")
    if technology in routes.inside_technologies:
        return ()
    return _READERS.get(technology, _unknown)(resource, routes)


def numbers_of_all(dial_strings: str, routes: Routes) -> DialledNumbers:
    """The numbers of several dial strings joined by `&`, as `Dial` and `Page` take them.

    Raises:
        UnreadableTargetError: one of them can't be read without doubt.
    """
    found: list[str] = []
    for dial_string in dial_strings.split("&"):
        found += numbers_of(dial_string.strip(), routes)
    return tuple(dict.fromkeys(found))


def numbers_at(context: str, extension: str, routes: Routes) -> DialledNumbers:
    """The number that an extension of a context calls outside.

    Raises:
        UnreadableTargetError: Asterisk would cut one of them off.
    """
    if not (is_whole(context) and is_whole(extension)):
        raise UnreadableTargetError(f"an extension or a context longer than {MAX_EXTENSION} bytes, which Asterisk cuts")
    return (plain(extension),) if routes.leads_outside(context, extension) else ()


def is_whole(name: str) -> bool:
    """Whether Asterisk keeps the name of an extension or a context as it is."""
    return len(name) <= MAX_EXTENSION and (
        name.isascii() or len(name.encode("utf-8", "surrogateescape")) <= MAX_EXTENSION
    )


def _pjsip(resource: str, routes: Routes) -> DialledNumbers:
    """`[number@]endpoint[/aor]` or `[number@]endpoint/sip:number@host`; the number before the endpoint wins.

    The endpoint says where the call goes only if nothing stands behind it.
    """
    first, _, second = resource.partition("/")
    _refuse_brackets(first)
    user, at, endpoint = first.partition("@")
    if not at:
        endpoint = user
    uri = is_uri(second)
    elsewhere = bool(second) and second not in {first, endpoint} and (uri or not routes.is_inside_peer(second))
    inside = routes.is_inside_peer(first) or routes.is_inside_peer(endpoint)
    if inside and not elsewhere:
        return ()
    found = [user] if at else []
    trunk = routes.is_trunk(endpoint) or (bool(second) and not uri and routes.is_trunk(second))
    if uri:
        users = users_of(second)
        found += [name for name in users[:1] if name or not at]
        found += filter(routes.is_public, users[1:])
    elif second and ((routes.is_trunk(endpoint) and not at) or routes.is_public(second)):
        found.append(second)
    return _or_seized(found, trunk)


def _sip(resource: str, routes: Routes) -> DialledNumbers:
    """`peer`, `peer/number[/host]`, `number[:password]@host`, each with `!number-for-the-To-header` behind it.

    Of `number@peer/number` the first is dialled; both are given.
    """
    body, _, shown = resource.partition("!")
    first, _, rest = body.partition("/")
    number, _, host = rest.partition("/")
    _refuse_brackets(first)
    user, at, peer = first.partition("@")
    if not at:
        peer = user
    if "@" in peer or _SCHEME.match(first):
        raise UnreadableTargetError("a SIP dial string that is not plainly number@peer")
    if routes.is_inside_peer(peer) and not host.strip("/"):
        return ()
    user, _, secrets = user.partition(":")
    found = [user, *filter(routes.is_public, secrets.split(":"))] if at else []
    if number:
        found.append(number.partition("@")[0])
    elif routes.is_public(peer):
        found.append(peer)  # no such peer: a host to be asked for by a proxy
    found += filter(routes.is_public, re.split("[@!]", shown))
    return _or_seized(found, routes.is_trunk(peer))


def _iax2(resource: str, routes: Routes) -> DialledNumbers:
    """`[user[:secret]@]peer[:port][/number[@context][/options]]`."""
    first, _, rest = resource.partition("/")
    _refuse_brackets(first)
    user, at, host = first.rpartition("@")
    peer = host.partition(":")[0]
    if routes.is_inside_peer(peer):
        return ()
    number = rest.partition("/")[0].partition("@")[0]
    found = [number] if number else []
    if at and not number:
        found += filter(routes.is_public, re.split("[:@]", user))
    return _or_seized(found, routes.is_trunk(peer))


def _dahdi(resource: str, routes: Routes) -> DialledNumbers:
    """`line[/number]`, `g1/number`, `i1/number`; without a number, a line is a telephone and all else a trunk."""
    line, _, rest = resource.partition("/")
    number = rest.partition("/")[0]
    if routes.is_inside_peer(line):
        return ()
    return _or_seized([number] if number else [], routes.is_trunk(line) or not _LINE.fullmatch(line))


def _local(resource: str, routes: Routes) -> DialledNumbers:
    """`extension[@context][/options]`; the context is `default` where none is named."""
    place, _, options = resource.partition("/")
    extension, _, context = place.partition("@")
    if "@" in context or "@" in options:
        raise UnreadableTargetError("a Local channel with more than one @")
    return numbers_at(context or "default", extension, routes)


def _unknown(resource: str, routes: Routes) -> DialledNumbers:
    """A technology that is not known here: whatever looks like a number in it, or else the whole."""
    parts = [part for part in re.split(r"[/@:;!]", unquote(resource)) if part]
    found = [part for part in parts if routes.is_public(part)]
    if any(sum(map(str.isdigit, part)) >= routes.public_digits for part in parts if part not in found):
        raise UnreadableTargetError("a technology that is not known here, with what may be a number")
    return _or_seized(found or [resource], trunk=False)


def _or_seized(found: Iterable[str], trunk: bool) -> DialledNumbers:
    numbers = tuple(dict.fromkeys(map(plain, found)))
    if not all(map(is_whole, numbers)):
        # Some drivers, and the exchanges behind them, keep no more of it either.
        raise UnreadableTargetError(f"a number longer than {MAX_EXTENSION} bytes")
    return numbers or (("",) if trunk else ())


def _refuse_brackets(part: str) -> None:
    # Asterisk does not divide at a slash inside brackets.
    if "[" in part or "]" in part:
        raise UnreadableTargetError("a dial string with brackets in its first part")


_READERS: Final[dict[str, Callable[[str, Routes], DialledNumbers]]] = {
    "pjsip": _pjsip,
    "sip": _sip,
    "iax2": _iax2,
    "iax": _iax2,
    "dahdi": _dahdi,
    "zap": _dahdi,
    "local": _local,
}
