"""Dial strings: which numbers does one dial outside?

Each technology has a form of its own (the request functions of Asterisk's channel drivers). Where a string could mean
more than one number, all of them are given, so that all are checked; where it could be read otherwise than here, it is
unreadable, and the caller refuses it.
"""

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote

from gatekeeper.ami.routes import Routes
from gatekeeper.errors import GatekeeperError

MAX_DIAL_STRING: Final = 255
"""What `Originate` keeps of its `Channel`, in bytes."""

_UNREADABLE: Final = re.compile(r'[\x00-\x1f\x7f"\\$(){}`|&,]')
"""Asterisk takes quotes and backslashes away, expands `$`, and divides at the others."""

_SCHEME: Final = re.compile(r"<?(?:sips?|tel):", re.IGNORECASE)
_GROUP: Final = re.compile(r"(?:i\d+-?)?(?:[gr]\d+)?", re.IGNORECASE)

Numbers = tuple[str, ...]
"""Numbers as dialled; empty where the call stays inside. "" stands for a trunk seized without a number."""


class UnreadableTargetError(GatekeeperError):
    """A dial string that can't be read without doubt."""


def numbers_of(dial_string: str, routes: Routes) -> Numbers:
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


def numbers_of_all(dial_strings: str, routes: Routes) -> Numbers:
    """The numbers of several dial strings joined by `&`, as `Dial` and `Page` take them.

    Raises:
        UnreadableTargetError: one of them can't be read without doubt.
    """
    found: list[str] = []
    for dial_string in dial_strings.split("&"):
        found += numbers_of(dial_string.strip(), routes)
    return tuple(dict.fromkeys(found))


def numbers_at(context: str, extension: str, routes: Routes) -> Numbers:
    """The number that an extension of a context calls outside."""
    return (extension,) if routes.leads_outside(context, extension) else ()


def _pjsip(resource: str, routes: Routes) -> Numbers:
    """`[number@]endpoint[/aor]` or `[number@]endpoint/sip:number@host`; the number before the endpoint wins."""
    first, _, second = resource.partition("/")
    if routes.is_inside_peer(first):
        return ()
    _refuse_brackets(first)
    found: list[str] = []
    user, at, endpoint = first.partition("@")
    if not at:
        endpoint = user
    elif not routes.is_inside_peer(endpoint):
        found.append(user)
    trunk = routes.is_trunk(endpoint)
    if _SCHEME.match(second):
        user = _uri_user(second)
        if trunk or routes.is_public(user):
            found.append(user)
    elif second and (trunk or routes.is_public(second)):
        found.append(second)
    return _or_seized(found, trunk)


def _sip(resource: str, routes: Routes) -> Numbers:
    """`peer`, `peer/number`, `number[:password]@host`, each with `!dialled-number-for-the-To-header` behind it."""
    body, _, shown = resource.partition("!")
    first, _, rest = body.partition("/")
    number = rest.partition("/")[0]
    _refuse_brackets(first)
    user, at, peer = first.partition("@")
    if not at:
        peer = user
    if routes.is_inside_peer(peer):
        return ()
    found = [user.partition(":")[0]] if at else []
    if number:
        found.append(number.partition("@")[0])
    if routes.is_public(shown):
        found.append(shown.partition("@")[0].partition("!")[0])
    return _or_seized(found, routes.is_trunk(peer))


def _iax2(resource: str, routes: Routes) -> Numbers:
    """`[user[:secret]@]peer[:port][/number[@context][/options]]`."""
    first, _, rest = resource.partition("/")
    _refuse_brackets(first)
    peer = first.rpartition("@")[2].partition(":")[0]
    if routes.is_inside_peer(peer):
        return ()
    number = rest.partition("/")[0].partition("@")[0]
    return _or_seized([number] if number else [], routes.is_trunk(peer))


def _dahdi(resource: str, routes: Routes) -> Numbers:
    """`line[/number]`, `g1/number`, `i1/number`; without a number, a line is a telephone and a group a trunk."""
    line, _, rest = resource.partition("/")
    number = rest.partition("/")[0]
    if routes.is_inside_peer(line):
        return ()
    seized = routes.is_trunk(line) or (not line.isdigit() and _GROUP.match(line) is not None)
    return _or_seized([number] if number else [], seized and not line[:1].isdigit())


def _local(resource: str, routes: Routes) -> Numbers:
    """`extension[@context][/options]`; the context is `default` where none is named."""
    place = resource.partition("/")[0]
    extension, _, context = place.partition("@")
    if "@" in context:
        raise UnreadableTargetError("a Local channel with more than one @")
    return numbers_at(context or "default", extension, routes)


def _unknown(resource: str, routes: Routes) -> Numbers:
    """A technology that is not known here: whatever looks like a number in it, or else the whole."""
    parts = [part for part in re.split(r"[/@:;!]", resource) if routes.is_public(part)]
    return tuple(parts) or (resource,)


def _uri_user(uri: str) -> str:
    """The user part of a SIP or tel URI, without its parameters; "" where it has none."""
    scheme, _, rest = uri.lstrip("<").partition(":")
    user, at, _ = rest.partition("@")
    if not at and scheme.lower() != "tel":
        return ""
    return unquote(re.split(r"[:;?>]", user)[0])


def _or_seized(found: list[str], trunk: bool) -> Numbers:
    return tuple(dict.fromkeys(found)) or (("",) if trunk else ())


def _refuse_brackets(part: str) -> None:
    # Asterisk does not divide at a slash inside brackets.
    if "[" in part or "]" in part:
        raise UnreadableTargetError("a dial string with brackets in its first part")


_READERS: Final[dict[str, Callable[[str, Routes], Numbers]]] = {
    "pjsip": _pjsip,
    "sip": _sip,
    "iax2": _iax2,
    "iax": _iax2,
    "dahdi": _dahdi,
    "zap": _dahdi,
    "local": _local,
}
