"""Dials that lead outside: what a `Dial()` names as its targets, looked up among the peers and global variables."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from gatekeeper.site.dialplan import Dialplan, DialplanLine, split_arguments
from gatekeeper.site.trunks import Peer

_GLOBAL: Final = re.compile(r"\$\{(?:GLOBAL\()?([A-Za-z_]\w*)\)?\}")
_TECHNOLOGY: Final = re.compile(r"^([A-Za-z][A-Za-z0-9]*)/(.*)$", re.DOTALL)
_INSIDE: Final = frozenset(
    {"local", "console", "agent", "announcer", "bridge", "recorder", "alsa", "oss", "unicastrtp"}
)
_BY_NAME: Final = frozenset({"pjsip", "sip", "iax2", "dahdi"})
"""Technologies of which a name alone is a telephone, unless it is known to be a trunk."""

_DIALLING: Final = re.compile(r"\b(RetryDial|AddQueueMember|Dial|Page|Originate)\(", re.IGNORECASE)
_PLACES: Final = {"retrydial": 3, "addqueuemember": 1}
"""Where what is dialled does not come first: behind announcement, seconds and tries; behind the queue."""

ADDS_MEMBER: Final = "addqueuemember"
"""The application whose target is dialled later, by `Queue()`: what asks before it asks about another call."""

_INNER: Final = re.compile(r"\$\{[^{}]*\}|\([^()]*\)")
_NAME: Final = re.compile(r"^[0-9A-Za-z_.-]+$")


class Leads(StrEnum):
    """Where a dial string leads."""

    OUTSIDE = "outside"
    INSIDE = "inside"
    UNKNOWN = "unknown"
    """What is dialled is put together elsewhere."""


class DialTarget(NamedTuple):
    """A target of a `Dial()`.

    Attributes:
        leads: where.
        number: the part of the dial string that is the number, as it is written; "" where that is not plain.
        trunk: the trunk's name, where it is written.
    """

    leads: Leads
    number: str = ""
    trunk: str = ""


class OutsideDial(NamedTuple):
    """A `Dial()`, or another application that dials, that leads outside, or may.

    Attributes:
        at: the priority.
        targets: all of them.
        is_plain: whether the priority is a `Dial()` by itself, and not one within another application.
        by: the application that dials, in lower case.
    """

    at: DialplanLine
    targets: tuple[DialTarget, ...]
    is_plain: bool
    by: str

    @property
    def leads(self) -> Leads:
        """Outside, if one target does."""
        kinds = {one.leads for one in self.targets}
        return next(kind for kind in (Leads.OUTSIDE, Leads.UNKNOWN, Leads.INSIDE) if kind in kinds)


def has_option(dial: DialplanLine, letter: str) -> bool:
    """Whether a `Dial()` has an option, outside of the brackets of others and of variables."""
    parts = [*split_arguments(dial.arguments, ","), "", ""]
    return letter in _INNER.sub("", _INNER.sub("", parts[2]))


def outside_dials(dialplan: Dialplan, peers: tuple[Peer, ...]) -> Iterator[OutsideDial]:
    """Everything that dials and leads outside, or of which nobody can tell.

    `FollowMe()` and the numbers that it rings are not among them: it dials each as a Local channel of a context.
    """
    known = {(peer.technology.lower(), peer.name): peer.is_trunk for peer in peers}
    variables = dialplan.variables
    for one in dialplan.lines:
        code = f"{one.application}({one.arguments}"
        found_at = _DIALLING.search(code)
        if found_at is None:
            continue
        by = found_at[1].lower()
        place = _PLACES.get(by, 0)
        dialled = "".join(split_arguments(code[found_at.end() :], ",")[place : place + 1])
        targets = tuple(target_of(part.strip(), known, variables) for part in split_arguments(dialled, "&"))
        found = OutsideDial(one, targets, one.application.lower() == "dial", by)
        if found.leads is not Leads.INSIDE:
            yield found


def target_of(text: str, known: Mapping[tuple[str, str], bool], variables: Mapping[str, str]) -> DialTarget:
    """Where a target of a `Dial()` leads.

    Args:
        text: the target, as it is written.
        known: the peers by technology and name, and whether they are trunks.
        variables: the dialplan's global variables.
    """
    expanded = expand(text, variables)
    match = _TECHNOLOGY.match(expanded)
    if match is None:
        return DialTarget(Leads.UNKNOWN if "${" in expanded else Leads.INSIDE)
    technology, rest = match[1].lower(), match[2]
    if technology in _INSIDE:
        return DialTarget(Leads.INSIDE)
    slashes = split_arguments(rest, "/")
    user, *behind = split_arguments(slashes[0], "@")
    if behind and technology in ("pjsip", "sip"):
        number = _written(text, user, variables) if len(behind) == 1 and len(slashes) == 1 else ""
        return _at(technology, behind[0], user, number, known)
    if behind and len(slashes) == 1:
        return DialTarget(Leads.OUTSIDE, "", _named(behind[0]))
    if len(slashes) > 1:
        peer = slashes[0]
        number = slashes[-1].partition("@")[0] if technology != "pjsip" and len(slashes) == 2 else ""  # noqa: PLR2004
        dialled = slashes[-1].partition("@")[0].removeprefix("sip:")
        return _at(technology, peer, dialled, _written(text, number, variables), known)
    if known.get((technology, rest)):
        return DialTarget(Leads.OUTSIDE, "", _named(rest))
    variable = re.search(r"\$\{(?!EXTEN[:}])", rest)
    is_open = technology not in _BY_NAME or (variable is not None and technology != "dahdi")
    return DialTarget(Leads.UNKNOWN if is_open else Leads.INSIDE)


def renumbered(text: str, number: str, by: str) -> str:
    """A target with another number in the place of the one that is written in it.

    Raises:
        ValueError: it does not stand where a number does.
    """
    at = len(text) - len(split_arguments(text, "/")[-1])
    if not text.startswith(number, at):
        raise ValueError("the number stands elsewhere")
    return text[:at] + by + text[at + len(number) :]


def expand(text: str, variables: Mapping[str, str]) -> str:
    """A text with the global variables that are known put in; others stay."""
    for _ in range(5):
        text, before = _GLOBAL.sub(lambda found: variables.get(found[1], found[0]), text), text
        if text == before:
            break
    return text


def _at(technology: str, peer: str, user: str, number: str, known: Mapping[tuple[str, str], bool]) -> DialTarget:
    # A gateway may register as a telephone does: it dials any number but its own name on.
    if technology not in ("pjsip", "sip") or known.get((technology, peer)) is not False:
        return DialTarget(Leads.OUTSIDE, number, _named(peer))
    return DialTarget(Leads.INSIDE) if user in (peer, "") else DialTarget(Leads.UNKNOWN, number, _named(peer))


def _written(text: str, number: str, variables: Mapping[str, str]) -> str:
    """The number as it stands in the target; "" where it came out of a variable together with something else."""
    last = split_arguments(text, "/")[-1]
    candidates = (last, split_arguments(last, "@")[0])
    return next((one for one in candidates if number and expand(one, variables) == number), "")


def _named(peer: str) -> str:
    return peer if _NAME.match(peer) else ""
