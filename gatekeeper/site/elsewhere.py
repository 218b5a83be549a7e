"""Parts of a site that do not stand in its files: what databases and other servers say to Asterisk."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from gatekeeper.site.conf import ConfLine
from gatekeeper.site.find import AsteriskSite

_FAMILIES: Final = frozenset(
    (
        "extensions",
        "extensions.conf",
        "extensions.ael",
        "pjsip.conf",
        "sip.conf",
        "iax.conf",
        "queues.conf",
        "manager.conf",
        "ps_endpoints",
        "ps_aors",
        "sippeers",
        "iaxpeers",
        "queue_members",
    )
)
"""Of extconfig.conf: what dials, and what is dialled."""


class NotRead(NamedTuple):
    """A line by which Asterisk reads what nobody knows here.

    Attributes:
        line: the line.
        what: it, as a person would write it.
    """

    line: ConfLine
    what: str


def not_read(site: AsteriskSite) -> Iterator[NotRead]:
    """The switches of the dialplan, and the families that are in a database."""
    for line in site.dialplan.switches:
        yield NotRead(line, f"{line.key} => {line.value}")
    for section in site.conf("extconfig.conf").sections:
        for line in section.lines if section.name == "settings" else ():
            if line.key.lower() in _FAMILIES:
                yield NotRead(line, f"{line.key} => {line.value}")
