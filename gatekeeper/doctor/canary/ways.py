"""Ways on which a call can leave a site: contexts that dial outside, trunks, and whatever can originate a call."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from gatekeeper.config import Settings
from gatekeeper.site import AsteriskSite
from gatekeeper.site.guards import is_ours
from gatekeeper.site.outside import Leads, outside_dials

_OPEN: Final = {"X": "[0-9]", "Z": "[1-9]", "N": "[2-9]"}
_DIALS: Final = ("gatekeeper-dial", "gatekeeper-dial-script")
"""Contexts that come with Gatekeeper and dial by themselves, where another one includes them."""


class Originator(StrEnum):
    """What originates a call."""

    CLI = "CLI"
    """Asterisk's console."""
    CALL_FILE = "call file"
    AMI = "AMI"
    """Asterisk's manager itself, as a dialer that found its port."""
    PROXY = "AMI proxy"
    ARI = "ARI"


class Way(NamedTuple):
    """A way to be tried.

    Attributes:
        name: it, for people.
        by: what originates the call.
        channel: what is originated; `{port}` in it becomes the sink's.
        to_sink: whether the call goes straight to the sink, in place of the carrier.
    """

    name: str
    by: Originator
    channel: str
    to_sink: bool


def ways_of(site: AsteriskSite, settings: Settings, number: str, contexts: tuple[str, ...] = ()) -> Iterator[Way]:
    """All ways that a site has.

    Args:
        site: the site.
        settings: of Gatekeeper.
        number: what is dialled.
        contexts: more contexts to be tried, beside those that dial by themselves.
    """
    for context in dict.fromkeys((*_dialling(site), *contexts)):
        dialled = _taken(site, context, number) or number
        yield Way(f"context {context}", Originator.CLI, f"Local/{dialled}@{context}", to_sink=False)
    trunks = [peer.name for peer in site.trunks if peer.technology == "PJSIP"]
    straight = [f"PJSIP/{name}/sip:{number}@127.0.0.1:{{port}}" for name in trunks]
    for name, channel in zip(trunks, straight, strict=True):
        yield Way(f"trunk {name}", Originator.CLI, channel, to_sink=True)
    if not straight:
        return
    others = [Originator.CALL_FILE, Originator.AMI, Originator.ARI]
    if settings.ami_proxy.enabled:
        others.append(Originator.PROXY)
    for by in others:
        yield Way(f"{by} to trunk {trunks[0]}", by, straight[0], to_sink=True)


def _dialling(site: AsteriskSite) -> Iterator[str]:
    for dial in outside_dials(site.dialplan, site.peers):
        context = dial.at.context
        if dial.leads is Leads.OUTSIDE and not is_ours(context) and context not in ("general", "globals"):
            yield context
    for context, lines in site.dialplan.includes.items():
        if any(line.value.split(",")[0].strip() in _DIALS for line in lines):
            yield context


def _taken(site: AsteriskSite, context: str, number: str) -> str:
    """How a context takes a number: as it is, or behind the digit for an outside line; "" where it does not."""
    patterns = [line.extension for line in site.dialplan.lines if line.context == context]
    forms = (number, *(f"{digit}{number}" for digit in "9087654321"))
    return next((form for form in forms if any(matches(pattern, form) for pattern in patterns)), "")


def matches(pattern: str, extension: str) -> bool:
    """Whether an extension takes what is dialled, by Asterisk's patterns: `_X`, `_Z`, `_N`, `[...]`, `.`, `!`."""
    if not pattern.startswith("_"):
        return pattern == extension
    found, at = "", 1
    while at < len(pattern):
        letter = pattern[at]
        if letter == "[" and (end := pattern.find("]", at)) > 0:
            found += "[" + re.escape(pattern[at + 1 : end]).replace(r"\-", "-") + "]"
            at = end
        elif letter in ".!":
            found += ".+" if letter == "." else ".*"
        elif letter != "-":
            found += _OPEN.get(letter.upper()) or re.escape(letter)
        at += 1
    return re.fullmatch(found, extension) is not None
